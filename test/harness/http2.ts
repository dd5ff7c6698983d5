import { readFileSync } from "node:fs";
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { join } from "node:path";
import type { Message } from "./signed-request.ts";

/** What a client trusts that comes by https:// to a data folder's program. */
export const authorityOf = ({ dataFolder }: { readonly dataFolder: string }): Buffer =>
  readFileSync(join(dataFolder, "tls", "ca.pem"));

export const secured = (endpoint: string): string => endpoint.replace("http:", "https:");

export interface StreamAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A session that rejects nothing by itself: what goes wrong is a stream's to tell. */
export function openSession(endpoint: string, ca?: Buffer): ClientHttp2Session {
  const session = connect(endpoint, ca === undefined ? {} : { ca });
  session.on("error", () => undefined);
  return session;
}

/** Sends it as it was signed; its host is the authority. */
export function ask(session: ClientHttp2Session, message: Message): Promise<StreamAnswer> {
  const { host, ...headers } = message.headers;
  const query = message.query.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  const stream = session.request(
    {
      ":method": message.method,
      ":path": query === "" ? message.path : `${message.path}?${query}`,
      ...(host === undefined ? {} : { ":authority": host }),
      ...headers,
    },
    { endStream: message.body.length === 0 },
  );
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let answered: IncomingHttpHeaders = {};
    stream.on("response", (given) => {
      answered = given;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => resolve({ headers: answered, body: Buffer.concat(chunks).toString("utf8") }));
    if (message.body.length > 0) stream.end(message.body);
  });
}
