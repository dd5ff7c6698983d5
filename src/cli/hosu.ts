import { isFault } from "../base/fault.ts";
import { optionsHelp, readOptions, type Options } from "./options.ts";
import { VERSION } from "../version.ts";

/** The program's commands. Each is loaded when it is asked for, so that `hosu status` need not load an engine. */
const COMMANDS: Readonly<Record<string, { readonly help: string; readonly load: () => Promise<Command> }>> = {
  start: {
    help: "start serving, in this terminal",
    load: async () => (await import("./commands/start.ts")).start,
  },
  stop: {
    help: "stop whoever serves the data folder",
    load: async () => (await import("./commands/stop.ts")).stop,
  },
  status: { help: "who serves, and where", load: async () => (await import("./commands/status.ts")).status },
  configure: {
    help: 'write the profile "hosu" into your AWS configuration',
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
  logs: { help: "what was answered (--follow)", load: async () => (await import("./commands/logs.ts")).logs },
};

export type Command = (options: Options) => Promise<void>;

const usage = (): string =>
  [
    `hosu ${VERSION}: the AWS analytics cloud on your own machine`,
    "",
    "  hosu COMMAND [options]",
    "",
    ...Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(12)} ${help}`),
    "",
    optionsHelp(),
    "",
  ].join("\n");

async function main(args: readonly string[]): Promise<void> {
  const [name = "start", ...rest] = args;
  if (name === "help" || args.includes("--help")) return void process.stdout.write(usage());
  if (name === "--version") return void process.stdout.write(`${VERSION}\n`);
  // Without a command it starts: `hosu --port 5000`.
  const isFlag = name.startsWith("-");
  const command = COMMANDS[isFlag ? "start" : name];
  if (!command) {
    process.stderr.write(`hosu: there is no command '${name}'.\n\n${usage()}`);
    process.exitCode = 2;
    return undefined;
  }
  const run = await command.load();
  return run(readOptions(isFlag ? args : rest, process.env));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`hosu: ${isFault(error) ? error.message : describe(error)}\n`);
  process.exitCode = 1;
});

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "EADDRINUSE")
    return "that port is taken; choose another with --port, or see who serves with `hosu status`.";
  return error.stack ?? error.message;
}
