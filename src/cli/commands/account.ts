import { resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import { adminCall } from "../admin-call.ts";
import { isPair, writeAccountKey } from "../admin-key.ts";
import type { Options } from "../options.ts";

/** Other accounts of the lake, as an organization has them. */
export async function account(options: Options): Promise<void> {
  const [verb = "list", id, ...more] = options.words;
  if (verb === "list" && id === undefined) return list(options);
  if (verb !== "create" || more.length > 0)
    throw fault("Usage", "hosu account create [ID], or hosu account list");
  const made = await adminCall(options, "POST", "/_hosu/accounts", id === undefined ? {} : { account: id });
  const { root, admin } = made;
  const name = String(made["account"]);
  invariant(isPair(root) && isPair(admin), "a new account has keys");
  const path = writeAccountKey(resolve(options.data), name, admin);
  process.stdout.write(
    [
      `Account ${name} is there, with a user admin, who may do everything in it.`,
      "",
      `  admin  ${admin.accessKeyId}  (the secret is in ${path})`,
      // Secrets are shown once, and only to a person.
      ...(process.stdout.isTTY
        ? [`  root   ${root.accessKeyId}  ${root.secret}`, "", "The root user's keys are shown this once."]
        : []),
      "",
      `Use it with: hosu configure --account ${name} --profile NAME`,
      "",
    ].join("\n"),
  );
}

async function list(options: Options): Promise<void> {
  const { accounts, homeAccount } = await adminCall(options, "GET", "/_hosu/accounts");
  const rows = Array.isArray(accounts) ? (accounts as readonly Readonly<Record<string, unknown>>[]) : [];
  for (const row of rows) {
    const home = row["account"] === homeAccount ? "  (the first)" : "";
    process.stdout.write(`${String(row["account"])}  since ${String(row["createdAt"])}${home}\n`);
  }
}
