import { describe } from "./describe.ts";
import { optionsHelp, readOptions, type Flags, type Options } from "./options.ts";
import { VERSION } from "../version.ts";

interface Listed {
  readonly help: string;
  readonly flags?: Flags;
  readonly load: () => Promise<Command>;
}

/** The program's commands. Each is loaded when it is asked for, so that `hosu status` need not load an engine. */
const COMMANDS: ReadonlyMap<string, Listed> = new Map(
  Object.entries<Listed>({
    start: {
      help: "start serving, in this terminal",
      load: async () => (await import("./commands/start.ts")).start,
    },
    stop: {
      help: "stop whoever serves the data folder",
      load: async () => (await import("./commands/stop.ts")).stop,
    },
    status: {
      help: "who serves, and where",
      load: async () => (await import("./commands/status.ts")).status,
    },
    configure: {
      help: 'write the profile "hosu" into your AWS configuration; with --account ID another account\'s',
      flags: {
        profile: { type: "string", help: "its name (hosu, or hosu-ID)" },
        tls: { type: "boolean", help: "by https://, with the certificate of this data folder" },
      },
      load: async () => (await import("./commands/configure.ts")).configure,
    },
    clock: {
      help: "show the lake's clock; `clock advance 48h` moves it",
      load: async () => (await import("./commands/clock.ts")).clock,
    },
    coverage: {
      help: "which operations are built, and which were called",
      load: async () => (await import("./commands/coverage.ts")).coverage,
    },
    bill: {
      help: "what this month would cost on AWS so far; `bill 2026-10` an earlier month",
      flags: { json: { type: "boolean", help: "every line, for programs" } },
      load: async () => (await import("./commands/bill.ts")).bill,
    },
    why: {
      help: "why a request was refused, and what would allow it: `why REQUEST_ID`",
      load: async () => (await import("./commands/why.ts")).why,
    },
    doctor: {
      help: "whether everything is there: engines, folder, disk, port, clock",
      load: async () => (await import("./commands/doctor.ts")).doctor,
    },
    metrics: {
      help: "figures of the running program, in Prometheus' format",
      load: async () => (await import("./commands/metrics.ts")).metrics,
    },
    logs: {
      help: "what was answered",
      flags: { follow: { type: "boolean", short: "f", help: "go on as lines are written" } },
      load: async () => (await import("./commands/logs.ts")).logs,
    },
    snapshot: {
      help: "`snapshot save NAME`, `restore NAME`, `list`, `delete NAME`: the whole lake, in moments",
      load: async () => (await import("./commands/snapshot.ts")).snapshot,
    },
    reset: {
      help: "empties the lake, or one account (--account ID); the keys of root and admin stay",
      flags: { yes: { type: "boolean", short: "y", help: "do not ask" } },
      load: async () => (await import("./commands/reset.ts")).reset,
    },
    backup: {
      help: "`backup DIR`: a folder that another Hosu starts from, while this one serves",
      load: async () => (await import("./commands/backup.ts")).backup,
    },
    upgrade: {
      help: "whether the data folder's format is today's, and what to do if it is not",
      load: async () => (await import("./commands/upgrade.ts")).upgrade,
    },
    account: {
      help: "`account create [ID]` makes another account, `account list` shows them",
      load: async () => (await import("./commands/account.ts")).account,
    },
    tour: {
      help: "from files to answers in a minute, and what each answer costs on AWS",
      flags: {
        megabytes: { type: "string", help: "how much data is made (120)" },
        client: { type: "string", help: "aws-cli or built-in (the AWS CLI where there is one)" },
        keep: { type: "boolean", help: "leave everything there afterwards" },
      },
      load: async () => (await import("./commands/tour.ts")).tour,
    },
  }),
);

export type Command = (options: Options) => Promise<void>;

const usage = (): string =>
  [
    `hosu ${VERSION}: the AWS analytics cloud on your own machine`,
    "",
    "  hosu COMMAND [options]",
    "",
    ...[...COMMANDS].flatMap(commandHelp),
    "",
    optionsHelp(),
    "",
  ].join("\n");

const commandHelp = ([name, { help, flags = {} }]: readonly [string, Listed]): string[] => [
  `  ${name.padEnd(12)} ${help}`,
  ...Object.entries(flags).map(
    ([flag, { help: what }]) => `  ${"".padEnd(12)}   --${flag.padEnd(12)} ${what}`,
  ),
];

async function main(args: readonly string[]): Promise<void> {
  const [name = "start", ...rest] = args;
  if (name === "help" || args.includes("--help")) return void process.stdout.write(usage());
  if (name === "--version") return void process.stdout.write(`${VERSION}\n`);
  // Without a command it starts: `hosu --port 5000`.
  const isFlag = name.startsWith("-");
  const command = COMMANDS.get(isFlag ? "start" : name);
  if (!command) {
    process.stderr.write(`hosu: there is no command '${name}'.\n\n${usage()}`);
    process.exitCode = 2;
    return undefined;
  }
  const run = await command.load();
  return run(readOptions(isFlag ? args : rest, process.env, command.flags));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`hosu: ${describe(error)}\n`);
  process.exitCode = 1;
});
