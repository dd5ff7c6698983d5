import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { useStage } from "./house.ts";
import { run } from "./program.ts";
import { clientEnvironment, IS_CI, PYTHONS, type PythonName } from "./settings.ts";

/** What story.py writes of each function. */
interface Told {
  readonly name: string;
  readonly failure?: string;
}

/** Carries Python's own traceback; where it was thrown here says nothing. */
class StoryFailed extends Error {
  override readonly stack = "";
}

const FACT = /^def (test_\w+)\(/gm;

/**
 * Declares a test for each `def test_…` of a Python file, and runs them all in one process.
 * Without Python they are skipped by name; in CI that is a failure.
 */
export function pythonStory(file: string, python: PythonName = "main"): void {
  const path = join(import.meta.dirname, "..", "stories", file);
  const names = [...readFileSync(path, "utf8").matchAll(FACT)].map(([, name = ""]) => name);
  const interpreter = PYTHONS[python];
  describe.skipIf(interpreter === undefined && !IS_CI)(`${file} (Python: ${python})`, () => {
    const stage = useStage();
    const told = new Map<string, Told>();
    let spoken = "";
    beforeAll(async () => {
      if (interpreter === undefined) throw new Error(`there is no Python of the name ${python}`);
      const { access, home } = stage();
      const report = join(home, "..", `${Math.random()}.json`);
      const { code, stdout, stderr } = await run(
        interpreter,
        [join(import.meta.dirname, "story.py"), path, report],
        { env: clientEnvironment(access, home) },
      );
      spoken = `ended with ${code}\n${stdout}\n${stderr}`;
      const rows = JSON.parse(await readFile(report, "utf8").catch(() => "[]")) as readonly Told[];
      for (const row of rows) told.set(row.name, row);
    });
    test.each(names.map((name) => [name.slice("test_".length).replaceAll("_", " "), name] as const))(
      "%s",
      (_fact, name) => {
        const row = told.get(name);
        expect(row, spoken).toBeDefined();
        if (row?.failure !== undefined) throw new StoryFailed(row.failure);
      },
    );
  });
}
