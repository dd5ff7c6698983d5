/**
 * Writes `contracts/` and `src/contract/generated/`: `npm run contracts [-- --check] [-- --botocore FOLDER]`.
 * With `--check` it writes nothing and fails when a file is not what it would write.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compactContract } from "./compact.ts";
import { writeActions, writeManagedPolicies } from "./iam-facts.ts";
import { findBotocore, readSdk, readServiceModel, type BotocoreSource } from "./sources.ts";
import { renderApis, renderApiTypes } from "./types.ts";
import { Output, renderJson } from "./write.ts";

/** The APIs that Hosu knows, in the order they are listed everywhere. */
const APIS = ["sts", "iam", "s3", "glue", "athena"] as const;

const ROOT = join(import.meta.dirname, "..", "..");

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, botocore: { type: "string" } },
});
const output = new Output(values.check);
const today = new Date().toISOString().slice(0, 10);
const botocore = findBotocore(values.botocore);
for (const api of APIS) await writeApi(api, botocore);
output.put(join(ROOT, "src/contract/generated/apis.ts"), today, (date) => renderApis(APIS, date));
writeActions(APIS, { root: ROOT, output, today });
writeManagedPolicies({ root: ROOT, output, today });
report();

async function writeApi(api: string, source: BotocoreSource): Promise<void> {
  const sdk = await readSdk(ROOT, api);
  const model = readServiceModel(source, api);
  const contract = compactContract(api, model, sdk);
  const leftOut = Object.keys(model.operations).filter((operation) => !sdk.operations.has(operation));
  const operations = Object.keys(contract.operations);
  output.put(join(ROOT, "contracts", `${api}.json`), today, (date) =>
    renderJson({
      head: {
        source: `botocore ${source.version} (Apache-2.0)`,
        operationsAlsoIn: `@aws-sdk/client-${api} ${sdk.version}`,
        date,
        ...(leftOut.length > 0 ? { leftOut } : {}),
        ...contract.head,
      },
      sections: { operations: contract.operations, shapes: contract.shapes },
    }),
  );
  output.put(join(ROOT, "src/contract/generated", `${api}.ts`), today, (date) =>
    renderApiTypes(api, operations, `@aws-sdk/client-${api} ${sdk.version}`, date),
  );
}

function report(): void {
  for (const path of output.written) console.log(`wrote ${path}`);
  if (output.stale.length === 0) return;
  console.error(`These files are not what \`npm run contracts\` writes:\n${output.stale.join("\n")}`);
  process.exitCode = 1;
}
