import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync } from "oxc-parser";
import { ROOT, sourceFiles } from "./sources.ts";

/** Imports go down, never up or sideways. The rules are the table of docs/ARCHITECTURE.md, read from there. */
export interface Floor {
  /** "src/base/", "src/main.ts", "src/services/<api>/" */
  readonly room: string;
  readonly may: readonly string[];
}

const ROW = /^\| `(src\/[^`]+)` \|[^|]*\|([^|]*)\|$/;

export function readFloors(page: string): Floor[] {
  return page.split("\n").flatMap((line) => {
    const [, room, may] = ROW.exec(line) ?? [];
    if (room === undefined || may === undefined) return [];
    return [
      {
        room,
        may: may
          .split(",")
          .map((word) => word.trim())
          .filter((word) => word !== ""),
      },
    ];
  });
}

/** "src/services/s3/objects/put.ts" lies in "services/s3". */
function roomOf(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  return first === "services" && second !== "" && !second.endsWith(".ts") ? `services/${second}` : first;
}

/** @returns a sentence for each import that goes where it may not. */
export function violations(floors: readonly Floor[], path: string, source: string): string[] {
  const room = roomOf(path);
  const floor = floors.find((one) => matches(one.room, path));
  if (!floor) return [`${path} lies in no room of docs/ARCHITECTURE.md`];
  if (floor.may.includes("all")) return [];
  return importsOf(path, source)
    .filter((target) => target.startsWith("."))
    .map((target) => posix.normalize(posix.join(posix.dirname(path), target)))
    .filter((target) => !isAllowed(floor, room, target))
    .map(
      (target) =>
        `${path} imports ${target}: ${room} may import only ${floor.may.join(", ") || "nothing of ours"}`,
    );
}

function matches(room: string, path: string): boolean {
  if (room === "src/services/<api>/")
    return path.startsWith("src/services/") && path !== "src/services/all.ts";
  return room.endsWith("/") ? path.startsWith(room) : path === room;
}

function isAllowed({ may }: Floor, room: string, target: string): boolean {
  const there = roomOf(target);
  if (there === room) return true;
  return may.includes(there) && !there.startsWith("services");
}

function importsOf(path: string, source: string): string[] {
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const statics = module.staticImports.map((one) => one.moduleRequest.value);
  const exported = module.staticExports.flatMap((one) =>
    one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
  );
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    source.slice(start, end).replace(/^["'`]|["'`]$/g, ""),
  );
  return [...statics, ...exported, ...dynamic];
}

/** The list of services, the version that everyone may name, and tests, which start a whole house. */
const FREE = /^src\/services\/all\.ts$|^src\/version\.ts$|\.test\.ts$|\/testing\.ts$/;

function main(): void {
  const floors = readFloors(readFileSync(join(ROOT, "docs/ARCHITECTURE.md"), "utf8"));
  const files = sourceFiles("src").filter((path) => !FREE.test(path));
  if (floors.length < 10 || files.length === 0) throw new Error("no floors or no files: nothing was checked");
  const found = files.flatMap((path) => violations(floors, path, readFileSync(join(ROOT, path), "utf8")));
  for (const line of found) process.stdout.write(`${line}\n`);
  process.stdout.write(`${files.length} files, ${floors.length} floors, ${found.length} violations\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

if (process.argv[1]?.endsWith("floors.ts")) main();
