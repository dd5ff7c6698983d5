import { XML_DECLARATION } from "../../contract/write-rest.ts";
import { percentEncode, type WireResponse } from "../../wire/http.ts";
import { escapeXml } from "../../wire/xml.ts";
import type { FormFields } from "./fields.ts";

/** What was stored, and where. */
export interface Stored {
  readonly bucket: string;
  readonly key: string;
  /** With its quotation marks. */
  readonly etag: string;
  /** Of the bucket, as the form was sent to it, with a slash at its end. */
  readonly url: string;
}

/**
 * What the form asked to be answered: a redirect, or a status and perhaps a document.
 * Source: Amazon S3 API Reference, "POST Object", "Form fields", success_action_redirect and success_action_status.
 * @param put what a PutObject would have been answered.
 */
export function formAnswer(fields: FormFields, stored: Stored, put: WireResponse): WireResponse {
  const { "content-type": _, ...headers } = put.headers;
  const redirect = redirectOf(fields.get("success_action_redirect") ?? fields.get("redirect"), stored);
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect }, body: "" };
  const location = stored.url + percentEncode(stored.key);
  const located = { ...headers, location };
  switch (fields.get("success_action_status")) {
    case "200":
      return { status: 200, headers: located, body: "" };
    case "201":
      return {
        status: 201,
        headers: { ...located, "content-type": "application/xml" },
        body: postResponse(stored, location),
      };
    default:
      return { status: 204, headers: located, body: "" };
  }
}

/** @returns undefined for what is no URL: S3 then acts as if nothing had been said. */
function redirectOf(url: string | undefined, { bucket, key, etag }: Stored): string | undefined {
  if (url === undefined || !ABSOLUTE.test(url) || !URL.canParse(url)) return undefined;
  const told = new URLSearchParams({ bucket, key, etag }).toString();
  return `${url}${url.includes("?") ? "&" : "?"}${told}`;
}

/** Without a control character, which no header may bear. */
const ABSOLUTE = /^https?:\/\/[^\p{Cc}\s/][^\p{Cc}]*$/iu;

function postResponse({ bucket, key, etag }: Stored, location: string): string {
  const elements = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  const content = Object.entries(elements).map(([name, value]) => {
    // Here alone S3 leaves quotation marks as they are.
    return `<${name}>${escapeXml(value).replaceAll("&quot;", '"')}</${name}>`;
  });
  return `${XML_DECLARATION}<PostResponse>${content.join("")}</PostResponse>`;
}
