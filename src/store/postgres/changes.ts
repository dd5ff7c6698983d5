import { RecentCommits, type ReadSet } from "../recent-commits.ts";

/** What was committed lately, by whichever process: what an update read is held against it. */
export class Changes {
  #known: number;
  /** Nothing is known of commits up to here; of those after it, everything up to `known`. */
  #floor: number;
  readonly #recent = new RecentCommits();

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
    this.#recent.add(sequence, keys);
    if (sequence - this.#floor > MOST_RECENT) this.#forgetUpTo(sequence - KEPT);
  }

  /** Whether anything that was read has been written since, as far as one knows: in doubt it has. */
  conflicts(since: number, reads: ReadSet): boolean {
    if (reads.keys.size === 0 && reads.stretches.length === 0) return false;
    return since < this.#floor || this.#recent.wrote(reads, since);
  }

  #forgetUpTo(floor: number): void {
    this.#floor = floor;
    this.#recent.forgetUpTo(floor);
  }
}

const MOST_RECENT = 4_000;
const KEPT = 2_000;
