import { gunzip } from "node:zlib";
import { conventionsOf } from "../contract/conventions.ts";
import type { Contract } from "../contract/model.ts";
import type { WireRequest } from "../wire/http.ts";
import { bodyTooLarge, MOST_BODY_BYTES } from "./body.ts";

/**
 * The request with its body as it was before the client compressed it. What was signed is the compressed body. SDKs
 * compress what is long, and say so by this one encoding (CloudWatch's PutMetricData, EC2, Lambda, CloudWatch Logs); to
 * S3 the header is an object's metadata and says nothing of the body.
 * Source: Smithy, "requestCompression trait"; AWS SDKs and Tools Reference Guide, "Request compression".
 * @throws Fault the API's own for a malformed body, where it is no gzip.
 */
export async function withPlainBody(contract: Contract, request: WireRequest): Promise<WireRequest> {
  return { ...request, body: await inflate(contract, request.body) };
}

export const isCompressed = (contract: Contract, { body, headers }: WireRequest): boolean =>
  body.length > 0 &&
  headers["content-encoding"]?.trim().toLowerCase() === "gzip" &&
  contract.protocol !== "rest-xml";

/** Past the bound nothing more is inflated: zlib gives up there. */
function inflate(contract: Contract, body: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: MOST_BODY_BYTES }, (error, plain) => {
      if (!error) return resolve(plain);
      const { code } = error as NodeJS.ErrnoException;
      const isTooLarge = code === "ERR_BUFFER_TOO_LARGE";
      reject(isTooLarge ? bodyTooLarge() : conventionsOf(contract).malformed(error.message));
    });
  });
}
