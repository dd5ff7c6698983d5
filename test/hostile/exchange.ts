import { connect } from "node:net";

/** What is sent over one connection, and how it ends. */
export interface Attack {
  /** For the report: what kind of attack it is. */
  readonly kind: string;
  readonly chunks: readonly Uint8Array[];
  /** What the client does once all is sent: waits for the answer, says that it will send no more, or goes away. */
  readonly ending: "wait" | "half-close" | "reset";
}

export interface Outcome {
  /** Everything that came back. */
  readonly answer: string;
  readonly ended: "answered" | "closed" | "silent";
}

/** How long a server may say nothing on a connection whose request it has whole. */
const SILENCE_MS = 10_000;

/** Sends it and takes what comes. An attack that waits is over with the first whole answer. */
export function exchange(port: number, attack: Attack): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let answer = "";
    const end = (ended: Outcome["ended"]): void => {
      clearTimeout(late);
      socket.destroy();
      resolve({ answer, ended });
    };
    const late = setTimeout(() => end("silent"), SILENCE_MS);
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      if (attack.ending === "wait" && isWhole(answer)) end("answered");
    });
    socket.on("error", () => end(answer === "" ? "closed" : "answered"));
    socket.on("close", () => end(answer === "" ? "closed" : "answered"));
    socket.on("connect", () => {
      for (const chunk of attack.chunks) socket.write(chunk);
      if (attack.ending === "half-close") socket.end();
      if (attack.ending === "reset") socket.write("", () => end("closed"));
    });
  });
}

/** Whether a whole final answer is there: 100 Continue is none. */
function isWhole(text: string): boolean {
  const from = text.startsWith("HTTP/1.1 100") ? text.indexOf("\r\n\r\n") + 4 : 0;
  const end = text.indexOf("\r\n\r\n", from);
  if (end < 0) return false;
  const head = text.slice(from, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return text.length - end - 4 >= Number(length);
  return /\r\ntransfer-encoding: chunked/i.test(head) ? text.endsWith("0\r\n\r\n") : true;
}
