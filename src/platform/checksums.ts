import { createHash, type Hash } from "node:crypto";
import { crc32, crc32c, crc64nvme } from "../base/crc.ts";
import { fault } from "../base/fault.ts";

/** S3's checksum algorithms by the headers and trailers that carry them. Source: Amazon S3 User Guide, "Checking object integrity". */
export const CHECKSUM_HEADERS = {
  "x-amz-checksum-crc32": "CRC32",
  "x-amz-checksum-crc32c": "CRC32C",
  "x-amz-checksum-crc64nvme": "CRC64NVME",
  "x-amz-checksum-sha1": "SHA1",
  "x-amz-checksum-sha256": "SHA256",
} as const;

export type ChecksumAlgorithm = (typeof CHECKSUM_HEADERS)[keyof typeof CHECKSUM_HEADERS];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

interface Running {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

const fromHash = (hash: Hash): Running => ({
  update: (bytes) => void hash.update(bytes),
  digest: () => hash.digest(),
});

const STARTS: Record<ChecksumAlgorithm, () => Running> = {
  CRC32: () => crc32.start(),
  CRC32C: () => crc32c.start(),
  CRC64NVME: () => crc64nvme.start(),
  SHA1: () => fromHash(createHash("sha1")),
  SHA256: () => fromHash(createHash("sha256")),
};

export const startChecksum = (algorithm: ChecksumAlgorithm): Running => STARTS[algorithm]();

const isChecksumHeader = (name: string): name is keyof typeof CHECKSUM_HEADERS =>
  Object.hasOwn(CHECKSUM_HEADERS, name);

export const algorithmOf = (header: string): ChecksumAlgorithm | undefined =>
  isChecksumHeader(header) ? CHECKSUM_HEADERS[header] : undefined;

/** @returns undefined for an algorithm that is not built. */
export const knownAlgorithm = (name: string): ChecksumAlgorithm | undefined =>
  algorithmOf(`x-amz-checksum-${name.toLowerCase()}`);

export const headerOf = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

const DIGEST_BYTES: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** The checksum that the headers state. @throws Fault InvalidRequest for two of them, or for one that cannot be one. */
export function statedChecksum(headers: Readonly<Record<string, string>>): Checksum | undefined {
  const stated = Object.keys(headers).filter(isChecksumHeader);
  const [name] = stated;
  if (name === undefined) return undefined;
  if (stated.length > 1)
    throw fault(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      {
        status: 400,
      },
    );
  const algorithm = CHECKSUM_HEADERS[name];
  const value = headers[name] ?? "";
  checkForm(algorithm, name, value);
  return { algorithm, value };
}

export function checkForm(algorithm: ChecksumAlgorithm, header: string, value: string): void {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length === DIGEST_BYTES[algorithm] && bytes.toString("base64") === value) return;
  throw fault("InvalidRequest", `Value for ${header} header is invalid.`, { status: 400 });
}

export const checksumMismatch = (algorithm: ChecksumAlgorithm): Error =>
  fault("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`, {
    status: 400,
  });
