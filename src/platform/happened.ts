import type { Fault } from "../base/fault.ts";
import type { Caller } from "./caller.ts";
import type { AccessDenied } from "./denied.ts";

/** One call that is over, a client's or a service's: what the trail and the meter are told. */
export interface Happened {
  readonly api: string;
  /** Undefined where the request names none. */
  readonly operation: string | undefined;
  readonly requestId: string;
  /** The request for which a service made the call. */
  readonly within?: string | undefined;
  /** Undefined where the request did not prove who sent it. */
  readonly caller: Caller | undefined;
  /** Undefined where it was not read so far. */
  readonly input: unknown;
  /** Undefined where it failed. */
  readonly output: unknown;
  /** As it was answered. */
  readonly fault: Fault | undefined;
  readonly denied: AccessDenied | undefined;
  /** Of the bodies. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly tls?: TlsFacts | undefined;
}

export interface TlsFacts {
  readonly version: string;
  readonly cipherSuite: string;
  /** The Host header. */
  readonly host: string;
}
