/** An object as an engine sees it: bytes in a local file. */
export interface ObjectFile {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
}

export interface PinnedFiles {
  readonly files: readonly ObjectFile[];
  /** Lets go of the files; until then no sweep takes them. */
  release(): void;
}

/** Offered by S3, so that engines read files rather than HTTP. The keys must have been authorized just before. */
export interface ObjectFiles {
  /** @throws Fault NoSuchKey when one of them is gone. */
  pin(bucket: string, keys: readonly string[]): Promise<PinnedFiles>;
}
