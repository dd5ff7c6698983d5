import fc from "fast-check";
import { expect, test } from "vitest";
import type { Blobs } from "../../../store/blobs/blobs.ts";
import { openDiskBlobs } from "../../../store/blobs/disk-blobs.ts";
import { localStore } from "../../../store/local-store.ts";
import type { Store } from "../../../store/store.ts";
import { crashDisk } from "../../../store/testing/crash-disk.ts";
import { crashPages } from "../../../store/testing/crash-pages.ts";
import { seeded } from "../../../store/testing/random.ts";
import { walkVersions } from "../listing/walk-versions.ts";
import { objects, type Bucket, type ObjectVersion } from "../model.ts";
import { addVersion, findVersion, removeVersion } from "./chain.ts";

type Step =
  | { readonly kind: "put" }
  | { readonly kind: "delete" }
  | { readonly kind: "versioning"; readonly to: "Enabled" | "Suspended" }
  | { readonly kind: "remove"; readonly index: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>({ kind: "put" }, { kind: "delete" }),
  fc.constantFrom<Step>({ kind: "versioning", to: "Enabled" }, { kind: "versioning", to: "Suspended" }),
  fc.nat({ max: 5 }).map((index): Step => ({ kind: "remove", index })),
);

/** What S3 documents, written plainly: a list, newest first. */
interface Version {
  id: string;
  marker: boolean;
  etag: string;
}

interface World {
  readonly store: Store;
  readonly blobs: Blobs;
  bucket: Bucket;
  model: Version[];
  puts: number;
}

const KEY = "a/key";
const NOW = new Date("2026-01-01T00:00:00Z");

const draft = (isDeleteMarker: boolean, etag: string) => ({
  bucket: "lake",
  key: KEY,
  isDeleteMarker,
  bytes: 0,
  lastModifiedMs: NOW.getTime(),
  etag,
  storageClass: "STANDARD",
  details: { account: "111122223333", content: { parts: [] }, headers: {}, metadata: {} },
});

async function add(world: World, marker: boolean): Promise<void> {
  const { store, blobs, bucket } = world;
  world.puts += 1;
  const etag = marker ? "" : String(world.puts).padStart(32, "0");
  const stored = await store.update(async (tx) =>
    addVersion({ tx, blobs, now: NOW }, bucket, draft(marker, etag), await tx.get(objects, "lake", KEY)),
  );
  if (stored.versionId === "null") world.model = world.model.filter(({ id }) => id !== "null");
  world.model.unshift({ id: stored.versionId, marker, etag });
}

async function take(world: World, taken: Step): Promise<void> {
  const { store, blobs } = world;
  if (taken.kind === "versioning") world.bucket = { ...world.bucket, versioning: taken.to };
  else if (taken.kind === "put") await add(world, false);
  else if (taken.kind === "delete") {
    // Before versioning a delete takes the object itself; that is another path, see `objects/delete.ts`.
    if (world.bucket.versioning) await add(world, true);
  } else {
    const chosen = world.model[taken.index];
    if (!chosen) return;
    await store.update(async (tx) => {
      const found = await findVersion(tx, "lake", KEY, chosen.id);
      if (found) await removeVersion({ tx, blobs, now: NOW }, found);
    });
    world.model = world.model.filter(({ id }) => id !== chosen.id);
  }
}

const shown = (row: ObjectVersion): Version => ({
  id: row.versionId,
  marker: row.isDeleteMarker,
  etag: row.isDeleteMarker ? "" : row.etag,
});

test("whatever is put, deleted, suspended and removed, the versions are those that S3 documents", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const store = localStore(crashPages(seeded(1)));
      const blobs = await openDiskBlobs({ store, disk: crashDisk(seeded(1)), folder: "/lake" });
      const bucket: Bucket = { name: "lake", account: "111122223333", region: "us-east-1", createdMs: 0 };
      const world: World = { store, blobs, bucket, model: [], puts: 0 };
      for (const one of steps) {
        await take(world, one);
        const listed = await store.read((read) =>
          walkVersions(read, {
            bucket: "lake",
            prefix: "",
            delimiter: undefined,
            after: undefined,
            limit: 100,
          }),
        );
        expect(listed.rows.map(shown)).toEqual(world.model);
        expect(listed.rows.map(({ isLatest }) => isLatest)).toEqual(
          world.model.map((_, index) => index === 0),
        );
        const current = await store.read((read) => read.get(objects, "lake", KEY));
        const newest = world.model[0];
        expect(current?.versionId).toBe(newest && !newest.marker ? newest.id : undefined);
        for (const { id } of world.model)
          expect((await store.read((read) => findVersion(read, "lake", KEY, id)))?.versionId).toBe(id);
      }
    }),
    { numRuns: 200 },
  );
});
