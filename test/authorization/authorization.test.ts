/**
 * Every built operation, none skipped: refused without a policy, refused without any one of what AWS documents, done
 * with exactly that.
 */
import * as athena from "@aws-sdk/client-athena";
import * as cloudtrail from "@aws-sdk/client-cloudtrail";
import * as glue from "@aws-sdk/client-glue";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import * as sts from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { readCoverage } from "../harness/coverage.ts";
import { useHouse } from "../harness/house.ts";
import { disagreement } from "./facts.ts";
import { Fixtures } from "./fixtures.ts";
import { REQUIRED_ACTIONS } from "./required-actions.ts";
import type { Need } from "./row.ts";

const house = useHouse();
const UserName = "tester";
const kept: { fixtures?: Fixtures; call?: Call } = {};

type Call = (operation: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;
interface Client {
  send(command: unknown): Promise<unknown>;
}
type Commands = Readonly<Record<string, new (input: unknown) => unknown>>;

beforeAll(async () => {
  const fixtures = new Fixtures(house(), UserName);
  await fixtures.iam.send(new iam.CreateUserCommand({ UserName }));
  const { AccessKey } = await fixtures.iam.send(new iam.CreateAccessKeyCommand({ UserName }));
  const { endpoint, region } = house();
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const options = { endpoint, region, credentials, maxAttempts: 1 };
  const clients: Readonly<Record<string, readonly [Client, Commands]>> = {
    athena: [new athena.AthenaClient(options), athena as unknown as Commands],
    cloudtrail: [new cloudtrail.CloudTrailClient(options), cloudtrail as unknown as Commands],
    glue: [new glue.GlueClient(options), glue as unknown as Commands],
    iam: [new iam.IAMClient(options), iam as unknown as Commands],
    s3: [new s3.S3Client({ ...options, forcePathStyle: true }), s3 as unknown as Commands],
    sts: [new sts.STSClient(options), sts as unknown as Commands],
  };
  kept.fixtures = fixtures;
  kept.call = async (operation, input) => {
    const [api = "", name = ""] = operation.split(":");
    const [client, commands] = clients[api] ?? [];
    const Command = commands?.[`${name}Command`];
    if (!client || !Command) throw new Error(`the SDK knows no ${operation}`);
    return client.send(new Command(input));
  };
});

/** What the tester may from now on: exactly this. */
async function allow(needs: readonly Need[]): Promise<void> {
  const of = { UserName, PolicyName: "exactly" };
  const Statement = needs.map(({ action, resource }) => ({
    Effect: "Allow",
    Action: action,
    Resource: resource,
  }));
  if (Statement.length === 0)
    await kept.fixtures?.iam.send(new iam.DeleteUserPolicyCommand(of)).catch((error: unknown) => {
      if (!(error instanceof iam.NoSuchEntityException)) throw error;
    });
  else
    await kept.fixtures?.iam.send(
      new iam.PutUserPolicyCommand({
        ...of,
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
}

const REFUSALS = ["AccessDenied", "AccessDeniedException"];

/** "refused", or whatever else came of it. */
async function outcome(operation: string, input: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    const output = await kept.call?.(operation, input);
    return deniedInside(output) ? "refused" : "allowed";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { httpStatusCode } = "$metadata" in error ? (error.$metadata as { httpStatusCode?: number }) : {};
    if (httpStatusCode === undefined) throw error;
    // A HEAD is answered without a body, so without a code.
    const isHead = operation.includes(":Head");
    return REFUSALS.includes(error.name) || (isHead && httpStatusCode === 403)
      ? "refused"
      : `allowed, then ${error.name}: ${error.message}`;
  }
}

/** DeleteObjects tells each key's refusal in its answer. */
const deniedInside = (output: unknown): boolean =>
  typeof output === "object" &&
  output !== null &&
  "Errors" in output &&
  Array.isArray(output.Errors) &&
  output.Errors.some(({ Code }: { Code?: string }) => Code === "AccessDenied");

test("every built operation has a row, and cites its page", async () => {
  const { apis } = await readCoverage(house().endpoint);
  const built = apis.flatMap(({ api, operations }) =>
    operations.filter((one) => one.built).map(({ operation }) => `${api}:${operation}`),
  );
  const written = new Set(REQUIRED_ACTIONS.map(({ operation }) => operation));
  expect(built.filter((operation) => !written.has(operation))).toEqual([]);
  for (const { source } of REQUIRED_ACTIONS)
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
});

describe.each(REQUIRED_ACTIONS.map((row) => [row.operation, row] as const))("%s", (operation, row) => {
  test("needs what its page says, no more and no less", async () => {
    if (!kept.fixtures) throw new Error("the fixtures are made first");
    const { input, needs } = await row.prepare(kept.fixtures);
    expect(needs.map(disagreement).filter((one) => one !== undefined)).toEqual([]);
    if (needs.length > 0) {
      await allow([]);
      expect(await outcome(operation, input), "without a policy").toBe("refused");
    }
    for (const missing of needs.length > 1 ? needs : []) {
      await allow(needs.filter((one) => one !== missing));
      expect(await outcome(operation, input), `without ${missing.action} on ${missing.resource}`).toBe(
        "refused",
      );
    }
    await allow(needs);
    expect(await outcome(operation, input), `with ${JSON.stringify(needs)}`).toBe("allowed");
  });
});
