/** Where something lies in S3. */
export interface Location {
  readonly bucket: string;
  /** Without a leading slash; may be empty. */
  readonly key: string;
}

const S3_LOCATION = /^s3[an]?:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

/** @returns undefined for what is no s3:// location. */
export function parseLocation(text: string): Location | undefined {
  const [, bucket, key] = S3_LOCATION.exec(text) ?? [];
  return bucket === undefined ? undefined : { bucket, key: key ?? "" };
}

export const printLocation = ({ bucket, key }: Location): string => `s3://${bucket}/${key}`;

/** A folder's key ends with a slash, the bucket's own is empty. */
export function folder({ bucket, key }: Location): Location {
  return { bucket, key: key === "" || key.endsWith("/") ? key : `${key}/` };
}
