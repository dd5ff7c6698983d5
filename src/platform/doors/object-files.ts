import type { ApiCalls } from "../calls.ts";

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

/** In whose name objects are opened: what `calls` can decide. */
export type Authority = Pick<ApiCalls, "authorize" | "decidePrefix">;

/** Offered by S3, so that engines read files rather than HTTP. */
export interface ObjectFiles {
  /** @throws AccessDenied for a key that may not be read, Fault NoSuchKey for one that is gone. */
  pin(by: Authority, bucket: string, keys: readonly string[]): Promise<PinnedFiles>;
}
