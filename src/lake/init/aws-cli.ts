import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fault } from "../../base/fault.ts";
import type { Environment, KeyPair } from "../ground.ts";
import { mistake, type ScriptLine } from "./script.ts";

/** @returns the path of the AWS CLI. @throws Fault where there is none. */
export function findAws({ PATH: path = "" }: Environment): string {
  for (const folder of path.split(delimiter)) {
    const aws = join(folder, "aws");
    try {
      accessSync(aws, constants.X_OK);
      return aws;
    } catch {
      // Not in this one.
    }
  }
  throw fault(
    "InitFailed",
    "There is no aws on the PATH, which runs the lines of --init. Install the AWS CLI, or give a folder of JSON files.",
  );
}

export interface CliPlace {
  readonly aws: string;
  readonly environment: Environment;
  readonly endpoint: string;
  readonly key: KeyPair;
  readonly region: string;
  /** What file://… is looked for in. */
  readonly folder: string;
}

/** How much of what a failing call says is passed on. */
const MOST_SAID = 2_000;

/** @throws Fault with the line's number and what the CLI said. */
export async function runLine(place: CliPlace, { number, words }: ScriptLine): Promise<void> {
  const { aws, environment, endpoint, key, region, folder } = place;
  const child = spawn(aws, ["--endpoint-url", endpoint, ...words], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...withoutAws(environment),
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secret,
      AWS_DEFAULT_REGION: region,
      AWS_REGION: region,
      AWS_PAGER: "",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  const code = await new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
  if (code !== 0) throw mistake(number, said.trim() || `aws ended with ${String(code)}`);
}

/** None of the person's own profiles. */
const withoutAws = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("AWS_")));
