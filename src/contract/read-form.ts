/** AWS's query form → what the SDK's types say, compiled per shape. */
import { setEntry } from "../base/records.ts";
import { numberedChildren, type FormNode } from "../wire/query.ts";
import type { Conventions } from "./conventions.ts";
import type { Contract, Member, Shape } from "./model.ts";
import { JAVA_NAME, readText } from "./read-text.ts";
import { membersOf, perShape, shapeOf, toReference } from "./shapes.ts";

export type FormReader = (node: FormNode, conventions: Conventions) => unknown;

export const formReader = perShape((contract, name): FormReader => {
  const shape = shapeOf(contract, name);
  switch (shape.type) {
    case "structure":
      return structureReader(contract, shape);
    case "list":
      return listReader(contract, shape);
    case "map":
      return mapReader(contract, shape);
    default:
      return (node, conventions) => {
        if (node.value === undefined) throw conventions.wrongType("START_OBJECT", JAVA_NAME[shape.type]);
        const value = readText(shape, node.value);
        if (value === undefined) throw conventions.wrongType("STRING_VALUE", JAVA_NAME[shape.type]);
        return value;
      };
  }
});

function structureReader(contract: Contract, shape: Shape): FormReader {
  const members = membersOf(shape).map((member) => ({ ...member, key: formName(contract, member) }));
  return (node, conventions) => {
    const out: Record<string, unknown> = {};
    for (const member of members) {
      const child = node.children?.get(member.key);
      if (child) out[member.name] = formReader(contract, member.shape)(child, conventions);
    }
    return out;
  };
}

/**
 * EC2 begins names with a capital letter, whatever its XML does. A flattened list goes by its elements' name.
 * Source: Smithy, "AWS EC2 query protocol" and "AWS query protocol".
 */
function formName(contract: Contract, member: Member): string {
  const name = member.locationName ?? member.name;
  if (contract.protocol === "ec2") return member.queryName ?? name.charAt(0).toUpperCase() + name.slice(1);
  const shape = shapeOf(contract, member.shape);
  const ofElements =
    shape.type === "list" && shape.flattened ? toReference(shape.member).locationName : undefined;
  return ofElements ?? name;
}

/** `Names.member.1=a`; the SDKs write an empty list as `Names=`. */
function listReader(contract: Contract, shape: Shape): FormReader {
  const element = toReference(shape.member);
  return (node, conventions) => {
    const holder =
      shape.flattened || contract.protocol === "ec2"
        ? node
        : node.children?.get(element.locationName ?? "member");
    const read = formReader(contract, element.shape);
    return numberedChildren(holder ?? {}).map((child) => read(child, conventions));
  };
}

/** `Map.entry.1.key=a&Map.entry.1.value=b`. */
function mapReader(contract: Contract, shape: Shape): FormReader {
  const key = toReference(shape.key);
  const value = toReference(shape.value);
  return (node, conventions) => {
    const out: Record<string, unknown> = {};
    const holder = shape.flattened ? node : node.children?.get("entry");
    for (const entry of numberedChildren(holder ?? {})) {
      const keyNode = entry.children?.get(key.locationName ?? "key");
      const valueNode = entry.children?.get(value.locationName ?? "value");
      if (keyNode?.value === undefined || !valueNode) continue;
      setEntry(out, keyNode.value, formReader(contract, value.shape)(valueNode, conventions));
    }
    return out;
  };
}
