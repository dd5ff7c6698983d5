import type { BlobId } from "./model.ts";

/** Who reads which blob right now: what is pinned is neither swept nor moved away. */
export class Pins {
  readonly #counts = new Map<BlobId, number>();
  #holds = 0;

  /** @returns the release, which may be called more than once. */
  pin(ids: readonly BlobId[]): () => void {
    for (const id of ids) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    return once(() => ids.forEach((id) => this.#release(id)));
  }

  /** Pins all there is. */
  hold(): () => void {
    this.#holds += 1;
    return once(() => {
      this.#holds -= 1;
    });
  }

  get isHeld(): boolean {
    return this.#holds > 0;
  }

  has(id: BlobId): boolean {
    return this.#holds > 0 || this.#counts.has(id);
  }

  #release(id: BlobId): void {
    const left = (this.#counts.get(id) ?? 1) - 1;
    if (left > 0) this.#counts.set(id, left);
    else this.#counts.delete(id);
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
