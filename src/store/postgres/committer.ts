import { randomBytes } from "node:crypto";
import { setTimeout as rest } from "node:timers/promises";
import { asBuffer } from "../../base/bytes.ts";
import { monotonicMs } from "../../base/clock.ts";
import { fault } from "../../base/fault.ts";
import { SECOND_MS } from "../../base/units.ts";
import type { Write } from "../pages.ts";
import { isScanned, type ReadSet } from "../recent-commits.ts";
import { STORE_BOUNDS } from "../store.ts";
import { latin1 } from "../transaction.ts";
import type { Changes } from "./changes.ts";
import { isPassing, isRefusal, unreachable, type Connect, type Connection } from "./connection.ts";
import { sequenceOf } from "./snapshots.ts";
import { BEGIN_COMMIT, commitsAfter, commitText } from "./sql.ts";

/** What an update has read and wants written. */
export interface Proposal {
  /** The commit that its snapshot showed as the last. */
  readonly since: number;
  readonly reads: ReadSet;
  readonly writes: ReadonlyMap<string, Write>;
  readonly bytes: number;
}

interface Waiting extends Proposal {
  /** @param committed false when others were faster. */
  readonly resolve: (committed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a store that cannot be reached is waited for; whether a commit happened may not be known before. */
const OUTAGE_MS = 20 * SECOND_MS;
const FIRST_REST_MS = 20;
const MOST_REST_MS = 1 * SECOND_MS;

/**
 * Commits what waits, many updates at a time, one group after the other. Whoever holds the head's lock, of whichever
 * process, is alone: it hears what others have committed, holds against it what its updates have read, and writes.
 */
export class Committer {
  readonly #connect: Connect;
  readonly #changes: Changes;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #connection: Connection | undefined;

  constructor(connect: Connect, changes: Changes) {
    this.#connect = connect;
    this.#changes = changes;
  }

  /** @returns whether it was committed; if not, something that it read was written meanwhile. */
  commit(proposal: Proposal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...proposal, resolve, reject });
      this.#running ??= this.#work().finally(() => {
        this.#running = undefined;
      });
    });
  }

  /** Everything that was asked for has landed. */
  async landed(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#connection?.end();
  }

  async #work(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        const accepted = await this.#land(group);
        for (const one of group) one.resolve(accepted.has(one));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
  }

  /** As many as one transaction should hold. */
  #nextGroup(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      bytes += one.bytes;
      if (count > 0 && bytes > STORE_BOUNDS.updateBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /**
   * A connection that breaks during the commit leaves open whether it happened. The next attempt learns it: it waits
   * for the head's lock until the old transaction is over, and then finds the commit's id among what was committed,
   * or does not.
   */
  async #land(group: readonly Waiting[]): Promise<ReadonlySet<Waiting>> {
    const id = randomBytes(16);
    const begunAt = monotonicMs();
    let sent: ReadonlySet<Waiting> | undefined;
    for (let tries = 0; ; tries++) {
      try {
        const connection = await this.#connected();
        const head = await this.#lock(connection);
        const foundId = await this.#hear(connection, head, id);
        if (sent && foundId) {
          await connection.run("ROLLBACK");
          return sent;
        }
        const accepted = this.#accepted(group);
        if (accepted.size === 0) {
          await connection.run("ROLLBACK");
          return accepted;
        }
        sent = accepted;
        const writes = new Map([...accepted].flatMap((one) => [...one.writes]));
        await connection.run(commitText({ sequence: head + 1, id, writes: [...writes.values()] }));
        this.#changes.add(head + 1, [...writes.keys()]);
        return accepted;
      } catch (error) {
        await this.#drop();
        if (isRefusal(error)) sent = undefined;
        if (!isPassing(error)) throw error;
        if (monotonicMs() - begunAt > OUTAGE_MS) throw sent ? unknownOutcome() : unreachable();
        await rest(restMs(tries));
      }
    }
  }

  async #connected(): Promise<Connection> {
    if (this.#connection?.isLost) await this.#drop();
    return (this.#connection ??= await this.#connect());
  }

  /** What failed is not used again: its transaction is over once its session is. */
  async #drop(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end();
  }

  async #lock(connection: Connection): Promise<number> {
    return sequenceOf((await connection.run(BEGIN_COMMIT))[1]);
  }

  /** What others have committed. @returns whether a commit of this id is among it. */
  async #hear(connection: Connection, head: number, id: Buffer): Promise<boolean> {
    if (head === this.#changes.known) return false;
    const [commits = []] = await connection.run(commitsAfter(this.#changes.known));
    let isFound = false;
    for (const [sequence, by, keys] of commits) {
      this.#changes.add(Number(sequence), (keys as Uint8Array[]).map(latin1));
      isFound ||= asBuffer(by as Uint8Array).equals(id);
    }
    return isFound;
  }

  /** Those whose reads still hold, each after the ones before it. */
  #accepted(group: readonly Waiting[]): ReadonlySet<Waiting> {
    const accepted = new Set<Waiting>();
    const written = new Set<string>();
    for (const one of group) {
      if (this.#changes.conflicts(one.since, one.reads) || touches(one.reads, written)) continue;
      accepted.add(one);
      for (const key of one.writes.keys()) written.add(key);
    }
    return accepted;
  }
}

function touches(reads: ReadSet, written: ReadonlySet<string>): boolean {
  for (const key of written) if (reads.keys.has(key) || isScanned(reads, key)) return true;
  return false;
}

/** Longer each time, and never the same, so that two who met do not meet again. */
export const restMs = (tries: number): number =>
  Math.min(FIRST_REST_MS * 2 ** tries, MOST_REST_MS) * (0.5 + (randomBytes(1)[0] ?? 0) / 512);

const unknownOutcome = () =>
  fault("InternalFailure", "The store was lost during a commit; nobody knows yet whether it happened.", {
    status: 500,
  });
