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

/** A sample with so many members gets only required ones from then on: QuickSight's definitions would have millions. */
const MOST_MEMBERS = 1_500;

export interface SampleOptions {
  /** Members left out, as `Shape.Member`. */
  readonly without: ReadonlySet<string>;
  /** The contract may follow a newer model than an installed client, which then lacks a member. */
  readonly knows: (api: string, shape: string, member: string) => boolean;
  /** Values that the clients themselves check, as `Member` or `Shape.Member`. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

export class Sampler {
  readonly #contract: Contract;
  readonly #options: SampleOptions;
  #left = 0;
  readonly #patterned = new Map<string, string>();

  constructor(contract: Contract, options: SampleOptions) {
    this.#contract = contract;
    this.#options = options;
  }

  /** A structure with every member; of a union the first one only. */
  structure(name: string | undefined): Record<string, unknown> {
    if (name === undefined) return {};
    this.#left = MOST_MEMBERS;
    return this.#structure(name, shapeOf(this.#contract, name), []);
  }

  #structure(name: string, shape: Shape, above: readonly string[]): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const member of membersOf(shape)) {
      if (shape.union && Object.keys(out).length > 0) break;
      if (this.#options.without.has(`${name}.${member.name}`)) continue;
      if (!this.#options.knows(this.#contract.api, name, member.name)) continue;
      if (--this.#left < 0 && !member.required && member.location !== "statusCode") continue;
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
    if (member.location === "statusCode") return 200;
    return this.#value(member.shape, member.name, { place: placeOf(member), above });
  }

  /** An event of each kind that is no exception, as a list. */
  #events(shape: Shape, above: readonly string[]): readonly unknown[] {
    return membersOf(shape)
      .filter((member) => !shapeOf(this.#contract, member.shape).error)
      .map((member) => ({ [member.name]: this.#value(member.shape, member.name, { place: "body", above }) }));
  }

  /** @returns undefined where a shape would contain itself. */
  #value(name: string, label: string, where: { place: Place; above: readonly string[] }): unknown {
    const shape = shapeOf(this.#contract, name);
    if (where.above.includes(name)) return undefined;
    const inside = { ...where, above: [...where.above, name] };
    if (shape.eventstream) return this.#events(shape, inside.above);
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
        if (value === undefined) return undefined;
        const more = Array.from({ length: (shape.min ?? 1) - 1 }, (_none, at) => `${String(key)}${at}`);
        return Object.fromEntries([String(key), ...more].map((name) => [name, value]));
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
      return Math.min(Math.max(7, shape.min ?? 7), shape.max ?? Number.MAX_SAFE_INTEGER);
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

/** Tried before a pattern is asked for a string of its own: what most patterns of AWS's are meant for. */
const USUAL = [
  "a1",
  "A1",
  "sample-1",
  "sample.1",
  "111122223333",
  "us-east-1",
  "arn:aws:iam::111122223333:role/sample",
  "arn:aws:s3:::sample",
  "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555",
  "11111111-2222-3333-4444-555555555555",
  "2026-02-03",
  "2026-02-03T04:05:06Z",
  "sample@example.com",
  "https://example.com/sample",
  "s3://sample/one",
  "10.0.0.1",
  "10.0.0.0/16",
  "/sample",
  "$.sample",
  "$",
  "sample.example.com",
  "SAMPLE",
  "ABCDEFGHIJKLMNOPQRST",
  "2Z7XHQ4K5JWNSTUV",
  "sample/one",
  "sample:one",
  "projects/sample",
  "{}",
  "jdbc:redshift://sample.abcdefghijkl.us-east-1.redshift.amazonaws.com:5439/dev",
  `-----BEGIN PRIVATE KEY-----\n${`${"A".repeat(64)}\n`.repeat(30)}AAAA\n-----END PRIVATE KEY-----`,
] as const;

/** How often a pattern is asked before its shape is given up; whoever cannot be sampled stands in the exceptions. */
const MOST_TRIES = 300;

function patterned(shape: Shape): string {
  const usual = USUAL.find((text) => fits(shape, text));
  if (usual !== undefined) return usual;
  try {
    const strings = fc.stringMatching(compilePattern(shape.pattern ?? ".*"));
    const tries = fc.sample(strings, { numRuns: MOST_TRIES, seed: 3 });
    return tries.find((text) => fits(shape, text) && !/[^!-~]/.test(text)) ?? "";
  } catch {
    // It looks ahead, which fast-check does not.
    return "";
  }
}
