import { expect, test } from "vitest";
import { ANONYMOUS } from "./caller.ts";
import type { AuthorizeScope } from "./context.ts";
import { operation } from "./operation.ts";

const scope = { caller: { account: "1", region: "r", principal: ANONYMOUS } } as unknown as AuthorizeScope;

test("what must be allowed is named as IAM names it, not as the API", () => {
  const start = operation("stepfunctions:StartExecution", {
    resource: ({ stateMachineArn }) => stateMachineArn ?? "*",
    handle: () => Promise.reject(new Error("it is not called")),
  });
  expect(start.name).toBe("stepfunctions:StartExecution");
  expect(start.checks({ stateMachineArn: "arn:aws:states:r:1:stateMachine:m" }, scope)).toEqual([
    { action: "states:StartExecution", resource: "arn:aws:states:r:1:stateMachine:m" },
  ]);
});

test("each of several resources is a check", () => {
  const list = operation("emr:ListSteps", {
    resource: () => ["a", "b"],
    handle: () => Promise.reject(new Error("it is not called")),
  });
  expect(list.checks({ ClusterId: "j" }, scope)).toEqual([
    { action: "elasticmapreduce:ListSteps", resource: "a" },
    { action: "elasticmapreduce:ListSteps", resource: "b" },
  ]);
});
