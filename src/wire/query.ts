/** AWS's query form (`Tags.member.1.Key=a`) as a tree. */
import { parseQueryString } from "./http.ts";
import { decodeUtf8 } from "./json.ts";
import { MAX_DEPTH, MAX_FORM_PARAMETERS } from "./limits.ts";
import { malformed } from "./malformed.ts";

/** One name of a form: the value written under it, and the names that go on after a dot. */
export interface FormNode {
  value?: string;
  children?: Map<string, FormNode>;
}

export type FormParameters = readonly (readonly [name: string, value: string])[];

/** An `application/x-www-form-urlencoded` body. @throws MalformedError */
export const parseForm = (body: Uint8Array): FormParameters => parseQueryString(decodeUtf8(body)).list;

/** @throws MalformedError */
export function formTree(parameters: FormParameters): FormNode {
  if (parameters.length > MAX_FORM_PARAMETERS) throw malformed(`more than ${MAX_FORM_PARAMETERS} parameters`);
  const root: FormNode = {};
  for (const [name, value] of parameters) {
    const parts = name.split(".");
    if (parts.length > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
    let node = root;
    for (const part of parts) node = childOf(node, part);
    node.value = value;
  }
  return root;
}

function childOf(node: FormNode, name: string): FormNode {
  node.children ??= new Map();
  const found = node.children.get(name);
  if (found) return found;
  const child: FormNode = {};
  node.children.set(name, child);
  return child;
}

/** The children that are numbers, in the order of their numbers: a list's elements. */
export function numberedChildren(node: FormNode): readonly FormNode[] {
  const rows: [number, FormNode][] = [];
  for (const [name, child] of node.children ?? [])
    if (/^\d{1,9}$/.test(name)) rows.push([Number(name), child]);
  return rows.toSorted(([a], [b]) => a - b).map(([, child]) => child);
}
