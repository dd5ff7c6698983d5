/**
 * Pictures of `hosu tour` for the README, from real runs: `npx tsx scripts/picture.ts`.
 * The terminal's text becomes SVG text, so that it stays sharp, small and searchable.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { widthOf } from "../src/cli/tour/screen.ts";
import { ROOT } from "./sources.ts";

const CELL = { width: 8.43, height: 19 } as const;
const MARGIN = { side: 18, top: 44, bottom: 18 } as const;
const BAR_MIDDLE = 20;
const COLOURS = {
  ground: "#1b1f27",
  text: "#d7dae0",
  dim: "#8d96a6",
  green: "#8fce6b",
  cyan: "#6cc3dd",
} as const;

/** The bold headings whose sections are shown, by their place in the run; a mark stands for what is left out. */
const SHOWN_SECTIONS: ReadonlySet<number> = new Set([0, 1, 2, 4, 8, 9]);

/** What the terminal is told to look like: a number between escape and m. */
const ESCAPE = String.fromCharCode(27);
const CODE = new RegExp(`${ESCAPE}\\[(\\d+)m`, "g");

interface Run {
  readonly text: string;
  readonly codes: ReadonlySet<number>;
}

function tourLines(language: "en" | "ko"): string[] {
  const home = mkdtempSync(join(tmpdir(), "hosu-picture-"));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "bin/hosu.mjs"), "tour", "--language", language],
    { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: home, FORCE_COLOR: "1" } },
  );
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) throw new Error(`hosu tour ended with ${status}\n${stderr}`);
  return stdout.split("\n");
}

/** The chosen sections; between them a line that says something is left out. */
function chosen(lines: readonly string[]): string[] {
  const sections: string[][] = [];
  for (const line of lines) {
    if (line.startsWith("  \u001b[1m") || sections.length === 0) sections.push([]);
    sections.at(-1)?.push(line);
  }
  // What comes before the first heading is an empty line.
  const [, ...headed] = sections;
  return headed.flatMap((section, index) => {
    if (SHOWN_SECTIONS.has(index)) return section;
    return SHOWN_SECTIONS.has(index - 1) ? ["  \u001b[2m⋮\u001b[0m", ""] : [];
  });
}

function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let codes = new Set<number>();
  // Split by a pattern with a group, every second part is a code.
  line.split(CODE).forEach((part, index) => {
    if (index % 2 === 0) runs.push({ text: part, codes: new Set(codes) });
    else codes = part === "0" ? new Set() : codes.add(Number(part));
  });
  return runs.filter(({ text }) => text !== "");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What stands between gaps, each at a column of its own, so that columns stay straight whatever the font. */
function piecesOf(text: string): { readonly text: string; readonly column: number }[] {
  const pieces: { text: string; column: number }[] = [];
  let column = 0;
  for (const part of text.split(/( {2,})/)) {
    const indent = part.length - part.trimStart().length;
    if (part.trim() !== "") pieces.push({ text: part.trim(), column: column + indent });
    column += widthOf(part);
  }
  return pieces;
}

function textsOf({ text, codes }: Run, column: number, row: number): string[] {
  const y = MARGIN.top + row * CELL.height + 14;
  const fill = codes.has(2) ? COLOURS.dim : codes.has(32) ? COLOURS.green : codes.has(36) ? COLOURS.cyan : "";
  const look = `${fill === "" ? "" : ` fill="${fill}"`}${codes.has(1) ? ' font-weight="700"' : ""}`;
  return piecesOf(text).map((piece) => {
    const x = (MARGIN.side + (column + piece.column) * CELL.width).toFixed(1);
    const length = (widthOf(piece.text) * CELL.width).toFixed(1);
    return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${look}>${escaped(piece.text)}</text>`;
  });
}

function picture(lines: readonly string[], title: string): string {
  const drawn = lines.flatMap((line, row) => {
    let column = 0;
    return runsOf(line).flatMap((run) => {
      const texts = textsOf(run, column, row);
      column += widthOf(run.text);
      return texts;
    });
  });
  const plainWidths = lines.map((line) => widthOf(line.replaceAll(CODE, "")));
  const width = Math.ceil(2 * MARGIN.side + Math.max(...plainWidths) * CELL.width);
  const height = MARGIN.top + lines.length * CELL.height + MARGIN.bottom;
  const lights = ["#ee6a5f", "#f5bd4f", "#61c454"].map(
    (fill, index) => `<circle cx="${22 + index * 20}" cy="${BAR_MIDDLE}" r="6" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `<rect width="${width}" height="${height}" rx="9" fill="${COLOURS.ground}"/>`,
    ...lights,
    `<g font-family="'DejaVu Sans Mono',Menlo,Consolas,'Noto Sans Mono CJK KR',monospace" font-size="14" fill="${COLOURS.text}" xml:space="preserve">`,
    `<text x="${width / 2}" y="${BAR_MIDDLE + 5}" text-anchor="middle" fill="${COLOURS.dim}">hosu tour</text>`,
    ...drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function trimmed(lines: string[]): string[] {
  while (lines.at(-1)?.trim() === "") lines.pop();
  return lines;
}

for (const [language, name] of [
  ["en", "tour.svg"],
  ["ko", "tour.ko.svg"],
] as const) {
  const svg = picture(trimmed(chosen(tourLines(language))), "The output of hosu tour");
  writeFileSync(join(ROOT, "docs/pictures", name), svg);
  process.stdout.write(`docs/pictures/${name}: ${svg.length} bytes\n`);
}
