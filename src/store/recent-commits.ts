/** What a transaction has read, to be held against what others commit meanwhile. */
export interface ReadSet {
  /** Keys read, found or not, as latin1 text. */
  readonly keys: Set<string>;
  /** Stretches scanned: [start, end) as latin1 text, whose order is the order of the bytes. */
  readonly stretches: { start: string; end: string }[];
}

interface Commit {
  readonly sequence: number;
  readonly keys: readonly string[];
}

/** The keys of the commits of late, in the order of their sequences. */
export class RecentCommits {
  readonly #commits: Commit[] = [];
  /** The last of the commits that wrote a key. */
  readonly #writtenBy = new Map<string, number>();

  /** @param sequence larger than all before. */
  add(sequence: number, keys: readonly string[]): void {
    this.#commits.push({ sequence, keys });
    for (const key of keys) this.#writtenBy.set(key, sequence);
  }

  /** Whether a commit after `since` wrote anything of what was read. */
  wrote(reads: ReadSet, since: number): boolean {
    for (const key of reads.keys) if ((this.#writtenBy.get(key) ?? 0) > since) return true;
    if (reads.stretches.length === 0) return false;
    for (let i = this.#commits.length - 1; i >= 0; i--) {
      const commit = this.#commits[i];
      if (!commit || commit.sequence <= since) return false;
      if (commit.keys.some((key) => isScanned(reads, key))) return true;
    }
    return false;
  }

  forgetUpTo(sequence: number): void {
    let drop = 0;
    for (const commit of this.#commits) {
      if (commit.sequence > sequence) break;
      for (const key of commit.keys)
        if (this.#writtenBy.get(key) === commit.sequence) this.#writtenBy.delete(key);
      drop += 1;
    }
    if (drop > 0) this.#commits.splice(0, drop);
  }
}

/** Whether a key lies in a stretch that was scanned. */
export const isScanned = ({ stretches }: ReadSet, key: string): boolean =>
  stretches.some(({ start, end }) => start <= key && key < end);
