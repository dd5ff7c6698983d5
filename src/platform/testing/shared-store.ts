import { table } from "../../store/table.ts";

/** What two processes write at once: coins that change purses, of which none is ever lost or made. */
export const PURSES = 20;

export const purses = table("test.purses", {
  scope: "global",
  key: (purse: { readonly number: number; readonly coins: number }) => [purse.number] as const,
});

export const entries = table("test.entries", {
  scope: "global",
  key: (entry: { readonly id: string }) => [entry.id] as const,
});

export const rings = table("test.rings", {
  scope: "global",
  key: (ring: { readonly id: string; readonly times: number }) => [ring.id] as const,
});
