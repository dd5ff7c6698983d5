import type { Decision, PolicyType } from "./decision.ts";
import { accountOf, type AccessRequest } from "./request.ts";

/**
 * What AWS answers to who was refused, to the letter. An ARN of the denying policy follows an explicit denial
 * within one account. Sources: IAM User Guide, "Troubleshoot access denied error messages"; AWS Security Blog,
 * "Enhanced access denied error messages with policy ARNs"; Amazon S3 User Guide, "Troubleshoot access denied
 * (403 Forbidden) errors": S3 quotes the resource, and tells other accounts and the anonymous nothing.
 */
export function denialMessage(decision: Decision, request: AccessRequest): string {
  const { principal, action, resource, resourceAccount } = request;
  const named = request.resourceName ?? resource;
  const account = accountOf(principal);
  const foreign = account === undefined || (resourceAccount !== undefined && resourceAccount !== account);
  const isS3 = action.toLowerCase().startsWith("s3:");
  if (foreign && isS3) return "Access Denied";

  const who =
    principal.kind === "service" || principal.kind === "web-identity" ? principal.id : principal.arn;
  const name = principal.kind === "anonymous" ? "anonymous" : who;
  const about = resource === "*" && isS3 ? "" : ` on resource: ${isS3 ? `"${named}"` : named}`;
  return `User: ${name} is not authorized to perform: ${action}${about} ${reason(decision, action, foreign)}`;
}

function reason({ explicit, because }: Decision, action: string, foreign: boolean): string {
  const { article, policy } = WORDS[because.type];
  if (!explicit) return `because no ${policy} allows the ${action} action`;
  const id = because.statement?.policyId;
  const arn =
    !foreign && id?.startsWith("arn:") && because.type !== "resource" && because.type !== "trust"
      ? `: ${id}`
      : "";
  return `with an explicit deny in ${article} ${policy}${arn}`;
}

const WORDS: Readonly<Record<PolicyType, { readonly article: string; readonly policy: string }>> = {
  "service-control": { article: "a", policy: "service control policy" },
  "resource-control": { article: "a", policy: "resource control policy" },
  endpoint: { article: "a", policy: "VPC endpoint policy" },
  resource: { article: "a", policy: "resource-based policy" },
  trust: { article: "the", policy: "role trust policy" },
  identity: { article: "an", policy: "identity-based policy" },
  root: { article: "an", policy: "identity-based policy" },
  boundary: { article: "a", policy: "permissions boundary" },
  session: { article: "a", policy: "session policy" },
};
