import type { Disk } from "../../store/disk.ts";
import { HEADER_BYTES, isWhole, readFully } from "../../store/log-segments.ts";
import { TrailReader } from "./bytes.ts";
import { readEvent } from "./codec.ts";
import type { TrailEvent } from "./event.ts";

/** A frame begins with its layout's version and the time that its events count from. In the first no sender came again. */
export const FRAME_VERSION = 2;
const READ_VERSIONS = [1, FRAME_VERSION];

/**
 * A segment's events, oldest first, a frame at a time.
 * @param end where what is written ends, for a segment that is still written to.
 */
export async function* readSegment(
  disk: Disk,
  path: string,
  end: number | undefined,
): AsyncGenerator<readonly TrailEvent[]> {
  const file = await disk.openToRead(path);
  try {
    const size = end ?? (await file.size());
    const reader = new TrailReader();
    for (let at = 0; at + HEADER_BYTES <= size;) {
      const header = Buffer.allocUnsafe(HEADER_BYTES);
      await readFully(file, header, at);
      const frame = Buffer.allocUnsafe(Math.min(header.readUInt32LE(0), size - at - HEADER_BYTES));
      await readFully(file, frame, at + HEADER_BYTES);
      // A torn tail is what the last second before a power cut may cost.
      if (!isWhole(header, frame)) return;
      yield eventsOf(reader, frame);
      at += HEADER_BYTES + frame.length;
    }
  } finally {
    await file.close();
  }
}

function eventsOf(reader: TrailReader, frame: Buffer): TrailEvent[] {
  reader.feed(frame);
  const version = reader.byte();
  // A later release's frames are for it to read.
  if (!READ_VERSIONS.includes(version)) return [];
  const baseMs = reader.varint();
  const events: TrailEvent[] = [];
  while (!reader.done) events.push(reader.measured(() => readEvent(reader, baseMs)));
  return events;
}

/** @returns undefined for a segment without a whole frame. */
export async function firstTime(disk: Disk, path: string): Promise<number | undefined> {
  const file = await disk.openToRead(path);
  try {
    const size = await file.size();
    const header = Buffer.alloc(HEADER_BYTES);
    if ((await readFully(file, header, 0)) < HEADER_BYTES) return undefined;
    const frame = Buffer.allocUnsafe(Math.min(header.readUInt32LE(0), size));
    await readFully(file, frame, HEADER_BYTES);
    if (!isWhole(header, frame)) return undefined;
    const reader = new TrailReader();
    reader.feed(frame);
    reader.byte();
    return reader.varint();
  } finally {
    await file.close();
  }
}
