import { invalidBucketName } from "../faults.ts";

const SHAPE = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;
const PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/** Source: Amazon S3 User Guide, "General purpose bucket naming rules". @throws Fault InvalidBucketName */
export function checkBucketName(name: string): void {
  const valid =
    SHAPE.test(name) &&
    !name.includes("..") &&
    !ADDRESS.test(name) &&
    !PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !SUFFIXES.some((suffix) => name.endsWith(suffix));
  if (!valid) throw invalidBucketName(name);
}
