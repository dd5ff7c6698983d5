import fc from "fast-check";
import { expect, test } from "vitest";
import { analyze } from "./analyze.ts";
import { emit } from "./emit.ts";
import { isTrinoError } from "./error.ts";
import { functionNames, functionRows } from "./functions/all.ts";
import { parse } from "./parse.ts";
import { queryOf } from "./references.ts";

const WORDS =
  "SELECT FROM WHERE GROUP BY ORDER x t 1 'a' ( ) , . + - * / = < [ ] -> AND NOT IN CASE WHEN THEN END CAST AS integer UNION WITH JOIN ON ARRAY MAP sum count OVER VALUES LIMIT NULL UNNEST".split(
    " ",
  );
const session = { catalog: "c", database: "d", nowMs: 0, user: "u" };

/** Whatever goes wrong is the caller's, and says so. */
function outcome(text: string): string {
  try {
    const { statement } = parse(text);
    const query = queryOf(statement);
    if (!query) return statement.kind;
    const analyzed = analyze({ text, query, session, catalog: { find: () => undefined } });
    return emit(analyzed, { relationFor: () => "t" }).sql;
  } catch (error) {
    if (isTrinoError(error)) return error.text;
    throw error;
  }
}

test("no text ends in anything but SQL or a TrinoError", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 24 }), (words) => {
      expect(outcome(words.join(" "))).not.toBe("");
      expect(outcome(`SELECT ${words.join(" ")}`)).not.toBe("");
    }),
    { numRuns: 1_500 },
  );
});

test("every function's translation names only arguments that its signature has", () => {
  for (const name of functionNames())
    for (const { signature, details, written } of functionRows(name)) {
      if (typeof details.sql !== "string") continue;
      const highest = Math.max(0, ...[...details.sql.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)));
      expect(highest, written).toBeLessThanOrEqual(signature.parameters.length);
    }
});
