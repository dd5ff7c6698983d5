import { fault } from "../base/fault.ts";

/** Counts the reads and updates that a store has under way: what they stand on stays open until the last is over. */
export class UnderWay {
  #count = 0;
  #isClosed = false;
  #onLast = (): void => undefined;

  /** @throws Fault ServiceUnavailable once it is closed: for what went on in the background of a lake that was exchanged for another. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw fault("ServiceUnavailable", "The lake was closed meanwhile.", { status: 503 });
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#onLast();
    }
  }

  /** Lets nothing new begin. @returns when the last is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#count > 0)
      await new Promise<void>((resolve) => {
        this.#onLast = resolve;
      });
  }
}
