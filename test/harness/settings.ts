import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Where the stories are told. Without variables each file starts a Hosu of its own; with HOSU_TEST_ENDPOINT they
 * run against whoever serves there, and with the word `aws` against AWS itself:
 *
 *   HOSU_TEST_ENDPOINT=aws HOSU_TEST_ACCESS_KEY_ID=… HOSU_TEST_SECRET_ACCESS_KEY=… HOSU_TEST_REGION=eu-west-1
 */
const given = (name: string): string | undefined => process.env[`HOSU_TEST_${name}`] || undefined;

export const ROOT = dirname(dirname(import.meta.dirname));
export const IS_CI = process.env["CI"] === "true";

export interface Access {
  /** Absent for AWS itself. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Somebody else's endpoint, where one was named. */
export const EXTERNAL: Access | undefined =
  given("ENDPOINT") === undefined
    ? undefined
    : {
        endpoint: given("ENDPOINT") === "aws" ? undefined : given("ENDPOINT"),
        region: given("REGION") ?? "us-east-1",
        accessKeyId: given("ACCESS_KEY_ID") ?? "",
        secretAccessKey: given("SECRET_ACCESS_KEY") ?? "",
      };

/** The interpreters that `npm test` made. */
export const PYTHONS = { main: given("PYTHON"), s3fs: given("S3FS_PYTHON") } as const;
export type PythonName = keyof typeof PYTHONS;

/** An environment with nothing of the person's own: no profile, no proxy, no instance metadata. */
export function cleanEnvironment(home: string): Record<string, string> {
  return {
    HOME: home,
    PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(":"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    TMPDIR: tmpdir(),
    NO_PROXY: "*",
    AWS_CONFIG_FILE: join(home, ".aws", "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws", "credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUNBUFFERED: "1",
  };
}

/** What every AWS client reads by itself. */
export function clientEnvironment(access: Access, home: string): Record<string, string> {
  return {
    ...cleanEnvironment(home),
    AWS_ACCESS_KEY_ID: access.accessKeyId,
    AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
    AWS_DEFAULT_REGION: access.region,
    AWS_REGION: access.region,
    ...(access.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: access.endpoint }),
    ...(EXTERNAL ? { HOSU_TEST_STAYS: "true" } : {}),
  };
}
