/** Where the facts come from: botocore's service models and the JS SDK's clients. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A botocore service model, as far as it is read here. */
export interface ServiceModel {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly shapes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface BotocoreSource {
  readonly folder: string;
  readonly version: string;
}

/** Finds botocore: the folder given by `--botocore`, else the one that `python` (or HOSU_TEST_PYTHON) imports. */
export function findBotocore(folder: string | undefined): BotocoreSource {
  const found =
    folder ??
    execFileSync(
      process.env["HOSU_TEST_PYTHON"] ?? "python3",
      ["-c", "import botocore, os; print(os.path.dirname(botocore.__file__))"],
      { encoding: "utf8" },
    ).trim();
  const text = readFileSync(join(found, "__init__.py"), "utf8");
  const version = /__version__ = '([^']+)'/.exec(text)?.[1];
  if (!version) throw new Error(`no botocore in ${found}`);
  return { folder: found, version };
}

/** The newest model of one API. */
export function readServiceModel(botocore: BotocoreSource, api: string): ServiceModel {
  const folder = join(botocore.folder, "data", api);
  const newest = readdirSync(folder).toSorted().at(-1);
  if (!newest) throw new Error(`botocore has no model of ${api}`);
  const model: ServiceModel = JSON.parse(
    gunzipSync(readFileSync(join(folder, newest, "service-2.json.gz"))).toString("utf8"),
  );
  const extras = join(folder, newest, "service-2.sdk-extras.json");
  return existsSync(extras) ? withExtras(model, readFileSync(extras, "utf8")) : model;
}

/** What botocore itself merges over a model: S3's `Expires` is a timestamp, RDS' copies have a SourceRegion. */
function withExtras(model: ServiceModel, text: string): ServiceModel {
  const extras: { merge?: { shapes?: ServiceModel["shapes"] } } = JSON.parse(text);
  const shapes = { ...model.shapes };
  for (const [name, facts] of Object.entries(extras.merge?.shapes ?? {})) {
    const members = { ...toFacts(shapes[name]?.["members"]), ...toFacts(facts["members"]) };
    shapes[name] = { ...shapes[name], ...facts, ...(facts["members"] ? { members } : {}) };
  }
  return { ...model, shapes };
}

const toFacts = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

export interface SdkSource {
  readonly version: string;
  readonly operations: ReadonlySet<string>;
  /** Root elements of XML outputs by the output shape's name; botocore has none, since it does not look at them. */
  readonly xmlNames: ReadonlyMap<string, string>;
}

/** The operations that the JS SDK's client of one API has types for. @param client `@aws-sdk/client-…` */
export async function readSdk(root: string, client: string): Promise<SdkSource> {
  const folder = join(root, "node_modules", client);
  if (!existsSync(folder)) throw new Error(`${client} is not installed`);
  const index = readFileSync(join(folder, "dist-types", "commands", "index.d.ts"), "utf8");
  const operations = new Set([...index.matchAll(/"\.\/(\w+)Command"/g)].map((match) => match[1] ?? ""));
  const manifest: { version: string } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { version: manifest.version, operations, xmlNames: await readXmlNames(client) };
}

/** The schemas are exported as `[kind, namespace, name, traits, …]` under the shape's name and a dollar sign. */
async function readXmlNames(name: string): Promise<ReadonlyMap<string, string>> {
  const client: Readonly<Record<string, unknown>> = await import(name);
  const names = new Map<string, string>();
  for (const schema of Object.values(client)) {
    if (!Array.isArray(schema) || typeof schema[2] !== "string") continue;
    const traits: unknown = schema[3];
    if (typeof traits !== "object" || traits === null || !("xmlName" in traits)) continue;
    names.set(schema[2], String(traits.xmlName));
  }
  return names;
}
