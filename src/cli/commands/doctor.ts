import { resolve } from "node:path";
import { askOwner } from "../../store/owner.ts";
import { adminCall } from "../admin-call.ts";
import type { Options } from "../options.ts";
import { bold, green, red, say, widthOf, yellow } from "../tour/screen.ts";
import {
  authority,
  awsCli,
  dataFolder,
  engine,
  nodeVersion,
  portOf,
  type Finding,
  type Judgement,
} from "./doctor-checks.ts";
import { doctorWords, type DoctorWords } from "./doctor-words.ts";

/** Looks whether everything is there that the program needs; ends with 1 where something is broken. */
export async function doctor(options: Options): Promise<void> {
  const words = doctorWords(options.language);
  const folder = resolve(options.data);
  const owner = await askOwner(folder);
  const findings: Finding[] = [
    nodeVersion(words),
    await engine("DuckDB", "@duckdb/node-api", words),
    awsCli(words),
    ...dataFolder(folder, words),
    authority(folder, words),
    owner
      ? { judgement: "good", name: words.port, text: words.served(owner.endpoint, owner.pid) }
      : await portOf(options, words),
    ...(owner ? [await lakeClock(options, words)] : []),
  ];
  const width = Math.max(...findings.map(({ name }) => widthOf(name)));
  for (const { judgement, name, text } of findings)
    say(`  ${MARKS[judgement]}  ${bold(name)}${" ".repeat(width - widthOf(name))}  ${text}`);
  const broken = findings.filter(({ judgement }) => judgement === "broken").length;
  say();
  say(broken === 0 ? words.allWell : words.broken(broken));
  if (broken > 0) process.exitCode = 1;
}

const MARKS: Readonly<Record<Judgement, string>> = {
  good: green("✓"),
  unwell: yellow("!"),
  broken: red("✗"),
};

/** The lake's clock may be moved; whether it was is what surprises. */
async function lakeClock(options: Options, words: DoctorWords): Promise<Finding> {
  try {
    const told = await adminCall(options, "GET", "/_hosu/clock");
    const offsetMs = Number(told["offsetMs"] ?? 0);
    const text =
      told["kind"] === "still"
        ? words.clockStands(String(told["lakeTime"]))
        : offsetMs === 0
          ? words.clockRuns
          : words.clockAhead(Math.round(offsetMs / 1_000));
    return { judgement: "good", name: words.clock, text };
  } catch (error) {
    return {
      judgement: "unwell",
      name: words.clock,
      text: error instanceof Error ? error.message : String(error),
    };
  }
}
