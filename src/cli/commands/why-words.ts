import type { Advice } from "../../access/advice.ts";
import type { DecidingStatement, PolicyType } from "../../access/decision.ts";
import type { StatementOutcome } from "../../access/explain.ts";
import type { Language } from "../options.ts";

/** How a denial is explained, in the reader's language. AWS's own terms stay as AWS writes them. */
export interface WhyWords {
  readonly none: string;
  readonly askOne: string;
  readonly trace: string;
  refused(principal: string, action: string, resource: string): string;
  deniedBy(type: PolicyType, statement: DecidingStatement): string;
  nothingAllows(type: PolicyType): string;
  advice(advice: Advice): readonly string[];
  outcome(outcome: StatementOutcome): string;
}

export const whyWords = (language: Language): WhyWords => (language === "ko" ? KO : EN);

interface Statement {
  readonly policyId: string;
  readonly index: number;
  readonly sid: string | undefined;
}

const json = (value: unknown): readonly string[] =>
  JSON.stringify(value, undefined, 2)
    .split("\n")
    .map((line) => `    ${line}`);

const POLICIES_EN: Readonly<Record<PolicyType, string>> = {
  "service-control": "service control policy",
  "resource-control": "resource control policy",
  endpoint: "VPC endpoint policy",
  resource: "resource-based policy",
  trust: "role trust policy",
  identity: "identity-based policy",
  boundary: "permissions boundary",
  session: "session policy",
  root: "identity-based policy",
};

const statementEn = ({ policyId, index, sid }: Statement): string =>
  `statement ${index + 1}${sid === undefined ? "" : ` ("${sid}")`}${policyId === "" ? "" : ` of ${policyId}`}`;

const EN: WhyWords = {
  none: "Nobody was refused anything since the start.",
  askOne: "Ask for one of them: hosu why REQUEST_ID",
  trace: "What every statement said:",
  refused: (principal, action, resource) => `${principal} may not ${action} on ${resource}`,
  deniedBy: (type, statement) =>
    `Because ${statementEn(statement)} denies it (${POLICIES_EN[type]}). A Deny wins, whatever allows elsewhere.`,
  nothingAllows: (type) => `Because no ${POLICIES_EN[type]} allows it.`,
  advice(advice) {
    switch (advice.kind) {
      case "narrow-deny":
        return [
          `To allow it: remove ${statementEn(advice.statement)}, or narrow it so that it no longer matches.`,
        ];
      case "add-resource":
        return [
          `To allow it: add this Resource to ${statementEn(advice.statement)}:`,
          ...json(advice.resource),
        ];
      case "add-principal":
        return [
          `To allow it: add this Principal to ${statementEn(advice.statement)}:`,
          ...json(advice.principal),
        ];
      case "meet-condition":
        return [
          `${statementEn(advice.statement)} would allow it, but its condition ${advice.condition.operator} on ${advice.condition.key} does not hold.`,
          `The request had: ${advice.condition.requested?.join(", ") ?? "no such key"}`,
        ];
      case "add-statement":
        return [
          `To allow it: add this statement to the ${POLICIES_EN[advice.to]}:`,
          ...json(advice.statement),
        ];
    }
  },
  outcome: (one) => `${one.effect.padEnd(5)} ${statementEn(one)}: ${MISSED_EN[one.outcome]}`,
};

const MISSED_EN: Readonly<Record<StatementOutcome["outcome"], string>> = {
  applies: "applies",
  action: "is about other actions",
  resource: "is about other resources",
  principal: "is about other principals",
  condition: "its condition does not hold",
};

const POLICIES_KO: Readonly<Record<PolicyType, string>> = {
  "service-control": "서비스 제어 정책(SCP)",
  "resource-control": "리소스 제어 정책(RCP)",
  endpoint: "VPC 엔드포인트 정책",
  resource: "리소스 기반 정책",
  trust: "역할 신뢰 정책",
  identity: "자격 증명 기반 정책",
  boundary: "권한 경계",
  session: "세션 정책",
  root: "자격 증명 기반 정책",
};

const statementKo = ({ policyId, index, sid }: Statement): string =>
  `${policyId === "" ? "" : `${policyId}의 `}${index + 1}번째 문(Statement)${sid === undefined ? "" : ` "${sid}"`}`;

const KO: WhyWords = {
  none: "시작한 뒤로 거부된 요청이 없습니다.",
  askOne: "하나를 골라 물어보세요: hosu why 요청ID",
  trace: "각 문(Statement)의 판정:",
  refused: (principal, action, resource) => `${principal}: ${resource}에 대한 ${action} 거부됨`,
  deniedBy: (type, statement) =>
    `이유: ${statementKo(statement)}이 명시적으로 거부합니다 (${POLICIES_KO[type]}). Deny는 다른 어떤 Allow보다 우선합니다.`,
  nothingAllows: (type) => `이유: 허용하는 ${POLICIES_KO[type]}이(가) 없습니다.`,
  advice(advice) {
    switch (advice.kind) {
      case "narrow-deny":
        return [`허용하려면: ${statementKo(advice.statement)}을 지우거나, 이 요청에 걸리지 않게 좁히세요.`];
      case "add-resource":
        return [
          `허용하려면: ${statementKo(advice.statement)}에 이 Resource를 더하세요:`,
          ...json(advice.resource),
        ];
      case "add-principal":
        return [
          `허용하려면: ${statementKo(advice.statement)}에 이 Principal을 더하세요:`,
          ...json(advice.principal),
        ];
      case "meet-condition":
        return [
          `${statementKo(advice.statement)}이 허용하지만, ${advice.condition.key}에 대한 조건 ${advice.condition.operator}이(가) 맞지 않습니다.`,
          `요청의 값: ${advice.condition.requested?.join(", ") ?? "그런 키 없음"}`,
        ];
      case "add-statement":
        return [
          `허용하려면: ${POLICIES_KO[advice.to]}에 이 문(Statement)을 더하세요:`,
          ...json(advice.statement),
        ];
    }
  },
  outcome: (one) => `${one.effect.padEnd(5)} ${statementKo(one)}: ${MISSED_KO[one.outcome]}`,
};

const MISSED_KO: Readonly<Record<StatementOutcome["outcome"], string>> = {
  applies: "적용됨",
  action: "다른 작업에 관한 것",
  resource: "다른 리소스에 관한 것",
  principal: "다른 보안 주체에 관한 것",
  condition: "조건이 맞지 않음",
};
