/** Looking into a contract's shapes, and keeping what is compiled for each. */
import { invariant } from "../base/invariant.ts";
import type { Contract, Member, Operation, Reference, Shape } from "./model.ts";

const EMPTY: Shape = { type: "structure", members: {} };

/** An operation without input or output has the empty structure. */
export function shapeOf(contract: Contract, name: string | undefined): Shape {
  if (name === undefined) return EMPTY;
  const shape = contract.shapes[name];
  invariant(shape, `${contract.api} has a shape ${name}`);
  return shape;
}

export const toReference = (reference: string | Reference | undefined): Reference => {
  invariant(reference !== undefined, "a list or map says what it holds");
  return typeof reference === "string" ? { shape: reference } : reference;
};

export function membersOf(shape: Shape): readonly Member[] {
  const required = new Set(shape.required);
  return Object.entries(shape.members ?? {}).map(([name, reference]) => ({
    ...toReference(reference),
    name,
    required: required.has(name),
  }));
}

/**
 * Remembers `compile` per contract and shape. What it compiles must look up its parts when it first runs, not
 * when it is compiled: a shape may contain itself.
 */
export function perShape<T>(
  compile: (contract: Contract, name: string) => T,
): (contract: Contract, name: string) => T {
  const tables = new WeakMap<Contract, Map<string, T>>();
  return (contract, name) => {
    let table = tables.get(contract);
    if (!table) tables.set(contract, (table = new Map()));
    const found = table.get(name);
    if (found !== undefined) return found;
    const made = compile(contract, name);
    table.set(name, made);
    return made;
  };
}

/** Remembers `compile` per operation. */
export function perOperation<T>(
  compile: (contract: Contract, operation: Operation) => T,
): (contract: Contract, operation: Operation) => T {
  const byName = perShape((contract, name) => {
    const operation = contract.operations.get(name);
    invariant(operation, `${contract.api} has an operation ${name}`);
    return compile(contract, operation);
  });
  return (contract, operation) => byName(contract, operation.name);
}

/** "UserName" → "userName", "MFADevices" → "mFADevices": a member's name as Java's beans have it, and so AWS's messages and CloudTrail. */
export const beanName = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);
