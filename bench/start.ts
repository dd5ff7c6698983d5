import { spawnSync } from "node:child_process";
import type { Figure, Scale } from "./bench.ts";
import { median, ratio, timed } from "./measure.ts";
import { anonymousBytes, loadProcess, scratchFolder, startHosuProcess } from "./processes.ts";
import { prepare } from "./requests.ts";

const IDLE_MEMORY_BYTES = 80_000_000;

/** From nothing to the first signed PutObject, against a Node that does nothing; and what it then holds. */
export async function startAndMemory({ rounds }: Scale): Promise<Figure[]> {
  const load = loadProcess();
  const bare: number[] = [];
  const own: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    bare.push(await timed(async () => spawnSync(process.execPath, ["-e", "0"])));
    const data = scratchFolder(`start-${round}`);
    const first = await startHosuProcess(data);
    const made = await load.run(prepare(first, [{ method: "PUT", path: "/bench", bodyBytes: 0 }]), 1);
    if (made.failed > 0) throw new Error(made.firstFailure);
    await ended(first.process);
    own.push(
      await timed(async () => {
        const again = await startHosuProcess(data);
        const put = await load.run(
          prepare(again, [{ method: "PUT", path: "/bench/first", bodyBytes: 1_024 }]),
          1,
        );
        if (put.failed > 0) throw new Error(put.firstFailure);
        memory.push(anonymousBytes(again.process.pid ?? 0));
        again.process.kill("SIGTERM");
      }),
    );
  }
  const startRatio = median(own) / median(bare);
  const held = median(memory);
  return [
    {
      name: "start → first signed PutObject : node -e 0",
      value: `${ratio(startRatio)} (${median(own).toFixed(0)} ms : ${median(bare).toFixed(0)} ms)`,
      goal: "3 ×, about 300 ms",
      met: startRatio <= 3,
    },
    {
      name: "idle memory (PSS less file-backed pages)",
      value: `${(held / 1e6).toFixed(0)} MB`,
      goal: "80 MB",
      met: held <= IDLE_MEMORY_BYTES,
    },
  ];
}

export function ended(process: {
  kill(signal: "SIGTERM"): boolean;
  once(event: "exit", then: () => void): unknown;
}): Promise<void> {
  return new Promise((resolve) => {
    process.once("exit", resolve);
    process.kill("SIGTERM");
  });
}
