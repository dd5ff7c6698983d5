import { fault } from "../../base/fault.ts";

/** One call of the AWS CLI, and the line of the script that it begins on. */
export interface ScriptLine {
  readonly number: number;
  /** What follows `aws`. */
  readonly words: readonly string[];
}

/** What a shell would act on; no shell is there. */
const SHELL = /[|&;<>$`(){}*?~!]/;

/**
 * A script of AWS CLI calls, read without a shell: a call on a line, `\` at its end goes on, `#` begins a comment;
 * quotes as in a shell. @throws Fault that names the line.
 */
export function readScript(text: string): readonly ScriptLine[] {
  const lines: ScriptLine[] = [];
  const raw = text.split(/\r?\n/);
  for (let at = 0; at < raw.length; at++) {
    const number = at + 1;
    let line = raw[at] ?? "";
    while (/(?:^|[^\\])\\$/.test(line) && at + 1 < raw.length)
      line = `${line.slice(0, -1)} ${raw[++at] ?? ""}`;
    const words = wordsOf(line, number);
    const [program, ...rest] = words;
    if (program === undefined) continue;
    if (program !== "aws")
      throw mistake(
        number,
        `'${program}' is not run; each line is a call of the AWS CLI: aws s3 mb s3://lake`,
      );
    lines.push({ number, words: rest });
  }
  return lines;
}

function wordsOf(line: string, number: number): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    const char = line[at] ?? "";
    if (char === "#" && word === undefined) break;
    if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (char === "'" || char === '"') {
      const quoted = quotedFrom(line, at, number);
      word = (word ?? "") + quoted.text;
      at = quoted.next;
    } else if (char === "\\") {
      word = (word ?? "") + (line[at + 1] ?? "");
      at += 2;
    } else {
      if (SHELL.test(char))
        throw mistake(number, `'${char}' means something to a shell, and none is here; put it in quotes`);
      word = (word ?? "") + char;
      at += 1;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** In double quotes a backslash escapes a quote and itself; in single quotes nothing is escaped. */
function quotedFrom(line: string, start: number, number: number): { text: string; next: number } {
  const quote = line[start];
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    const char = line[at] ?? "";
    if (char === quote) return { text, next: at + 1 };
    const next = line[at + 1];
    if (quote === '"' && char === "\\" && (next === '"' || next === "\\")) {
      text += next;
      at += 1;
    } else text += char;
  }
  throw mistake(number, "a quote is not closed");
}

export const mistake = (line: number, what: string) => fault("InitFailed", `line ${line}: ${what}`);
