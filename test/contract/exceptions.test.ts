/** An exception that names nothing would hide nothing, and mislead. */
import { expect, test } from "vitest";
import { KNOWN_APIS } from "../../src/contract/known.ts";
import { loadContract } from "../../src/contract/load.ts";
import { BOTOCORE, JS_SDK } from "./exceptions.ts";

const contracts = KNOWN_APIS.map(({ api }) => loadContract(api));

test("every excepted member and operation is in a contract", () => {
  const members = contracts.flatMap(({ shapes }) =>
    Object.entries(shapes).flatMap(([name, shape]) =>
      Object.keys(shape.members ?? {}).map((member) => `${name}.${member}`),
    ),
  );
  const operations = contracts.flatMap(({ api, operations: all }) =>
    [...all.values()].flatMap(({ name, errors = [] }) => [
      `${api}:${name}`,
      ...errors.map((shape) => `${api}:${name}:${shape}`),
    ]),
  );
  for (const exceptions of [JS_SDK, BOTOCORE]) {
    expect(members).toEqual(expect.arrayContaining(Object.keys(exceptions.members)));
    expect(operations).toEqual(expect.arrayContaining(Object.keys(exceptions.operations)));
  }
});
