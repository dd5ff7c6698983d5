/** Grounds that fail, and a client that asks once. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { House } from "../harness/house.ts";

export const Bucket = "lake";

export function s3Of(house: House, options: { readonly systemClockOffset?: number } = {}): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = house;
  const credentials = { accessKeyId, secretAccessKey };
  return new S3Client({ endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true, ...options });
}

export const bodyOf = (at: number, bytes: number): Buffer => Buffer.alloc(bytes, `${at};`);

export const put = (s3: S3Client, at: number, bytes: number): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket, Key: `key${at}`, Body: bodyOf(at, bytes) }));

/** @returns the numbers of the objects that are not what was put. */
export async function wrongOf(s3: S3Client, acknowledged: ReadonlyMap<number, number>): Promise<number[]> {
  const wrong: number[] = [];
  for (const [at, bytes] of acknowledged) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `key${at}` }));
    const found = Buffer.from((await Body?.transformToByteArray()) ?? []);
    if (!found.equals(bodyOf(at, bytes))) wrong.push(at);
  }
  return wrong;
}

/** A disk of its own. */
export interface SmallDisk {
  readonly path: string;
  remount(options: string): void;
  unmount(): void;
}

/** @returns undefined where nothing may be mounted here. */
export function smallDisk(path: string, size: string): SmallDisk | undefined {
  mkdirSync(path, { recursive: true });
  const by = [[], ["sudo", "-n"]].find((prefix) => runs([...prefix, ...mounting(path, `size=${size}`)]));
  if (!by) return undefined;
  const must = (args: readonly string[]): void => {
    if (!runs([...by, ...args])) throw new Error(`${args.join(" ")} failed`);
  };
  return {
    path,
    remount: (options) => must(mounting(path, `remount,${options}`)),
    unmount: () => must(["umount", "-l", path]),
  };
}

const mounting = (path: string, options: string): string[] => [
  "mount",
  "-t",
  "tmpfs",
  "-o",
  options,
  "tmpfs",
  path,
];

function runs([command = "", ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What was answered: the fault's name and status, or that nobody answered. */
export function answerOf(error: unknown): string {
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  return `${name} ${$metadata?.httpStatusCode ?? "unanswered"}`;
}
