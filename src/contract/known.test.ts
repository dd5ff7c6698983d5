import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventSource, iamAction, KNOWN_APIS, servicePrincipal } from "./known.ts";

/** AWS's own list of actions, as the Service Authorization Reference has it. */
const FACTS = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "contracts", "iam-actions.json"), "utf8"),
) as { readonly actions: Readonly<Record<string, unknown>> };
const PREFIXES = new Set(Object.keys(FACTS.actions).map((action) => action.slice(0, action.indexOf(":"))));

test.each(KNOWN_APIS)("IAM knows $iamPrefix, the prefix of $api", ({ iamPrefix }) => {
  expect(PREFIXES).toContain(iamPrefix);
});

test("IAM knows no other prefix among them", () => {
  expect([...PREFIXES].toSorted()).toEqual(
    [...new Set(KNOWN_APIS.map(({ iamPrefix }) => iamPrefix))].toSorted(),
  );
});

test.each([
  { api: "glue", name: "GetTable", action: "glue:GetTable" },
  { api: "stepfunctions", name: "StartExecution", action: "states:StartExecution" },
  { api: "emr", name: "RunJobFlow", action: "elasticmapreduce:RunJobFlow" },
  { api: "opensearch", name: "CreateDomain", action: "es:CreateDomain" },
  { api: "opensearchserverless", name: "CreateCollection", action: "aoss:CreateCollection" },
  { api: "accessanalyzer", name: "CreateAnalyzer", action: "access-analyzer:CreateAnalyzer" },
  { api: "kinesisanalyticsv2", name: "CreateApplication", action: "kinesisanalytics:CreateApplication" },
  { api: "kinesis-video-media", name: "GetMedia", action: "kinesisvideo:GetMedia" },
  { api: "dynamodbstreams", name: "GetRecords", action: "dynamodb:GetRecords" },
  { api: "sagemaker-runtime", name: "InvokeEndpoint", action: "sagemaker:InvokeEndpoint" },
  { api: "s3control", name: "CreateJob", action: "s3:CreateJob" },
  { api: "cloudwatch", name: "PutMetricData", action: "cloudwatch:PutMetricData" },
])("IAM decides about $action for $api", ({ api, name, action }) => {
  expect(iamAction(api, name)).toBe(action);
  expect(FACTS.actions).toHaveProperty([action]);
});

test.each([
  { api: "athena", caller: "athena.amazonaws.com", source: "athena.amazonaws.com" },
  { api: "stepfunctions", caller: "states.amazonaws.com", source: "states.amazonaws.com" },
  { api: "emr", caller: "elasticmapreduce.amazonaws.com", source: "elasticmapreduce.amazonaws.com" },
  { api: "cloudwatch", caller: "cloudwatch.amazonaws.com", source: "monitoring.amazonaws.com" },
])("$api calls others as $caller, and its events come from $source", ({ api, caller, source }) => {
  expect([servicePrincipal(api), eventSource(api)]).toEqual([caller, source]);
});
