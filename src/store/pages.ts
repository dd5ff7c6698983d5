/** Ordered bytes to bytes with atomic, durable commits: what one machine's store stands on. */
export interface Pages {
  get(key: Buffer): Uint8Array | undefined;
  range(stretch: Stretch): readonly Entry[];
  /** One moment, to be let go of soon: there is room for few at a time. */
  snapshot(): PageSnapshot;
  /**
   * Resolves when all of it is durable; none of it is visible before all is.
   * @throws Fault where the disk has no room: nothing was written, and later it may be. After any other error nobody knows.
   */
  commit(writes: readonly Write[]): Promise<void>;
  close(): Promise<void>;
}

export interface PageSnapshot {
  get(key: Buffer): Uint8Array | undefined;
  range(stretch: Stretch): readonly Entry[];
  done(): void;
}

/** From `start` up to but without `end`; `reverse` begins at the end. */
export interface Stretch {
  readonly start: Buffer;
  readonly end: Buffer;
  readonly reverse: boolean;
  readonly limit: number;
}

export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A value to put, or undefined to delete. */
export interface Write {
  readonly key: Buffer;
  readonly value: Uint8Array | undefined;
}
