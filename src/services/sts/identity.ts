import { operation } from "../../platform/operation.ts";
import { unknownAccessKey } from "./faults.ts";

/** Source: AWS STS API Reference, GetCallerIdentity: "No permissions are required to perform this operation". */
export const getCallerIdentity = operation("sts:GetCallerIdentity", {
  handle: async (_input, { caller: { principal } }) => ({
    UserId: principal.id,
    Account: principal.account,
    Arn: principal.arn,
  }),
});

export const getAccessKeyInfo = operation("sts:GetAccessKeyInfo", {
  resource: () => "*",
  async handle({ AccessKeyId }, { doors }) {
    const credential = await doors.identities.credential(AccessKeyId);
    if (!credential) throw unknownAccessKey(AccessKeyId);
    return { Account: credential.principal.account };
  },
});
