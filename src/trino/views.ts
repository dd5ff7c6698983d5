/** Views as Athena keeps them in Glue: `/* Presto View: base64(json) *\/` in ViewOriginalText. Source: Athena User Guide, "Glue views"; Trino's ViewReaderUtil. */
import { TrinoError } from "./error.ts";

export interface ViewDefinition {
  readonly originalSql: string;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly comment?: string;
}

const PREFIX = "/* Presto View: ";
const SUFFIX = " */";

/** What Athena puts in ViewOriginalText. */
export function encodeView(view: ViewDefinition): string {
  return PREFIX + Buffer.from(JSON.stringify(view)).toString("base64") + SUFFIX;
}

/** What Athena puts in ViewExpandedText. */
export const VIEW_EXPANDED_TEXT = "/* Presto View */";

export const isEncodedView = (text: string | undefined): text is string =>
  text?.trim().startsWith(PREFIX.trim()) ?? false;

/** @throws TrinoError when the text is no view of Presto's or Trino's. */
export function decodeView(text: string): ViewDefinition {
  const trimmed = text.trim();
  if (!isEncodedView(trimmed) || !trimmed.endsWith(SUFFIX.trim())) throw invalid();
  const json = Buffer.from(trimmed.slice(PREFIX.length, -SUFFIX.length).trim(), "base64").toString("utf8");
  const found = parseJson(json);
  if (typeof found["originalSql"] !== "string") throw invalid();
  const columns = Array.isArray(found["columns"]) ? found["columns"] : [];
  return {
    originalSql: found["originalSql"],
    catalog: typeof found["catalog"] === "string" ? found["catalog"] : undefined,
    schema: typeof found["schema"] === "string" ? found["schema"] : undefined,
    columns: columns.filter(isColumn),
    ...(typeof found["comment"] === "string" ? { comment: found["comment"] } : {}),
  };
}

const invalid = (): TrinoError =>
  new TrinoError("INVALID_VIEW", "Invalid view: its text is not a Presto view");

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === "object" && found !== null) return { ...found };
  } catch {
    throw invalid();
  }
  throw invalid();
}

const isColumn = (value: unknown): value is { name: string; type: string } =>
  typeof value === "object" &&
  value !== null &&
  "name" in value &&
  "type" in value &&
  typeof value.name === "string" &&
  typeof value.type === "string";
