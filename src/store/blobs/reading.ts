import { invariant } from "../../base/invariant.ts";
import type { Disk } from "../disk.ts";
import { CHUNK_BYTES } from "./model.ts";

export interface FileStretch {
  readonly disk: Disk;
  readonly path: string;
  readonly from: number;
  readonly bytes: number;
  readonly release: () => void;
}

/**
 * A stretch of a file in chunks, the next one read while the last is on its way. The pin is held from now on
 * until the chunks were read to the end or given up.
 */
export function fileChunks(stretch: FileStretch): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => chunks(stretch) };
}

async function* chunks({ disk, path, from, bytes, release }: FileStretch): AsyncGenerator<Uint8Array> {
  try {
    const file = await disk.openToRead(path);
    try {
      const end = from + bytes;
      const readAt = async (at: number): Promise<Uint8Array> => {
        const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
        const count = await file.read(chunk, at);
        invariant(count > 0, `${path} ends before its blob does`);
        return chunk.subarray(0, count);
      };
      let at = from;
      let next = readAt(at);
      try {
        while (at < end) {
          const chunk = await next;
          at += chunk.length;
          if (at < end) next = readAt(at);
          yield chunk;
        }
      } finally {
        // Whoever gives up early leaves a read under way; the file is closed after it.
        await next.catch(() => undefined);
      }
    } finally {
      await file.close();
    }
  } finally {
    release();
  }
}
