import type { TlsFacts } from "../platform/happened.ts";
import type { WireRequest, WireResponse } from "../wire/http.ts";
import type { Arrival } from "./dispatch.ts";
import { isSecure } from "./exchange.ts";

/** Of the body, without the frames of a chunked upload. */
export const bytesReceived = ({ headers }: WireRequest): number =>
  Number(headers["x-amz-decoded-content-length"] ?? headers["content-length"] ?? 0) || 0;

/** Of the body; a stream's is what its headers say. */
export const bytesAnswered = ({ body, headers }: WireResponse): number =>
  typeof body === "string"
    ? Buffer.byteLength(body)
    : body instanceof Uint8Array
      ? body.length
      : Number(headers["content-length"] ?? 0) || 0;

/** Source: CloudTrail User Guide, "CloudTrail record contents", tlsDetails. */
export function tlsFacts({ socket, request }: Arrival): TlsFacts | undefined {
  // A connection that broke meanwhile has no cipher any more.
  if (!isSecure(socket) || socket.destroyed) return undefined;
  return {
    version: socket.getProtocol() ?? "",
    cipherSuite: socket.getCipher().standardName,
    host: request.host,
  };
}
