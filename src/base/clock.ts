/**
 * The only file that reads the time.
 *
 * Two clocks: the *real* one for whatever another machine compares (the Date header, signatures, session
 * expiry, timeouts), the *lake* one for whatever AWS calls a resource's time (LastModified, restore,
 * retention, schedules). The lake's is real time plus an offset, or stands still; the store keeps which.
 */
export interface Clock {
  now(): Date;
}

export const realClock: Clock = { now: () => new Date() };

/** Milliseconds that never run backwards: for durations alone. */
export const monotonicMs = (): number => performance.now();

/** How the lake's time follows from real time. */
export type LakeTime =
  | { readonly kind: "running"; readonly offsetMs: number }
  | { readonly kind: "still"; readonly atMs: number };

export class LakeClock implements Clock {
  #time: LakeTime;
  readonly #real: Clock;

  constructor(real: Clock, time: LakeTime = { kind: "running", offsetMs: 0 }) {
    this.#real = real;
    this.#time = time;
  }

  now(): Date {
    const time = this.#time;
    if (time.kind === "still") return new Date(time.atMs);
    const now = this.#real.now();
    return time.offsetMs === 0 ? now : new Date(now.getTime() + time.offsetMs);
  }

  get time(): LakeTime {
    return this.#time;
  }

  set(time: LakeTime): void {
    this.#time = time;
  }

  /** The time that makes `now()` answer `target`, still or running as it is now. */
  moved(target: Date): LakeTime {
    return this.#time.kind === "still"
      ? { kind: "still", atMs: target.getTime() }
      : { kind: "running", offsetMs: target.getTime() - this.#real.now().getTime() };
  }
}

/** A clock for tests: stands still until moved. */
export class ManualClock implements Clock {
  #ms: number;

  constructor(start: Date) {
    this.#ms = start.getTime();
  }

  now(): Date {
    return new Date(this.#ms);
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
