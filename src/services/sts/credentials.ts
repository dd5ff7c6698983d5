import type { TemporaryKeys } from "../../platform/doors/identities.ts";

/** As every STS operation answers with them. */
export const credentials = ({ accessKeyId, secret, sessionToken, expiresAt }: TemporaryKeys) => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secret,
  SessionToken: sessionToken,
  Expiration: expiresAt,
});
