/** Prometheus' text format. Source: Prometheus documentation, "Exposition formats", text-based format 0.0.4. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type MetricType = "counter" | "gauge" | "histogram";

export const gauge = (name: string, help: string, value: number): string =>
  metric(name, help, "gauge", [{ labels: {}, value }]);

export function metric(name: string, help: string, type: MetricType, samples: readonly Sample[]): string {
  const lines = samples.map((sample) => line(name, sample));
  return `${header(name, help, type)}${lines.join("")}`;
}

const header = (name: string, help: string, type: MetricType): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

function line(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberText(value)}\n`;
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const numberText = (value: number): string =>
  value === Infinity ? "+Inf" : Number.isNaN(value) ? "NaN" : String(value);

/** Label values of one series, joined: none of ours holds a line break. */
const SEPARATOR = "\n";

/** What is kept for each combination of labels that came up. */
abstract class Series<T> {
  readonly #labels: readonly string[];
  readonly #make: () => T;
  readonly #known = new Map<string, T>();

  constructor(labels: readonly string[], make: () => T) {
    this.#labels = labels;
    this.#make = make;
    if (labels.length === 0) this.at([]);
  }

  /** That of these labels; whoever needs it often keeps it. */
  at(labels: readonly string[]): T {
    const key = labels.join(SEPARATOR);
    let one = this.#known.get(key);
    if (one === undefined) this.#known.set(key, (one = this.#make()));
    return one;
  }

  protected all(): readonly { readonly labels: Record<string, string>; readonly of: T }[] {
    return [...this.#known].map(([key, of]) => ({ labels: labelsOf(this.#labels, key), of }));
  }
}

export interface Count {
  value: number;
}

/** A counter for each combination of labels. */
export class Counts extends Series<Count> {
  readonly #name: string;
  readonly #help: string;

  constructor(name: string, help: string, labels: readonly string[]) {
    super(labels, () => ({ value: 0 }));
    this.#name = name;
    this.#help = help;
  }

  text(): string {
    const samples = this.all().map(({ labels, of: { value } }) => ({ labels, value }));
    return metric(this.#name, this.#help, "counter", samples);
  }
}

/** One series of a histogram. */
export class Buckets {
  /** Observations of at most each bound, not summed up; the last are beyond all. */
  readonly counts: number[];
  sum = 0;
  readonly #bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    this.sum += value;
  }
}

export class Histogram extends Series<Buckets> {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];

  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    super(labels, () => new Buckets(bounds));
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  text(): string {
    const name = this.#name;
    const lines = this.all().map(({ labels, of: { counts, sum } }) => {
      let below = 0;
      const buckets = [...this.#bounds, Infinity].map((bound, place) => {
        below += counts[place] ?? 0;
        return line(`${name}_bucket`, { labels: { ...labels, le: numberText(bound) }, value: below });
      });
      const total = line(`${name}_count`, { labels, value: below });
      return `${buckets.join("")}${line(`${name}_sum`, { labels, value: sum })}${total}`;
    });
    return `${header(name, this.#help, "histogram")}${lines.join("")}`;
  }
}

function labelsOf(names: readonly string[], key: string): Record<string, string> {
  if (names.length === 0) return {};
  const values = key.split(SEPARATOR);
  return Object.fromEntries(names.map((name, place) => [name, values[place] ?? ""]));
}
