import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { fault } from "../../base/fault.ts";
import { adminCall } from "../admin-call.ts";
import { isPair, writeAccountKey } from "../admin-key.ts";
import type { Options } from "../options.ts";

/** Empties the lake, or one account of it. Snapshots stay. */
export async function reset(options: Options): Promise<void> {
  // As a flag alone: a variable that chose the first account once must not choose what is removed.
  const { account: asked } = options.flags;
  const account = typeof asked === "string" ? asked : undefined;
  if (options.words.length > 0) throw fault("Usage", "hosu reset [--account ID] [--yes]");
  const what = account === undefined ? "everything in the lake" : `everything in account ${account}`;
  if (options.flags["yes"] !== true && !(await confirmed(what)))
    throw fault("NotConfirmed", `Nothing was done: to remove ${what}, say --yes.`);
  const done = await adminCall(options, "POST", "/_hosu/reset", account === undefined ? {} : { account });
  const { admin } = done;
  if (isPair(admin)) writeAccountKey(resolve(options.data), account, admin);
  process.stdout.write(`Removed ${what}. The keys of its root and admin users stay.\n`);
}

/** Only a person can be asked. */
async function confirmed(what: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(`Remove ${what}? It cannot be undone. Type yes: `)).trim() === "yes";
  } finally {
    lines.close();
  }
}
