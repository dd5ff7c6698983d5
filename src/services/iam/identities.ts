import { accessKeyId as newKeyId, opaqueId, secretAccessKey } from "../../base/ids.ts";
import { parseArn } from "../../base/arn.ts";
import { DAY_MS, SECOND_MS } from "../../base/units.ts";
import type { Principal, Session } from "../../platform/caller.ts";
import type { House } from "../../platform/context.ts";
import type {
  AssumableRole,
  Credential,
  Identities,
  NewSession,
  TemporaryKeys,
} from "../../platform/doors/identities.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { find, iamArn, save } from "./entities.ts";
import { policyNotAttachable } from "./faults.ts";
import { LAST_USED_EVERY_MS, REMEMBERED_USES } from "./limits.ts";
import { managedDocument } from "./managed.ts";
import { accessKeys, accounts, keyUses, sessions, type KeyUse, type SessionRow } from "./model.ts";
import { policiesOf } from "./principal-policies.ts";
import { OpenSecrets, sealSecret } from "./secrets.ts";

/** The door that the gateway asks on every request: who a key is, and what speaks for them. */
export function identities(house: House): Identities {
  const { store } = house;
  const writtenAt = new Map<string, number>();
  const secrets = new OpenSecrets();
  const opened = (id: string, sealed: string): string => secrets.open(house.sealer, id, sealed);
  return {
    credential: (id) =>
      store.read((read) =>
        id.startsWith("ASIA") ? sessionCredential(read, id, opened) : keyCredential(read, id, opened),
      ),
    policies: (principal, id) => store.read((read) => policiesOf(read, principal, id)),
    used(id, service, region) {
      const now = house.realClock.now();
      if (now.getTime() - (writtenAt.get(id) ?? 0) < LAST_USED_EVERY_MS) return;
      if (writtenAt.size >= REMEMBERED_USES) writtenAt.clear();
      writtenAt.set(id, now.getTime());
      // Nobody waits for it, and losing one is no loss: the next use writes again.
      const written = store.update((tx) => writeUse(tx, { accessKeyId: id, usedAt: now, service, region }));
      written.catch(() => writtenAt.delete(id));
    },
    role: (arn) => store.read((read) => assumableRole(read, arn)),
    startSession: (session) => startSession(house, session),
  };
}

async function writeUse(tx: Transaction, use: KeyUse): Promise<void> {
  if (await tx.get(accessKeys, use.accessKeyId)) tx.put(keyUses, use);
  const session = await tx.get(sessions, use.accessKeyId);
  if (session?.principal.kind !== "role") return;
  const role = await find(tx, "role", session.principal.account, session.sourceName);
  if (role?.id === session.sourceId)
    save(tx, "role", { ...role, lastUsed: { at: use.usedAt, region: use.region } });
}

type Open = (accessKeyId: string, sealed: string) => string;

async function keyCredential(read: Reader, id: string, open: Open): Promise<Credential | undefined> {
  const key = await read.get(accessKeys, id);
  if (!key) return undefined;
  const principal = await principalOf(read, key.account, key.user);
  return (
    principal && {
      accessKeyId: id,
      secret: open(id, key.secret),
      status: key.status,
      principal,
    }
  );
}

async function principalOf(
  read: Reader,
  account: string,
  name: string | undefined,
): Promise<Principal | undefined> {
  if (name === undefined) return { kind: "root", account, arn: iamArn(account, "root"), id: account };
  const user = await find(read, "user", account, name);
  return user && { kind: "user", account, arn: user.arn, id: user.id, name: user.name };
}

async function sessionCredential(read: Reader, id: string, open: Open): Promise<Credential | undefined> {
  const row = await read.get(sessions, id);
  if (!row || !(await isSourceThere(read, row))) return undefined;
  return {
    accessKeyId: id,
    secret: open(id, row.secret),
    status: "Active",
    principal: row.principal,
    sessionToken: row.sessionToken,
    session: sessionOf(row),
  };
}

function sessionOf({
  issuedAt,
  expiresAt,
  tags,
  transitiveTagKeys,
  sourceIdentity,
  mfa,
}: SessionRow): Session {
  const identity = sourceIdentity === undefined ? {} : { sourceIdentity };
  return { issuedAt, expiresAt, tags, transitiveTagKeys, mfa, ...identity };
}

/** A role or user that was deleted, or made anew under the same name, ends its sessions. */
async function isSourceThere(
  read: Reader,
  { principal, sourceId, sourceName }: SessionRow,
): Promise<boolean> {
  if (sourceId === principal.account) return (await read.get(accounts, principal.account)) !== undefined;
  const kind = principal.kind === "role" ? "role" : "user";
  return (await find(read, kind, principal.account, sourceName))?.id === sourceId;
}

async function assumableRole(read: Reader, arn: string): Promise<AssumableRole | undefined> {
  const parsed = parseArn(arn);
  if (parsed?.service !== "iam" || !parsed.resource.startsWith("role/")) return undefined;
  const role = await find(read, "role", parsed.account, parsed.resource.split("/").at(-1) ?? "");
  if (role?.arn !== arn) return undefined;
  const { account, name, id, trust, maxSessionSeconds } = role;
  const tags = Object.fromEntries(role.tags.map(({ Key, Value }) => [Key, Value]));
  return { account, arn, name, id, trust, maxSessionSeconds, tags };
}

const TOKEN_BYTES = 96;

async function startSession(
  { store, clock, realClock, sealer }: House,
  session: NewSession,
): Promise<TemporaryKeys> {
  const accessKeyId = newKeyId("ASIA");
  const secret = secretAccessKey();
  const issuedAt = realClock.now();
  const row: SessionRow = {
    accessKeyId,
    principal: session.principal,
    sourceId: session.source.id,
    sourceName: session.source.name,
    secret: sealSecret(sealer, accessKeyId, secret),
    sessionToken: opaqueId(TOKEN_BYTES),
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + session.seconds * SECOND_MS),
    tags: session.tags,
    transitiveTagKeys: session.transitiveTagKeys,
    mfa: session.mfa,
    ...(session.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }),
    ...(session.policies ? { policies: session.policies } : {}),
  };
  await store.update(async (tx) => {
    for (const arn of row.policies?.arns ?? []) {
      if (!(await managedDocument(tx, session.principal.account, arn))) throw policyNotAttachable(arn);
    }
    tx.put(sessions, row);
    await tx.timer(
      new Date(clock.now().getTime() + session.seconds * SECOND_MS + DAY_MS),
      SESSION_TIMER,
      accessKeyId,
    );
  });
  return { accessKeyId, secret, sessionToken: row.sessionToken, expiresAt: row.expiresAt };
}

/** Takes away what has long expired. */
export const SESSION_TIMER = "iam.session-expiry";
