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
    for (let i = this.#recent.length - 1; i >= 0; i--) {
      const commit = this.#recent[i];
      if (!commit || commit.sequence <= since) return false;
      if (commit.keys.some((key) => touches(reads, key))) return true;
    }
    return false;
  }

  /** Takes a commit in; from here on it counts against others. @returns its sequence, for `landed`. */
  accept(keys: readonly string[]): number {
    this.#sequence += 1;
    this.#recent.push({ sequence: this.#sequence, keys });
    return this.#sequence;
  }

  /** The commit is durable and visible; those before it are too, since commits land in order. */
  landed(sequence: number): void {
    this.#visible = Math.max(this.#visible, sequence);
    this.#forget();
  }

  /** Drops what is visible to every transaction that still runs. */
  #forget(): void {
    let oldest = this.#visible;
    for (const since of this.#running.values()) oldest = Math.min(oldest, since);
    let drop = 0;
    while (drop < this.#recent.length && (this.#recent[drop]?.sequence ?? 0) <= oldest) drop++;
    if (drop > 0) this.#recent.splice(0, drop);
  }
}

function touches(reads: ReadSet, key: string): boolean {
  return reads.keys.has(key) || reads.stretches.some(({ start, end }) => start <= key && key < end);
}
