import type { Transaction } from "../store.ts";
import type { BlobId, BlobPlace } from "./model.ts";
import type { Pace } from "./pace.ts";

/** Bytes on their way in: kept nowhere that anyone can see until they are named in an update. */
export interface Draft {
  readonly id: BlobId;
  readonly bytes: number;
  /** Where the bytes lie, once it is finished. */
  readonly place: BlobPlace | undefined;
  /** Takes a chunk; wait for it before the next. The chunk must not be changed afterwards. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Resolves when the bytes are durable. */
  finish(): Promise<void>;
  /** The client went away, or the bytes were not what it said: they are dropped, unless they were named. */
  abandon(): Promise<void>;
  /** The draft has been named; the sweeper need no longer spare it. */
  end(): void;
}

/** Immutable bytes under an opaque id. */
export interface Blobs {
  draft(): Draft;
  /** The owner (any text of its service) has the draft from this commit on. */
  name(tx: Transaction, draft: Draft, owner: string): void;
  /** One owner more. */
  share(tx: Transaction, id: BlobId, owner: string): Promise<void>;
  /** One owner less; with the last one the blob is free for the sweeper. */
  free(tx: Transaction, id: BlobId, owner: string): Promise<void>;
  /** @returns undefined for a blob that is not there. */
  size(id: BlobId): Promise<number | undefined>;
  /** Part of a blob's bytes, in chunks; keeps the blob from being swept while it reads. */
  read(id: BlobId, from: number, bytes: number): Promise<BlobBytes>;
  /** A blob as a file of its own for an engine, and the pin that keeps it. */
  file(id: BlobId): Promise<PinnedFile>;
  /** Several blobs, one after the other, as one file. */
  joined(parts: readonly BlobPart[]): Promise<PinnedFile>;
  /**
   * Keeps blobs as they are until the release: for whoever reads an object whose row they have just read, or names
   * its blobs in an update still to come. Pin in the body of the `read` that found the row.
   */
  pin(ids: readonly BlobId[]): () => void;
  /** Keeps everything as it is until the release: for whoever copies the store and then the files. */
  hold(): () => void;
  /**
   * Gives back the room of what nobody owns and nobody reads: blobs, segments that are mostly dead, what an earlier
   * run left behind. @param pace asked after each piece of work; none for as fast as it goes. @returns how many blobs.
   */
  sweep(pace?: Pace): Promise<number>;
  /** A saved state was deleted: what only it needed may go with the next sweep. */
  lookAgain(): void;
  close(): Promise<void>;
}

/** At once when they are few, else as chunks, each good until the next is asked for. Whoever takes the chunks must read to the end or `return()`. */
export type BlobBytes = Uint8Array | AsyncIterable<Uint8Array>;

export interface PinnedFile {
  readonly path: string;
  readonly bytes: number;
  release(): void;
}

/** A stretch of a blob; an object is a list of these. */
export interface BlobPart {
  readonly blob: BlobId;
  readonly offset: number;
  readonly bytes: number;
}
