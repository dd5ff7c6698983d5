/** One piece of work at a time, in the order in which they were asked for; one that fails holds up none behind it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` once all before it is over. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** All that was asked for by now is over. */
  async over(): Promise<void> {
    await this.#last;
  }
}
