import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fault } from "../../base/fault.ts";
import { settings } from "../../store/settings.ts";
import type { InitOptions, KeyPair, LakeGround } from "../ground.ts";
import type { LakeKeeper } from "../keeper.ts";
import { readCalls, runCalls } from "./calls.ts";
import { findAws, runLine } from "./aws-cli.ts";
import { readScript, type ScriptLine } from "./script.ts";

/** What is to run at the very first start, read before anything is made. */
export type Init = (place: InitPlace) => Promise<void>;

export interface InitPlace {
  readonly ground: LakeGround;
  readonly keeper: LakeKeeper;
  readonly endpoint: string;
}

/** A file of AWS CLI calls, or a folder of JSON files. @throws Fault that says what is wrong with it, and where. */
export function readInit({ path, environment }: InitOptions): Init {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) throw fault("InitFailed", `${path}: there is no such file or folder`);
  if (isFolder) {
    const calls = readCalls(path);
    return async (place) => runCalls(calls, place, await adminKey(place));
  }
  const lines = linesOf(path);
  const aws = lines.length === 0 ? "" : findAws(environment);
  return async (place) => {
    const key = await adminKey(place);
    const { endpoint, ground } = place;
    const { region } = ground.options;
    const at = { aws, environment, endpoint, key, region, folder: dirname(resolve(path)) };
    for (const line of lines)
      await runLine(at, line).catch((error: unknown) => {
        throw failedIn(path, error);
      });
  };
}

function linesOf(path: string): readonly ScriptLine[] {
  try {
    return readScript(readFileSync(path, "utf8"));
  } catch (error) {
    throw failedIn(path, error);
  }
}

const failedIn = (path: string, error: unknown) =>
  fault("InitFailed", `${path}: ${error instanceof Error ? error.message : String(error)}`);

/**
 * Runs it where it has not run to its end: at the first start, and again after one that failed, on an empty lake.
 * @throws Fault InitFailed
 */
export async function runInit(init: Init, place: InitPlace): Promise<void> {
  const { keeper } = place;
  const { firstKeys, house } = keeper.lake;
  const state = (await house.store.read((read) => read.get(settings, "init")))?.value;
  if (state !== "pending") return;
  if (!firstKeys) {
    await keeper.reset(undefined, () => undefined);
    await mark(keeper, "pending");
  }
  await init(place);
  await mark(keeper, "done");
}

const mark = ({ lake }: LakeKeeper, value: string): Promise<void> =>
  lake.house.store.update(async (tx) => tx.put(settings, { name: "init", value }));

async function adminKey({ ground, keeper }: InitPlace): Promise<KeyPair> {
  const { account, house } = keeper.lake;
  const { admin } = await house.store.read((read) => ground.accounts.keys(read, account, house.sealer));
  const [key] = admin;
  if (!key) throw fault("InitFailed", "the admin user has no key");
  return key;
}
