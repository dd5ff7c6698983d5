import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { realClock } from "../base/clock.ts";
import { isFault } from "../base/fault.ts";
import { MIB } from "../base/units.ts";
import type { Answered } from "../gateway/dispatch.ts";
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
  /** A full disk must not end the program, which may go on without its log. */
  let isFailing = false;
  const append = (text: string): void => {
    try {
      rotate(path);
      // What a failed write left of its last line is ended.
      appendFileSync(path, isFailing ? `\n${text}` : text, { mode: 0o600 });
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        process.stderr.write(`hosu: ${path} cannot be written, its lines are dropped: ${errorText(error)}\n`);
      isFailing = true;
    }
  };
  const flush = (): void => {
    clearTimeout(flushing);
    flushing = undefined;
    if (lines.length === 0) return;
    append(`${lines.join("\n")}\n`);
    lines = [];
  };
  return {
    write(event) {
      const words = said(event);
      if (words !== undefined) process.stderr.write(`hosu: ${words}\n`);
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

type Line = Readonly<Record<string, unknown>>;

function record(event: LogEvent): Line {
  const { kind } = event;
  switch (kind) {
    case "answered":
      return answeredLine(event.answered);
    case "cut off":
      return { kind, connections: event.connections };
    case "torn":
      return { kind, bytes: event.bytes };
    case "mended":
      return { kind, path: event.path };
    case "lost":
      return { kind, events: event.events, error: errorText(event.error) };
    case "mistake":
      return { kind, requestId: event.requestId, error: errorText(event.error) };
    case "broken":
      return { kind, error: errorText(event.error) };
  }
}

/** Of a fault its code: its words may quote what was sent. A denial's are names and actions alone. */
function answeredLine({ requestId, api, operation, status, caller, fault, denied, tookMs }: Answered): Line {
  return {
    requestId,
    operation: `${api}:${operation ?? "?"}`,
    principal: caller?.principal.arn,
    status,
    ms: Math.round(tookMs * 100) / 100,
    ...(fault ? { code: fault.code } : {}),
    ...(denied ? { message: denied.message } : {}),
  };
}

/** What a person at the terminal is told. */
function said(event: LogEvent): string | undefined {
  switch (event.kind) {
    case "answered":
      return undefined;
    case "cut off":
      return `${event.connections} clients were too slow for the stop and have been cut off.`;
    case "torn":
      return `a crash had left ${event.bytes} bytes half written at the end of the log; they are cut off. Nothing that was acknowledged is lost.`;
    case "mended":
      return `one of the two meta pages of ${event.path} was torn; the other is whole and is used. Nothing that was acknowledged is lost by a write that was cut short.`;
    case "lost":
      return `the trail cannot be written, ${event.events} events are not on it: ${errorText(event.error)}`;
    default:
      return errorText(event.error);
  }
}

/** Errors whose words are the runtime's or our own, and quote no input. */
const SPEAKS_OF_CODE = new Set(["InvariantError", "TypeError", "RangeError", "ReferenceError"]);

/** Where it happened; and what, unless its words may quote what somebody sent. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error was thrown";
  const { name, message, stack = "" } = error;
  const code = "code" in error ? ` ${String(error.code)}` : "";
  const isOfSystem = "syscall" in error;
  const words = SPEAKS_OF_CODE.has(name) || isOfSystem || isFault(error) ? `: ${message}` : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return [`${name}${code}${words}`, ...frames].join("\n");
}
