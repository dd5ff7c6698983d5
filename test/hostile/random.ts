/** Random choices that a seed repeats: mulberry32. */
export interface Random {
  /** From 0 up to but without `below`. */
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(count: number): Buffer;
  chance(of: number): boolean;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => int(256))),
    chance: (of) => next() < of,
  };
}
