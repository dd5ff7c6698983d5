/** Reads `contracts/<api>.json`, when first asked for. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "../base/invariant.ts";
import type { ApiName } from "./apis.ts";
import type { Contract, ContractFile, Protocol } from "./model.ts";

const loaded = new Map<string, Contract>();

/**
 * The contract of one API; read once and shared, since it never changes.
 * @param protocol the one that a request speaks, where it is not the API's first.
 */
export function loadContract(api: ApiName, protocol?: Protocol): Contract {
  const first = loaded.get(api) ?? readContract(api);
  if (protocol === undefined || protocol === first.protocol) return first;
  const key = `${api} ${protocol}`;
  const known = loaded.get(key);
  if (known) return known;
  const contract = { ...first, protocol };
  loaded.set(key, contract);
  return contract;
}

function readContract(api: ApiName): Contract {
  const file: ContractFile = JSON.parse(readFileSync(join(contractsFolder(), `${api}.json`), "utf8"));
  const operations = new Map(
    Object.entries(file.operations).map(([name, facts]) => [name, { ...facts, name }] as const),
  );
  const contract: Contract = { ...file, operations };
  loaded.set(api, contract);
  return contract;
}

/** Finds `contracts/` above this file: two folders up in the repository, one from a bundle in `dist/`. */
export function contractsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder = ["..", join("..", ".."), "."]
    .map((up) => join(here, up, "contracts"))
    .find((candidate) => existsSync(join(candidate, "sts.json")));
  invariant(folder, `the contracts lie beside the program (looked above ${here})`);
  return folder;
}
