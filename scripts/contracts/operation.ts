/** `npm run operation iam:CreateUser` prints what the contract and IAM's lists say of one operation. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KNOWN_APIS } from "../../src/contract/known.ts";
import { contractsFolder, loadContract } from "../../src/contract/load.ts";
import type { Contract, Operation, Shape } from "../../src/contract/model.ts";
import { membersOf, shapeOf, toReference } from "../../src/contract/shapes.ts";
import { commonStatus } from "../../src/contract/statuses.ts";

/** How deep structures are unfolded. */
const MAX_UNFOLD = 4;

/** Source: the URLs of AWS's API References. */
const REFERENCES: Readonly<Record<string, string>> = {
  sts: "https://docs.aws.amazon.com/STS/latest/APIReference/API_",
  iam: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_",
  s3: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_",
  glue: "https://docs.aws.amazon.com/glue/latest/webapi/API_",
  athena: "https://docs.aws.amazon.com/athena/latest/APIReference/API_",
};

function main(name: string): void {
  const [api, operationName] = name.split(":");
  const known = KNOWN_APIS.find((row) => row.api === api);
  const contract = known && loadContract(known.api);
  const operation = contract?.operations.get(operationName ?? "");
  if (!contract || !operation) {
    console.error(
      `There is no operation ${name}. Say, for example, iam:CreateUser.${similar(contract, operationName)}`,
    );
    process.exitCode = 1;
    return;
  }
  console.log(describe(contract, operation).join("\n"));
}

function similar(contract: Contract | undefined, name = ""): string {
  const names = [...(contract?.operations.keys() ?? [])].filter((candidate) =>
    candidate.toLowerCase().includes(name.toLowerCase()),
  );
  return names.length > 0 ? `\nOf that API: ${names.join(", ")}` : "";
}

const describe = (contract: Contract, operation: Operation): readonly string[] => [
  `${contract.api}:${operation.name}  ${operation.method} ${operation.uri}  (${contract.protocol})`,
  `${REFERENCES[contract.api] ?? ""}${operation.name}.html`,
  "",
  "input",
  ...memberLines(contract, shapeOf(contract, operation.input), 1),
  "",
  "output",
  ...memberLines(contract, shapeOf(contract, operation.output), 1),
  "",
  "faults",
  ...(operation.errors ?? []).map((shape) => `  ${faultLine(contract, shape)}`),
  "",
  "IAM",
  ...actionLines(contract, operation),
];

function memberLines(contract: Contract, shape: Shape, depth: number): readonly string[] {
  if (depth > MAX_UNFOLD) return [`${"  ".repeat(depth)}…`];
  return membersOf(shape).flatMap((member) => {
    const target = shapeOf(contract, member.shape);
    const bound = member.location ? `  in ${member.location} ${member.locationName ?? member.name}` : "";
    const line = `${"  ".repeat(depth)}${member.name}${member.required ? "*" : ""}  ${limits(contract, target)}${bound}`;
    return [line, ...memberLines(contract, innermost(contract, target), depth + 1)];
  });
}

/** The structure that a list or map is made of; any other shape has no members. */
function innermost(contract: Contract, shape: Shape): Shape {
  const inside = shape.member ?? shape.value;
  return inside === undefined ? shape : innermost(contract, shapeOf(contract, toReference(inside).shape));
}

function limits(contract: Contract, shape: Shape): string {
  const range =
    shape.min === undefined && shape.max === undefined ? "" : ` ${shape.min ?? 0}–${shape.max ?? "∞"}`;
  const inside = shape.member ?? shape.value;
  const element =
    inside === undefined ? "" : ` of ${limits(contract, shapeOf(contract, toReference(inside).shape))}`;
  const values = shape.enum ? ` ${shape.enum.join(" | ")}` : "";
  const pattern = shape.pattern === undefined ? "" : ` /${shape.pattern}/`;
  return `${shape.type}${range}${element}${values}${pattern}`;
}

function faultLine(contract: Contract, shape: string): string {
  const { error } = shapeOf(contract, shape);
  const code = error?.code ?? shape;
  return `${code} ${error?.status ?? commonStatus(contract, code) ?? 400}`;
}

interface ActionFacts {
  readonly level: string;
  readonly resources?: readonly string[];
  readonly keys?: readonly string[];
  readonly dependent?: readonly string[];
}

function actionLines(contract: Contract, operation: Operation): readonly string[] {
  const facts: { readonly actions: Readonly<Record<string, ActionFacts>> } = JSON.parse(
    readFileSync(join(contractsFolder(), "iam-actions.json"), "utf8"),
  );
  const name = `${contract.api}:${operation.name}`;
  const action = facts.actions[name];
  if (!action)
    return ["  no action has its name: see the Service Authorization Reference for those it needs"];
  return [
    `  ${name}  ${action.level}`,
    `  resources  ${action.resources?.join(", ") ?? "*"}`,
    ...(action.keys ? [`  keys       ${action.keys.join(", ")}`] : []),
    ...(action.dependent ? [`  also needs ${action.dependent.join(", ")}`] : []),
  ];
}

main(process.argv[2] ?? "");
