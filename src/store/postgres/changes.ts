import type { ReadSet } from "../conflicts.ts";

interface Change {
  readonly sequence: number;
  readonly keys: readonly string[];
}

/** What was committed lately, by whichever process: what an update read is held against it. */
export class Changes {
  #known: number;
  /** Nothing is known of commits up to here. */
  #floor: number;
  readonly #recent: Change[] = [];
  readonly #writtenBy = new Map<string, number>();

  constructor(known: number) {
    this.#known = known;
    this.#floor = known;
  }

  get known(): number {
    return this.#known;
  }

  /** A commit, the next one. After a gap nothing is known of what was before it. */
  add(sequence: number, keys: readonly string[]): void {
    if (sequence !== this.#known + 1) this.#forgetUpTo(sequence - 1);
    this.#known = sequence;
    this.#recent.push({ sequence, keys });
    for (const key of keys) this.#writtenBy.set(key, sequence);
    if (this.#recent.length > MOST_RECENT)
      this.#forgetUpTo(this.#recent[this.#recent.length - KEPT]?.sequence ?? 0);
  }

  /** Whether anything that was read has been written since, as far as one knows: in doubt it has. */
  conflicts(since: number, { keys, stretches }: ReadSet): boolean {
    if (keys.size === 0 && stretches.length === 0) return false;
    if (since < this.#floor) return true;
    for (const key of keys) if ((this.#writtenBy.get(key) ?? 0) > since) return true;
    for (let i = this.#recent.length - 1; i >= 0; i--) {
      const change = this.#recent[i];
      if (!change || change.sequence <= since) return false;
      const isInside = (key: string) => stretches.some(({ start, end }) => start <= key && key < end);
      if (change.keys.some(isInside)) return true;
    }
    return false;
  }

  #forgetUpTo(floor: number): void {
    this.#floor = floor;
    this.#known = Math.max(this.#known, floor);
    const drop = this.#recent.findIndex(({ sequence }) => sequence > floor);
    for (const { sequence, keys } of this.#recent.splice(0, drop < 0 ? this.#recent.length : drop))
      for (const key of keys) if (this.#writtenBy.get(key) === sequence) this.#writtenBy.delete(key);
  }
}

const MOST_RECENT = 4_000;
const KEPT = 2_000;
