import { createHash, type Hash } from "node:crypto";
import { fault } from "../base/fault.ts";
import { refusal } from "./faults.ts";
import { EMPTY_SHA256, sameSignature, scopeText, type SignatureClaim, type SigningKey } from "./signature.ts";

/**
 * The aws-chunked encoding: chunks with their sizes, signed or not, and trailing headers.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
 * Multiple Chunks" and "… with Trailing Headers".
 */
export interface ChunkedRules {
  /** Present when every chunk carries a signature that goes on from the one before. */
  readonly signing?: { readonly key: SigningKey; readonly claim: SignatureClaim };
  readonly hasTrailer: boolean;
}

const MOST_LINE_BYTES = 1_024;
const MOST_TRAILER_BYTES = 16 * 1_024;
const CRLF = Buffer.from("\r\n");

type State = "size" | "data" | "data-end" | "trailer" | "done";

/** Takes the body as it comes and hands on the bytes inside. */
export class ChunkedDecoder {
  /** Trailing headers, once the body is over. */
  readonly trailers: Record<string, string> = {};
  readonly #rules: ChunkedRules;
  #state: State = "size";
  #pending: Buffer = Buffer.alloc(0);
  #left = 0;
  #chunkHash: Hash | undefined;
  #chunkSignature = "";
  #previousSignature: string;
  #trailerBytes = 0;

  constructor(rules: ChunkedRules) {
    this.#rules = rules;
    this.#previousSignature = rules.signing?.claim.signature ?? "";
  }

  /** @returns the payload bytes found in `bytes`. @throws Fault for a chunk that is malformed or wrongly signed. */
  push(bytes: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    let input =
      this.#pending.length > 0
        ? Buffer.concat([this.#pending, bytes])
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#pending = Buffer.alloc(0);
    while (input.length > 0) {
      if (this.#state === "data") {
        const part = input.subarray(0, this.#left);
        this.#left -= part.length;
        this.#chunkHash?.update(part);
        out.push(part);
        input = input.subarray(part.length);
        if (this.#left === 0) this.#endData();
        continue;
      }
      if (this.#state === "done") throw malformedChunk();
      const end = input.indexOf(CRLF);
      if (end < 0) {
        if (input.length > MOST_LINE_BYTES) throw malformedChunk();
        this.#pending = Buffer.from(input);
        break;
      }
      this.#line(input.subarray(0, end).toString("latin1"));
      input = input.subarray(end + 2);
    }
    return out;
  }

  /** @throws Fault IncompleteBody when the last chunk has not come. */
  finish(): void {
    // Without trailers some clients leave out the empty line that closes them.
    if (this.#state === "trailer" && !this.#rules.hasTrailer && this.#pending.length === 0)
      this.#state = "done";
    if (this.#state !== "done")
      throw fault("IncompleteBody", "The request body terminated unexpectedly", { status: 400 });
  }

  #line(line: string): void {
    if (this.#state === "size") return this.#begin(line);
    if (this.#state === "data-end") {
      if (line !== "") throw malformedChunk();
      this.#state = "size";
      return undefined;
    }
    return this.#trailer(line);
  }

  #begin(line: string): void {
    const [size = "", ...extensions] = line.split(";");
    if (!/^[0-9a-fA-F]{1,12}$/.test(size)) throw malformedChunk();
    this.#left = Number.parseInt(size, 16);
    const { signing } = this.#rules;
    if (signing) {
      this.#chunkSignature = extensions.find((part) => part.startsWith("chunk-signature="))?.slice(16) ?? "";
      this.#chunkHash = createHash("sha256");
    }
    if (this.#left > 0) {
      this.#state = "data";
      return;
    }
    this.#verifyChunk();
    this.#state = "trailer";
  }

  #endData(): void {
    this.#verifyChunk();
    this.#state = "data-end";
  }

  #verifyChunk(): void {
    const { signing } = this.#rules;
    if (!signing || !this.#chunkHash) return;
    const hashed = `${EMPTY_SHA256}\n${this.#chunkHash.digest("hex")}`;
    this.#verify("AWS4-HMAC-SHA256-PAYLOAD", hashed, this.#chunkSignature);
    this.#previousSignature = this.#chunkSignature;
  }

  #verify(algorithm: string, hashed: string, signature: string): void {
    const { signing } = this.#rules;
    if (!signing) return;
    const { key, claim } = signing;
    const text = [algorithm, claim.timestamp, scopeText(claim.scope), this.#previousSignature, hashed].join(
      "\n",
    );
    if (!sameSignature(key.sign(text), signature)) throw refusal("badSignature", "s3");
  }

  #trailer(line: string): void {
    if (line === "") return this.#endTrailers();
    this.#trailerBytes += line.length;
    const colon = line.indexOf(":");
    if (!this.#rules.hasTrailer || colon <= 0 || this.#trailerBytes > MOST_TRAILER_BYTES)
      throw malformedTrailer();
    this.trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
    return undefined;
  }

  #endTrailers(): void {
    this.#state = "done";
    if (!this.#rules.signing || !this.#rules.hasTrailer) return;
    const { ["x-amz-trailer-signature"]: signature = "", ...signed } = this.trailers;
    const text = Object.entries(signed)
      .map(([name, value]) => `${name}:${value}\n`)
      .join("");
    this.#verify("AWS4-HMAC-SHA256-TRAILER", createHash("sha256").update(text).digest("hex"), signature);
  }
}

const malformedChunk = () =>
  fault("InvalidRequest", "The chunked body is malformed: a chunk does not begin with its size.", {
    status: 400,
  });

const malformedTrailer = () =>
  fault(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    {
      status: 400,
    },
  );
