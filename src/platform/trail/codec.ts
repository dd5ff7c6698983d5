import { invariant } from "../../base/invariant.ts";
import type { TrailReader, TrailWriter } from "./bytes.ts";
import type { Sender, TrailEvent, TrailIdentity, TrailIssuer, TrailResource, TrailSession } from "./event.ts";
import { readJson, writeJson } from "./values.ts";

/** Which of the parts that need not be there are; `again`: the sender is the one of the event before. */
const HAS = {
  error: 1,
  readOnly: 2,
  management: 4,
  session: 8,
  issuer: 16,
  mfa: 32,
  tls: 64,
  again: 128,
} as const;

const TYPES: readonly TrailIdentity["type"][] = [
  "Root",
  "IAMUser",
  "AssumedRole",
  "FederatedUser",
  "AWSAccount",
  "AWSService",
  "WebIdentityUser",
];
const ISSUERS: readonly TrailIssuer["type"][] = ["Role", "IAMUser", "Root"];

/** @param baseMs a time that the reader will know too. */
export function writeEvent(to: TrailWriter, event: TrailEvent, baseMs: number): void {
  const { error, tls } = event;
  const isAgain = to.sender !== undefined && isSameSender(to.sender, event);
  to.varint(flagsOf(event) | (isAgain ? HAS.again : 0));
  const delta = event.timeMs - baseMs;
  // Zigzag: the lake clock may have been set back.
  to.varint(delta >= 0 ? delta * 2 : -delta * 2 - 1);
  to.hex(event.eventId);
  to.text(event.requestId);
  to.name(event.source);
  to.name(event.name);
  if (!isAgain) writeSender(to, event);
  if (error) {
    to.name(error.code);
    to.text(error.message);
  }
  writeJson(to, event.request);
  writeJson(to, event.response);
  to.varint(event.resources.length);
  for (const { type, name, listed } of event.resources) {
    to.name(type);
    to.name(name);
    to.byte(listed ? 1 : 0);
  }
  if (tls) for (const text of [tls.version, tls.cipherSuite, tls.host]) to.name(text);
}

function writeSender(to: TrailWriter, event: TrailEvent): void {
  to.name(event.region);
  to.name(event.account);
  writeIdentity(to, event.identity);
  to.name(event.sourceIp);
  to.name(event.userAgent);
  to.sender = event;
}

/** Who is known to be the same; the identity by being the same object. */
const isSameSender = (a: Sender, b: Sender): boolean =>
  a.identity === b.identity &&
  a.region === b.region &&
  a.account === b.account &&
  a.sourceIp === b.sourceIp &&
  a.userAgent === b.userAgent;

const flagsOf = ({ error, readOnly, management, identity: { session }, tls }: TrailEvent): number =>
  (error ? HAS.error : 0) |
  (readOnly ? HAS.readOnly : 0) |
  (management ? HAS.management : 0) |
  (session ? HAS.session : 0) |
  (session?.issuer ? HAS.issuer : 0) |
  (session?.mfa ? HAS.mfa : 0) |
  (tls ? HAS.tls : 0);

function writeIdentity(to: TrailWriter, identity: TrailIdentity): void {
  const { session } = identity;
  to.byte(TYPES.indexOf(identity.type));
  to.name(identity.principalId);
  to.name(identity.arn);
  to.name(identity.account);
  to.name(identity.accessKeyId);
  to.name(identity.userName);
  to.name(identity.invokedBy);
  if (!session) return;
  to.varint(session.createdMs);
  to.name(session.sourceIdentity);
  if (!session.issuer) return;
  const { type, principalId, arn, account, userName } = session.issuer;
  to.byte(ISSUERS.indexOf(type));
  for (const text of [principalId, arn, account, userName]) to.name(text);
}

/** The next event of what the reader was fed. */
export function readEvent(from: TrailReader, baseMs: number): TrailEvent {
  const flags = from.varint();
  const zigzag = from.varint();
  const text = (): string => from.text() ?? "";
  return {
    readOnly: (flags & HAS.readOnly) !== 0,
    management: (flags & HAS.management) !== 0,
    timeMs: baseMs + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2),
    eventId: from.bytes().toString("hex"),
    requestId: text(),
    source: text(),
    name: text(),
    ...readSender(from, flags),
    error: flags & HAS.error ? { code: text(), message: text() } : undefined,
    request: readJson(from),
    response: readJson(from),
    resources: Array.from({ length: from.varint() }, (): TrailResource => ({
      type: text(),
      name: text(),
      listed: from.byte() === 1,
    })),
    tls: flags & HAS.tls ? { version: text(), cipherSuite: text(), host: text() } : undefined,
  };
}

function readSender(from: TrailReader, flags: number): Sender {
  const text = (): string => from.text() ?? "";
  if (flags & HAS.again) {
    invariant(from.sender, "somebody was the sender before");
    return from.sender;
  }
  from.sender = {
    region: text(),
    account: text(),
    identity: readIdentity(from, flags),
    sourceIp: text(),
    userAgent: text(),
  };
  return from.sender;
}

function readIdentity(from: TrailReader, flags: number): TrailIdentity {
  return {
    type: TYPES[from.byte()] ?? "AWSAccount",
    principalId: from.text() ?? "",
    arn: from.text(),
    account: from.text(),
    accessKeyId: from.text(),
    userName: from.text(),
    invokedBy: from.text(),
    session: flags & HAS.session ? readSession(from, flags) : undefined,
  };
}

function readSession(from: TrailReader, flags: number): TrailSession {
  const text = (): string => from.text() ?? "";
  return {
    createdMs: from.varint(),
    mfa: (flags & HAS.mfa) !== 0,
    sourceIdentity: from.text(),
    issuer:
      flags & HAS.issuer
        ? {
            type: ISSUERS[from.byte()] ?? "Role",
            principalId: text(),
            arn: text(),
            account: text(),
            userName: text(),
          }
        : undefined,
  };
}
