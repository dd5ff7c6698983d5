import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicMs } from "../../base/clock.ts";
import { fault } from "../../base/fault.ts";
import type { Options } from "../options.ts";
import { awsCli } from "../tour/aws-cli.ts";
import { builtInClient } from "../tour/built-in-client.ts";
import type { TourClient } from "../tour/calls.ts";
import { doJob, removals, seconds, show, size, type Job } from "../tour/job.ts";
import { writeOrders } from "../tour/orders.ts";
import { openPlace, type Place } from "../tour/place.ts";
import { bold, say } from "../tour/screen.ts";
import { summarize } from "../tour/summary.ts";
import { wordsOf } from "../tour/words.ts";

const MEGABYTES = { usual: 120, least: 1, most: 10_000 } as const;

/** The whole job on generated data: upload, partitions, tables, one question four ways, and what each costs on AWS. */
export async function tour(options: Options): Promise<void> {
  // Before anything is started, so that a mistyped size costs nothing.
  sizeOf(options.flags["megabytes"]);
  const words = wordsOf(options.language);
  const interruption = listenForInterruption();
  say();
  say(`  ${bold(words.title)}`);
  say();
  const place = await openPlace(options);
  try {
    await inPlace(place, options, interruption);
  } finally {
    await place.close();
  }
}

async function inPlace(place: Place, options: Options, interruption: Interruption): Promise<void> {
  const sizeMegabytes = sizeOf(options.flags["megabytes"]);
  const words = wordsOf(options.language);
  const work = await mkdtemp(join(tmpdir(), "hosu-tour-data-"));
  try {
    if (place.temporary) say(`  ${words.temporary}`);
    const client = await clientOf(place, options.flags["client"]);
    const guarded = unlessInterrupted(client, interruption);
    say(`  ${words.running(place.endpoint)}`);
    say(`  ${words.speaks(client.name)}`);
    const folder = join(work, "orders");
    const startedMs = monotonicMs();
    const made = await writeOrders(folder, sizeMegabytes, interruption.check);
    say(`  ${words.made(size(made.bytes), made.files, seconds(monotonicMs() - startedMs))}`);
    const name = randomBytes(3).toString("hex");
    const { region } = options;
    const job = { client, region, words, folder, bucket: `hosu-tour-${name}`, database: `tour_${name}` };
    const whole = async (): Promise<void> =>
      summarize(job, await doJob({ ...job, client: guarded }), made.bytes);
    await tidily(job, options.flags["keep"] === true && !place.temporary, whole);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Interruption {
  /** @throws Fault once the person has had enough. */
  check(): void;
}

function listenForInterruption(): Interruption {
  let happened = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      happened = true;
    });
  return {
    check() {
      if (happened) throw fault("Interrupted", "the tour was interrupted.");
    },
  };
}

/** Begins nothing new after an interruption; a query that runs is still waited for, so that all it writes can be taken away. */
const unlessInterrupted = (client: TourClient, interruption: Interruption): TourClient => ({
  ...client,
  async call(call) {
    if (call.kind !== "operation" || call.operation === "StartQueryExecution") interruption.check();
    return client.call(call);
  },
});

/** Does the job, and takes away what it made, however it ends. */
async function tidily(job: Job, keep: boolean, work: () => Promise<void>): Promise<void> {
  let done = false;
  try {
    await work();
    done = true;
  } finally {
    say();
    if (keep) {
      say(`  ${job.words.kept}`);
      for (const call of removals(job)) show(call);
    } else {
      for (const call of removals(job))
        // What was never made cannot be removed; after a failure that failure is what matters.
        await job.client.call(call).catch((error: unknown) => {
          if (done) throw error;
        });
      say(`  ${job.words.cleaned}`);
    }
    say();
  }
}

function sizeOf(flag: string | boolean | undefined): number {
  const size = flag === undefined ? MEGABYTES.usual : Number(flag);
  if (!Number.isInteger(size) || size < MEGABYTES.least || size > MEGABYTES.most)
    throw fault("InvalidSize", `--megabytes is a number from ${MEGABYTES.least} to ${MEGABYTES.most}.`);
  return size;
}

async function clientOf(place: Place, wanted: string | boolean | undefined): Promise<TourClient> {
  if (wanted !== undefined && wanted !== "aws-cli" && wanted !== "built-in")
    throw fault("InvalidClient", "--client is aws-cli or built-in.");
  const found = wanted === "built-in" ? undefined : await awsCli(place);
  if (!found && wanted === "aws-cli") throw fault("NoAwsCli", "There is no AWS CLI on the PATH that runs.");
  return found ?? builtInClient(place);
}
