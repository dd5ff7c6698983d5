import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { realClock } from "../base/clock.ts";
import { MIB } from "../base/units.ts";
import type { LogEvent } from "../main.ts";

/** Structured lines, one JSON object each; written in batches, and never holding a secret. */
export interface LogFile {
  readonly write: (event: LogEvent) => void;
  close(): void;
}

const MOST_BYTES = 64 * MIB;
const FLUSH_MS = 200;
const MOST_LINES = 10_000;

export function openLog(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let lines: string[] = [];
  let flushing: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(flushing);
    flushing = undefined;
    if (lines.length === 0) return;
    rotate(path);
    appendFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
    lines = [];
  };
  return {
    write(event) {
      if (event.kind !== "answered") process.stderr.write(`hosu: ${textOf(event)}\n`);
      lines.push(JSON.stringify({ time: realClock.now().toISOString(), ...record(event) }));
      if (lines.length >= MOST_LINES) flush();
      else if (!flushing) flushing = setTimeout(flush, FLUSH_MS).unref();
    },
    close: flush,
  };
}

/** One older file is kept. */
function rotate(path: string): void {
  if (existsSync(path) && statSync(path).size > MOST_BYTES) renameSync(path, `${path}.1`);
}

function record(event: LogEvent): Readonly<Record<string, unknown>> {
  if (event.kind !== "answered") return { kind: event.kind, error: textOf(event) };
  const { requestId, api, operation, status, caller, fault } = event;
  return {
    requestId,
    operation: `${api}:${operation ?? "?"}`,
    principal: caller?.principal.arn,
    status,
    ...(fault ? { code: fault.code, message: fault.message } : {}),
  };
}

const textOf = (event: Exclude<LogEvent, { kind: "answered" }>): string =>
  event.error instanceof Error ? (event.error.stack ?? event.error.message) : String(event.error);
