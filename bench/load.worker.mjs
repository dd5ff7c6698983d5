// A load of prepared requests over raw sockets, in a process of its own. Reads one JSON job a line, writes one answer a line.
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";

/** Sends each request on one of the connections, the next when its answer is whole. */
async function load({ port, connections, file, sizes }) {
  const bytes = readFileSync(file);
  const requests = [];
  let at = 0;
  for (const size of sizes) {
    requests.push(bytes.subarray(at, at + size));
    at += size;
  }
  const latencies = new Float64Array(requests.length);
  let next = 0;
  let failed = 0;
  let firstFailure = "";
  const begun = performance.now();
  const drive = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      let index = -1;
      let sentAt = 0;
      let head = "";
      let left = -1;
      const send = () => {
        index = next++;
        if (index >= requests.length) {
          socket.end();
          resolve();
          return;
        }
        head = "";
        left = -1;
        sentAt = performance.now();
        socket.write(requests[index]);
      };
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        let rest = chunk;
        if (left < 0) {
          head += rest.toString("latin1");
          const end = head.indexOf("\r\n\r\n");
          if (end < 0) return;
          const status = Number(head.slice(9, 12));
          if (status >= 300) {
            failed += 1;
            firstFailure ||= head.slice(0, 600);
          }
          const length = /content-length: (\d+)/i.exec(head.slice(0, end));
          left = length && status !== 204 ? Number(length[1]) : 0;
          rest = { length: head.length - end - 4 };
        }
        left -= rest.length;
        if (left > 0) return;
        latencies[index] = performance.now() - sentAt;
        send();
      });
    });
  await Promise.all(Array.from({ length: connections }, drive));
  const seconds = (performance.now() - begun) / 1000;
  const sorted = latencies.toSorted();
  const quantile = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  return { seconds, count: requests.length, failed, firstFailure, p50: quantile(0.5), p99: quantile(0.99) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await load(JSON.parse(line)).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
