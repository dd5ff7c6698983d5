import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Figure, Scale } from "./bench.ts";
import { median, ratio } from "./measure.ts";
import {
  loadProcess,
  scratchFolder,
  startHosuProcess,
  startNginx,
  startS3rver,
  type LoadProcess,
} from "./processes.ts";
import { prepare, type RequestLine, type Target } from "./requests.ts";

const CONNECTIONS = 32;
const LARGE_BYTES = 64 * 1_024 * 1_024;
const LARGE_CONNECTIONS = 4;

interface Rates {
  readonly put: number[];
  readonly get: number[];
  readonly p99: number[];
}

interface Peer {
  readonly name: string;
  readonly target: Target;
}

/** PutObject and GetObject at three sizes, against a WebDAV server that syncs nothing and another local S3. */
export async function objects(scale: Scale): Promise<Figure[]> {
  const hosu = await startHosuProcess();
  const nginx = await startNginx();
  const s3rver = await startS3rver();
  const load = loadProcess();
  await must(load, hosu, [{ method: "PUT", path: "/bench", bodyBytes: 0 }], 1);
  const peers: Peer[] = [{ name: "hosu", target: hosu }];
  if (nginx) peers.push({ name: "nginx", target: nginx });
  if (s3rver) peers.push({ name: "s3rver", target: s3rver });

  const figures: Figure[] = [];
  for (const bytes of [1_024, 4_096]) {
    const rates = await rounds(load, peers, {
      ...scale,
      bytes,
      count: scale.requests,
      connections: CONNECTIONS,
    });
    figures.push(...smallFigures(rates, bytes));
  }
  const large = await rounds(load, peers, {
    ...scale,
    bytes: LARGE_BYTES,
    count: scale.largeObjects,
    connections: LARGE_CONNECTIONS,
  });
  figures.push(...compare(large, "nginx", "put", { name: "PutObject 64 MiB : nginx-dav", goal: 0.4 }));
  figures.push(...compare(large, "nginx", "get", { name: "GetObject 64 MiB : nginx sendfile", goal: 0.8 }));
  return figures;
}

function smallFigures(rates: ReadonlyMap<string, Rates>, bytes: number): Figure[] {
  const size = `${bytes / 1_024} KiB`;
  const own = rates.get("hosu");
  const p99 = own ? median(own.p99) : Number.NaN;
  const sync = fdatasyncMs();
  const latency: Figure = {
    name: `p99 of a durable ${size} PutObject`,
    value: `${p99.toFixed(1)} ms, ${(p99 / sync).toFixed(0)} × one fdatasync (${sync.toFixed(2)} ms)`,
    goal: "40 × one fdatasync",
    met: p99 / sync <= 40,
  };
  return [
    ...compare(rates, "nginx", "put", { name: `PutObject ${size} : nginx-dav without fsync`, goal: 0.6 }),
    ...compare(rates, "s3rver", "put", { name: `PutObject ${size} : s3rver`, goal: 8 }),
    ...compare(rates, "s3rver", "get", { name: `GetObject ${size} : s3rver`, goal: 6 }),
    latency,
  ];
}

function compare(
  rates: ReadonlyMap<string, Rates>,
  peer: string,
  kind: "put" | "get",
  { name, goal }: { readonly name: string; readonly goal: number },
): Figure[] {
  const own = rates.get("hosu")?.[kind];
  const other = rates.get(peer)?.[kind];
  if (!own || !other)
    return [{ name, value: `${peer} is not on this machine`, goal: ratio(goal), met: undefined }];
  const value = median(own) / median(other);
  return [
    {
      name,
      value: `${ratio(value)} (${median(own).toFixed(0)} : ${median(other).toFixed(0)} a second)`,
      goal: ratio(goal),
      met: value >= goal,
    },
  ];
}

interface Rounds {
  readonly rounds: number;
  readonly bytes: number;
  readonly count: number;
  readonly connections: number;
}

/** A first round warms everybody up and is not counted. */
async function rounds(
  load: LoadProcess,
  peers: readonly Peer[],
  plan: Rounds,
): Promise<ReadonlyMap<string, Rates>> {
  const rates = new Map<string, Rates>(peers.map(({ name }) => [name, { put: [], get: [], p99: [] }]));
  for (let round = 0; round <= plan.rounds; round++) {
    for (const { name, target } of peers) {
      const key = (index: number): string => `/bench/${plan.bytes}/${round}/${index}`;
      const lines = (method: "PUT" | "GET", bodyBytes?: number): RequestLine[] =>
        Array.from({ length: plan.count }, (_, index) => ({
          method,
          path: key(index),
          ...(bodyBytes === undefined ? {} : { bodyBytes }),
        }));
      const puts = await must(load, target, lines("PUT", plan.bytes), plan.connections);
      const gets = await must(load, target, lines("GET"), plan.connections);
      if (round === 0) continue;
      rates.get(name)?.put.push(puts.count / puts.seconds);
      rates.get(name)?.get.push(gets.count / gets.seconds);
      rates.get(name)?.p99.push(puts.p99);
    }
  }
  return rates;
}

async function must(load: LoadProcess, target: Target, lines: readonly RequestLine[], connections: number) {
  const loaded = await load.run(prepare(target, lines), connections);
  if (loaded.failed > 0)
    throw new Error(`${loaded.failed} of ${loaded.count} requests failed: ${loaded.firstFailure}`);
  return loaded;
}

/** What the disk takes for one small durable write. */
function fdatasyncMs(): number {
  const file = openSync(join(scratchFolder("sync"), "file"), "w");
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const begun = performance.now();
    writeSync(file, Buffer.alloc(1_024, i));
    fdatasyncSync(file);
    times.push(performance.now() - begun);
  }
  closeSync(file);
  return median(times);
}
