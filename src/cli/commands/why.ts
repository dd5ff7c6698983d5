import type { Advice } from "../../access/advice.ts";
import type { StatementOutcome } from "../../access/explain.ts";
import type { Reason } from "../../access/decision.ts";
import { adminCall } from "../admin-call.ts";
import type { Options } from "../options.ts";
import { bold, dim, say } from "../tour/screen.ts";
import { whyWords, type WhyWords } from "./why-words.ts";

interface ToldDenial {
  readonly requestId: string;
  readonly within?: string;
  readonly time: string;
  readonly operation: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
}

interface ToldWhy extends ToldDenial {
  readonly explicit: boolean;
  readonly because: Reason;
  readonly advice?: Advice;
  readonly trace: readonly StatementOutcome[];
}

/** `why REQUEST_ID` explains a denial; `why` lists the latest. */
export async function why(options: Options): Promise<void> {
  const words = whyWords(options.language);
  const [id] = options.words;
  if (id === undefined) return listDenials(options, words);
  const path = `/_hosu/why?requestId=${encodeURIComponent(id)}`;
  const { denials } = (await adminCall(options, "GET", path)) as unknown as {
    readonly denials: readonly ToldWhy[];
  };
  for (const denial of denials) explain(denial, words);
}

async function listDenials(options: Options, words: WhyWords): Promise<void> {
  const { denials } = (await adminCall(options, "GET", "/_hosu/denials?limit=20")) as unknown as {
    readonly denials: readonly ToldDenial[];
  };
  if (denials.length === 0) return say(words.none);
  for (const { requestId, time, action, principal, resource } of denials)
    say(`${time}  ${bold(requestId)}  ${action}  ${resource}  ${dim(principal)}`);
  say();
  say(words.askOne);
}

function explain(denial: ToldWhy, words: WhyWords): void {
  const { principal, action, resource, because, explicit, advice, trace } = denial;
  say(bold(words.refused(principal, action, resource)));
  say();
  say(
    explicit && because.statement
      ? words.deniedBy(because.type, because.statement)
      : words.nothingAllows(because.type),
  );
  if (advice) {
    say();
    for (const line of words.advice(advice)) say(line);
  }
  if (trace.length > 0) {
    say();
    say(dim(words.trace));
    for (const outcome of trace) say(dim(`  ${words.outcome(outcome)}`));
  }
  say();
}
