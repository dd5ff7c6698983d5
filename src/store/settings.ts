import { table } from "./table.ts";

/** What was chosen for this folder once and stays. */
export interface Setting {
  readonly name: "account";
  readonly value: string;
}

export const settings = table("settings", {
  scope: "global",
  key: (setting: Setting) => [setting.name] as const,
});
