/**
 * Optimistic concurrency within one process: every commit passes through here, so what a transaction read is
 * compared, in memory, with what others have committed since it began. Nothing is read again.
 */
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

export class Conflicts {
  #sequence = 0;
  #visible = 0;
  #recent: Commit[] = [];
  /** The last of the recent commits that wrote a key. */
  readonly #writtenBy = new Map<string, number>();
  readonly #running = new Map<number, number>();
  #nextTicket = 1;

  /** A transaction begins: it sees every commit up to now that is visible. @returns its ticket. */
  begin(): number {
    const ticket = this.#nextTicket++;
    this.#running.set(ticket, this.#visible);
    return ticket;
  }

  end(ticket: number): void {
    this.#running.delete(ticket);
    this.#forget();
  }

  /** Whether anything that was read has been committed, or is being, since the transaction began. */
  conflicts(ticket: number, reads: ReadSet): boolean {
    const since = this.#running.get(ticket) ?? 0;
    for (const key of reads.keys) if ((this.#writtenBy.get(key) ?? 0) > since) return true;
    if (reads.stretches.length === 0) return false;
    for (let i = this.#recent.length - 1; i >= 0; i--) {
      const commit = this.#recent[i];
      if (!commit || commit.sequence <= since) return false;
      if (commit.keys.some((key) => isInside(reads, key))) return true;
    }
    return false;
  }

  /** Takes a commit in; from here on it counts against others. @returns its sequence, for `landed`. */
  accept(keys: readonly string[]): number {
    this.#sequence += 1;
    this.#recent.push({ sequence: this.#sequence, keys });
    for (const key of keys) this.#writtenBy.set(key, this.#sequence);
    return this.#sequence;
  }

  /** The commit is durable and visible; those before it are too, since commits land in order. */
  landed(sequence: number): void {
    this.#visible = Math.max(this.#visible, sequence);
    this.#forget();
  }

  /** Drops what is visible to every transaction that still runs. */
  #forget(): void {
    // They began in this order, and what is visible only grows: the first sees the least.
    const [oldest = this.#visible] = this.#running.values();
    let drop = 0;
    for (const { sequence, keys } of this.#recent) {
      if (sequence > oldest) break;
      for (const key of keys) if (this.#writtenBy.get(key) === sequence) this.#writtenBy.delete(key);
      drop += 1;
    }
    if (drop > 0) this.#recent.splice(0, drop);
  }
}

const isInside = ({ stretches }: ReadSet, key: string): boolean =>
  stretches.some(({ start, end }) => start <= key && key < end);
