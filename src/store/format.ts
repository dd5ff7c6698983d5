import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/fault.ts";

/**
 * The layout of a data folder: which files there are, how keys are ordered, how logs are framed. Rows and frames carry
 * versions of their own and are read as they were written; the layout changes only when that is not enough.
 */
export const FORMAT_NUMBER = 1;

const NAME = "hosu-folder";
const TEXT = `${NAME} ${FORMAT_NUMBER}\n`;
const FORM = new RegExp(`^${NAME} (\\d{1,6})\\s*$`);
const formatPath = (folder: string): string => join(folder, "FORMAT");

/** @returns undefined for a folder that holds nothing of Hosu's; 0 for what is from before there was a FORMAT file. @throws Fault for a file of another kind. */
export function folderFormat(folder: string): number | undefined {
  if (!existsSync(formatPath(folder))) return existsSync(join(folder, "store.mdb")) ? 0 : undefined;
  const text = readFileSync(formatPath(folder), "utf8");
  const [, number] = FORM.exec(text) ?? [];
  if (number === undefined)
    throw fault(
      "UnknownFormat",
      `${formatPath(folder)} should say '${TEXT.trim()}'; it says '${text.trim().slice(0, 80)}'.`,
    );
  return Number(number);
}

/** @throws Fault where this program cannot read the folder, with what to do. */
export function checkFormat(folder: string): void {
  const format = folderFormat(folder);
  if (format === undefined || format === FORMAT_NUMBER) return;
  if (format > FORMAT_NUMBER)
    throw fault(
      "NewerFormat",
      `${folder} was written by a newer Hosu: its format is ${format}, and this one reads ${FORMAT_NUMBER}. Start it with that Hosu or a later one.`,
    );
  throw fault(
    "OlderFormat",
    `${folder} is of format ${format}, from before the first release, which no Hosu upgrades. Start on a fresh folder (--data) and copy the objects with the program that wrote it: aws s3 sync.`,
  );
}

/** A folder that is new is of today's format from here on. */
export function markFormat(folder: string): void {
  if (!existsSync(formatPath(folder))) writeFileSync(formatPath(folder), TEXT, { mode: 0o600, flush: true });
}
