import type { House } from "../../../platform/context.ts";
import type { ObjectFile, ObjectFiles } from "../../../platform/doors/object-files.ts";
import { noSuchKey } from "../faults.ts";
import { objects } from "../model.ts";
import { manifestOf } from "./content.ts";
import { checkReadable } from "./read.ts";

/** Objects as local files for engines: a whole blob in place, anything else joined once into a cached file. */
export function objectFiles({ store, blobs }: House): ObjectFiles {
  return {
    async pin(bucket, keys) {
      const files: ObjectFile[] = [];
      const releases: (() => void)[] = [];
      const release = (): void => releases.forEach((one) => one());
      try {
        for (const key of keys) {
          const object = await store.read((read) => read.get(objects, bucket, key));
          if (!object) throw noSuchKey(key);
          checkReadable(object);
          const { parts } = await manifestOf(blobs, object.details.content);
          const file = await blobs.joined(parts);
          releases.push(file.release);
          files.push({ bucket, key, path: file.path, bytes: object.bytes });
        }
        return { files, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
