import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuid } from "../../base/ids.ts";
import { DAY_MS } from "../../base/units.ts";
import { authorityCertificate, type Keys } from "./certificate.ts";

/** Whoever trusts its certificate trusts every certificate of a server that its key has signed. */
export interface Authority {
  readonly name: string;
  readonly keys: Keys;
  /** Where the certificate lies, for clients. */
  readonly certificatePath: string;
  readonly until: Date;
}

const VALID_MS = 3_650 * DAY_MS;
/** It is made anew when less is left of it: whoever configured a client then has a year to do it again. */
const RENEWED_BEFORE_MS = 365 * DAY_MS;
/** Other machines' clocks may be behind. */
export const CLOCK_SKEW_MS = DAY_MS;

export const certificatePathIn = (folder: string): string => join(folder, "ca.pem");
const keyPathIn = (folder: string): string => join(folder, "ca-key.pem");

/** Opens the authority of a data folder, making it where it is not there; the program and a command may do so at once. */
export function openAuthority(folder: string, now: Date): Authority {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = openKeys(folder);
  const known = readCertificate(folder);
  const fresh = known !== undefined && leftOf(known, now) > RENEWED_BEFORE_MS && isOf(keys, known);
  const certificate = fresh ? known : writeCertificate(folder, keys, now);
  return {
    name: nameOf(keys),
    keys,
    certificatePath: certificatePathIn(folder),
    until: new Date(certificate.validTo),
  };
}

/** @returns undefined where there is none so far, or none that can be read. */
export function readCertificate(folder: string): X509Certificate | undefined {
  const path = certificatePathIn(folder);
  try {
    return existsSync(path) ? new X509Certificate(readFileSync(path)) : undefined;
  } catch {
    return undefined;
  }
}

const leftOf = ({ validTo }: X509Certificate, now: Date): number => Date.parse(validTo) - now.getTime();

const isOf = ({ publicKey }: Keys, certificate: X509Certificate): boolean =>
  certificate.publicKey.equals(publicKey);

/** The key is made once: certificates are made anew, and those of before stay good. */
function openKeys(folder: string): Keys {
  const path = keyPathIn(folder);
  if (!existsSync(path)) {
    const { privateKey } = generateKeys();
    const text = privateKey.export({ type: "pkcs8", format: "pem" });
    writeOnce(path, String(text));
  }
  const privateKey = createPrivateKey(readFileSync(path));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

export const generateKeys = (): Keys => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Two authorities of one name would be taken for one another. */
function nameOf({ publicKey }: Keys): string {
  const { x = "" } = publicKey.export({ format: "jwk" });
  return `Hosu local CA ${x.slice(0, 8)}`;
}

function writeCertificate(folder: string, keys: Keys, now: Date): X509Certificate {
  const from = new Date(now.getTime() - CLOCK_SKEW_MS);
  const until = new Date(now.getTime() + VALID_MS);
  const text = authorityCertificate(nameOf(keys), keys, { from, until });
  const path = certificatePathIn(folder);
  const draft = draftOf(path);
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, path);
  return new X509Certificate(text);
}

/** Whole, and only where nobody else has done so meanwhile. */
function writeOnce(path: string, text: string): void {
  const draft = draftOf(path);
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

const draftOf = (path: string): string => `${path}.${uuid()}`;
