import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { monotonicMs } from "../base/clock.ts";
import { MIB, SECOND_MS } from "../base/units.ts";

/** After so long without a request the program is idle. */
const IDLE_MS = 5 * SECOND_MS;
/** How often a program that is asked looks at what it holds. */
const LOOK_MS = 50;
/** Young buffers V8 collects by itself; these are what became old, and would wait for a whole collection. */
const MOST_DEAD_BYTES = 8 * MIB;
/** Of a busy program's time a tenth may go into the collections that it asks for. */
const REST_PER_COLLECTION = 10;

/**
 * V8 collects garbage when its own heap needs room, and so does two things badly. The bodies of requests are no part
 * of that heap: they pile up, and the holes that they leave between small lasting things stay with the program for
 * good. And a program that nobody asks any more keeps what its last requests left. So dead buffers are collected
 * before they are many, and once the requests are over what can be given back is.
 * @returns to be called with every request.
 */
export function keepMemorySmall(): () => void {
  let lastMs = 0;
  let watch: NodeJS.Timeout | undefined;
  const collectBuffers = bufferCollector();
  const look = (): void => {
    if (monotonicMs() - lastMs < IDLE_MS) return collectBuffers();
    clearInterval(watch);
    watch = undefined;
    giveBack().catch((error: unknown) => {
      process.stderr.write(`hosu: memory is not given back while idle: ${String(error)}\n`);
    });
  };
  return () => {
    lastMs = monotonicMs();
    watch ??= setInterval(look, LOOK_MS).unref();
  };
}

function bufferCollector(): () => void {
  let collect: (() => void) | undefined;
  let least = Number.POSITIVE_INFINITY;
  let notBeforeMs = 0;
  return () => {
    const bytes = bufferBytes();
    least = Math.min(least, bytes);
    const begun = monotonicMs();
    if (bytes - least < MOST_DEAD_BYTES || begun < notBeforeMs) return;
    collect ??= collectorOfV8();
    collect();
    const ended = monotonicMs();
    notBeforeMs = ended + REST_PER_COLLECTION * (ended - begun);
    least = bufferBytes();
  };
}

/** What V8 knows to lie outside its heap. `process.memoryUsage()` asks the system too, which takes long and a file handle: there may be none. */
const bufferBytes = (): number => getHeapStatistics().external_memory;

function collectorOfV8(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/** The inspector's is the one door to a collection that also gives back code and room; no port is opened for it. */
async function giveBack(): Promise<void> {
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  session.connect();
  try {
    await session.post("HeapProfiler.collectGarbage");
  } finally {
    session.disconnect();
  }
}
