import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { decodeInput } from "./decode.ts";
import { KNOWN_APIS } from "./known.ts";
import { loadContract } from "./load.ts";
import { requestTo } from "./testing.ts";

const operations = KNOWN_APIS.flatMap(({ api }) => {
  const contract = loadContract(api);
  return [...contract.operations.values()].map((operation) => ({ contract, operation }));
});

test("whatever the bytes, decoding answers an input or a fault", () => {
  const body = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("<a>", "<a><b/></a>", "a.member.1=b&a.entry.1.key=c", "[[]]", '{"__proto__":{"a":1}}'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...operations), body, fc.webQueryParameters(), (row, text, query) => {
      try {
        const input = decodeInput(row.contract, row.operation, requestTo(`/b/k?${query}`, { body: text }));
        expect(input).toBeTypeOf("object");
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a map's key may be __proto__", () => {
  const glue = loadContract("glue");
  const operation = glue.operations.get("CreateDatabase");
  const body = `{"DatabaseInput":{"Name":"d","Parameters":{"__proto__":"x"}}}`;
  const input = operation && decodeInput(glue, operation, requestTo("/", { body }));
  expect(JSON.stringify(input)).toBe(body);
});
