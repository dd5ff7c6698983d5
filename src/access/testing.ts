import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import type { NamedPolicy } from "./decision.ts";
import { readPolicy } from "./parse.ts";
import type { Principal } from "./request.ts";

/** Values for this folder's tests. */
export const ACCOUNT = "123456789012";
export const OTHER = "999999999999";

export const carlos: Principal = {
  kind: "user",
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/carlos`,
  id: "AIDACARLOS00000000000",
  name: "carlos",
};
export const root: Principal = {
  kind: "root",
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  id: ACCOUNT,
};
export const session: Principal = {
  kind: "role",
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/examplerole/examplerolesession`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/examplerole`,
  id: "AROAEXAMPLE0000000000:examplerolesession",
};
export const federated: Principal = {
  kind: "federated",
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/exampleuser`,
  id: `${ACCOUNT}:exampleuser`,
  userArn: `arn:aws:iam::${ACCOUNT}:user/exampleuser`,
};
export const service: Principal = {
  kind: "service",
  account: "",
  arn: "s3.amazonaws.com",
  id: "s3.amazonaws.com",
};
export const anonymous: Principal = { kind: "anonymous", account: "", arn: "*", id: "anonymous" };
export const foreigner: Principal = {
  kind: "user",
  account: OTHER,
  arn: `arn:aws:iam::${OTHER}:user/frida`,
  id: "AIDAFRIDA000000000000",
  name: "frida",
};

export interface StatementSketch {
  readonly Effect?: "Allow" | "Deny";
  readonly [element: string]: unknown;
}

/** A policy of statements that allow everything but for what is given. */
export function policyOf(...statements: readonly StatementSketch[]): CompiledPolicy {
  const filled = statements.map((statement) => ({
    Effect: "Allow",
    ...("NotAction" in statement ? {} : { Action: "*" }),
    ...("NotResource" in statement ? {} : { Resource: "*" }),
    ...statement,
  }));
  return compilePolicy(readPolicy(JSON.stringify({ Version: "2012-10-17", Statement: filled })));
}

export const named = (id: string, ...statements: readonly StatementSketch[]): NamedPolicy => ({
  id,
  policy: policyOf(...statements),
});
