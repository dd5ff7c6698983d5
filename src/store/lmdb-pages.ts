import { open as openFile } from "node:fs/promises";
import { basename } from "node:path";
import { open } from "lmdb";
import { commitFailure } from "./lmdb-faults.ts";
import { checkStoreFile, damaged } from "./lmdb-file.ts";
import { STORE_BOUNDS } from "./store.ts";
import type { Entry, Pages, PageSnapshot, Stretch, Write } from "./pages.ts";

/** LMDB hands out one buffer for every value: what is kept is copied, into node's pool, which a slice of it would not be. */
function copied(bytes: Uint8Array, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start));
  return copy;
}

const asTheyAre = {
  encode: (bytes: Uint8Array) => bytes,
  decode: (bytes: Uint8Array) => copied(bytes, 0, bytes.length),
};

const keysAsTheyAre = {
  writeKey(key: Uint8Array, target: Uint8Array, at: number): number {
    target.set(key, at);
    return at + key.length;
  },
  readKey: copied,
};

const DAMAGE = /^MDB_(?:CORRUPTED|PAGE_NOTFOUND|PANIC|INVALID|BAD_TXN)/;

const NOTHING = (): void => undefined;

export interface LmdbPages extends Pages {
  /** The last commit's state as a file of its own, durable; meanwhile all goes on. */
  copyTo(path: string): Promise<void>;
}

/** LMDB would not look for it, and nothing is stored under it. */
const isTooLong = (key: Uint8Array): boolean => key.length > STORE_BOUNDS.keyBytes;

/**
 * @param path a file of its own in the data folder. One process may hold it at a time; see `owner.ts`.
 * @param onMended told where the last commit's meta page was torn, so that the commit before it is the last.
 * @throws Fault where the file is damaged.
 */
export function openLmdbPages(path: string, onMended: () => void = NOTHING): LmdbPages {
  if (checkStoreFile(path)) onMended();
  const environment = open<Uint8Array, Buffer>({
    path,
    encoder: asTheyAre,
    keyEncoder: keysAsTheyAre,
    // One await, and no chance of answering before the data is on the disk.
    overlappingSync: false,
    noSubdir: true,
  });
  // lmdb batches what one event turn commits, and the promise of that is nobody's: left alone, a full disk would end
  // the program by it. It is the current one as soon as the turn's task is over.
  environment.on("beforecommit", () =>
    queueMicrotask(() => void environment.committed.then(NOTHING, NOTHING)),
  );

  const rangeWith = (stretch: Stretch, transaction?: PageSnapshotHandle): Entry[] => {
    const { start, end, reverse, limit } = stretch;
    const entries = environment.getRange({
      // Backwards, LMDB begins at `start` and leaves out `end`: the two change places.
      ...(reverse
        ? { start: end, end: start, reverse: true, exclusiveStart: true, inclusiveEnd: true }
        : { start, end }),
      limit,
      ...(transaction ? { transaction } : {}),
    });
    return sound(() => [...entries]);
  };

  /** LMDB finds a page that was overwritten only when it comes by. */
  const sound = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (error instanceof Error && DAMAGE.test(error.message)) throw damaged(basename(path), error.message);
      throw error;
    }
  };

  return {
    get: (key) => (isTooLong(key) ? undefined : sound(() => environment.get(key))),
    range: (stretch) => rangeWith(stretch),
    snapshot(): PageSnapshot {
      const transaction = environment.useReadTransaction();
      return {
        get: (key) => (isTooLong(key) ? undefined : sound(() => environment.get(key, { transaction }))),
        range: (stretch) => rangeWith(stretch, transaction),
        done: () => transaction.done(),
      };
    },
    async commit(writes: readonly Write[]) {
      let last: Promise<boolean> | undefined;
      const batch = environment.batch(() => {
        for (const { key, value } of writes) {
          const one = value === undefined ? environment.remove(key) : environment.put(key, value);
          if (one === last) continue;
          last = one;
          // The batch's own promise stands for each of these; left alone, their failure would end the program.
          one.catch(NOTHING);
        }
      });
      try {
        await batch;
      } catch (error) {
        throw await commitFailure(error, path);
      }
    },
    async copyTo(copyPath) {
      await environment.backup(copyPath, false);
      await keepToOwner(copyPath);
    },
    close: () => environment.close(),
  };
}

/** A copy may lie in a folder that others can look into. */
async function keepToOwner(path: string): Promise<void> {
  const file = await openFile(path);
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

type PageSnapshotHandle = ReturnType<ReturnType<typeof open>["useReadTransaction"]>;
