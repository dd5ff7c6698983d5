import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { fault } from "../base/fault.ts";
import { realDisk } from "../store/disk.ts";
import { openLmdbPages } from "../store/lmdb-pages.ts";
import { localStore } from "../store/local-store.ts";
import { openBooks, type Books } from "./books.ts";
import { ANONYMOUS } from "./caller.ts";
import type { TrailWatcher } from "./doors/trail.ts";
import type { Happened } from "./happened.ts";
import { cloudTrailRecord } from "./trail/record.ts";

const ACCOUNT = "111122223333";

async function withBooks(
  watcher: TrailWatcher | undefined,
  work: (books: Books) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hosu-books-"));
  const store = localStore(openLmdbPages(join(folder, "store")));
  const ground = {
    store,
    services: new Map(),
    disk: realDisk,
    folder: join(folder, "trail"),
    clock: new ManualClock(new Date("2026-03-01T12:00:00Z")),
    homeAccount: ACCOUNT,
    isShared: false,
    onLost: (_events: number, error: unknown) => {
      throw error;
    },
    onMistake: (error: unknown) => {
      throw error;
    },
  };
  const books = await openBooks(ground);
  books.door.watch(watcher);
  try {
    await work(books);
  } finally {
    await books.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

const call = (operation: string, more: Partial<Happened> = {}): Happened => ({
  api: "s3",
  operation,
  requestId: operation,
  caller: {
    account: "",
    region: "us-east-1",
    principal: ANONYMOUS,
    source: { ip: "192.0.2.1", secure: false, userAgent: "u".repeat(2_000), calledVia: [] },
  },
  input: { Bucket: "lake", Key: "a" },
  output: {},
  fault: undefined,
  denied: undefined,
  bytesIn: 0,
  bytesOut: 0,
  ...more,
});

const recordsOf = async (books: Books) =>
  (await books.trail.read({ filter: {}, limit: 50 })).events.map(cloudTrailRecord);

test("management events are on the trail, data events where a trail asks for them", async () => {
  const seen: string[] = [];
  const watcher: TrailWatcher = {
    ofData: true,
    notice({ name }) {
      seen.push(name);
      return name === "GetObject";
    },
  };
  await withBooks(watcher, async (books) => {
    for (const name of ["PutObject", "GetObject", "DeleteBucket", "ListObjectsV2"]) books.tell(call(name));
    expect((await recordsOf(books)).map((one) => [one["eventName"], one["eventCategory"]])).toEqual([
      ["DeleteBucket", "Management"],
      ["GetObject", "Data"],
    ]);
    expect(seen).toEqual(["PutObject", "GetObject", "DeleteBucket", "ListObjects"]);
  });
});

test("who did not sign is an account called anonymous, and long texts are cut", async () => {
  await withBooks(undefined, async (books) => {
    books.tell(call("DeleteBucket", { fault: fault("AccessDenied", "x".repeat(5_000), { status: 403 }) }));
    const [record] = await recordsOf(books);
    expect(record).toMatchObject({
      userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" },
      recipientAccountId: ACCOUNT,
      userAgent: "u".repeat(1_024),
      errorCode: "AccessDenied",
      errorMessage: "x".repeat(1_024),
      responseElements: null,
    });
  });
});

test("parameters of more than 100 KB are left out, and said to be", async () => {
  await withBooks(undefined, async (books) => {
    const input = { Bucket: "lake", Policy: "p".repeat(200 * 1_024) };
    books.tell(call("PutBucketPolicy", { input }));
    const [record] = await recordsOf(books);
    expect(record?.["requestParameters"]).toEqual({
      reason: "requestParameters too large",
      omitted: true,
      originalSize: expect.any(Number),
    });
  });
});

test("a request that names no operation is no call", async () => {
  await withBooks({ ofData: true, notice: () => true }, async (books) => {
    books.tell(call("", { operation: undefined, api: "" }));
    expect(await recordsOf(books)).toEqual([]);
  });
});
