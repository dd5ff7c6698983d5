import { RecentCommits, type ReadSet } from "./recent-commits.ts";

/**
 * Optimistic concurrency within one process: every commit passes through here, so what a transaction read is
 * compared, in memory, with what others have committed since it began. Nothing is read again.
 */
export class Conflicts {
  #sequence = 0;
  #visible = 0;
  readonly #recent = new RecentCommits();
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
    return this.#recent.wrote(reads, this.#running.get(ticket) ?? 0);
  }

  /** Takes a commit in; from here on it counts against others. @returns its sequence, for `landed`. */
  accept(keys: readonly string[]): number {
    this.#sequence += 1;
    this.#recent.add(this.#sequence, keys);
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
    this.#recent.forgetUpTo(oldest);
  }
}
