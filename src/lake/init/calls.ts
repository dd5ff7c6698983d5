import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fault, isFault } from "../../base/fault.ts";
import { invariant } from "../../base/invariant.ts";
import type { Caller } from "../../platform/caller.ts";
import { apiCalls } from "../../platform/perform.ts";
import type { KeyPair } from "../ground.ts";
import type { InitPlace } from "./init.ts";

/** `{"service": "s3", "operation": "CreateBucket", "input": {"Bucket": "lake"}}`; a list of such in one file runs in its order. */
export interface InitCall {
  readonly file: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The folder's .json files, by their names. @throws Fault that names the file. */
export function readCalls(folder: string): readonly InitCall[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.toSorted().flatMap((file) => {
    const value = parsed(file, readFileSync(join(folder, file), "utf8"));
    return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((one) => callOf(file, one));
  });
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault("InitFailed", `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function callOf(file: string, value: unknown): InitCall {
  const { service, operation, input = {} } = isObject(value) ? value : {};
  if (typeof service !== "string" || typeof operation !== "string" || !isObject(input))
    throw fault("InitFailed", `${file}: a call is {"service": …, "operation": …, "input": {…}}`);
  return { file, service, operation, input };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** As the admin user, in this process. @throws Fault InitFailed with the file and what the call was refused with. */
export async function runCalls(calls: readonly InitCall[], place: InitPlace, key: KeyPair): Promise<void> {
  const { keeper, endpoint, ground } = place;
  const { performer, house } = keeper.lake;
  const credential = await house.doors.identities.credential(key.accessKeyId);
  invariant(credential, "the admin user's key is known");
  const caller: Caller = {
    account: credential.principal.account,
    region: ground.options.region,
    principal: credential.principal,
    accessKeyId: key.accessKeyId,
    source: { ip: "127.0.0.1", secure: true, userAgent: "hosu-init", calledVia: [] },
  };
  const apis = apiCalls(performer, { caller, requestId: "", endpoint });
  for (const { file, service, operation, input } of calls) {
    if (!performer.services.get(service)?.operations[operation])
      throw fault("InitFailed", `${file}: ${service}:${operation} is not built; see hosu coverage`);
    try {
      const api = apis[service as keyof typeof apis] as unknown as Readonly<Record<string, Run>>;
      const { Body: body, ...members } = input;
      // A streamed body comes apart; in JSON it is text.
      if (typeof body === "string") await api[operation]?.(members, Buffer.from(body, "utf8"));
      else await api[operation]?.(input);
    } catch (error) {
      if (!isFault(error)) throw error;
      throw fault("InitFailed", `${file}: ${service}:${operation}: ${error.code}: ${error.message}`);
    }
  }
}

type Run = (input: unknown, body?: Uint8Array) => Promise<unknown>;
