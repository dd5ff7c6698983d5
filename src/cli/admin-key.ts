import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/fault.ts";
import { readIni, sectionText } from "./ini.ts";

/** The admin user's key lies in the data folder as an AWS credentials file that only its owner can read. */
const fileOf = (dataFolder: string): string => join(dataFolder, "admin-credentials");

export interface AdminKey {
  readonly accessKeyId: string;
  readonly secret: string;
}

export function writeAdminKey(dataFolder: string, key: AdminKey): void {
  const text = sectionText("default", {
    aws_access_key_id: key.accessKeyId,
    aws_secret_access_key: key.secret,
  });
  writeFileSync(fileOf(dataFolder), text, { mode: 0o600, flush: true });
}

/** @throws Fault where Hosu was never started on the folder. */
export function readAdminKey(dataFolder: string): AdminKey {
  const path = fileOf(dataFolder);
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
