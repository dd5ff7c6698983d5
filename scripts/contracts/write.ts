/** The files that are written: diffable (one operation or shape a line), and stable as long as the facts are. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Collects what would be written; `--check` compares instead of writing. */
export class Output {
  readonly #check: boolean;
  readonly stale: string[] = [];
  readonly written: string[] = [];

  constructor(check: boolean) {
    this.#check = check;
  }

  /** Keeps the date that the file already bears when nothing else in it has changed. */
  put(path: string, today: string, render: (date: string) => string): void {
    const old = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    const oldDate = old && /(?:"date":"|extracted )(\d{4}-\d\d-\d\d)/.exec(old)?.[1];
    if (oldDate && render(oldDate) === old) return;
    if (this.#check) {
      this.stale.push(path);
      return;
    }
    writeFileSync(path, render(today));
    this.written.push(path);
  }
}

export interface ContractFile {
  readonly head: Readonly<Record<string, unknown>>;
  readonly sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** JSON with each head fact and each entry of each section on a line of its own. */
export function renderJson(file: ContractFile): string {
  const head = Object.entries(file.head).map(([name, value]) => entry(name, value));
  const sections = Object.entries(file.sections).map(([name, rows]) => {
    const lines = Object.entries(rows).map(([key, value]) => entry(key, value));
    return `${JSON.stringify(name)}:{\n${lines.join(",\n")}\n}`;
  });
  return `{\n${[...head, ...sections].join(",\n")}\n}\n`;
}

const entry = (name: string, value: unknown): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
