import type { Client } from "pg";
import { fault, type Fault } from "../../base/fault.ts";
import { SECOND_MS } from "../../base/units.ts";
import type { SqlRow } from "./sql.ts";

/** One session with the database. */
export interface Connection {
  /** Runs statements one after the other, in one trip. @returns the rows of each. */
  run(...statements: readonly string[]): Promise<readonly (readonly SqlRow[])[]>;
  /** It was lost: what was under way may or may not have happened. */
  readonly isLost: boolean;
  end(): Promise<void>;
}

export type Connect = () => Promise<Connection>;

const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;
/** Who hangs in the middle must not keep others waiting for longer. */
const SESSION = [
  "SET standard_conforming_strings = on",
  "SET bytea_output = 'hex'",
  "SET synchronous_commit = on",
  "SET idle_in_transaction_session_timeout = '30s'",
  "SET statement_timeout = '30s'",
].join("; ");

/** The driver is loaded here, on first use: whoever has no such store does not pay for it. */
export async function postgres(url: string): Promise<Connect> {
  const { default: driver } = await import("pg");
  return async () => {
    const client = new driver.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: "hosu",
    });
    const connection = connectionOf(client);
    await client.connect();
    await client.query(SESSION);
    return connection;
  };
}

function connectionOf(client: Client): Connection {
  let isLost = false;
  const lose = (): void => {
    isLost = true;
  };
  client.on("error", lose);
  client.on("end", lose);
  return {
    get isLost() {
      return isLost;
    },
    async run(...statements) {
      const answer: unknown = await client.query({ text: statements.join("; "), rowMode: "array" });
      const results = (Array.isArray(answer) ? answer : [answer]) as readonly { rows: SqlRow[] }[];
      return results.map(({ rows }) => rows);
    },
    end: () => client.end().catch(() => undefined),
  };
}

/** The five characters by which Postgres says what happened. */
const sqlState = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
};

/** Serialization failure, deadlock, lock and idle timeouts, a server that stops or starts: the same may succeed later. */
export const isPassing = (error: unknown): boolean =>
  /^(40001|40003|40P01|55P03|57014|57P0.|25P03|08...|53...|E[A-Z]+)$/.test(sqlState(error)) ||
  (error instanceof Error && /Connection terminated|timeout expired|not queryable/.test(error.message));

/** The database itself says that it did nothing; a session that was cut says no such thing, nor does CockroachDB's 40003. */
export const isRefusal = (error: unknown): boolean =>
  /^[0-9A-Z]{5}$/.test(sqlState(error)) && !/^(57P..|08...|40003|E....)$/.test(sqlState(error));

export const unreachable = (): Fault =>
  fault("ServiceUnavailable", "The store cannot be reached; please try again.", { status: 503 });
