import { parsePolicy } from "../../access/parse.ts";
import { fault } from "../../base/fault.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { find, save } from "./entities.ts";
import { roles, type Entity } from "./model.ts";
import { scanAll } from "./paging.ts";

/** Whom roles trust. */

/** Users and roles of this account that a trust policy names must exist; of other accounts nothing is known. */
export async function checkTrustedPrincipals(read: Reader, account: string, trust: string): Promise<void> {
  for (const { principals } of parsePolicy(trust, "trust").statements) {
    for (const { type, value } of principals?.principals ?? []) {
      const [, owner, kind, path] = /^arn:[^:]+:iam::(\d{12}):(user|role)(\/.*)$/.exec(value) ?? [];
      if (type !== "AWS" || owner !== account || path === undefined) continue;
      const row = await find(read, kind === "user" ? "user" : "role", account, path.split("/").at(-1) ?? "");
      if (row?.arn !== value)
        throw fault("MalformedPolicyDocument", `Invalid principal in policy: "AWS":"${value}"`);
    }
  }
}

/**
 * Who is deleted stands in trust policies by its unique id from then on, so that nobody who is made under its name
 * is trusted in its place. Source: IAM User Guide, "AWS JSON policy elements: Principal", "IAM role principals".
 */
export const forgetPrincipal = (tx: Transaction, gone: Entity): Promise<void> =>
  replacePrincipal(tx, gone, gone.id);

/** Who is renamed or moved stays trusted. */
export async function followPrincipal(tx: Transaction, from: Entity, to: Entity): Promise<void> {
  if (from.arn !== to.arn) await replacePrincipal(tx, from, to.arn);
}

async function replacePrincipal(tx: Transaction, { account, arn }: Entity, by: string): Promise<void> {
  const name = JSON.stringify(arn);
  for (const role of await scanAll(tx, roles, [account])) {
    if (role.arn === arn || !role.trust.includes(name)) continue;
    save(tx, "role", { ...role, trust: role.trust.replaceAll(name, JSON.stringify(by)) });
  }
}
