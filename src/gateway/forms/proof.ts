import {
  activeCredential,
  checkExpiry,
  checkToken,
  mismatchFields,
  readTimestamp,
  type Authenticator,
  type Verified,
} from "../authenticate.ts";
import { checkRegionTakesV2 } from "../authenticate-v2.ts";
import { refusal } from "../faults.ts";
import { ALGORITHM, sameSignature, type CredentialScope } from "../signature.ts";
import { sameSignatureV2, signV2 } from "../signature-v2.ts";
import { invalidField, missingField } from "./faults.ts";
import type { FormFields } from "./fields.ts";

/** Who signed a form's policy. */
export interface FormProof {
  readonly verified: Verified;
  /** Base64, as it was signed. */
  readonly policy: string;
}

/** In the order in which S3 misses them, and as it spells them. */
const VERSION_4 = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"] as const;
const VERSION_2 = ["AWSAccessKeyId", "Signature"] as const;

/**
 * Source: Amazon S3 API Reference, "Authenticating requests in browser-based uploads using POST (AWS signature version 4)"
 * and "… (AWS signature version 2)".
 * @param region the bucket's. @returns undefined for a form that nobody signed.
 */
export async function proveForm(
  by: Authenticator,
  fields: FormFields,
  region: string,
): Promise<FormProof | undefined> {
  if (VERSION_4.some((name) => fields.get(name) !== undefined)) return proveV4(by, fields, region);
  if (VERSION_2.some((name) => fields.get(name) !== undefined)) return proveV2(by, fields, region);
  return undefined;
}

function required(fields: FormFields, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw missingField(name);
  return value;
}

async function proveV4(by: Authenticator, fields: FormFields, region: string): Promise<FormProof> {
  const [algorithm = "", credentialText = "", date = "", signature = ""] = VERSION_4.map((name) =>
    required(fields, name),
  );
  const policy = required(fields, "Policy");
  if (algorithm !== ALGORITHM)
    throw invalidField("X-Amz-Algorithm", algorithm, `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const signedAt = readTimestamp(date);
  if (!signedAt)
    throw invalidField("X-Amz-Date", date, "X-Amz-Date must be formated via ISO8601 Long format");
  const scope = readScope(credentialText, region);
  const credential = await activeCredential(by, scope.accessKeyId, "s3");
  checkToken(credential, fields.get("x-amz-security-token"), "s3");
  if (!sameSignature(by.keys.key(credential.secret, scope).sign(policy), signature))
    throw refusal("badSignature", "s3", { fields: mismatchFields(scope.accessKeyId, policy, signature) });
  const now = by.realClock.now();
  checkExpiry(credential, now, "s3");
  const ageMs = now.getTime() - signedAt.getTime();
  return {
    verified: {
      credential,
      region,
      service: "s3",
      signature: { version: ALGORITHM, method: "POST", ageMs },
      payloadHash: "UNSIGNED-PAYLOAD",
    },
    policy,
  };
}

/** @throws Fault InvalidArgument for another Region than the bucket's, which it then names. */
function readScope(credential: string, home: string): CredentialScope {
  const refused = (message: string, more = {}) => invalidField("X-Amz-Credential", credential, message, more);
  const parts = credential.split("/");
  const [accessKeyId, day, region, service, terminal] = parts;
  if (accessKeyId === "") throw refused("a non-empty Access Key (AKID) must be provided in the credential.");
  if (parts.length !== 5 || !accessKeyId || !day || !region || !service || !terminal)
    throw refused(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  if (!/^\d{8}$/.test(day))
    throw refused(
      `incorrect date format "${day}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  if (region !== home)
    throw refused(`the region '${region}' is wrong; expecting '${home}'`, { Region: home });
  if (service !== "s3") throw refused(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (terminal !== "aws4_request")
    throw refused(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`);
  return { accessKeyId, day, region, service };
}

async function proveV2(by: Authenticator, fields: FormFields, region: string): Promise<FormProof> {
  const [accessKeyId = "", signature = ""] = VERSION_2.map((name) => required(fields, name));
  const policy = required(fields, "Policy");
  checkRegionTakesV2(region);
  const credential = await activeCredential(by, accessKeyId, "s3");
  checkToken(credential, fields.get("x-amz-security-token"), "s3");
  if (!sameSignatureV2(signV2(credential.secret, policy), signature))
    throw refusal("badSignature", "s3", { fields: mismatchFields(accessKeyId, policy, signature) });
  checkExpiry(credential, by.realClock.now(), "s3");
  return {
    verified: {
      credential,
      region,
      service: "s3",
      signature: { version: "AWS", method: "POST", ageMs: 0 },
      payloadHash: "UNSIGNED-PAYLOAD",
    },
    policy,
  };
}
