/** Reads `contracts/<api>.json`, when first asked for. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../base/invariant.ts";
import type { ApiName } from "./apis.ts";
import type { Contract, ContractFile } from "./model.ts";

/** What tells the APIs apart before a contract is read. */
export interface KnownApi {
  readonly api: ApiName;
  readonly sdkId: string;
  readonly signingName: string;
  readonly apiVersion: string;
  readonly protocol: "json" | "query" | "rest-xml";
  readonly targetPrefix?: string;
}

/** A test compares this table with the contracts. */
export const KNOWN_APIS: readonly KnownApi[] = [
  { api: "sts", sdkId: "STS", signingName: "sts", apiVersion: "2011-06-15", protocol: "query" },
  { api: "iam", sdkId: "IAM", signingName: "iam", apiVersion: "2010-05-08", protocol: "query" },
  { api: "s3", sdkId: "S3", signingName: "s3", apiVersion: "2006-03-01", protocol: "rest-xml" },
  {
    api: "glue",
    sdkId: "Glue",
    signingName: "glue",
    apiVersion: "2017-03-31",
    protocol: "json",
    targetPrefix: "AWSGlue",
  },
  {
    api: "athena",
    sdkId: "Athena",
    signingName: "athena",
    apiVersion: "2017-05-18",
    protocol: "json",
    targetPrefix: "AmazonAthena",
  },
];

/** The API whose requests are signed for `signingName`. */
export const contractForSigningName = (signingName: string): KnownApi | undefined =>
  KNOWN_APIS.find((known) => known.signingName === signingName);

/** The API whose `x-amz-target` begins with `targetPrefix` (the part before the dot). */
export const contractForTargetPrefix = (targetPrefix: string): KnownApi | undefined =>
  KNOWN_APIS.find((known) => known.targetPrefix === targetPrefix);

/** The API whose query requests bear `Version=apiVersion`. */
export const contractForVersion = (apiVersion: string): KnownApi | undefined =>
  KNOWN_APIS.find((known) => known.protocol === "query" && known.apiVersion === apiVersion);

const loaded = new Map<ApiName, Contract>();

/** The contract of one API; read once and shared, since it never changes. */
export function loadContract(api: ApiName): Contract {
  const known = loaded.get(api);
  if (known) return known;
  const file: ContractFile = JSON.parse(readFileSync(join(contractsFolder(), `${api}.json`), "utf8"));
  const operations = new Map(
    Object.entries(file.operations).map(([name, facts]) => [name, { ...facts, name }] as const),
  );
  const contract: Contract = { ...file, operations };
  loaded.set(api, contract);
  return contract;
}

/** Finds `contracts/` above this file: two folders up in the repository, one from a bundle in `dist/`. */
export function contractsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder = ["..", join("..", ".."), "."]
    .map((up) => join(here, up, "contracts"))
    .find((candidate) => existsSync(join(candidate, "sts.json")));
  invariant(folder, `the contracts lie beside the program (looked above ${here})`);
  return folder;
}
