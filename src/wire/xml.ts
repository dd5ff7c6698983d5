/** XML text ↔ elements: no document types, no entities but the five and the numeric ones. */
import { MAX_DEPTH, MAX_XML_ELEMENTS } from "./limits.ts";
import { malformed } from "./malformed.ts";

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** Under their names as written, prefix included. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All character data directly inside, joined. */
  readonly text: string;
}

interface OpenElement {
  readonly qualified: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = {};

/** @returns the root element. @throws MalformedError */
export function parseXml(text: string): XmlElement {
  const open: OpenElement[] = [
    { qualified: "", name: "", attributes: NO_ATTRIBUTES, children: [], text: "" },
  ];
  let elements = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const parent = topOf(open);
    const tag = text.indexOf("<", at);
    if (tag !== at) addText(parent, open.length, decodeEntities(text.slice(at, tag < 0 ? text.length : tag)));
    if (tag < 0) break;
    const next = text[tag + 1];
    if (next === "/") {
      at = closeElement(text, tag, open);
    } else if (next === "!" || next === "?") {
      at = skipMarkup(text, tag, open);
    } else {
      if (++elements > MAX_XML_ELEMENTS) throw malformed(`more than ${MAX_XML_ELEMENTS} elements`);
      at = openElement(text, tag, open);
    }
    if (open.length > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
  }
  const [root, second] = topOf(open).children;
  if (open.length !== 1 || !root || second) throw malformed("not one root element");
  return root;
}

function topOf(open: readonly OpenElement[]): OpenElement {
  const top = open.at(-1);
  if (!top) throw malformed("an element ends that never began");
  return top;
}

function addText(parent: OpenElement, depth: number, text: string): void {
  if (text === "") return;
  if (depth > 1) parent.text += text;
  else if (text.trim() !== "") throw malformed("text outside the root element");
}

const NAME = /[A-Za-z_:][\w:.\-\u00b7-\uffff]*/y;

function openElement(text: string, tag: number, open: OpenElement[]): number {
  const end = endOfTag(text, tag + 1);
  NAME.lastIndex = tag + 1;
  const qualified = NAME.exec(text)?.[0];
  if (!qualified) throw malformed("a tag without a name");
  const closed = text[end - 1] === "/";
  const insideFrom = tag + 1 + qualified.length;
  const insideTo = closed ? end - 1 : end;
  const element: OpenElement = {
    qualified,
    name: localName(qualified),
    attributes: insideFrom < insideTo ? parseAttributes(text.slice(insideFrom, insideTo)) : NO_ATTRIBUTES,
    children: [],
    text: "",
  };
  topOf(open).children.push(element);
  if (!closed) open.push(element);
  return end + 1;
}

function closeElement(text: string, tag: number, open: OpenElement[]): number {
  const element = open.pop();
  if (!element || open.length === 0 || !text.startsWith(element.qualified, tag + 2)) {
    throw malformed("an end tag that does not match");
  }
  let end = tag + 2 + element.qualified.length;
  while (isSpace(text.charCodeAt(end))) end++;
  if (text[end] !== ">") throw malformed("an end tag that does not match");
  return end + 1;
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** The closing bracket of a tag: one inside an attribute's quotes is not it. */
function endOfTag(text: string, from: number): number {
  let at = from;
  for (;;) {
    const end = text.indexOf(">", at);
    if (end < 0) throw malformed("a tag that does not end");
    const quote = firstQuote(text, at, end);
    if (quote < 0) return end;
    const close = text.indexOf(text.charAt(quote), quote + 1);
    if (close < 0) throw malformed("an attribute that does not end");
    at = close + 1;
  }
}

function firstQuote(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code === 0x27) return at;
  }
  return -1;
}

const ATTRIBUTE = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*("[^"<]*"|'[^'<]*')/y;

function parseAttributes(inside: string): Readonly<Record<string, string>> {
  if (inside.trim() === "") return NO_ATTRIBUTES;
  const attributes: Record<string, string> = {};
  let at = 0;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(inside);
    if (!match) break;
    attributes[match[1] ?? ""] = decodeEntities((match[2] ?? "").slice(1, -1));
    at = ATTRIBUTE.lastIndex;
  }
  if (inside.slice(at).trim() !== "") throw malformed("an attribute that is none");
  return attributes;
}

/** Comments, processing instructions and CDATA; a document type is refused, whatever it says. */
function skipMarkup(text: string, tag: number, open: readonly OpenElement[]): number {
  if (text.startsWith("<?", tag)) return after(text, "?>", tag + 2);
  if (text.startsWith("<!--", tag)) return after(text, "-->", tag + 4);
  if (!text.startsWith("<![CDATA[", tag) || open.length < 2) throw malformed("a declaration");
  const end = after(text, "]]>", tag + 9);
  topOf(open).text += text.slice(tag + 9, end - 3);
  return end;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  if (found < 0) throw malformed(`no ${mark}`);
  return found + mark.length;
}

const localName = (qualified: string): string => qualified.slice(qualified.indexOf(":") + 1);

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes("&") && !text.includes("\r")) return text;
  const lines = text.replaceAll(/\r\n?/g, "\n");
  return lines.replaceAll(/&([^;&]{0,10});?/g, (_whole, name: string) => ENTITIES[name] ?? codePoint(name));
}

function codePoint(name: string): string {
  const match = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
  const code = match ? Number.parseInt(match[1] ?? match[2] ?? "", match[1] ? 16 : 10) : -1;
  if (code < 0 || code > 0x10_ffff) throw malformed("an unknown entity");
  return String.fromCodePoint(code);
}

// oxlint-disable-next-line no-control-regex -- they are what must be escaped
const SPECIAL = /[&<>"\u0000-\u0008\u000b-\u001f\u0085\u2028\ufffe\uffff]/;

/** Text as it stands in an element or between double quotes. Control characters become references, as S3 writes them. */
export function escapeXml(text: string): string {
  let at = text.search(SPECIAL);
  if (at < 0) return text;
  let escaped = "";
  let from = 0;
  for (; at < text.length; at++) {
    const replacement = escapeCode(text.charCodeAt(at));
    if (replacement === undefined) continue;
    escaped += text.slice(from, at) + replacement;
    from = at + 1;
  }
  return escaped + text.slice(from);
}

function escapeCode(code: number): string | undefined {
  switch (code) {
    case 0x26:
      return "&amp;";
    case 0x3c:
      return "&lt;";
    case 0x3e:
      return "&gt;";
    case 0x22:
      return "&quot;";
    case 0x09:
    case 0x0a:
      return undefined;
    case 0x85:
    case 0x2028:
    case 0xfffe:
    case 0xffff:
      return `&#x${code.toString(16)};`;
    default:
      return code < 0x20 ? `&#x${code.toString(16)};` : undefined;
  }
}
