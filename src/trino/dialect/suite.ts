/**
 * The dialect suite's text form, so that anyone can add a row:
 *
 *   query bigint, varchar(3)        the columns' types
 *   SELECT count(*), 'abc'
 *   ----
 *   1 | abc                         a row, as Athena's CSV shows it; NULL, and (empty) for an empty string
 *
 *   error DIVISION_BY_ZERO: Division by zero
 *   SELECT 1 / 0
 *
 * A blank line ends a case; `#` starts a comment line.
 */
export interface DialectCase {
  readonly line: number;
  readonly sql: string;
  readonly types: string | undefined;
  readonly rows: readonly string[];
  readonly error: string | undefined;
}

export function readSuite(text: string): readonly DialectCase[] {
  const cases: DialectCase[] = [];
  let block: string[] = [];
  let first = 0;
  const close = (): void => {
    if (block.length > 0) cases.push(readCase(block, first));
    block = [];
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("#")) continue;
    if (line.trim() === "") close();
    else {
      if (block.length === 0) first = index + 1;
      block.push(line);
    }
  }
  close();
  return cases;
}

function readCase(block: readonly string[], line: number): DialectCase {
  const [head = "", ...rest] = block;
  const cut = rest.indexOf("----");
  const sql = (cut < 0 ? rest : rest.slice(0, cut)).join("\n");
  const error = head.startsWith("error ") ? head.slice("error ".length) : undefined;
  const types = head.startsWith("query ") ? head.slice("query ".length) : undefined;
  return { line, sql, types, rows: cut < 0 ? [] : rest.slice(cut + 1), error };
}
