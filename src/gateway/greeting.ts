import type { Socket } from "node:net";

export type Protocol = "http1" | "http2" | "tls";

/** Every TLS connection begins with a record of this type. Source: RFC 8446, section 5.1, handshake. */
const TLS_HANDSHAKE = 0x16;
/** Source: RFC 9113, section 3.4. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** @returns undefined while it may be either. */
export function protocolOf(begun: Buffer): Protocol | undefined {
  if (begun[0] === TLS_HANDSHAKE) return "tls";
  const length = Math.min(begun.length, HTTP2_PREFACE.length);
  if (HTTP2_PREFACE.compare(begun, 0, length, 0, length) !== 0) return "http1";
  return length === HTTP2_PREFACE.length ? "http2" : undefined;
}

/** What a connection turned out to speak; it goes on with `begun`, which was read to tell. */
export interface Greeted {
  readonly protocol: Protocol;
  readonly begun: Buffer;
}

/**
 * Reads from a new connection as little as tells what it speaks. One that says too little for too long is ended.
 * @param onGreeted called once; with nothing where the connection ended first.
 */
export function greet(socket: Socket, timeoutMs: number, onGreeted: (greeted?: Greeted) => void): void {
  let begun: Buffer | undefined;
  const end = (): void => void socket.destroy();
  const late = setTimeout(end, timeoutMs);
  const leave = (greeted?: Greeted): void => {
    clearTimeout(late);
    socket.off("data", onData).off("end", end).off("close", onClose);
    onGreeted(greeted);
  };
  const onClose = (): void => leave();
  const onData = (chunk: Buffer): void => {
    begun = begun ? Buffer.concat([begun, chunk]) : chunk;
    const protocol = protocolOf(begun);
    if (protocol) leave({ protocol, begun });
  };
  socket.on("data", onData).on("end", end).on("close", onClose);
}
