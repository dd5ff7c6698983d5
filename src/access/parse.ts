import { fault, type Fault } from "../base/fault.ts";
import { compilePolicy, PolicyCache } from "./compile.ts";
import { checkIdentity, identitySyntaxText } from "./identity-grammar.ts";
import type { Policy, PolicyKind, Statement } from "./policy.ts";
import { checkResource, resourceSyntaxText } from "./resource-grammar.ts";
import { isEffect, readSyntax, type RawPolicy, type SyntaxProblem } from "./syntax.ts";
import { checkTrust, trustSyntaxText } from "./trust-grammar.ts";

/** What a kind of policy asks beyond the shape. `check` answers with the first thing wrong, in AWS's words. */
interface Grammar {
  readonly code: string;
  readonly syntaxText: (problem: SyntaxProblem) => string;
  readonly check: (policy: RawPolicy) => string | undefined;
}

const GRAMMARS: Record<PolicyKind, Grammar> = {
  identity: { code: "MalformedPolicyDocument", syntaxText: identitySyntaxText, check: checkIdentity },
  trust: { code: "MalformedPolicyDocument", syntaxText: trustSyntaxText, check: checkTrust },
  resource: { code: "MalformedPolicy", syntaxText: resourceSyntaxText, check: checkResource },
};

/**
 * A policy's text, checked as AWS checks it before it is stored.
 * @param code the fault's code, where the service has another than IAM's MalformedPolicyDocument and S3's MalformedPolicy.
 * @throws Fault with AWS's text for the first thing that is wrong.
 */
export function parsePolicy(text: string, kind: PolicyKind, code?: string): Policy {
  const grammar = GRAMMARS[kind];
  const refused = (words: string): Fault => fault(code ?? grammar.code, words, { status: 400 });
  const raw = readSyntax(text, (problem) => {
    throw refused(grammar.syntaxText(problem));
  });
  if (raw.statements.length === 0)
    throw refused(grammar.syntaxText({ problem: "missing-field", field: "Statement" }));
  const wrong = grammar.check(raw);
  if (wrong !== undefined) throw refused(wrong);
  return toPolicy(raw);
}

/** For policies that were checked when they were stored. What is no longer read as a policy allows nothing. */
export const policyCache = (): PolicyCache => new PolicyCache((text) => compilePolicy(readPolicy(text)));

/** Reads a stored policy without the rules of its kind. */
export function readPolicy(text: string): Policy {
  return toPolicy(
    readSyntax(text, (problem) => {
      throw fault("MalformedPolicyDocument", identitySyntaxText(problem), { status: 400 });
    }),
  );
}

function toPolicy(raw: RawPolicy): Policy {
  const statements = raw.statements.flatMap(({ effect, actions, ...rest }): Statement[] =>
    isEffect(effect) && actions ? [{ ...rest, effect, actions }] : [],
  );
  return { version: raw.version === "2012-10-17" ? "2012-10-17" : "2008-10-17", id: raw.id, statements };
}
