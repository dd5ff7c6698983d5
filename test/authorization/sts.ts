import { iamArn } from "./fixtures.ts";
import { need, SOURCES, type Row } from "./row.ts";

const STS = "https://docs.aws.amazon.com/STS/latest/APIReference/API_";

export const STS_ROWS: readonly Row[] = [
  // "No permissions are required to perform this operation."
  {
    operation: "sts:GetCallerIdentity",
    source: `${STS}GetCallerIdentity.html`,
    prepare: () => ({ input: {}, needs: [] }),
  },
  // "No permissions are required for users to perform this operation."
  {
    operation: "sts:GetSessionToken",
    source: `${STS}GetSessionToken.html`,
    prepare: () => ({ input: {}, needs: [] }),
  },
  {
    operation: "sts:GetAccessKeyInfo",
    source: SOURCES.sts,
    async prepare(fixtures) {
      const AccessKeyId = await fixtures.accessKey(await fixtures.user());
      return { input: { AccessKeyId }, needs: need("sts:GetAccessKeyInfo", "*") };
    },
  },
  {
    operation: "sts:AssumeRole",
    source: SOURCES.sts,
    async prepare(fixtures) {
      const RoleArn = iamArn(`role/${await fixtures.role()}`);
      return { input: { RoleArn, RoleSessionName: "session" }, needs: need("sts:AssumeRole", RoleArn) };
    },
  },
  {
    operation: "sts:GetFederationToken",
    source: SOURCES.sts,
    prepare: ({ account }) => ({
      input: { Name: "federated" },
      needs: need("sts:GetFederationToken", `arn:aws:sts::${account}:federated-user/federated`),
    }),
  },
];
