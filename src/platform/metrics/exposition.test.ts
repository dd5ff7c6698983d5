import { expect, test } from "vitest";
import { Counts, Histogram, gauge } from "./exposition.ts";

test("counters, with what labels may hold written so that Prometheus reads it", () => {
  const counts = new Counts("c_total", "Things.", ["what"]);
  counts.at(['a "b" \\']).value += 1;
  counts.at(['a "b" \\']).value += 2;
  expect(counts.text()).toBe(
    '# HELP c_total Things.\n# TYPE c_total counter\nc_total{what="a \\"b\\" \\\\"} 3\n',
  );
});

test("a histogram's buckets hold all that is at most their bound", () => {
  const histogram = new Histogram("h", "Times.", [], [1, 2]);
  for (const value of [0.5, 1, 1.5, 7]) histogram.at([]).observe(value);
  expect(histogram.text()).toBe(
    [
      "# HELP h Times.",
      "# TYPE h histogram",
      'h_bucket{le="1"} 2',
      'h_bucket{le="2"} 3',
      'h_bucket{le="+Inf"} 4',
      "h_sum 10",
      "h_count 4",
      "",
    ].join("\n"),
  );
});

test("a gauge", () => {
  expect(gauge("g", "Now.", 1.5)).toBe("# HELP g Now.\n# TYPE g gauge\ng 1.5\n");
});
