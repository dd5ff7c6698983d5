/** How the tour looks: colours where there is a person, columns that stay straight in Korean too. */
const isColoured =
  process.env["NO_COLOR"] === undefined && (process.stdout.isTTY || process.env["FORCE_COLOR"] !== undefined);

const paint =
  (code: number) =>
  (text: string): string =>
    isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);
export const cyan = paint(36);

export const say = (text = ""): void => void process.stdout.write(`${text}\n`);

/** Hangul and its like take two columns of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/gu;

export const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/** The first column to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const room = " ".repeat((widths[index] ?? 0) - widthOf(cell));
        return index === 0 ? cell + room : room + cell;
      })
      .join("   "),
  );
}
