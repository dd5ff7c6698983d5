/** A value as it stands in a validation message: the way Java prints it. */

export function showValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array)
    return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => `${name}=${showValue(item)}`);
    return `{${entries.join(", ")}}`;
  }
  return value === undefined || value === null ? "null" : `${value as number | boolean | bigint}`;
}
