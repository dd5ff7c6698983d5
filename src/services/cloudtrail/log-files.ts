import { gzip } from "node:zlib";
import { promisify } from "node:util";
import { alphanumericId } from "../../base/ids.ts";
import type { TrailEvent } from "../../platform/trail/event.ts";
import { cloudTrailRecord } from "../../platform/trail/record.ts";

const compress = promisify(gzip);
const UNIQUE_CHARACTERS = 16;

/** Where all log files of an account lie in a bucket. Source: CloudTrail User Guide, "Finding your CloudTrail log files". */
export const logFolder = ({
  account,
  prefix = "",
}: {
  readonly account: string;
  readonly prefix?: string | undefined;
}): string => `${prefix === "" ? "" : `${prefix}/`}AWSLogs/${account}/`;

interface LogFile {
  readonly account: string;
  readonly prefix?: string | undefined;
  /** Where the events happened. */
  readonly region: string;
  readonly at: Date;
}

/** `AWSLogs/1/CloudTrail/us-east-1/2026/03/01/1_CloudTrail_us-east-1_20260301T1205Z_Aa0….json.gz`. Source: CloudTrail User Guide, "CloudTrail log file name format". */
export function logFileKey({ account, prefix, region, at }: LogFile): string {
  const [day = "", time = ""] = at.toISOString().split("T");
  const stamp = `${day.replaceAll("-", "")}T${time.slice(0, 5).replace(":", "")}Z`;
  const name = `${account}_CloudTrail_${region}_${stamp}_${alphanumericId(UNIQUE_CHARACTERS)}.json.gz`;
  return `${logFolder({ account, prefix })}CloudTrail/${region}/${day.replaceAll("-", "/")}/${name}`;
}

export const logFileContent = (events: readonly TrailEvent[]): Promise<Buffer> =>
  compress(JSON.stringify({ Records: events.map(cloudTrailRecord) }));
