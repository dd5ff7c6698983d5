import { table } from "./table.ts";

/**
 * What was chosen for this folder once and stays: its first account; which of its states this is, a new one after each
 * restore and reset; whether the script of its first start has run; on
 * a store elsewhere, which lake it is, where its bytes lie when not in its data folder, and what its key is known by.
 */
export interface Setting {
  readonly name: "account" | "generation" | "init" | "folder" | "blobs" | "key";
  readonly value: string;
}

export const settings = table("settings", {
  scope: "global",
  key: (setting: Setting) => [setting.name] as const,
});
