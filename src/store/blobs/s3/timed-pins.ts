import type { Clock } from "../../../base/clock.ts";
import type { BlobId } from "../model.ts";
import { Pins } from "../pins.ts";

/** Pins that know since when the oldest of them has been held: others must spare what was freed after that. */
export class TimedPins extends Pins {
  readonly #clock: Clock;
  /** In the order they were taken. */
  readonly #taken = new Map<symbol, number>();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override pin(ids: readonly BlobId[]): () => void {
    return this.#timed(super.pin(ids));
  }

  override hold(): () => void {
    return this.#timed(super.hold());
  }

  /** Now, where nothing is pinned. */
  sinceMs(): number {
    const [oldest] = this.#taken.values();
    return oldest ?? this.#nowMs();
  }

  #timed(release: () => void): () => void {
    const one = Symbol("pin");
    this.#taken.set(one, this.#nowMs());
    return () => {
      this.#taken.delete(one);
      release();
    };
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}
