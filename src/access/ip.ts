/** An address as a number, IPv4 and IPv6 apart. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

export interface Network extends Address {
  readonly prefixBits: number;
}

/** @returns undefined when the text is neither an address nor a network in CIDR form (203.0.113.0/24, 2001:db8::/32). */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", length, ...more] = text.split("/");
  if (more.length > 0) return undefined;
  const parsed = parseAddress(address);
  if (!parsed) return undefined;
  if (length === undefined) return { ...parsed, prefixBits: parsed.bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > parsed.bits) return undefined;
  return { ...parsed, prefixBits: Number(length) };
}

/** Whether the address lies in the network; an IPv4 address written as IPv6 (::ffff:1.2.3.4) is the IPv4 one. */
export function contains(network: Network, address: string): boolean {
  const parsed = parseAddress(address);
  if (!parsed || parsed.bits !== network.bits) return false;
  const hostBits = BigInt(network.bits - network.prefixBits);
  return parsed.value >> hostBits === network.value >> hostBits;
}

function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) return parseV4(text);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  return mapped === undefined ? parseV6(text) : parseV4(mapped);
}

function parseV4(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return undefined;
  return { bits: 32, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? "");
  const tail = groups(halves[1] ?? "");
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return { bits: 128, value: all.reduce((value, group) => (value << 16n) | group, 0n) };
}

function groups(text: string): readonly bigint[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))
    ? parts.map((part) => BigInt(`0x${part}`))
    : undefined;
}
