/** What a handler returns → XML text, compiled per shape: strings are joined, no tree is built. */
import { invariant } from "../base/invariant.ts";
import { escapeXml } from "../wire/xml.ts";
import type { Contract, Member, Namespace, Reference, Shape } from "./model.ts";
import { flattenedName, isFlattened } from "./read-xml.ts";
import { membersOf, perShape, shapeOf, toReference } from "./shapes.ts";
import { formatTimestamp, toIsoSeconds } from "./timestamps.ts";

/** A shape's inside, and the attributes that its own start tag gets. */
export interface XmlWriter {
  readonly content: (value: unknown) => string;
  readonly attributes: (value: unknown) => string;
}

const NO_ATTRIBUTES = (): string => "";

export const xmlWriter = perShape((contract, name): XmlWriter => {
  const shape = shapeOf(contract, name);
  switch (shape.type) {
    case "structure":
      return structureWriter(contract, shape);
    case "list":
      return { content: listContent(contract, shape), attributes: NO_ATTRIBUTES };
    case "map":
      return { content: mapContent(contract, shape), attributes: NO_ATTRIBUTES };
    default:
      return { content: scalarContent(contract, shape), attributes: NO_ATTRIBUTES };
  }
});

/** One element with a tag, or `<Tag/>` where it is empty. */
export function writeElement(writer: XmlWriter, tag: string, value: unknown): string {
  const content = writer.content(value);
  const attributes = writer.attributes(value);
  return content === "" ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`;
}

type MemberWriter = (value: unknown) => string;

function structureWriter(contract: Contract, shape: Shape): XmlWriter {
  const members = membersOf(shape).filter((member) => !member.location);
  const inAttributes = members.filter((member) => member.xmlAttribute);
  const namespace = namespaceAttribute(shape.xmlNamespace);
  let rows: readonly (readonly [string, MemberWriter])[] | undefined;
  const inContent = members.filter((member) => !member.xmlAttribute);
  return {
    content: (value) => {
      invariant(isRecord(value), "a structure is an object");
      rows ??= inContent.map((member) => [member.name, memberWriter(contract, member)]);
      let text = "";
      for (const [name, write] of rows) {
        const item = value[name];
        if (item !== undefined && item !== null) text += write(item);
      }
      return text;
    },
    attributes: (value) => (isRecord(value) ? namespace + attributesOf(inAttributes, value) : namespace),
  };
}

const attributesOf = (members: readonly Member[], value: Readonly<Record<string, unknown>>): string =>
  members
    .filter((member) => value[member.name] !== undefined)
    .map((member) => ` ${member.locationName ?? member.name}="${escapeXml(String(value[member.name]))}"`)
    .join("");

export function namespaceAttribute(namespace: Namespace | undefined): string {
  if (namespace === undefined) return "";
  return typeof namespace === "string"
    ? ` xmlns="${namespace}"`
    : ` xmlns:${namespace.prefix}="${namespace.uri}"`;
}

function memberWriter(contract: Contract, member: Member): MemberWriter {
  const shape = shapeOf(contract, member.shape);
  if (shape.type === "list" && isFlattened(shape, member)) {
    const writer = xmlWriter(contract, toReference(shape.member).shape);
    const tag = flattenedName(shape, member);
    return (value) => writeItems(writer, tag, value);
  }
  const tag = member.locationName ?? member.name;
  const writer = xmlWriter(contract, member.shape);
  if (isCompound(shape)) return (value) => writeElement(writer, tag, value);
  const open = `<${tag}>`;
  const close = `</${tag}>`;
  return member.timestampFormat === undefined
    ? (value) => open + writer.content(value) + close
    : timestampWriter(member, open, close);
}

function timestampWriter(member: Reference, open: string, close: string): MemberWriter {
  const format = member.timestampFormat ?? "iso8601";
  return (value) => {
    invariant(value instanceof Date, "a timestamp is a Date");
    return open + formatTimestamp(value, format) + close;
  };
}

const isCompound = (shape: Shape): boolean =>
  shape.type === "structure" || shape.type === "list" || shape.type === "map";

function writeItems(writer: XmlWriter, tag: string, value: unknown): string {
  invariant(Array.isArray(value), "a list is an array");
  let text = "";
  for (const item of value) text += writeElement(writer, tag, item);
  return text;
}

function listContent(contract: Contract, shape: Shape): (value: unknown) => string {
  const element = toReference(shape.member);
  const tag = element.locationName ?? "member";
  return (value) => writeItems(xmlWriter(contract, element.shape), tag, value);
}

function mapContent(contract: Contract, shape: Shape): (value: unknown) => string {
  const key = toReference(shape.key);
  const element = toReference(shape.value);
  return (value) => {
    invariant(isRecord(value), "a map is an object");
    const writer = xmlWriter(contract, element.shape);
    let text = "";
    for (const [name, item] of Object.entries(value)) {
      const keyTag = key.locationName ?? "key";
      text += `<entry><${keyTag}>${escapeXml(name)}</${keyTag}>`;
      text += `${writeElement(writer, element.locationName ?? "value", item)}</entry>`;
    }
    return text;
  };
}

function scalarContent(contract: Contract, shape: Shape): (value: unknown) => string {
  switch (shape.type) {
    case "string":
      return (value) => escapeXml(String(value));
    case "timestamp":
      return timestampContent(contract, shape);
    case "blob":
      return (value) => {
        invariant(value instanceof Uint8Array, "a blob is bytes");
        return Buffer.from(value).toString("base64");
      };
    default:
      return String;
  }
}

function timestampContent(contract: Contract, shape: Shape): (value: unknown) => string {
  const plain = contract.protocol === "query" ? toIsoSeconds : (date: Date): string => date.toISOString();
  const format = shape.timestampFormat;
  return (value) => {
    invariant(value instanceof Date, "a timestamp is a Date");
    return format && format !== "iso8601" ? formatTimestamp(value, format) : plain(value);
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
