import type { Store } from "../store.ts";
import { blobs, segmentMembers, type BlobId } from "./model.ts";

/** What saved states of the store still need: their files and segments stay, whatever becomes of the rows here. */
export interface Held {
  hasFile(id: BlobId): Promise<boolean>;
  hasSegment(segment: number): Promise<boolean>;
}

/** A saved state says itself what it holds, so that to save it costs nothing for each blob. */
export const heldBy = (saved: () => Iterable<Pick<Store, "read">>): Held => ({
  async hasFile(id) {
    for (const store of saved())
      if ((await store.read((read) => read.get(blobs, id)))?.place.kind === "file") return true;
    return false;
  },
  async hasSegment(segment) {
    for (const store of saved()) {
      const members = await store.read((read) => read.scan(segmentMembers, { within: [segment], limit: 1 }));
      if (members.length > 0) return true;
    }
    return false;
  },
});
