import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contractsFolder } from "../../contract/load.ts";

/** A policy that AWS keeps for everyone. */
export interface AwsManagedPolicy {
  readonly arn: string;
  readonly name: string;
  /** `/`, `/service-role/`, `/job-function/`, `/aws-service-role/`. */
  readonly path: string;
  readonly id: string;
  /** Its default version's number. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly document: string;
}

let byArn: ReadonlyMap<string, AwsManagedPolicy> | undefined;

/** By ARN; read once, when first asked for. Facts of AWS, so shared. */
export function awsManagedPolicies(): ReadonlyMap<string, AwsManagedPolicy> {
  byArn ??= new Map([
    ...readFacts().map((policy) => [policy.arn, policy] as const),
    [ADMINISTRATOR_ACCESS.arn, ADMINISTRATOR_ACCESS],
  ]);
  return byArn;
}

/** AdministratorAccess is asked for at every start, which must not read a megabyte of others. */
export const awsManagedPolicy = (arn: string): AwsManagedPolicy | undefined =>
  arn === ADMINISTRATOR_ACCESS.arn ? ADMINISTRATOR_ACCESS : awsManagedPolicies().get(arn);

/** Source: AWS Managed Policy Reference Guide, "AdministratorAccess". */
export const ADMINISTRATOR_ACCESS: AwsManagedPolicy = {
  arn: "arn:aws:iam::aws:policy/AdministratorAccess",
  name: "AdministratorAccess",
  path: "/",
  id: "ANPAIWMBCKSKIEE64ZLYK",
  version: 1,
  createdAt: new Date("2015-02-06T18:39:46Z"),
  updatedAt: new Date("2015-02-06T18:39:46Z"),
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
};

/** One row of contracts/managed-policies.json. */
interface Fact {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly document: unknown;
}

function readFacts(): readonly AwsManagedPolicy[] {
  const file = join(contractsFolder(), "managed-policies.json");
  const { policies }: { readonly policies: readonly Fact[] } = JSON.parse(readFileSync(file, "utf8"));
  return policies.map((fact) => ({
    ...fact,
    createdAt: new Date(fact.createdAt),
    updatedAt: new Date(fact.updatedAt),
    document: typeof fact.document === "string" ? fact.document : JSON.stringify(fact.document),
  }));
}
