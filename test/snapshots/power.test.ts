/** The program is killed in the midst of an exchange: what is found is one state or the other, whole. */
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { useHouse } from "../harness/house.ts";
import { signedCall } from "./admin.ts";
import { allObjects, BUCKET, fill, put, s3Of } from "./lake.ts";

const house = useHouse({ byRealClients: false });
beforeAll(async () => {
  await fill(s3Of(house()), 12);
  await signedCall(house(), "/_hosu/snapshots", { name: "saved" });
});

/** The moment is the thing under test. */
const killedAfter = (ms: number): Promise<void> =>
  new Promise((over, failed) => {
    setTimeout(() => {
      house().kill9().then(over, failed);
    }, ms);
  });

const EXCHANGES = [
  ["a restore", "/_hosu/snapshots/restore", { name: "saved" }],
  ["a reset", "/_hosu/reset", {}],
] as const;
/** From before it begins until it is over. */
const MOMENTS_MS = [0, 3, 6, 9, 12, 20, 40];

test.each(EXCHANGES.flatMap((exchange) => MOMENTS_MS.map((ms) => [...exchange, ms] as const)))(
  "%s (%s %j) that is killed after %d ms leaves one state or the other",
  async (_what, path, value, afterMs) => {
    await signedCall(house(), "/_hosu/snapshots/restore", { name: "saved" });
    const s3 = s3Of(house());
    const saved = await allObjects(s3);
    await put(s3, "now", afterMs);
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "first/1" }));
    const now = await allObjects(s3);
    const asked = signedCall(house(), path, value).catch(() => undefined);
    await killedAfter(afterMs);
    await asked;
    await house().restart();
    const found = await allObjects(s3);
    const isReset = path === "/_hosu/reset";
    const states = [now, isReset ? new Map() : saved].map((state) => [...state]);
    expect(states).toContainEqual([...found]);
  },
);

test("a save that is killed is no snapshot, or a whole one", async () => {
  for (const afterMs of MOMENTS_MS) {
    const asked = signedCall(house(), "/_hosu/snapshots", { name: `at-${afterMs}` }).catch(() => undefined);
    await killedAfter(afterMs);
    await asked;
    await house().restart();
    const { snapshots } = (await signedCall(house(), "/_hosu/snapshots")) as {
      snapshots: readonly { readonly name: string }[];
    };
    if (!snapshots.some(({ name }) => name === `at-${afterMs}`)) continue;
    const before = await allObjects(s3Of(house()));
    await signedCall(house(), "/_hosu/snapshots/restore", { name: `at-${afterMs}` });
    expect(await allObjects(s3Of(house()))).toEqual(before);
  }
});
