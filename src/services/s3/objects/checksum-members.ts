import type { ChecksumAlgorithm } from "../../../platform/checksums.ts";
import type { ObjectChecksum } from "../model.ts";

interface ChecksumMembers {
  ChecksumCRC32?: string;
  ChecksumCRC32C?: string;
  ChecksumCRC64NVME?: string;
  ChecksumSHA1?: string;
  ChecksumSHA256?: string;
}

const MEMBERS = {
  CRC32: "ChecksumCRC32",
  CRC32C: "ChecksumCRC32C",
  CRC64NVME: "ChecksumCRC64NVME",
  SHA1: "ChecksumSHA1",
  SHA256: "ChecksumSHA256",
} as const satisfies Record<ChecksumAlgorithm, keyof ChecksumMembers>;

/** A checksum under the member that the API has for its algorithm. */
export function checksumValue({
  algorithm,
  value,
}: Pick<ObjectChecksum, "algorithm" | "value">): ChecksumMembers {
  const members: ChecksumMembers = {};
  members[MEMBERS[algorithm]] = value;
  return members;
}

export function checksumMembers(
  checksum: ObjectChecksum | undefined,
): ChecksumMembers & { ChecksumType?: "FULL_OBJECT" | "COMPOSITE" } {
  return checksum ? Object.assign(checksumValue(checksum), { ChecksumType: checksum.type }) : {};
}

/** Reads the member back: what a part is said to have. */
export const statedValue = (from: ChecksumMembers, algorithm: ChecksumAlgorithm): string | undefined =>
  from[MEMBERS[algorithm]];
