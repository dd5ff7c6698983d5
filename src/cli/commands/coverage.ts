import { resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { askOwner } from "../../store/owner.ts";
import type { Options } from "../options.ts";

interface Coverage {
  readonly apis: readonly {
    readonly api: string;
    readonly operations: readonly {
      readonly operation: string;
      readonly built: boolean;
      readonly called: boolean;
    }[];
  }[];
}

/** `coverage` counts; `coverage s3` lists one API's operations. */
export async function coverage(options: Options): Promise<void> {
  const owner = await askOwner(resolve(options.data));
  if (!owner) throw fault("NotRunning", "Nobody serves the data folder; start it with hosu start.");
  const response = await fetch(new URL("/_hosu/coverage", owner.endpoint));
  const { apis } = (await response.json()) as Coverage;
  const [wanted] = options.words;
  for (const { api, operations } of apis) {
    if (wanted !== undefined && wanted !== api) continue;
    const built = operations.filter((one) => one.built);
    const called = operations.filter((one) => one.called);
    process.stdout.write(
      `${api.padEnd(10)} ${String(built.length).padStart(4)} of ${String(operations.length).padStart(4)} operations built, ${called.length} called since the start\n`,
    );
    if (wanted === undefined) continue;
    for (const one of operations)
      process.stdout.write(
        `  ${one.built ? (one.called ? "called" : "built ") : "—     "}  ${one.operation}\n`,
      );
  }
}
