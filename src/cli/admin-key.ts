import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fault } from "../base/fault.ts";
import { readIni, sectionText } from "./ini.ts";

/** The admin user's key lies in the data folder as an AWS credentials file that only its owner can read; those of further accounts beside it. */
const fileOf = (dataFolder: string, account?: string): string =>
  account === undefined
    ? join(dataFolder, "admin-credentials")
    : join(dataFolder, "accounts", `${account}-credentials`);

export interface AdminKey {
  readonly accessKeyId: string;
  readonly secret: string;
}

export const isPair = (value: unknown): value is AdminKey =>
  typeof value === "object" &&
  value !== null &&
  "accessKeyId" in value &&
  typeof value.accessKeyId === "string" &&
  "secret" in value &&
  typeof value.secret === "string";

export const writeAdminKey = (dataFolder: string, key: AdminKey): string =>
  writeAccountKey(dataFolder, undefined, key);

/** @param account the first one where it is absent. @returns where it lies. */
export function writeAccountKey(dataFolder: string, account: string | undefined, key: AdminKey): string {
  const path = fileOf(dataFolder, account);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = sectionText("default", {
    aws_access_key_id: key.accessKeyId,
    aws_secret_access_key: key.secret,
  });
  writeFileSync(path, text, { mode: 0o600, flush: true });
  return path;
}

/** @throws Fault where Hosu was never started on the folder. */
export function readAdminKey(dataFolder: string, account?: string): AdminKey {
  const path = fileOf(dataFolder, account);
  if (!existsSync(path) && account !== undefined)
    throw fault(
      "NoCredentials",
      `${dataFolder} has no keys of another account ${account}; it is made with: hosu account create ${account}`,
    );
  if (!existsSync(path))
    throw fault(
      "NoCredentials",
      `There are no credentials in ${dataFolder}; start Hosu on it first: hosu start --data ${dataFolder}`,
    );
  const section = readIni(readFileSync(path, "utf8")).get("default");
  const accessKeyId = section?.["aws_access_key_id"];
  const secret = section?.["aws_secret_access_key"];
  if (!accessKeyId || !secret) throw fault("NoCredentials", `${path} does not hold an access key.`);
  return { accessKeyId, secret };
}
