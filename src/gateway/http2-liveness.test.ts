import { EventEmitter } from "node:events";
import type { ServerHttp2Session } from "node:http2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWhenDead, type Traffic } from "./http2-liveness.ts";

const PATIENCE = { firstMs: 60_000, idleMs: 600_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** As much of node's session as is asked; whether its client answers is said by the test. */
class Session extends EventEmitter {
  closed = false;
  answers = true;
  ended: "closed" | "destroyed" | undefined;

  ping(answered: () => void): void {
    if (this.answers) setTimeout(answered, 1);
  }
  close(): void {
    this.#end("closed");
  }
  destroy(): void {
    this.#end("destroyed");
  }
  #end(how: "closed" | "destroyed"): void {
    this.closed = true;
    this.ended ??= how;
    this.emit("close");
  }
}

function begin(traffic: Partial<Traffic> = {}) {
  const session = new Session();
  const known: Traffic = { open: 0, lastMs: performance.now(), asked: false, ...traffic };
  endWhenDead(session as unknown as ServerHttp2Session, known, PATIENCE);
  return { session, traffic: known };
}

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1_000);

test("a client that no longer answers is cut off within seconds", () => {
  const { session } = begin({ asked: true });
  session.answers = false;
  pass(4.9);
  expect(session.ended).toBeUndefined();
  pass(0.2);
  expect(session.ended).toBe("destroyed");
  expect(vi.getTimerCount()).toBe(0);
});

test("a client that never asks is let go after a minute, or two at most", () => {
  const { session } = begin();
  pass(59);
  expect(session.ended).toBeUndefined();
  pass(61);
  expect(session.ended).toBe("closed");
});

test("a client that asks nothing more is let go when it was idle for long enough", () => {
  const { session, traffic } = begin({ asked: true });
  pass(300);
  traffic.lastMs = performance.now();
  pass(599);
  expect(session.ended).toBeUndefined();
  pass(61);
  expect(session.ended).toBe("closed");
  expect(vi.getTimerCount()).toBe(0);
});

test("a request that takes long is waited for, while its client answers", () => {
  const { session } = begin({ asked: true, open: 1 });
  pass(3_600);
  expect(session.ended).toBeUndefined();
  session.answers = false;
  pass(600 + 61);
  expect(session.ended).toBe("destroyed");
});
