import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock, realClock } from "../../base/clock.ts";
import { DAY_MS } from "../../base/units.ts";
import { openAuthority, readCertificate } from "./authority.ts";
import { openSecureServer } from "./secure-server.ts";

const START = new Date("2026-03-01T00:00:00Z");
const later = (days: number): Date => new Date(START.getTime() + days * DAY_MS);

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "hosu-tls-")), "tls");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const certificate = (): X509Certificate => {
  const found = readCertificate(folder);
  if (!found) throw new Error("there is a certificate");
  return found;
};

describe("the authority", () => {
  test("is made once, signs itself, and only its owner reads its key", () => {
    const { name } = openAuthority(folder, START);
    const made = certificate();
    expect([made.subject, made.ca, made.verify(made.publicKey)]).toEqual([`CN=${name}`, true, true]);
    expect(openAuthority(folder, later(1)).name).toBe(name);
    expect(certificate().fingerprint256).toBe(made.fingerprint256);
    expect(readdirSync(folder).toSorted()).toEqual(["ca-key.pem", "ca.pem"]);
    expect(statSync(join(folder, "ca-key.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("is made anew before it ends, with the key that clients trust already", () => {
    openAuthority(folder, START);
    const before = certificate();
    openAuthority(folder, later(3_650 - 366));
    expect(certificate().fingerprint256).toBe(before.fingerprint256);
    const { until } = openAuthority(folder, later(3_650 - 364));
    expect(until.getTime()).toBe(later(2 * 3_650 - 364).getTime());
    expect(certificate().fingerprint256).not.toBe(before.fingerprint256);
    expect(certificate().publicKey.equals(before.publicKey)).toBe(true);
  });

  test.each(["", "no certificate", "another's"])(
    "a certificate that is none of it is made anew: %s",
    (text) => {
      const other = join(folder, "..", "other");
      openAuthority(other, START);
      const { keys } = openAuthority(folder, START);
      const wrong = text === "another's" ? readFileSync(join(other, "ca.pem")) : text;
      writeFileSync(join(folder, "ca.pem"), wrong);
      openAuthority(folder, START);
      expect(certificate().publicKey.equals(keys.publicKey)).toBe(true);
    },
  );
});

describe("a server's certificate", () => {
  const clock = new ManualClock(START);
  const served = createServer();

  /** What a client is shown that asks for a host, or for an address where it names none. */
  async function shown(port: number, servername?: string): Promise<X509Certificate> {
    const socket = connectTls({
      port,
      host: "127.0.0.1",
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    });
    await once(socket, "secureConnect");
    const found = socket.getPeerX509Certificate();
    socket.destroy();
    if (!found) throw new Error("a server shows a certificate");
    return found;
  }

  test("is for the host that the client names, and is another one before it ends", async () => {
    const secure = openSecureServer({ folder, clock }, (socket) => socket.on("error", () => undefined));
    served.on("connection", (socket) => secure.serve(socket.on("error", () => undefined)));
    served.listen(0, "127.0.0.1");
    await once(served, "listening");
    const { port } = served.address() as AddressInfo;

    const byAddress = await shown(port);
    expect([byAddress.checkIP("127.0.0.1"), byAddress.checkHost("localhost")]).toEqual([
      "127.0.0.1",
      "localhost",
    ]);
    for (const host of ["my.lake-1.s3.localhost", "lake.s3.us-east-1.amazonaws.com"]) {
      const made = await shown(port, host);
      expect([made.checkHost(host), made.checkIP("127.0.0.1")]).toEqual([host, "127.0.0.1"]);
      expect([made.ca, made.verify(certificate().publicKey)]).toEqual([false, true]);
      expect((await shown(port, host)).fingerprint256).toBe(made.fingerprint256);
    }

    clock.advance(59 * DAY_MS);
    expect((await shown(port)).fingerprint256).toBe(byAddress.fingerprint256);
    clock.advance(2 * DAY_MS);
    const renewed = await shown(port);
    expect(Date.parse(renewed.validTo)).toBe(later(61 + 90).getTime());
    served.close();
  });
});

test("a client that trusts the authority, and knows nothing else, is let in", async () => {
  const secure = openSecureServer({ folder, clock: realClock }, (socket) => socket.end("hello"));
  const server = createServer((socket) => secure.serve(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const raw = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const ca = readFileSync(join(folder, "ca.pem"));
  const socket = connectTls({ socket: raw, ca, servername: "lake.s3.localhost" });
  const [chunk] = (await once(socket, "data")) as [Buffer];
  expect([socket.authorized, chunk.toString()]).toEqual([true, "hello"]);
  socket.destroy();
  server.close();
});
