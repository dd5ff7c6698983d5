import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useHouse } from "../harness/house.ts";
import { send, signed, type Signer } from "../harness/signed-request.ts";
import { attack, type Target } from "./attacks.ts";
import { exchange, type Attack, type Outcome } from "./exchange.ts";
import { seeded } from "../../src/store/testing/random.ts";

/**
 * Requests that nobody means well with: an AWS error or a closed connection each, no word of the program's insides,
 * no mistake of ours in its log, and its memory as it was. `npm run test:hostile` sends a hundred thousand.
 */
const REQUESTS = Number(process.env["HOSU_TEST_REQUESTS"] ?? 4_000);
const FIRST_SEED = Number(process.env["HOSU_TEST_SEED"] ?? 1);
const WARM_UP = 500;
const CONNECTIONS = 16;
const IDLE_MS = 12_000;
const MEMORY_BYTES = 64 * 1_024 * 1_024;
const MINUTES = 60_000;

const house = useHouse({ byRealClients: false });

const signerOf =
  () =>
  (service: string): Signer => {
    const { accessKeyId, secretAccessKey, region } = house();
    return { accessKeyId, secretAccessKey, region, service, date: new Date() };
  };

test(
  `${REQUESTS} hostile requests are refused, each in AWS's words, and cost nothing that stays`,
  async () => {
    const { endpoint } = house();
    const { host, port } = new URL(endpoint);
    const target: Target = { host, signer: signerOf() };
    await makeBucket(target);
    // Idle is a program that has met each kind of request: what is loaded at first use is not what an attack leaves.
    await attackFrom(target, Number(port), { from: FIRST_SEED - WARM_UP, count: WARM_UP });
    const before = await idleBytes();
    const wrong = await attackFrom(target, Number(port), { from: FIRST_SEED, count: REQUESTS });
    expect(wrong).toEqual([]);
    expect(await mistakes()).toEqual([]);
    const health = await fetch(`${endpoint}/_hosu/health`);
    expect(health.status).toBe(200);
    expect((await idleBytes()) - before).toBeLessThan(MEMORY_BYTES);
  },
  30 * MINUTES,
);

async function makeBucket(target: Target): Promise<void> {
  const message = {
    method: "PUT",
    path: "/lake",
    query: [],
    headers: { host: target.host },
    body: Buffer.alloc(0),
  };
  const { status } = await send(house().endpoint, signed(message, target.signer("s3")));
  expect(status).toBe(200);
}

/** @returns what was answered wrongly, with the seed that repeats it. */
async function attackFrom(
  target: Target,
  port: number,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<string[]> {
  const wrong: string[] = [];
  let next = from;
  const lane = async (): Promise<void> => {
    while (next < from + count && wrong.length < 20) {
      const seed = next++;
      const sent = attack(target, seeded(seed));
      const complaint = complaintOf(sent, await exchange(port, sent));
      if (complaint !== undefined) wrong.push(`seed ${seed}, ${sent.kind}: ${complaint}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  return wrong;
}

/** A stack's line, a path of the program, or node's own words. */
const INSIDES = /\n\s+at |node:internal|\.mjs|\.ts:\d|node_modules|ERR_[A-Z]/;

function complaintOf({ kind, ending }: Attack, { answer, ended }: Outcome): string | undefined {
  if (ended === "silent") return `nothing came, and it was not closed; so far ${answer.slice(0, 200)}`;
  if (INSIDES.test(answer)) return `it tells of its insides: ${answer.slice(0, 600)}`;
  if (/^HTTP\/1\.1 500/m.test(answer)) return `a mistake of ours: ${answer.slice(0, 600)}`;
  if (ending === "wait" && answer === "") return "it was closed without an answer";
  const answers = answer.split(/^HTTP\/1\.1 (?!100)/m).length - 1;
  if (kind === "smuggling" && answers > 1 && /smuggled/.test(answer))
    return `a second request got in: ${answer}`;
  return undefined;
}

async function mistakes(): Promise<string[]> {
  const log = await readFile(join(house().dataFolder, "hosu.log"), "utf8");
  return log
    .split("\n")
    .filter((line) => line.includes('"kind":"mistake"') || line.includes('"kind":"broken"'));
}

/** What it holds once it has given back what it does while nobody asks: at the latest ten seconds later. */
async function idleBytes(): Promise<number> {
  const least = { bytes: Number.POSITIVE_INFINITY, since: performance.now() };
  const begun = performance.now();
  await expect
    .poll(
      async () => {
        const bytes = await anonymousBytes();
        if (bytes < least.bytes) Object.assign(least, { bytes, since: performance.now() });
        return performance.now() - begun > IDLE_MS && performance.now() - least.since > IDLE_MS / 4;
      },
      { timeout: 6 * IDLE_MS, interval: 500 },
    )
    .toBe(true);
  return least.bytes;
}

/** What the program holds that no file backs. */
async function anonymousBytes(): Promise<number> {
  const rollup = await readFile(`/proc/${house().pid()}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(rollup)?.[1]) * 1_024;
}
