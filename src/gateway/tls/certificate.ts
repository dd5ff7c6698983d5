import { hash, randomBytes, sign, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import {
  bitString,
  boolean,
  explicit,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  unsignedInteger,
  utf8String,
  type Der,
} from "../../wire/der.ts";

/** Where a certificate's name is good, and for whom. Source: RFC 5280, section 4.1. */
interface Stated {
  readonly subject: string;
  readonly issuer: string;
  /** The public key of the subject, and the issuer's private one. */
  readonly publicKey: KeyObject;
  readonly issuerKeys: Keys;
  readonly from: Date;
  readonly until: Date;
  readonly extensions: readonly Der[];
}

/** Both of elliptic curve P-256. */
export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** @returns PEM of a certificate that signs others: those of servers, and no other authority's. */
export function authorityCertificate(name: string, keys: Keys, { from, until }: Period): string {
  return certificate({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    issuerKeys: keys,
    from,
    until,
    extensions: [
      extension(BASIC_CONSTRAINTS, sequence(boolean(true), unsignedInteger(Buffer.from([0]))), "critical"),
      extension(KEY_USAGE, bitString(Buffer.from([0b0000_0110]), 1), "critical"),
      extension(SUBJECT_KEY_IDENTIFIER, octetString(keyIdentifier(keys.publicKey))),
    ],
  });
}

interface Server {
  readonly name: string;
  /** Host names and IP addresses. */
  readonly hosts: readonly string[];
  readonly publicKey: KeyObject;
}

interface Issuer {
  readonly name: string;
  readonly keys: Keys;
}

/** @returns PEM of a server's certificate. */
export function serverCertificate(
  { name, hosts, publicKey }: Server,
  issuer: Issuer,
  { from, until }: Period,
): string {
  return certificate({
    subject: name,
    issuer: issuer.name,
    publicKey,
    issuerKeys: issuer.keys,
    from,
    until,
    extensions: [
      extension(BASIC_CONSTRAINTS, sequence(), "critical"),
      extension(KEY_USAGE, bitString(Buffer.from([0b1000_0000]), 7), "critical"),
      extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTHENTICATION)),
      extension(SUBJECT_KEY_IDENTIFIER, octetString(keyIdentifier(publicKey))),
      extension(AUTHORITY_KEY_IDENTIFIER, sequence(implicit(0, keyIdentifier(issuer.keys.publicKey)))),
      extension(SUBJECT_ALTERNATIVE_NAME, sequence(...hosts.map(generalName))),
    ],
  });
}

const BASIC_CONSTRAINTS = objectIdentifier("2.5.29.19");
const KEY_USAGE = objectIdentifier("2.5.29.15");
const EXTENDED_KEY_USAGE = objectIdentifier("2.5.29.37");
const SUBJECT_KEY_IDENTIFIER = objectIdentifier("2.5.29.14");
const AUTHORITY_KEY_IDENTIFIER = objectIdentifier("2.5.29.35");
const SUBJECT_ALTERNATIVE_NAME = objectIdentifier("2.5.29.17");
const SERVER_AUTHENTICATION = objectIdentifier("1.3.6.1.5.5.7.3.1");
const COMMON_NAME = objectIdentifier("2.5.4.3");
const ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

const VERSION_3 = explicit(0, unsignedInteger(Buffer.from([2])));
const SERIAL_BYTES = 16;

function certificate({ subject, issuer, publicKey, issuerKeys, from, until, extensions }: Stated): string {
  const stated = sequence(
    VERSION_3,
    unsignedInteger(randomBytes(SERIAL_BYTES)),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer),
    sequence(time(from), time(until)),
    distinguishedName(subject),
    spki(publicKey),
    explicit(3, sequence(...extensions)),
  );
  const signature = sign("sha256", stated, issuerKeys.privateKey);
  return pem(sequence(stated, ECDSA_WITH_SHA256, bitString(signature)));
}

const spki = (key: KeyObject): Der => key.export({ type: "spki", format: "der" });

/** Source: RFC 7093, section 2, method 4. */
const keyIdentifier = (key: KeyObject): Buffer => hash("sha256", spki(key), "buffer").subarray(0, 20);

const distinguishedName = (commonName: string): Der =>
  sequence(setOf(sequence(COMMON_NAME, utf8String(commonName))));

const extension = (name: Der, value: Der, critical?: "critical"): Der =>
  sequence(name, ...(critical ? [boolean(true)] : []), octetString(value));

/** Source: RFC 5280, section 4.2.1.6: dNSName or iPAddress. */
const generalName = (host: string): Der =>
  isIP(host) === 0 ? implicit(2, Buffer.from(host, "latin1")) : implicit(7, addressBytes(host));

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = [], tail = []] = address
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join(""), "hex");
}

function pem(der: Der): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
