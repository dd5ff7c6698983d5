/**
 * Writes `contracts/` and `src/contract/generated/`: `npm run contracts [-- --check] [-- --botocore FOLDER]`.
 * With `--check` it writes nothing and fails when a file is not what it would write.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { API_SOURCES, clientOf, iamPrefixOf, type ApiSource } from "./apis.ts";
import { compactContract, type CompactContract } from "./compact.ts";
import { writeActions, writeManagedPolicies } from "./iam-facts.ts";
import { findBotocore, readSdk, readServiceModel, type BotocoreSource } from "./sources.ts";
import { renderKnown } from "./known.ts";
import { renderApis, renderApiTypes } from "./types.ts";
import { Output, renderJson } from "./write.ts";

const ROOT = join(import.meta.dirname, "..", "..");

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, botocore: { type: "string" } },
});
const output = new Output(values.check);
const today = new Date().toISOString().slice(0, 10);
const botocore = findBotocore(values.botocore);
const heads: CompactContract["head"][] = [];
for (const source of API_SOURCES) heads.push(await writeApi(source, botocore));
const apis = API_SOURCES.map(({ api }) => api);
output.put(join(ROOT, "src/contract/generated/apis.ts"), today, (date) => renderApis(apis, date));
output.put(join(ROOT, "src/contract/generated/known.ts"), today, (date) => renderKnown(heads, date));
writeActions([...new Set(API_SOURCES.map(iamPrefixOf))], { root: ROOT, output, today });
writeManagedPolicies({ root: ROOT, output, today });
report();

/** @returns the contract's head. */
async function writeApi(from: ApiSource, source: BotocoreSource): Promise<CompactContract["head"]> {
  const { api } = from;
  const client = clientOf(from);
  const sdk = await readSdk(ROOT, client);
  const model = readServiceModel(source, api);
  const contract = compactContract(api, model, sdk);
  const leftOut = Object.keys(model.operations).filter((operation) => !sdk.operations.has(operation));
  const operations = Object.keys(contract.operations);
  output.put(join(ROOT, "contracts", `${api}.json`), today, (date) =>
    renderJson({
      head: {
        source: `botocore ${source.version} (Apache-2.0)`,
        operationsAlsoIn: `${client} ${sdk.version}`,
        date,
        ...(leftOut.length > 0 ? { leftOut } : {}),
        ...contract.head,
      },
      sections: { operations: contract.operations, shapes: contract.shapes },
    }),
  );
  output.put(join(ROOT, "src/contract/generated", `${api}.ts`), today, (date) =>
    renderApiTypes({ api, client, version: sdk.version }, operations, date),
  );
  return { ...contract.head, iamPrefix: iamPrefixOf(from) };
}

function report(): void {
  for (const path of output.written) console.log(`wrote ${path}`);
  if (output.stale.length === 0) return;
  console.error(`These files are not what \`npm run contracts\` writes:\n${output.stale.join("\n")}`);
  process.exitCode = 1;
}
