import { fault } from "../../../base/fault.ts";
import type { Blobs, BlobBytes } from "../../../store/blobs/blobs.ts";
import { endingWith } from "../../../store/blobs/reading.ts";
import type { Reader, Store } from "../../../store/store.ts";
import type { Content, ObjectVersion } from "../model.ts";
import { manifestOf, type Manifest } from "./content.ts";

/** An object and all its bytes, which stay until the release, whatever becomes of the object. */
export interface PinnedObject {
  readonly object: ObjectVersion;
  readonly manifest: Manifest;
  readonly release: () => void;
}

export interface PinGround {
  readonly store: Store;
  readonly blobs: Blobs;
}

/** How often an object may be replaced while its manifest is read. */
const ATTEMPTS = 5;

/** Finds an object and pins its blobs. @throws whatever `find` throws, Fault SlowDown. */
export async function pinObject(
  ground: PinGround,
  find: (read: Reader) => Promise<ObjectVersion>,
): Promise<PinnedObject> {
  const { store, blobs } = ground;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { object, release } = await store.read(async (read) => {
      const found = await find(read);
      return { object: found, release: blobs.pin(ownBlobs(found.details.content)) };
    });
    if (object.details.content.manifest === undefined)
      return { object, manifest: await manifestOf(blobs, object.details.content), release };
    const manifest = await pinListed(ground, object.details.content, { find, release });
    if (manifest) return { object, ...manifest };
  }
  throw fault("SlowDown", "Please reduce your request rate.", { status: 503 });
}

/** Runs `work` while an object is pinned. */
export async function withPinned<T>(
  ground: PinGround,
  find: (read: Reader) => Promise<ObjectVersion>,
  work: (pinned: PinnedObject) => Promise<T>,
): Promise<T> {
  const pinned = await pinObject(ground, find);
  try {
    return await work(pinned);
  } finally {
    pinned.release();
  }
}

/** The pin goes with the last of the bytes, or with whoever gives them up. */
export function lastingFor(bytes: BlobBytes, release: () => void): BlobBytes {
  if (!(bytes instanceof Uint8Array)) return endingWith(bytes, release);
  release();
  return bytes;
}

const ownBlobs = ({ parts, manifest }: Content) =>
  manifest === undefined ? parts.map(({ blob }) => blob) : [manifest];

interface Found {
  readonly find: (read: Reader) => Promise<ObjectVersion>;
  readonly release: () => void;
}

/** The parts that a manifest lists may be freed while it is read; so the object is looked at again once they are pinned. */
async function pinListed(
  { store, blobs }: PinGround,
  content: Content,
  { find, release }: Found,
): Promise<Pick<PinnedObject, "manifest" | "release"> | undefined> {
  let releaseParts = (): void => undefined;
  const releaseAll = (): void => {
    release();
    releaseParts();
  };
  try {
    const manifest = await manifestOf(blobs, content);
    releaseParts = blobs.pin(manifest.parts.map(({ blob }) => blob));
    const again = await store.read(find);
    if (again.details.content.manifest === content.manifest) return { manifest, release: releaseAll };
  } catch (error) {
    releaseAll();
    throw error;
  }
  releaseAll();
  return undefined;
}
