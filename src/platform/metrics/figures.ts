import { monitorEventLoopDelay } from "node:perf_hooks";
import { perPair } from "../../base/memo.ts";
import { Counts, gauge, Histogram, metric, type Buckets, type Count } from "./exposition.ts";

/** What the program tells of itself: counted as it happens, written out when it is asked for. */
export interface Figures {
  answered(answer: AnsweredFacts): void;
  committed(rows: number, seconds: number): void;
  synced(seconds: number): void;
  lost(events: number): void;
  /** In Prometheus' text format. */
  text(): string;
  close(): void;
}

export interface AnsweredFacts {
  readonly api: string;
  readonly operation: string | undefined;
  readonly status: number;
  readonly tookMs: number;
}

export interface FiguresGround {
  /** How many clients are connected. */
  readonly connections: () => number;
  readonly version: string;
}

interface OperationFigures {
  readonly latency: Buckets;
  readonly byStatus: Map<number, Count>;
}

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const DISK_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
/** Coarse, so that a program with nothing to do is not woken for it. */
const LOOP_RESOLUTION_MS = 50;
const NANOSECONDS = 1e9;

export function createFigures(ground: FiguresGround): Figures {
  const requests = new Counts("hosu_requests_total", "Requests answered.", [
    "service",
    "operation",
    "status",
  ]);
  const latency = new Histogram(
    "hosu_request_seconds",
    "From a request's headers to its answer.",
    ["service", "operation"],
    LATENCY_SECONDS,
  );
  const commits = new Histogram(
    "hosu_store_commit_seconds",
    "Durable commits of the store.",
    [],
    DISK_SECONDS,
  );
  const rows = new Counts("hosu_store_rows_written_total", "Rows that commits wrote or removed.", []);
  const syncs = new Histogram("hosu_log_sync_seconds", "Syncs of logs and blobs.", [], DISK_SECONDS);
  const lost = new Counts("hosu_trail_lost_total", "Events that the trail could not keep.", []);
  const [commit, rowCount, sync, lostCount] = [commits.at([]), rows.at([]), syncs.at([]), lost.at([])];
  const figuresOf = perPair((api, operation): OperationFigures => ({
    latency: latency.at([api, operation]),
    byStatus: new Map(),
  }));
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  return {
    answered({ api, operation = "", status, tookMs }) {
      const own = figuresOf(api, operation);
      own.latency.observe(tookMs / 1_000);
      let count = own.byStatus.get(status);
      if (!count) own.byStatus.set(status, (count = requests.at([api, operation, String(status)])));
      count.value += 1;
    },
    committed(count, seconds) {
      rowCount.value += count;
      commit.observe(seconds);
    },
    synced: (seconds) => sync.observe(seconds),
    lost(events) {
      lostCount.value += events;
    },
    text() {
      const { rss, heapUsed, external } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const delays = [0.5, 0.99].map((quantile) => ({
        labels: { quantile: String(quantile) },
        value: Math.max(loop.percentile(quantile * 100) / NANOSECONDS - LOOP_RESOLUTION_MS / 1_000, 0),
      }));
      loop.reset();
      return [
        metric("hosu_info", "What runs.", "gauge", [
          { labels: { version: ground.version, node: process.versions.node }, value: 1 },
        ]),
        requests.text(),
        latency.text(),
        commits.text(),
        rows.text(),
        syncs.text(),
        lost.text(),
        metric(
          "hosu_event_loop_delay_seconds",
          "How late the event loop woke since this was last asked.",
          "gauge",
          delays,
        ),
        gauge("hosu_open_connections", "Clients that are connected.", ground.connections()),
        gauge("process_resident_memory_bytes", "Memory of the process.", rss),
        gauge("nodejs_heap_size_used_bytes", "JavaScript objects.", heapUsed),
        gauge("nodejs_external_memory_bytes", "Buffers and the like.", external),
        metric("process_cpu_seconds_total", "Processor time used.", "counter", [
          { labels: {}, value: (user + system) / 1e6 },
        ]),
        gauge("process_uptime_seconds", "Since the start.", process.uptime()),
      ].join("");
    },
    close: () => loop.disable(),
  };
}
