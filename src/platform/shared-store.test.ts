import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LakeClock, realClock } from "../base/clock.ts";
import { isFault } from "../base/fault.ts";
import type { Key } from "../store/keys.ts";
import { leaseOf } from "../store/lease.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import type { Reader, Store } from "../store/store.ts";
import type { Table } from "../store/table.ts";
import { postgresPrograms, startTestPostgres } from "../store/testing/postgres.ts";
import { timers as timerTable } from "../store/timers.ts";
import { entries, purses, rings } from "./testing/shared-store.ts";
import { timerRunner } from "./timers.ts";

const hasPostgres = postgresPrograms() !== undefined || process.env["CI"] !== undefined;
const KILLS = Number(process.env["HOSU_TEST_CRASHES"] ?? 5);
const WRITER = join(import.meta.dirname, "testing", "shared-store.writer.ts");

async function all<Row, K extends Key>(read: Reader, of: Table<Row, K>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1);
    const from = last === undefined ? {} : { after: of.keyOf(last) };
    const page = await read.scan(of, { within: [], ...from, limit: 1_000 });
    rows.push(...page);
    if (page.length < 1_000) return rows;
  }
}

/** In any one moment the coins come to nothing, and whatever was written down was done whole. */
async function expectWhole(store: Store): Promise<void> {
  const coins = await store.read((read) => all(read, purses));
  expect(coins.reduce((sum, purse) => sum + purse.coins, 0)).toBe(0);
}

function startWriter(url: string, name: string, acknowledged: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", WRITER, url, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout) createInterface(child.stdout).on("line", (id) => acknowledged.push(id));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** A session may be cut in the middle of a read, which is answered with 503 then. */
const orCut = (error: unknown): void => {
  if (!isFault(error) || error.status !== 503) throw error;
};

/** Runs what is left, once the lease of the dead has run out. */
async function runTheRest(store: Store): Promise<void> {
  const runner = timerRunner({
    store,
    clock: new LakeClock(realClock),
    realClock,
    lease: leaseOf({ store, realClock }, "timers"),
    run: ({ key }) => store.update(async (tx) => tx.put(rings, { id: String(key[0]), times: 1 })),
    onFailure: () => undefined,
  });
  runner.start();
  const left = () => store.read((read) => read.scan(timerTable, { within: [], limit: 1 }));
  await expect.poll(left, { timeout: 60_000, interval: 100 }).toEqual([]);
  await runner.stop();
}

test.skipIf(!hasPostgres)(
  `two processes on one Postgres, ${KILLS} kills: no write lost, no timer lost, nothing half`,
  async () => {
    const server = await startTestPostgres();
    onTestFinished(() => server.stop());
    const url = server.url();
    const store = await openPostgresStore(url);
    const acknowledged: string[] = [];
    let [killed, other] = [startWriter(url, "w0", acknowledged), startWriter(url, "w1", acknowledged)];
    for (let count = 0; count < KILLS; count++) {
      const enough = acknowledged.length + 30 + Math.floor(Math.random() * 30);
      while (acknowledged.length < enough) await expectWhole(store).catch(orCut);
      await kill(killed);
      // Every other time, the sessions of the one that lives are cut too, perhaps in the middle of a commit.
      if (count % 2 === 0)
        server.sql(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'hosu'",
        );
      [killed, other] = [other, startWriter(url, `w${count + 2}`, acknowledged)];
    }
    await Promise.all([kill(killed), kill(other)]);
    await store.close();
    const after = await openPostgresStore(url);
    await runTheRest(after);
    await expectWhole(after);
    const written = new Set((await after.read((read) => all(read, entries))).map(({ id }) => id));
    const rung = new Set((await after.read((read) => all(read, rings))).map(({ id }) => id));
    expect(acknowledged.filter((id) => !written.has(id))).toEqual([]);
    expect([...written].filter((id) => !rung.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(KILLS * 30);
    await after.close();
  },
  60_000 + KILLS * 10_000,
);
