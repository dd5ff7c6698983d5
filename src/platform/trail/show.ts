import { setEntry } from "../../base/records.ts";
import type { Contract, Member, Operation, Shape } from "../../contract/model.ts";
import { beanName, membersOf, perShape, shapeOf, toReference } from "../../contract/shapes.ts";
import { MOST_DEPTH } from "./limits.ts";
import type { Json } from "./values.ts";

/** What stands where a secret would. */
export const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** Secrets that no contract marks as such. Session tokens are whole credentials together with what else is shown. */
const SECRET_MEMBERS = new Set([
  "SessionToken",
  "SAMLAssertion",
  "WebIdentityToken",
  "Password",
  "OldPassword",
  "NewPassword",
]);

type Show = (value: unknown, depth: number) => Json | undefined;

/**
 * What goes in or comes out of an operation as CloudTrail shows it: names in lower camel case, S3's as they are on
 * the wire, secrets hidden, streams left out.
 */
export function shown(
  contract: Contract,
  shape: string | undefined,
  value: unknown,
): Record<string, Json> | null {
  if (shape === undefined || value === undefined) return null;
  return (showShape(contract, shape)(value, 0) ?? null) as Record<string, Json> | null;
}

/** Which part of a bucket or key is meant (`?acl`); "" where the whole is. */
export const subresource = ({ uri }: Operation): string =>
  /[?&]([a-z][A-Za-z-]*)(?:&|$)/.exec(uri)?.[1] ?? "";

const showShape = perShape((contract, name): Show => {
  const shape = shapeOf(contract, name);
  if (shape.sensitive) return () => HIDDEN;
  if (shape.document) return asJson;
  switch (shape.type) {
    case "structure":
      return structure(contract, shape);
    case "list":
      return list(contract, shape);
    case "map":
      return map(contract, shape);
    case "timestamp":
      return (value) => (value instanceof Date ? spokenTime(value) : undefined);
    case "blob":
      return (value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : undefined);
    default:
      return scalar;
  }
});

const scalar: Show = (value) =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : typeof value === "bigint"
      ? Number(value)
      : undefined;

interface ShownMember {
  readonly name: string;
  readonly key: string;
  readonly shape: string;
  /** Looked up when it first runs: a shape may contain itself. */
  show: Show | undefined;
}

function structure(contract: Contract, shape: Shape): Show {
  const members: readonly ShownMember[] = membersOf(shape)
    .filter((member) => !isStream(member, contract))
    .map((member) => ({
      name: member.name,
      key: shownName(contract, member),
      show: SECRET_MEMBERS.has(member.name) ? () => HIDDEN : undefined,
      shape: member.shape,
    }));
  return (value, depth) => {
    if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return undefined;
    const from = value as Readonly<Record<string, unknown>>;
    const out: Record<string, Json> = {};
    for (const member of members) {
      const one = from[member.name];
      if (one === undefined) continue;
      const json = (member.show ??= showShape(contract, member.shape))(one, depth + 1);
      if (json !== undefined) out[member.key] = json;
    }
    return out;
  };
}

const isStream = (member: Member, contract: Contract): boolean =>
  member.streaming === true || shapeOf(contract, member.shape).eventstream === true;

/** S3's own names: of headers and queries, and of what is in XML. */
function shownName({ protocol }: Contract, member: Member): string {
  const { name, location, locationName } = member;
  if (protocol !== "rest-xml") return beanName(name);
  if (name === "Bucket") return "bucketName";
  if (name === "Key") return "key";
  return location === undefined ? name : (locationName ?? name);
}

function list(contract: Contract, shape: Shape): Show {
  const { shape: member } = toReference(shape.member);
  return (value, depth) =>
    Array.isArray(value) && depth <= MOST_DEPTH
      ? value.flatMap((one) => showShape(contract, member)(one, depth + 1) ?? [])
      : undefined;
}

function map(contract: Contract, shape: Shape): Show {
  const { shape: member } = toReference(shape.value);
  return (value, depth) => {
    if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return undefined;
    const out: Record<string, Json> = {};
    for (const [key, one] of Object.entries(value)) {
      const json = showShape(contract, member)(one, depth + 1);
      if (json !== undefined) setEntry(out, key, json);
    }
    return out;
  };
}

const asJson: Show = (value, depth) => {
  if (value === null) return null;
  if (typeof value !== "object") return scalar(value, depth);
  if (depth > MOST_DEPTH) return undefined;
  if (Array.isArray(value)) return value.flatMap((one) => asJson(one, depth + 1) ?? []);
  const out: Record<string, Json> = {};
  for (const [key, one] of Object.entries(value)) {
    const json = asJson(one, depth + 1);
    if (json !== undefined) setEntry(out, key, json);
  }
  return out;
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Mar 24, 2014, 9:11:59 PM": how times stand in parameters. Source: CloudTrail User Guide, "CloudTrail log file examples". */
export function spokenTime(time: Date): string {
  const hours = time.getUTCHours();
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${MONTHS[time.getUTCMonth()] ?? ""} ${time.getUTCDate()}, ${time.getUTCFullYear()}`;
  return `${day}, ${hours % 12 || 12}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} ${hours < 12 ? "AM" : "PM"}`;
}
