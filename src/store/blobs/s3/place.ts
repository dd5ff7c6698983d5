import { fault } from "../../../base/fault.ts";

/** Where blobs lie on an S3. */
export interface BlobsPlace {
  readonly bucket: string;
  /** "" or ending in a slash. */
  readonly prefix: string;
  /** AWS's own, as the environment says, where it is not given. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

const PARAMETERS = ["endpoint", "region"];

/** @param text s3://BUCKET/PREFIX?endpoint=URL&region=REGION. @throws Fault for anything else. */
export function readBlobsPlace(text: string): BlobsPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const known = [...(url?.searchParams.keys() ?? [])].every((name) => PARAMETERS.includes(name));
  const hasKey = url !== undefined && (url.username !== "" || url.password !== "");
  if (url?.protocol !== "s3:" || url.hostname === "" || !known || hasKey)
    throw fault(
      "InvalidBlobs",
      "A place for blobs is written s3://BUCKET/PREFIX, with ?endpoint=URL and &region=REGION for another S3 than AWS's; keys come from AWS_ACCESS_KEY_ID or a profile.",
    );
  const path = decodeURIComponent(url.pathname).replaceAll(/^\/+|\/+$/g, "");
  return {
    bucket: url.hostname,
    prefix: path === "" ? "" : `${path}/`,
    endpoint: url.searchParams.get("endpoint") ?? undefined,
    region: url.searchParams.get("region") ?? undefined,
  };
}

/** What stays the same however the S3 is reached. */
export const nameOfPlace = ({ bucket, prefix }: BlobsPlace): string => `s3://${bucket}/${prefix}`;
