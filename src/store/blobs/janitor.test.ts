import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MIB, SECOND_MS } from "../../base/units.ts";
import { costMs, janitor } from "./janitor.ts";
import type { Pace } from "./pace.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Passes of so many pieces of 32 MiB each: a second's worth. */
function passes(pieces: number) {
  const seen = { begun: 0, pieces: 0, ended: 0 };
  const sweep = async (pace?: Pace): Promise<number> => {
    seen.begun += 1;
    for (let piece = 0; piece < pieces; piece++) {
      seen.pieces += 1;
      if (!(await pace?.({ bytes: 32 * MIB }))) break;
    }
    seen.ended += 1;
    return 0;
  };
  return { seen, sweep };
}

const failing = (error: unknown): never => {
  throw error;
};

test("nothing is swept while the program starts", async () => {
  const { seen, sweep } = passes(1);
  janitor({ sweep, onFailure: failing }).start();
  await vi.advanceTimersByTimeAsync(5 * SECOND_MS);
  expect(seen.begun).toBe(0);
  await vi.advanceTimersByTimeAsync(6 * SECOND_MS);
  expect(seen.begun).toBe(1);
});

test("it takes as long as its work may take", async () => {
  expect(costMs({ bytes: 32 * MIB })).toBe(SECOND_MS);
  const { seen, sweep } = passes(10);
  janitor({ sweep, onFailure: failing }).start();
  await vi.advanceTimersByTimeAsync(14.5 * SECOND_MS);
  expect(seen).toEqual({ begun: 1, pieces: 5, ended: 0 });
  await vi.advanceTimersByTimeAsync(6 * SECOND_MS);
  expect(seen).toEqual({ begun: 1, pieces: 10, ended: 1 });
});

test("stopping ends a pass in its midst and begins no other", async () => {
  const { seen, sweep } = passes(1_000);
  const sweeping = janitor({ sweep, onFailure: failing });
  sweeping.start();
  await vi.advanceTimersByTimeAsync(12.5 * SECOND_MS);
  await sweeping.stop();
  expect(seen).toEqual({ begun: 1, pieces: 3, ended: 1 });
  await vi.advanceTimersByTimeAsync(3_600 * SECOND_MS);
  expect(seen.begun).toBe(1);
});

test("after failures, which are said, it tries less and less often", async () => {
  const failures: unknown[] = [];
  const sweep = async (): Promise<number> => {
    throw new RangeError("no");
  };
  janitor({ sweep, onFailure: (error) => failures.push(error) }).start();
  await vi.advanceTimersByTimeAsync(11 * SECOND_MS);
  expect(failures).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3_600 * SECOND_MS);
  expect(failures.length).toBeGreaterThan(5);
  expect(failures.length).toBeLessThan(15);
});
