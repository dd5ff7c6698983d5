import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fault } from "../base/fault.ts";
import { InvariantError } from "../base/invariant.ts";
import type { LogEvent } from "../main.ts";
import { openLog } from "./log-file.ts";

const CANARY = "c4n4ry-s3cr3t";

const answered: LogEvent = {
  kind: "answered",
  answered: {
    requestId: "R1",
    api: "iam",
    operation: "CreateLoginProfile",
    status: 400,
    caller: undefined,
    input: { Password: CANARY },
    output: { SecretAccessKey: CANARY },
    fault: fault("ValidationError", `Value '${CANARY}' at 'password' is too short`),
    denied: undefined,
    bytesIn: 1,
    bytesOut: 2,
    tookMs: 1.234567,
  },
};

const jsonError = (): unknown => {
  try {
    return JSON.parse(`{"a": "${CANARY}" oops`);
  } catch (error) {
    return error;
  }
};

function written(event: LogEvent): string {
  const folder = mkdtempSync(join(tmpdir(), "hosu-log-"));
  const log = openLog(join(folder, "hosu.log"));
  log.write(event);
  log.close();
  const text = readFileSync(join(folder, "hosu.log"), "utf8");
  rmSync(folder, { recursive: true });
  return text;
}

test.each<[string, LogEvent, object]>([
  [
    "what was answered",
    answered,
    { requestId: "R1", operation: "iam:CreateLoginProfile", status: 400, ms: 1.23, code: "ValidationError" },
  ],
  [
    "an error that quotes its input",
    { kind: "mistake", requestId: "R2", error: jsonError() },
    { kind: "mistake", requestId: "R2", error: expect.stringMatching(/^SyntaxError\n\s+at /) },
  ],
  [
    "an error of our own",
    { kind: "mistake", requestId: "R3", error: new InvariantError("a row is small") },
    { error: expect.stringMatching(/^InvariantError: a row is small\n/) },
  ],
  [
    "something that is no error",
    { kind: "mistake", requestId: "R4", error: CANARY },
    { error: "something that is no error was thrown" },
  ],
])("%s is one JSON line, without a secret", (_fact, event, expected) => {
  const text = written(event);
  expect(text).not.toContain(CANARY);
  expect(text.trimEnd()).not.toContain("\n");
  expect(JSON.parse(text)).toMatchObject(expected);
});

test.runIf(process.platform === "linux")("a log on a full disk does not end the program", () => {
  const log = openLog("/dev/full");
  log.write(answered);
  expect(() => log.close()).not.toThrow();
});
