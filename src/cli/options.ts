import { homedir } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fault } from "../base/fault.ts";
import { readBlobsPlace, type BlobsPlace } from "../store/blobs/s3/place.ts";

/** Every option is a flag and an environment variable; the flag wins. What is none of them is an error. */
const OPTIONS = {
  port: { variable: "HOSU_PORT", help: "port to listen on (4566; 0 takes a free one)" },
  host: { variable: "HOSU_HOST", help: "address to listen on (127.0.0.1)" },
  data: { variable: "HOSU_DATA", help: "data folder (~/.hosu)" },
  account: { variable: "HOSU_ACCOUNT", help: "account id, twelve digits (chosen at the first start)" },
  region: { variable: "HOSU_REGION", help: "default region (us-east-1)" },
  "root-credentials-file": {
    variable: "HOSU_ROOT_CREDENTIALS_FILE",
    help: "file with the root user's ID:SECRET",
  },
  init: {
    variable: "HOSU_INIT",
    help: "AWS CLI lines, or a folder of JSON calls, to run at the very first start",
  },
  trail: { variable: "HOSU_TRAIL", help: "on, or off: no trail, no usage, no bill (on)" },
  store: {
    variable: "HOSU_STORE",
    help: "postgres://…: keep the rows in that database (in the data folder)",
  },
  blobs: {
    variable: "HOSU_BLOBS",
    help: "s3://BUCKET/PREFIX: keep the bytes there, so that several processes serve one lake; with --store",
  },
  "key-file": {
    variable: "HOSU_KEY_FILE",
    help: "file with the lake's key, which those processes share (key, in the data folder)",
  },
  language: { variable: "HOSU_LANGUAGE", help: "en or ko (as LANG says)" },
} as const;

type OptionName = keyof typeof OPTIONS;

/** Only as a variable: a secret on a command line can be read by every process. */
const ROOT_CREDENTIALS = "HOSU_ROOT_CREDENTIALS";

export interface Options {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly account: string | undefined;
  readonly region: string;
  readonly rootKey: { readonly accessKeyId: string; readonly secret: string } | undefined;
  readonly init: string | undefined;
  readonly trail: "on" | "off";
  readonly store: string | undefined;
  readonly blobs: BlobsPlace | undefined;
  readonly keyFile: string | undefined;
  readonly language: Language;
  /** What is left: the command's own words. */
  readonly words: readonly string[];
  /** The command's own flags. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
}

/** A flag of one command alone; any other command refuses it. */
export interface Flag {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly help: string;
}
export type Flags = Readonly<Record<string, Flag>>;

export type Language = "en" | "ko";

export type Environment = Readonly<Record<string, string | undefined>>;

export const optionsHelp = (): string =>
  Object.entries(OPTIONS)
    .map(([name, { variable, help }]) => `  --${name.padEnd(24)} ${help}  [${variable}]`)
    .join("\n");

/** @throws Fault for a flag, variable or value that is none. */
export function readOptions(args: readonly string[], environment: Environment, own: Flags = {}): Options {
  checkVariables(environment);
  const { values, positionals } = parse(args, own);
  const given = (name: OptionName): string | undefined => {
    const flag = values[name];
    return typeof flag === "string" ? flag : environment[OPTIONS[name].variable];
  };
  return {
    port: portOf(given("port") ?? "4566"),
    host: given("host") ?? "127.0.0.1",
    data: given("data") ?? join(homedir(), ".hosu"),
    account: accountOf(given("account")),
    region: given("region") ?? "us-east-1",
    rootKey: rootKeyOf(environment[ROOT_CREDENTIALS], given("root-credentials-file")),
    init: given("init"),
    trail: trailOf(given("trail") ?? "on"),
    store: storeOf(values["store"], given("store")),
    blobs: blobsOf(given("blobs"), given("store")),
    keyFile: given("key-file"),
    language: languageOf(given("language"), environment),
    words: positionals,
    flags: values,
  };
}

function checkVariables(environment: Environment): void {
  const known = new Set<string>([
    ROOT_CREDENTIALS,
    ...Object.values(OPTIONS).map(({ variable }) => variable),
  ]);
  const unknown = Object.keys(environment).find((name) => name.startsWith("HOSU_") && !known.has(name));
  if (unknown !== undefined)
    throw fault(
      "UnknownVariable",
      `${unknown} is no variable that Hosu knows; it knows ${[...known].join(", ")}.`,
    );
}

interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

function parse(args: readonly string[], own: Flags): Parsed {
  const everywhere = Object.keys(OPTIONS).map((name) => [name, { type: "string" }] as const);
  const named = Object.entries(own).map(
    ([name, { type, short }]) => [name, { type, ...(short === undefined ? {} : { short }) }] as const,
  );
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries([...everywhere, ...named]),
    }) as Parsed;
  } catch (error) {
    throw fault("UnknownOption", error instanceof Error ? error.message : String(error));
  }
}

function trailOf(text: string): "on" | "off" {
  if (text === "on" || text === "off") return text;
  throw fault("InvalidTrail", `'${text}' is neither on nor off, which is what the trail can be.`);
}

/** @param flag what was said on the command line, where everyone can read it. */
function storeOf(flag: string | boolean | undefined, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) || /^postgres(ql)?:\/\/[^/]*@\//.test(text);
  if (!url || !/^postgres(ql)?:/.test(text))
    throw fault("InvalidStore", "A store is written postgres://USER@HOST:PORT/DATABASE.");
  if (flag !== undefined && /^\w+:\/\/[^/@]*:[^/@]+@/.test(text))
    throw fault(
      "SecretOnCommandLine",
      "A password in --store could be read by every process. Set HOSU_STORE, PGPASSWORD or ~/.pgpass instead.",
    );
  return text;
}

function blobsOf(text: string | undefined, store: string | undefined): BlobsPlace | undefined {
  if (text === undefined) return undefined;
  if (store === undefined)
    throw fault("BlobsWithoutStore", "Bytes in a bucket (--blobs) go with rows in a database (--store).");
  return readBlobsPlace(text);
}

function languageOf(text: string | undefined, environment: Environment): Language {
  if (text === "en" || text === "ko") return text;
  if (text !== undefined) throw fault("InvalidLanguage", `'${text}' is no language: en or ko.`);
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return locale.startsWith("ko") ? "ko" : "en";
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw fault("InvalidPort", `'${text}' is no port: 0 to 65535.`);
  return port;
}

function accountOf(text: string | undefined): string | undefined {
  if (text !== undefined && !/^\d{12}$/.test(text))
    throw fault("InvalidAccount", `'${text}' is no account id: twelve digits.`);
  return text;
}

function rootKeyOf(text: string | undefined, file: string | undefined): Options["rootKey"] {
  const pair = text ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
  if (pair === undefined) return undefined;
  const [accessKeyId, secret] = pair.split(/:(.*)/s);
  if (!accessKeyId || !/^\w{16,128}$/.test(accessKeyId) || !secret)
    throw fault(
      "InvalidCredentials",
      "Root credentials are written ID:SECRET, the id 16 to 128 letters and digits.",
    );
  return { accessKeyId, secret };
}
