import type { BlobId } from "./model.ts";

/** Who reads which blob right now: the sweeper waits for them. */
export class Pins {
  readonly #counts = new Map<BlobId, number>();
  readonly #whenFree = new Map<BlobId, () => void>();

  /** @returns the release, which may be called more than once. */
  pin(id: BlobId): () => void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#release(id);
    };
  }

  has(id: BlobId): boolean {
    return this.#counts.has(id);
  }

  /** Runs `then` now, or once the last reader is gone. */
  whenFree(id: BlobId, then: () => void): void {
    if (this.has(id)) this.#whenFree.set(id, then);
    else then();
  }

  #release(id: BlobId): void {
    const left = (this.#counts.get(id) ?? 1) - 1;
    if (left > 0) {
      this.#counts.set(id, left);
      return;
    }
    this.#counts.delete(id);
    const then = this.#whenFree.get(id);
    this.#whenFree.delete(id);
    then?.();
  }
}
