import type { ServerHttp2Session } from "node:http2";
import { monotonicMs } from "../base/clock.ts";
import { MINUTE_MS, SECOND_MS } from "../base/units.ts";

/** What goes over a session. */
export interface Traffic {
  /** Requests that are under way. */
  open: number;
  /** When the last one ended, or else the session began; monotonic. */
  lastMs: number;
  asked: boolean;
}

export interface Patience {
  /** Without a request under way. */
  readonly idleMs: number;
  /** Until the first one. */
  readonly firstMs: number;
}

/** A new session is asked soon whether it still hears, and then less and less often. */
const FIRST_PAUSE_MS = 2 * SECOND_MS;
const MOST_PAUSE_MS = MINUTE_MS;
/** How long a ping may take where nothing else is under way that it has to wait behind. */
const PING_MS = 3 * SECOND_MS;

/**
 * Ends a session that is idle for too long, or whose client no longer answers a ping. Where a client broke a rule,
 * nghttp2 says goodbye and node reads nothing more, not even the connection's end; it would stay, with all its streams.
 */
export function endWhenDead(session: ServerHttp2Session, traffic: Traffic, patience: Patience): void {
  let timer: NodeJS.Timeout;
  const wait = (ms: number, then: () => void): void => {
    timer = setTimeout(then, ms);
  };
  const look = (pauseMs: number): void => {
    if (session.destroyed) return;
    const { open, lastMs, asked } = traffic;
    const quietMs = monotonicMs() - lastMs;
    if (open === 0 && quietMs >= (asked ? patience.idleMs : patience.firstMs)) return session.close();
    wait(open === 0 ? PING_MS : patience.idleMs, () => session.destroy());
    session.ping(() => {
      clearTimeout(timer);
      if (!session.closed) wait(pauseMs, () => look(Math.min(2 * pauseMs, MOST_PAUSE_MS)));
    });
  };
  session.once("close", () => clearTimeout(timer));
  wait(FIRST_PAUSE_MS, () => look(2 * FIRST_PAUSE_MS));
}
