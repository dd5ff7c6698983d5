import { hash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { signedHeaders } from "../src/cli/sign.ts";
import type { Figure, Scale } from "./bench.ts";
import { median, timed } from "./measure.ts";
import { loadProcess, scratchFolder, startHosuProcess } from "./processes.ts";
import { prepare, type Target } from "./requests.ts";

const BODY_BYTES = 4_000;
const CONNECTIONS = 32;
/** A CI suite resets between tests. */
const RESTORE_GOAL_MS = 200;
const TIMES = 5;

/** The lake saved, put back and emptied, as a client waits for it; beside a restore of a lake with nothing in it. */
export async function snapshots(scale: Scale): Promise<Figure[]> {
  const data = scratchFolder("snapshot");
  const house = await startHosuProcess(data);
  const load = loadProcess();
  const put = async (path: string, bodyBytes = 0): Promise<void> => {
    const done = await load.run(prepare(house, [{ method: "PUT", path, bodyBytes }]), 1);
    if (done.failed > 0) throw new Error(done.firstFailure);
  };
  await put("/bench");
  const small = await restores(house, "small");
  const keys = Array.from({ length: scale.requests }, (_, index) => `/bench/${index}`);
  const lines = keys.map((path) => ({ method: "PUT" as const, path, bodyBytes: BODY_BYTES }));
  const filled = await load.run(prepare(house, lines), CONNECTIONS);
  if (filled.failed > 0) throw new Error(filled.firstFailure);
  const saves: number[] = [];
  for (let time = 0; time < TIMES; time++)
    saves.push(await timed(() => call(house, "/_hosu/snapshots", { name: `full-${time}` })));
  const megabytes = (statSync(join(data, "store.mdb")).size / 1e6).toFixed(0);
  const full = await restores(house, "full");
  const resets: number[] = [];
  for (let time = 0; time < TIMES; time++) resets.push(await timed(() => call(house, "/_hosu/reset", {})));
  house.process.kill("SIGTERM");
  return [
    figure(`snapshot save, a store of ${megabytes} MB`, median(saves), undefined),
    figure(`snapshot restore, a store of ${megabytes} MB`, full, undefined),
    figure("snapshot restore, a small lake", small, RESTORE_GOAL_MS),
    figure("reset", median(resets), RESTORE_GOAL_MS),
  ];
}

const figure = (name: string, ms: number, goalMs: number | undefined): Figure => ({
  name,
  value: `${ms.toFixed(0)} ms`,
  goal: goalMs === undefined ? "–" : `${goalMs} ms`,
  met: goalMs === undefined ? undefined : ms <= goalMs,
});

async function restores(house: Target, name: string): Promise<number> {
  await call(house, "/_hosu/snapshots", { name });
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++)
    times.push(await timed(() => call(house, "/_hosu/snapshots/restore", { name })));
  return median(times);
}

async function call(house: Target, path: string, value: object): Promise<void> {
  const body = JSON.stringify(value);
  const url = `http://127.0.0.1:${house.port}${path}`;
  const headers = signedHeaders(
    {
      method: "POST",
      target: path,
      host: new URL(url).host,
      service: "hosu",
      region: "us-east-1",
      payloadHash: hash("sha256", body, "hex"),
    },
    house,
  );
  const response = await fetch(url, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  await response.text();
}
