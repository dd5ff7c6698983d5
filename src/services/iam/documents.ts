import { parsePolicy } from "../../access/parse.ts";
import { inlinePoliciesTooLong, quotaExceeded } from "./faults.ts";
import { QUOTAS, WRITTEN_CHARACTERS } from "./limits.ts";
import type { EntityKind, InlinePolicy } from "./model.ts";

/** What IAM counts: white space is free. Source: IAM User Guide, "IAM and AWS STS quotas". */
const countedCharacters = (document: string): number => document.replace(/\s/g, "").length;

/** As written where there is room, else without white space. */
const fitted = (document: string, room: number): string =>
  document.length <= room ? document : JSON.stringify(JSON.parse(document));

/** @throws MalformedPolicyDocument, LimitExceeded @returns what to store. */
export function managedDocument(document: string): string {
  parsePolicy(document, "identity");
  if (countedCharacters(document) > QUOTAS.managedPolicyCharacters) {
    throw quotaExceeded("PolicySize", QUOTAS.managedPolicyCharacters);
  }
  return fitted(document, WRITTEN_CHARACTERS);
}

/** @throws MalformedPolicyDocument, LimitExceeded @returns what to store. */
export function trustDocument(document: string): string {
  parsePolicy(document, "trust");
  if (countedCharacters(document) > QUOTAS.trustPolicyCharacters) {
    throw quotaExceeded("ACLSizePerRole", QUOTAS.trustPolicyCharacters);
  }
  return fitted(document, WRITTEN_CHARACTERS);
}

/** The inline policies with one put among them. @throws MalformedPolicyDocument, LimitExceeded */
export function putInline(
  kind: EntityKind,
  owner: string,
  present: readonly InlinePolicy[],
  put: InlinePolicy,
): readonly InlinePolicy[] {
  parsePolicy(put.document, "identity");
  const others = present.filter(({ name }) => name.toLowerCase() !== put.name.toLowerCase());
  const counted = [...others, put].reduce((sum, { document }) => sum + countedCharacters(document), 0);
  const quota = QUOTAS.inlinePolicyCharacters[kind];
  if (counted > quota) throw inlinePoliciesTooLong(kind, owner, quota);
  const written = others.reduce((sum, { document }) => sum + document.length, 0);
  const stored = { name: put.name, document: fitted(put.document, WRITTEN_CHARACTERS - written) };
  return [...others, stored].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
