import type { House } from "../../../platform/context.ts";
import type { Authority, ObjectFile, ObjectFiles } from "../../../platform/doors/object-files.ts";
import type { Reader } from "../../../store/store.ts";
import { objectCheck } from "../authority.ts";
import { noSuchBucket, noSuchKey } from "../faults.ts";
import { buckets, objects, type ObjectVersion } from "../model.ts";
import { withPinned } from "./pinning.ts";
import { checkReadable } from "./read.ts";

/** Objects as local files for engines: a whole blob in place, anything else joined once into a cached file. */
export function objectFiles(house: House): ObjectFiles {
  const { store, blobs } = house;
  return {
    async pin(by, bucket, keys) {
      await authorizeReading(house, by, bucket, keys);
      const files: ObjectFile[] = [];
      const releases: (() => void)[] = [];
      const release = (): void => releases.forEach((one) => one());
      try {
        for (const key of keys) {
          const find = (read: Reader) => readable(read, bucket, key);
          await withPinned({ store, blobs }, find, async ({ object, manifest }) => {
            const file = await blobs.joined(manifest.parts);
            releases.push(file.release);
            files.push({ bucket, key, path: file.path, bytes: object.bytes });
          });
        }
        return { files, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

async function readable(read: Reader, bucket: string, key: string): Promise<ObjectVersion> {
  const object = await read.get(objects, bucket, key);
  if (!object) throw noSuchKey(key);
  checkReadable(object);
  return object;
}

/** One decision where the policies make no difference below what the keys share, else one for each. */
async function authorizeReading(
  { store }: House,
  by: Authority,
  name: string,
  keys: readonly string[],
): Promise<void> {
  const bucket = await store.read((read) => read.get(buckets, name));
  if (!bucket) throw noSuchBucket(name);
  const check = (key: string) => objectCheck(bucket, key, "s3:GetObject");
  if (keys.length > 1 && (await by.decidePrefix(check(sharedPrefix(keys)))) === "allow") return;
  await by.authorize(keys.map(check));
}

function sharedPrefix(keys: readonly string[]): string {
  let shared = keys[0] ?? "";
  for (const key of keys) while (!key.startsWith(shared)) shared = shared.slice(0, -1);
  return shared;
}
