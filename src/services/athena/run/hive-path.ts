/** Partitions as folders: `dt=2026-01-01/hour=3`. Source: Hive's FileUtils.escapePathName, which Athena follows. */

/** Characters that a folder's name does not hold as they are. */
// oxlint-disable-next-line no-control-regex
const ESCAPED = /[\u0001-\u001f\u007f"#%'*/:=?\\{[\]^]/g;

const escapeName = (text: string): string =>
  text.replace(ESCAPED, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

const unescapeName = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export const partitionPath = (keys: readonly string[], values: readonly string[]): string =>
  keys.map((key, index) => `${escapeName(key)}=${escapeName(values[index] ?? "")}`).join("/");

/** The value in a folder's name `key=value`, if it is one of this key. */
export function partitionValue(folder: string, key: string): string | undefined {
  const at = folder.indexOf("=");
  if (at < 0 || unescapeName(folder.slice(0, at)) !== key) return undefined;
  return unescapeName(folder.slice(at + 1));
}
