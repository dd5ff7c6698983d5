/** AWS's configuration files: sections in brackets, `name = value`. Only what is asked for is touched. */
const SECTION = /^\s*\[([^\]]+)\]\s*(?:[#;].*)?$/;
const ENTRY = /^([^#;\s=][^=]*?)\s*=\s*(.*)$/;

export function readIni(text: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = SECTION.exec(line)?.[1]?.trim();
    if (name !== undefined) {
      current = sections.get(name) ?? {};
      sections.set(name, current);
      continue;
    }
    const [, key, value] = ENTRY.exec(line) ?? [];
    if (current && key !== undefined && value !== undefined) current[key] = value.trim();
  }
  return sections;
}

export function sectionText(name: string, entries: Readonly<Record<string, string>>): string {
  const lines = Object.entries(entries).map(([key, value]) => `${key} = ${value}`);
  return `${[`[${name}]`, ...lines].join("\n")}\n`;
}

/** The text with one section replaced or added, every other line as it was. */
export function replaceSection(
  text: string,
  name: string,
  entries: Readonly<Record<string, string>>,
): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => SECTION.exec(line)?.[1]?.trim() === name);
  const section = sectionText(name, entries);
  if (start < 0) return text === "" ? section : `${text.replace(/\n*$/, "\n")}\n${section}`;
  const next = lines.findIndex((line, index) => index > start && SECTION.test(line));
  const before = lines.slice(0, start).join("\n");
  const after = next < 0 ? "" : `\n${lines.slice(next).join("\n")}`;
  return `${before === "" ? "" : `${before}\n`}${section}${after}`;
}
