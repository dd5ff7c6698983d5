/** XML elements → what the SDK's types say, compiled per shape. */
import { setEntry } from "../base/records.ts";
import type { XmlElement } from "../wire/xml.ts";
import type { Conventions } from "./conventions.ts";
import type { Contract, Member, Reference, Shape } from "./model.ts";
import { JAVA_NAME, readText } from "./read-text.ts";
import { membersOf, perShape, shapeOf, toReference } from "./shapes.ts";

export type XmlReader = (element: XmlElement, conventions: Conventions) => unknown;

export const xmlReader = perShape((contract, name): XmlReader => {
  const shape = shapeOf(contract, name);
  switch (shape.type) {
    case "structure":
      return structureReader(contract, shape);
    case "list":
      return (element, conventions) => readList(contract, shape, element.children, conventions);
    case "map":
      return mapReader(contract, shape);
    default:
      return (element, conventions) => {
        const value = element.children.length > 0 ? undefined : readText(shape, element.text);
        if (value === undefined) throw conventions.wrongType("STRING_VALUE", JAVA_NAME[shape.type]);
        return value;
      };
  }
});

/** Elements that no member has a name for are ignored; a member that HTTP binds elsewhere is not looked for. */
function structureReader(contract: Contract, shape: Shape): XmlReader {
  const members = membersOf(shape).filter((member) => !member.location);
  return (element, conventions) => {
    const out: Record<string, unknown> = {};
    for (const member of members) {
      const value = readMember(contract, member, element, conventions);
      if (value !== undefined) out[member.name] = value;
    }
    return out;
  };
}

function readMember(
  contract: Contract,
  member: Member,
  element: XmlElement,
  conventions: Conventions,
): unknown {
  const name = member.locationName ?? member.name;
  if (member.xmlAttribute) return readAttribute(element, name);
  const shape = shapeOf(contract, member.shape);
  if (shape.type === "list" && isFlattened(shape, member)) {
    const items = element.children.filter((child) => child.name === flattenedName(shape, member));
    return items.length > 0 ? readList(contract, shape, items, conventions) : undefined;
  }
  const child = element.children.find((candidate) => candidate.name === name);
  return child && xmlReader(contract, member.shape)(child, conventions);
}

function readAttribute(element: XmlElement, name: string): string | undefined {
  const local = name.slice(name.indexOf(":") + 1);
  for (const [key, value] of Object.entries(element.attributes)) {
    if (key === name || key.slice(key.indexOf(":") + 1) === local) return value;
  }
  return undefined;
}

export const isFlattened = (shape: Shape, member: Reference): boolean =>
  (member.flattened ?? shape.flattened) === true;

/** A flattened list's elements bear the member's name, unless the list names its own. */
export const flattenedName = (shape: Shape, member: Member): string =>
  member.locationName ?? toReference(shape.member).locationName ?? member.name;

function readList(
  contract: Contract,
  shape: Shape,
  elements: readonly XmlElement[],
  conventions: Conventions,
): unknown {
  const read = xmlReader(contract, toReference(shape.member).shape);
  return elements.map((element) => read(element, conventions));
}

function mapReader(contract: Contract, shape: Shape): XmlReader {
  const key = toReference(shape.key);
  const value = toReference(shape.value);
  return (element, conventions) => {
    const out: Record<string, unknown> = {};
    for (const entry of element.children) {
      const keyElement = entry.children.find((child) => child.name === (key.locationName ?? "key"));
      const valueElement = entry.children.find((child) => child.name === (value.locationName ?? "value"));
      if (!keyElement || !valueElement) continue;
      setEntry(out, keyElement.text, xmlReader(contract, value.shape)(valueElement, conventions));
    }
    return out;
  };
}
