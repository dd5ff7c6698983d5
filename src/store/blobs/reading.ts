import { invariant } from "../../base/invariant.ts";
import type { Disk, DiskFile } from "../disk.ts";
import { CHUNK_BYTES } from "./model.ts";

export interface FileStretch {
  readonly disk: Disk;
  readonly path: string;
  readonly from: number;
  readonly bytes: number;
  readonly release: () => void;
}

/**
 * A stretch of a file in chunks, the next one read while the last is on its way. The file is opened at once, so that
 * a failure to is an answer; it is open, and the pin held, until the chunks were read to the end or given up.
 */
export async function fileChunks(stretch: FileStretch): Promise<AsyncIterable<Uint8Array>> {
  const { disk, path, release } = stretch;
  const file = await disk.openToRead(path);
  const close = async (): Promise<void> => {
    release();
    await file.close();
  };
  return endingWith(chunks(file, stretch), close);
}

/** Two buffers take turns: to fill fresh memory for each chunk costs more than reading it. */
async function* chunks(file: DiskFile, { path, from, bytes }: FileStretch): AsyncGenerator<Uint8Array> {
  const end = from + bytes;
  const buffers: [Buffer?, Buffer?] = [];
  let turn: 0 | 1 = 1;
  const readAt = async (at: number): Promise<Uint8Array> => {
    turn = turn === 0 ? 1 : 0;
    const buffer = (buffers[turn] ??= Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, bytes)));
    const chunk = buffer.subarray(0, end - at);
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
}

/** The same chunks, and `end` once after the last, or when they are given up, even before the first. */
export function endingWith(
  chunksToEnd: AsyncIterable<Uint8Array>,
  end: () => Promise<void> | void,
): AsyncIterable<Uint8Array> {
  const inner = chunksToEnd[Symbol.asyncIterator]();
  let isOver = false;
  const finish = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await end();
  };
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        const result = await inner.next();
        if (result.done) await finish();
        return result;
      } catch (error) {
        await finish();
        throw error;
      }
    },
    async return() {
      await inner.return?.();
      await finish();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
