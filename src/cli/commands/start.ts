import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { startHosu, type FirstKeys, type Hosu } from "../../main.ts";
import { VERSION } from "../../version.ts";
import { writeAdminKey } from "../admin-key.ts";
import { keepMemorySmall } from "../memory.ts";
import { openLog, type LogFile } from "../log-file.ts";
import type { Options } from "../options.ts";

/** Serves until it is told to stop; then finishes what it acknowledged. */
export async function start(options: Options): Promise<void> {
  // What outlives a collection of the young is little here: to wake helper threads for it costs more than it saves.
  setFlagsFromString("--no-parallel-scavenge");
  const dataFolder = resolve(options.data);
  const log = openLog(join(dataFolder, "hosu.log"));
  const { host, port, account, region, rootKey, trail, init, store, blobs, keyFile } = options;
  // The bundled client of S3 is of a version that was made for this node; what it says of later ones is for developers.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const onRequest = keepMemorySmall();
  const asked = { toStop: () => undefined as void };
  const onStopAsked = (): void => asked.toStop();
  const onFirstKeys = ({ admin }: FirstKeys): string => writeAdminKey(dataFolder, admin);
  const place = { dataFolder, host, port, account, region };
  const hosu = await startHosu({
    ...place,
    rootKey,
    trail,
    store,
    blobs,
    keyFile,
    init: initOf(init),
    onStopAsked,
    onFirstKeys,
    log: (event) => {
      onRequest();
      log.write(event);
    },
  });
  process.stdout.write(banner(hosu, { ...options, data: dataFolder }));
  let stopping: Promise<void> | undefined;
  asked.toStop = () => {
    stopping ??= end(hosu, log);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, asked.toStop);
}

const initOf = (path: string | undefined) =>
  path === undefined ? undefined : { path, environment: process.env };

async function end(hosu: Hosu, log: LogFile): Promise<void> {
  try {
    await hosu.stop();
    log.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`hosu: ${String(error)}\n`);
    process.exit(1);
  }
}

function banner({ endpoint, account, firstKeys }: Hosu, options: Options): string {
  const { data, region, rootKey, trail } = options;
  const lines = [
    "",
    `  Hosu ${VERSION} is ready.`,
    "",
    `  endpoint  ${endpoint}`,
    `  account   ${account}    region ${region}`,
    `  data      ${data}`,
    ...(trail === "off" ? ["  trail     off: nothing of what is done is kept, and there is no bill"] : []),
    "",
    "  Credentials, in another terminal:",
    "",
    `    ${invocation()} configure        writes the profile "hosu" into your AWS configuration`,
    "",
    "  Then try:",
    "",
    "    export AWS_PROFILE=hosu",
    "    aws s3 mb s3://lake",
    "    aws s3 cp README.md s3://lake/ && aws s3 ls s3://lake",
    `    ${invocation()} tour             from files to answers, and what they cost on AWS`,
    "",
  ];
  // The root user's secret is shown once, and only to a person.
  if (firstKeys && !rootKey && process.stdout.isTTY)
    lines.push(
      "  The root user's keys, shown this once; keep them apart and work as the user admin:",
      "",
      `    ${firstKeys.root.accessKeyId}  ${firstKeys.root.secret}`,
      "",
    );
  return `${lines.join("\n")}\n`;
}

/** As the person can call it from where they are. */
const invocation = (): string =>
  process.env["npm_lifecycle_event"] === "start" ? "npm run hosu --" : "hosu";
