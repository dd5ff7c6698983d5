import type { Fixtures } from "./fixtures.ts";

/** One thing that must be allowed: an action on a resource, as its page in AWS's documentation says. */
export interface Need {
  readonly action: string;
  readonly resource: string;
}

export interface Prepared {
  readonly input: Readonly<Record<string, unknown>>;
  /** Empty for the few operations that need nothing. */
  readonly needs: readonly Need[];
}

/** What an operation needs, written from AWS's documentation and not from the code. */
export interface Row {
  /** "s3:GetObject" */
  readonly operation: string;
  /** The page that says so. */
  readonly source: string;
  /** Makes what the call is about, and says what it needs on it. */
  readonly prepare: (fixtures: Fixtures) => Prepared | Promise<Prepared>;
}

export const need = (action: string, ...resources: readonly string[]): Need[] =>
  resources.map((resource) => ({ action, resource }));

/** Every service's list of actions with the resources that they are decided on. */
const AUTHORIZATION = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_";
export const SOURCES = {
  iam: `${AUTHORIZATION}awsidentityandaccessmanagementiam.html`,
  sts: `${AUTHORIZATION}awssecuritytokenservice.html`,
  athena: `${AUTHORIZATION}amazonathena.html`,
  cloudtrail: `${AUTHORIZATION}awscloudtrail.html`,
  s3: `${AUTHORIZATION}amazons3.html`,
  s3Policies: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html",
  glueArns: "https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html",
  athenaGlue: "https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html",
} as const;
export const s3Page = (operation: string): string =>
  `https://docs.aws.amazon.com/AmazonS3/latest/API/API_${operation}.html`;
