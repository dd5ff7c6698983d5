/** URI templates (`/{Bucket}/{Key+}?tagging`) as tables. Nothing is normalized: `..` and `//` are parts of a key. */
import { percentDecode } from "../wire/http.ts";

export interface UriTemplate {
  readonly path: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that must be there; with a value, that value. */
  readonly literals: readonly (readonly [name: string, value: string | undefined])[];
}

export function parseUriTemplate(uri: string): UriTemplate {
  const mark = uri.indexOf("?");
  const path = mark < 0 ? uri : uri.slice(0, mark);
  const query = mark < 0 ? "" : uri.slice(mark + 1);
  const literals = query
    .split("&")
    .filter((part) => part !== "")
    .map((part): readonly [string, string | undefined] => {
      const equals = part.indexOf("=");
      return equals < 0 ? [part, undefined] : [part.slice(0, equals), part.slice(equals + 1)];
    });
  const labels: string[] = [];
  const source = path.replaceAll(/\{([^}+]+)(\+?)\}|[^{}]+/g, (text, label?: string, greedy?: string) => {
    if (label === undefined) return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    labels.push(label);
    return greedy ? "(.+)" : "([^/]+)";
  });
  // A last slash may be left away, and is by some clients; not a bucket's list's, which is all there is.
  const open = path.length > 1 && path.endsWith("/") ? source.slice(0, -1) : source;
  const tail = path.endsWith("+}") || path === "/" ? "" : "/?";
  return { path, pattern: new RegExp(`^${open}${tail}$`, "s"), labels, literals };
}

/** @returns the labels' values by name, decoded; undefined where the path is another's. @throws MalformedError */
export function matchPath(template: UriTemplate, path: string): Readonly<Record<string, string>> | undefined {
  const match = template.pattern.exec(path);
  if (!match) return undefined;
  const values: Record<string, string> = {};
  for (const [i, label] of template.labels.entries()) values[label] = percentDecode(match[i + 1] ?? "");
  return values;
}
