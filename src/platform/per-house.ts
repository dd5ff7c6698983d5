import type { Store } from "../store/store.ts";

interface Housed {
  readonly store: Store;
}

/**
 * What a service keeps in memory while it runs (queries under way), one for each house. Nothing durable belongs
 * here.
 */
export function perHouse<H extends Housed, T>(create: (house: H) => T): (house: H) => T {
  const kept = new WeakMap<Store, T>();
  return (house) => {
    const known = kept.get(house.store);
    if (known !== undefined) return known;
    const made = create(house);
    kept.set(house.store, made);
    return made;
  };
}
