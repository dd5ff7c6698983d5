import { monotonicMs } from "../base/clock.ts";
import { SECOND_MS } from "../base/units.ts";

/** After so long without a request the program is idle. */
const IDLE_MS = 5 * SECOND_MS;

/**
 * V8 collects garbage when it needs room: a program that nobody asks any more keeps what its last requests left, for
 * as long as it runs. Here it is told to give back what it can once the requests are over, so that an idle lake is
 * small again; the inspector's is the one door to that, and no port is opened for it.
 * @returns to be called with every request.
 */
export function collectWhenIdle(): () => void {
  let lastMs = 0;
  let isClean = true;
  const timer = setInterval(() => {
    if (isClean || monotonicMs() - lastMs < IDLE_MS) return;
    isClean = true;
    giveBack().catch((error: unknown) => {
      clearInterval(timer);
      process.stderr.write(`hosu: memory is not given back while idle: ${String(error)}\n`);
    });
  }, IDLE_MS).unref();
  return () => {
    lastMs = monotonicMs();
    isClean = false;
  };
}

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
