/** Values with dates and bytes as JSON, for the process of the other language. */

export const toTagged = (value: unknown): string => JSON.stringify(tag(value));

function tag(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() / 1000 };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(tag);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, tag(item)]));
}

export const fromTagged = (text: string): unknown =>
  JSON.parse(text, (_name, value: unknown) => untag(value));

function untag(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if (typeof value["$date"] === "number") return new Date(value["$date"] * 1000);
  if (typeof value["$bytes"] === "string") return new Uint8Array(Buffer.from(value["$bytes"], "base64"));
  return value;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
