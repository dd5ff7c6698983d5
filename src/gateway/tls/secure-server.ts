import { networkInterfaces } from "node:os";
import type { Socket } from "node:net";
import { createSecureContext, createServer, type SecureContext, type TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { DAY_MS } from "../../base/units.ts";
import { HEADERS_TIMEOUT_MS } from "../exchange.ts";
import { CLOCK_SKEW_MS, generateKeys, openAuthority, type Authority } from "./authority.ts";
import { serverCertificate } from "./certificate.ts";

export interface SecureServer {
  /** Takes a connection over; what TLS carries is told of once both sides have agreed. */
  serve(socket: Socket): void;
}

interface Ground {
  /** Where the authority lies. */
  readonly folder: string;
  readonly clock: Clock;
}

const VALID_MS = 90 * DAY_MS;
const RENEWED_BEFORE_MS = 30 * DAY_MS;
const MOST_HOSTS = 100;

/**
 * TLS by certificates of the local authority: made when they are asked for, each for the host that the client names, and
 * kept in memory alone.
 */
export function openSecureServer(ground: Ground, onSecure: (socket: TLSSocket) => void): SecureServer {
  const keys = generateKeys();
  const key = String(keys.privateKey.export({ type: "pkcs8", format: "pem" }));
  const contexts = new Map<string, SecureContext>();
  let authority: Authority;
  let renewAt = 0;

  const certificateFor = (hosts: readonly string[]): string => {
    const now = ground.clock.now().getTime();
    const period = { from: new Date(now - CLOCK_SKEW_MS), until: new Date(now + VALID_MS) };
    return serverCertificate({ name: "Hosu", hosts, publicKey: keys.publicKey }, authority, period);
  };
  const contextOf = (host: string): SecureContext => {
    const known = contexts.get(host);
    if (known) return known;
    if (contexts.size >= MOST_HOSTS) contexts.clear();
    const context = createSecureContext({ key, cert: certificateFor([host, ...ownHosts()]) });
    contexts.set(host, context);
    return context;
  };
  const server = createServer({
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: HEADERS_TIMEOUT_MS,
    // Who names no host knows an address alone, and gets the certificate for those.
    SNICallback: (host, done) => done(null, HOST.test(host) ? contextOf(host.toLowerCase()) : undefined),
  });
  const renew = (): void => {
    const now = ground.clock.now();
    if (now.getTime() < renewAt) return;
    authority = openAuthority(ground.folder, now);
    contexts.clear();
    server.setSecureContext({ key, cert: certificateFor(ownHosts()) });
    renewAt = now.getTime() + VALID_MS - RENEWED_BEFORE_MS;
  };
  server.on("secureConnection", onSecure);
  renew();
  return {
    serve(socket) {
      renew();
      // What a half-closed connection would still be good for, TLS does not know.
      socket.allowHalfOpen = false;
      server.emit("connection", socket);
    },
  };
}

/** What may stand in a certificate as a host's name. */
const HOST = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/i;

/** This machine, by name and by each of its addresses; those of one link alone stand in no URL. */
function ownHosts(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address);
  return ["localhost", ...addresses.filter((address) => !address.startsWith("fe80:"))];
}
