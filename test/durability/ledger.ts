/** What was acknowledged, and what was asked but not answered: after a crash each name holds one of these, and nothing else. */
export const ABSENT = "absent";

export class Ledger {
  readonly #known = new Map<string, { acknowledged: string; readonly asked: Set<string> }>();
  #acknowledgements = 0;

  get acknowledgements(): number {
    return this.#acknowledgements;
  }

  get names(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Does what changes `name` to `value`. What fails stays asked: it may have happened. */
  async change(name: string, value: string, act: () => Promise<unknown>): Promise<void> {
    const entry = this.#entry(name);
    entry.asked.add(value);
    await act();
    entry.acknowledged = value;
    // One writer a name: what it asked before was answered, or the house had fallen.
    entry.asked.clear();
    this.#acknowledgements += 1;
  }

  acknowledged(name: string): string {
    return this.#entry(name).acknowledged;
  }

  /** Takes what is there as the state from now on. @throws Error for anything that it may not be. */
  settle(name: string, seen: string): void {
    const entry = this.#entry(name);
    if (seen !== entry.acknowledged && !entry.asked.has(seen))
      throw new Error(
        `${name} holds ${seen}; acknowledged was ${entry.acknowledged}, asked ${[...entry.asked].join(", ") || "nothing"}`,
      );
    entry.acknowledged = seen;
    entry.asked.clear();
  }

  #entry(name: string): { acknowledged: string; readonly asked: Set<string> } {
    const entry = this.#known.get(name) ?? { acknowledged: ABSENT, asked: new Set<string>() };
    this.#known.set(name, entry);
    return entry;
  }
}
