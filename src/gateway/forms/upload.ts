import { invariant } from "../../base/invariant.ts";
import { decodeInput } from "../../contract/decode.ts";
import { encodeOutput } from "../../contract/encode.ts";
import { matchOperation } from "../../contract/match.ts";
import type { Contract, Operation } from "../../contract/model.ts";
import { statedChecksum } from "../../platform/checksums.ts";
import { receive, type Expected } from "../../platform/receive.ts";
import { percentDecode, percentEncodePath, type WireRequest, type WireResponse } from "../../wire/http.ts";
import { boundaryOf } from "../../wire/multipart.ts";
import { bytesOf, contentMd5, statedLength } from "../body.ts";
import { callerOf } from "../caller.ts";
import type { Arrival, Dispatcher, Progress } from "../dispatch.ts";
import { notBuilt } from "../faults.ts";
import type { Identified } from "../identify.ts";
import { homeRegion } from "../proof.ts";
import { formAnswer } from "./answer.ts";
import { malformedPost, missingChecksum, missingField, notMultipart, tooLarge, tooSmall } from "./faults.ts";
import { putHeaders, type FormFields } from "./fields.ts";
import { checkForm, parsePolicy, type SizeRange } from "./policy.ts";
import { proveForm } from "./proof.ts";
import { readForm } from "./read.ts";

const BUCKET_ALONE = /^\/([^/]+)\/?$/;

/** A POST to a bucket that is no other operation is a browser's form. */
export const isFormUpload = ({ request }: Identified): boolean =>
  request.method === "POST" && BUCKET_ALONE.test(request.path);

/**
 * A browser's upload: a PutObject whose parameters are fields, and whose rights are a policy's that somebody signed.
 * Source: Amazon S3 API Reference, "POST Object" and "Browser-based uploads using POST".
 */
export async function uploadForm(
  by: Dispatcher,
  arrival: Arrival,
  identified: Identified,
  progress: Progress,
): Promise<WireResponse> {
  const { contract, request } = identified;
  const contentType = request.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType)) throw notMultipart();
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw malformedPost();
  statedLength(request.headers["content-length"]);
  const facts = contract.operations.get("PutObject");
  const operation = by.performer.services.get(identified.api)?.operations["PutObject"];
  if (!facts || !operation) throw notBuilt(identified.api, "PutObject");

  arrival.proceed();
  const chunks = bytesOf(arrival.incoming);
  try {
    const { fields, file } = await readForm(chunks, boundary);
    const key = fields.get("key");
    if (key === undefined || key === "") throw missingField("key");
    const segment = BUCKET_ALONE.exec(request.path)?.[1] ?? "";
    const bucket = percentDecode(segment);
    const proof = await proveForm(by.authenticator, fields, await homeRegion(by, identified));
    const caller = callerOf(by, arrival, proof?.verified);
    progress.caller = caller;
    progress.operation = facts;
    const now = by.authenticator.realClock.now();
    const size = proof ? checkForm(parsePolicy(proof.policy), fields, { bucket, now }) : ANY_SIZE;

    const asPut = putRequest(contract, request, { segment, key, fields });
    const input = decodeInput(contract, facts, asPut);
    progress.input = input;
    await by.performer.authorize(operation, input, caller);
    const body = await receive(by.performer.house.blobs, within(size, file), expectedOf(asPut.headers));
    const { requestId } = arrival.ids;
    const call = { caller, requestId, endpoint: arrival.endpoint, body };
    const output = (await by.performer.handle(operation, input, call)) as { readonly ETag: string };
    progress.output = output;
    const stored = { bucket, key, etag: output.ETag, url: urlOf(arrival) };
    return formAnswer(fields, stored, encodeOutput(contract, facts, { ...output }, arrival.ids));
  } catch (error) {
    await drain(chunks);
    throw error;
  }
}

const ANY_SIZE: SizeRange = { least: 0, most: Number.POSITIVE_INFINITY };

/** An algorithm that is named wants its checksum. Source: Amazon S3 API Reference, "POST Object", x-amz-checksum-algorithm. */
function expectedOf(headers: WireRequest["headers"]): Expected {
  const checksum = statedChecksum(headers);
  const named = headers["x-amz-checksum-algorithm"];
  if (named !== undefined && checksum?.algorithm !== named.toUpperCase()) throw missingChecksum();
  return { md5: contentMd5(headers["content-md5"]), checksum };
}

interface Posted {
  /** The bucket as it stands in the path. */
  readonly segment: string;
  readonly key: string;
  readonly fields: FormFields;
}

/** The request that says by headers what the form says by fields. Conditions are headers in a form, too. */
function putRequest(contract: Contract, posted: WireRequest, { segment, key, fields }: Posted): WireRequest {
  const headers: Record<string, string> = { ...putHeaders(fields) };
  for (const name of ["if-match", "if-none-match", "x-amz-expected-bucket-owner"]) {
    const value = posted.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const tagging = fields.get("tagging");
  if (tagging !== undefined) headers["x-amz-tagging"] = taggingHeader(contract, tagging);
  return {
    method: "PUT",
    path: `/${segment}/${percentEncodePath(key)}`,
    query: { raw: "", list: [] },
    headers,
    body: new Uint8Array(),
    host: posted.host,
  };
}

/** A form has tags as PutObjectTagging has them; a put, as a query string. */
function taggingHeader(contract: Contract, xml: string): string {
  const request: WireRequest = {
    method: "PUT",
    path: "/bucket/key",
    query: { raw: "tagging", list: [["tagging", ""]] },
    headers: {},
    body: Buffer.from(xml),
    host: "",
  };
  const operation: Operation | undefined = matchOperation(contract, request);
  invariant(operation?.name === "PutObjectTagging", "a PUT of a key's tagging is PutObjectTagging");
  const { Tagging } = decodeInput(contract, operation, request) as {
    readonly Tagging: { readonly TagSet: readonly { readonly Key: string; readonly Value: string }[] };
  };
  return Tagging.TagSet.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join("&"); // prettier-ignore
}

/** What is too much is counted to its end, since a browser reads no answer before it has sent its form. */
async function* within(
  { least, most }: SizeRange,
  file: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of file) {
    bytes += chunk.length;
    if (bytes <= most) yield chunk;
  }
  if (bytes > most) throw tooLarge(bytes, most);
  if (bytes < least) throw tooSmall(bytes, least);
}

/** The bucket's URL as the client addressed it. */
function urlOf({ request, secure }: Arrival): string {
  const path = request.path.endsWith("/") ? request.path : `${request.path}/`;
  return `${secure ? "https" : "http"}://${request.host}${path}`;
}

/** A refused form is read on for the same reason, but not without end. */
const MOST_DRAINED_BYTES = 16 * 1_024 * 1_024;

async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  let bytes = 0;
  while (bytes <= MOST_DRAINED_BYTES) {
    // Whoever is gone hears of nothing any more.
    const next = await chunks.next().catch(() => undefined);
    if (next === undefined || next.done) return;
    bytes += next.value.length;
  }
}
