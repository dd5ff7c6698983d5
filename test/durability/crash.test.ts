/**
 * `kill -9` at random moments under mixed load. What was acknowledged is there with its bytes, nothing half is visible,
 * and the house starts again without repair. A few times here; HOSU_TEST_CRASHES=100 (`npm run test:crash`) for more.
 */
import { expect, test } from "vitest";
import { openHouse, type House } from "../harness/house.ts";
import { randomBy } from "./chance.ts";
import { Lake, writeOn, type Random } from "./lake.ts";
import { Ledger } from "./ledger.ts";

const CRASHES = Number(process.env["HOSU_TEST_CRASHES"] ?? 5);
const SEED = Number(process.env["HOSU_TEST_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const WRITERS = 8;
const MOST_DELAY_MS = 120;
const MINUTE_MS = 60_000;

test(
  `${CRASHES} crashes lose nothing that was acknowledged (seed ${SEED})`,
  async () => {
    const random = randomBy(SEED);
    const ledger = new Ledger();
    const house = await openHouse();
    const lake = new Lake(house, ledger);
    await lake.prepare(WRITERS);
    for (let crash = 1; crash <= CRASHES; crash += 1) {
      await crashUnderLoad(house, lake, random);
      await house.restart();
      await lake.verify();
    }
    await house.close();
    // Each crash met a house that was working.
    expect(ledger.acknowledgements).toBeGreaterThan(CRASHES * WRITERS);
  },
  Math.max(2 * MINUTE_MS, CRASHES * 10_000),
);

async function crashUnderLoad(house: House, lake: Lake, random: Random): Promise<void> {
  const state = { fallen: false };
  const load = { random, isOver: () => state.fallen };
  const killed = new Promise<void>((resolve, reject) => {
    const kill = (): void => {
      state.fallen = true;
      house.kill9().then(resolve, reject);
    };
    setTimeout(kill, 30 + random(MOST_DELAY_MS));
  });
  await Promise.all([killed, ...Array.from({ length: WRITERS }, (_, writer) => writeOn(lake, writer, load))]);
}
