import type { Reader } from "../../../store/store.ts";
import { objects, versions, type ObjectVersion } from "../model.ts";
import { plainVersion } from "../object-codec.ts";
import { commonPrefix } from "./walk.ts";

/** A page begins behind a version of a key; without a version, behind all of that key's, or behind all keys of a common prefix. */
export interface VersionPosition {
  readonly key: string;
  readonly sequence?: number;
}

export interface VersionWalk {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly after: VersionPosition | undefined;
  readonly limit: number;
}

export type ListedVersion = ObjectVersion & { readonly isLatest: boolean };

export interface VersionPage {
  readonly rows: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  readonly last: { readonly key: string; readonly versionId: string | undefined } | undefined;
}

const CHUNK = 500;

/** Keys in order, each key's versions newest first. */
export async function walkVersions(read: Reader, asked: VersionWalk): Promise<VersionPage> {
  const rows: ListedVersion[] = [];
  const commonPrefixes: string[] = [];
  let last: VersionPage["last"];
  if (asked.limit === 0) return { rows, commonPrefixes, last };
  for await (const version of versionsInOrder(read, asked)) {
    const shared = commonPrefix(asked, version.key);
    if (shared !== undefined && (commonPrefixes.at(-1) === shared || asked.after?.key === shared)) continue;
    if (rows.length + commonPrefixes.length >= asked.limit) return { rows, commonPrefixes, last };
    if (shared === undefined) rows.push(version);
    else commonPrefixes.push(shared);
    last =
      shared === undefined
        ? { key: version.key, versionId: version.versionId }
        : { key: shared, versionId: undefined };
  }
  return { rows, commonPrefixes, last: undefined };
}

/** Merges the current versions with the others. */
async function* versionsInOrder(read: Reader, asked: VersionWalk): AsyncGenerator<ListedVersion> {
  const current = new Cursor((after) => currentChunk(read, asked, after));
  const others = new Cursor((after) => otherChunk(read, asked, after));
  let latestShown: string | undefined;
  for (;;) {
    const [a, b] = [await current.peek(), await others.peek()];
    const next = a && (!b || comparePlace(a, b) <= 0) ? current.take() : others.take();
    if (!next) return;
    const isFirst = next.key !== latestShown;
    latestShown = next.key;
    if (isHidden(asked.after, next)) continue;
    yield { ...plainVersion(next), isLatest: isFirst };
  }
}

/** Keys compare by their UTF-8 bytes, as they are stored. */
function comparePlace(a: ObjectVersion, b: ObjectVersion): number {
  return a.key === b.key ? b.sequence - a.sequence : Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}

/** The scan begins at the marker's key, to know which of its versions is the latest. */
const isHidden = (after: VersionPosition | undefined, { key, sequence }: ObjectVersion): boolean =>
  after !== undefined && key === after.key && (after.sequence === undefined || sequence >= after.sequence);

const start = ({ bucket, after }: VersionWalk) => (after ? { from: [bucket, after.key] as const } : {});

const within = ({ bucket, prefix }: VersionWalk) => ({
  within: [bucket],
  ...(prefix === "" ? {} : { startsWith: prefix }),
  limit: CHUNK,
});

const currentChunk = (read: Reader, asked: VersionWalk, after: ObjectVersion | undefined) =>
  read.scan(objects, { ...within(asked), ...(after ? { after: objects.keyOf(after) } : start(asked)) });

const otherChunk = (read: Reader, asked: VersionWalk, after: ObjectVersion | undefined) =>
  read.scan(versions, { ...within(asked), ...(after ? { after: versions.keyOf(after) } : start(asked)) });

/** Rows of a table, read a chunk at a time. */
class Cursor {
  readonly #more: (after: ObjectVersion | undefined) => Promise<readonly ObjectVersion[]>;
  #rows: readonly ObjectVersion[] = [];
  #at = 0;
  #last: ObjectVersion | undefined;
  #ended = false;

  constructor(more: (after: ObjectVersion | undefined) => Promise<readonly ObjectVersion[]>) {
    this.#more = more;
  }

  async peek(): Promise<ObjectVersion | undefined> {
    if (this.#at >= this.#rows.length && !this.#ended) {
      this.#rows = await this.#more(this.#last);
      this.#at = 0;
      this.#ended = this.#rows.length < CHUNK;
      this.#last = this.#rows.at(-1);
    }
    return this.#rows[this.#at];
  }

  take(): ObjectVersion | undefined {
    return this.#rows[this.#at++];
  }
}
