/** What the tour asks of the cloud: values, so that the AWS CLI, the built-in client and the screen tell the same. */
export type Call =
  | { readonly kind: "make-bucket"; readonly bucket: string }
  | { readonly kind: "upload"; readonly folder: string; readonly bucket: string; readonly prefix: string }
  | { readonly kind: "remove-bucket"; readonly bucket: string }
  | Operation;

/** One call of an API that speaks JSON. */
export interface Operation {
  readonly kind: "operation";
  readonly service: "athena" | "glue";
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface TourClient {
  /** As the person reads it. */
  readonly name: string;
  /** @throws Fault as it was answered. */
  call(call: Call): Promise<Readonly<Record<string, unknown>>>;
}

/** The words after `aws`. */
export function cliWords(call: Call): string[] {
  switch (call.kind) {
    case "make-bucket":
      return ["s3", "mb", `s3://${call.bucket}`];
    case "upload":
      return ["s3", "cp", call.folder, `s3://${call.bucket}/${call.prefix}/`, "--recursive"];
    case "remove-bucket":
      return ["s3", "rb", `s3://${call.bucket}`, "--force"];
    case "operation":
      return [
        call.service,
        dashed(call.operation),
        ...Object.entries(call.input).flatMap(([name, value]) => [`--${dashed(name)}`, argument(value)]),
      ];
  }
}

/** `StartQueryExecution` → `start-query-execution`, as botocore writes it. */
const dashed = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();

/** A flat structure is written in the CLI's shorthand, everything deeper as JSON. */
function argument(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value);
  return entries.every(([, one]) => typeof one === "string" && !/[,=\s"]/.test(one))
    ? entries.map(([name, one]) => `${name}=${String(one)}`).join(",")
    : JSON.stringify(value);
}

/** A line that a shell understands. */
export const shellLine = (words: readonly string[]): string => words.map(quoted).join(" ");

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
}
