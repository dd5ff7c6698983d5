import { spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { fault } from "../../base/fault.ts";
import { cliWords, type Call, type TourClient } from "./calls.ts";
import type { Place } from "./place.ts";

/** The person's own AWS CLI, unmodified; undefined where there is none that runs. */
export async function awsCli(place: Place): Promise<TourClient | undefined> {
  const version = await run(["--version"], place).catch(() => undefined);
  const name = /^aws-cli\/[\d.]+/.exec(version?.stdout ?? "")?.[0];
  if (version?.code !== 0 || name === undefined) return undefined;
  return {
    name: name.replace("aws-cli/", "AWS CLI "),
    async call(call: Call) {
      const quiet = call.kind === "upload" ? ["--only-show-errors"] : [];
      const asJson = call.kind === "operation" ? ["--output", "json"] : [];
      const words = [...cliWords(call), ...quiet, ...asJson, "--endpoint-url", place.endpoint];
      const { code, stdout, stderr } = await run(words, place);
      if (code !== 0) throw fault("AwsCliFailed", `aws ${words.slice(0, 2).join(" ")}: ${stderr.trim()}`);
      return asJson.length > 0 && stdout.trim() !== ""
        ? (JSON.parse(stdout) as Readonly<Record<string, unknown>>)
        : {};
    },
  };
}

async function run(
  words: readonly string[],
  place: Place,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn("aws", [...words], {
    env: environment(place),
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C is for the tour, which lets what runs finish and takes it away again.
    detached: true,
  });
  const told = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told.stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...told };
}

/** Nothing of the person's profiles: the tour must never reach their real account. */
function environment({ key, region }: Place): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(?:AWS_|https?_proxy$|all_proxy$)/i.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secret,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    NO_PROXY: "*",
  };
}
