import { parsePolicy } from "../../access/parse.ts";
import { tooLarge } from "./faults.ts";
import { SESSION_POLICY_CHARACTERS } from "./limits.ts";

interface Given {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
}

export interface SessionPolicies {
  readonly inline?: string;
  readonly arns: readonly string[];
}

/** @returns undefined when none was given. @throws MalformedPolicyDocument */
export function readSessionPolicies({ Policy, PolicyArns = [] }: Given): SessionPolicies | undefined {
  const arns = PolicyArns.flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  if (Policy === undefined) return arns.length > 0 ? { arns } : undefined;
  parsePolicy(Policy, "identity");
  return { inline: Policy, arns };
}

/** How much of the room in a token is taken, in percent. @throws PackedPolicyTooLarge */
export function packedPercent(
  policies: SessionPolicies | undefined,
  tags: Readonly<Record<string, string>>,
): number {
  const texts = [policies?.inline ?? "", ...(policies?.arns ?? []), ...Object.entries(tags).flat()];
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const percent = Math.ceil((characters / SESSION_POLICY_CHARACTERS) * 100);
  if (percent > 100) throw tooLarge(percent);
  return percent;
}
