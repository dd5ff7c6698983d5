/** A value for every shape of a contract, within its constraints, and telling members apart by their names. */
import fc from "fast-check";
import { compilePattern } from "../../src/contract/pattern.ts";
import { membersOf, shapeOf, toReference } from "../../src/contract/shapes.ts";
import type { Contract, Member, Shape } from "../../src/contract/model.ts";

/** What a sample may hold depends on where it goes: a header takes neither line breaks nor Korean. */
type Place = "body" | "uri" | "query" | "header" | "token";

const SPECIAL: Readonly<Record<Place, string>> = {
  body: ` <a&b> "c" 'd' é 호수 ]]>`,
  uri: `//../é 호수+%?#&=/`,
  query: ` /é 호수+%?#&=`,
  header: ` a=b;c`,
  token: "-1",
};

/** Whole seconds: HTTP dates and IAM's have no more. */
const INSTANT = new Date("2026-02-03T04:05:06Z");

export interface SampleOptions {
  /** Members left out, as `Shape.Member`. */
  readonly without: ReadonlySet<string>;
  /** Values that the clients themselves check, as `Member` or `Shape.Member`. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

export class Sampler {
  readonly #contract: Contract;
  readonly #options: SampleOptions;
  readonly #patterned = new Map<string, string>();

  constructor(contract: Contract, options: SampleOptions) {
    this.#contract = contract;
    this.#options = options;
  }

  /** A structure with every member; of a union the first one only. */
  structure(name: string | undefined): Record<string, unknown> {
    if (name === undefined) return {};
    return this.#structure(name, shapeOf(this.#contract, name), []);
  }

  #structure(name: string, shape: Shape, above: readonly string[]): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const member of membersOf(shape)) {
      if (shape.union && Object.keys(out).length > 0) break;
      if (this.#options.without.has(`${name}.${member.name}`)) continue;
      const value = this.#member(name, member, above);
      if (value !== undefined) out[member.name] = value;
    }
    return out;
  }

  #member(owner: string, member: Member, above: readonly string[]): unknown {
    const { fixed } = this.#options;
    const full = `${owner}.${member.name}`;
    if (Object.hasOwn(fixed, full)) return fixed[full];
    if (Object.hasOwn(fixed, member.name) && above.length === 0) return fixed[member.name];
    return this.#value(member.shape, member.name, { place: placeOf(member), above });
  }

  /** @returns undefined where a shape would contain itself. */
  #value(name: string, label: string, where: { place: Place; above: readonly string[] }): unknown {
    const shape = shapeOf(this.#contract, name);
    if (where.above.includes(name)) return undefined;
    const inside = { ...where, above: [...where.above, name] };
    if (shape.document) return { [label]: ["any", 1, true] };
    switch (shape.type) {
      case "structure":
        return this.#structure(name, shape, inside.above);
      case "list": {
        const element = this.#value(toReference(shape.member).shape, label, inside);
        if (element === undefined) return undefined;
        return Array.from({ length: Math.max(shape.min ?? 1, 1) }, () => element);
      }
      case "map": {
        const keyPlace = where.place === "header" ? "token" : where.place;
        const key = this.#value(toReference(shape.key).shape, label.toLowerCase(), {
          ...inside,
          place: keyPlace,
        });
        const value = this.#value(toReference(shape.value).shape, label, inside);
        return value === undefined ? undefined : { [String(key)]: value };
      }
      case "string":
        return this.#text(name, shape, label, where.place);
      default:
        return scalar(shape);
    }
  }

  #text(name: string, shape: Shape, label: string, place: Place): string {
    if (shape.enum) return shape.enum[0] ?? "";
    const ready = [label + SPECIAL[place], label, "a".repeat(shape.min ?? 1), "1".repeat(shape.min ?? 1)];
    const fitting = ready.find((text) => fits(shape, text));
    if (fitting !== undefined) return fitting;
    const known = this.#patterned.get(name) ?? patterned(shape);
    this.#patterned.set(name, known);
    return known;
  }
}

function placeOf(member: Member): Place {
  switch (member.location) {
    case "uri":
      return "uri";
    case "querystring":
      return "query";
    case "header":
    case "headers":
      return "header";
    default:
      return "body";
  }
}

function scalar(shape: Shape): unknown {
  switch (shape.type) {
    case "integer":
      return Math.min(Math.max(7, shape.min ?? 7), shape.max ?? 7_000_000);
    case "long":
      return shape.max === undefined ? 2 ** 41 + 7 : Math.max(shape.min ?? 7, 7);
    case "float":
    case "double":
      return Math.min(Math.max(1.5, shape.min ?? 0), shape.max ?? 2);
    case "boolean":
      return true;
    case "timestamp":
      return INSTANT;
    default:
      return new Uint8Array([0, 1, 128, 255]);
  }
}

function fits(shape: Shape, text: string): boolean {
  if (text.length < (shape.min ?? 0) || text.length > (shape.max ?? Infinity)) return false;
  return shape.pattern === undefined || compilePattern(shape.pattern).test(text);
}

function patterned(shape: Shape): string {
  const expression = compilePattern(shape.pattern ?? ".*");
  const ascii = fc.stringMatching(expression).filter((text) => fits(shape, text) && !/[^!-~]/.test(text));
  return fc.sample(ascii, { numRuns: 1, seed: 3 })[0] ?? "";
}
