/** The table of the round trip: every operation of every API with a sample input, output and errors. */
import { KNOWN_APIS } from "../../src/contract/known.ts";
import { loadContract } from "../../src/contract/load.ts";
import { membersOf, shapeOf } from "../../src/contract/shapes.ts";
import type { ApiName } from "../../src/contract/apis.ts";
import type { Contract, Operation } from "../../src/contract/model.ts";
import { Sampler, type SampleOptions } from "./samples.ts";

export interface Case {
  /** `api:Operation` or `api:Operation:ErrorShape`. */
  readonly id: string;
  readonly api: ApiName;
  readonly contract: Contract;
  readonly operation: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly error: ErrorCase | undefined;
}

export interface ErrorCase {
  readonly shape: string;
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const MESSAGE = `What <went> & "wrong" 호수`;

/** Values that the clients check themselves. */
const FIXED: Readonly<Record<string, unknown>> = {
  Bucket: "sample-bucket",
  ContentLength: 4,
  ContentMD5: "N6YlnMDB2uKZp4ZkidbcIA==",
  SSECustomerKey: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  SSECustomerKeyMD5: "KYvwGXoFFJ42a2u2GDWhwQ==",
  CopySourceSSECustomerKey: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  CopySourceSSECustomerKeyMD5: "KYvwGXoFFJ42a2u2GDWhwQ==",
  CopySource: "sample-bucket/a/b",
  RequestRoute: "route",
  StatusCode: 200,
  PartNumberMarker: "7",
  NextPartNumberMarker: "7",
  "GetObjectAttributesParts.PartNumberMarker": "7",
  "GetObjectAttributesParts.NextPartNumberMarker": "7",
};

export interface Left {
  readonly members: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<string, string>>;
}

/** @param knows whether the client that is sent through has a member at all; all, where nothing is said. */
export function casesOf(exceptions: Left, knows: SampleOptions["knows"] = () => true): readonly Case[] {
  const without = new Set(Object.keys(exceptions.members));
  return KNOWN_APIS.flatMap(({ api }) => {
    const contract = loadContract(api);
    const sampler = new Sampler(contract, { without, knows, fixed: api === "s3" ? FIXED : {} });
    const operations = [...contract.operations.values()].filter(
      ({ name }) => !Object.hasOwn(exceptions.operations, `${api}:${name}`),
    );
    const told = new Set<string>();
    return operations.flatMap((operation) => {
      const input = sampler.structure(operation.input);
      const output = sampler.structure(operation.output);
      const base = { api, contract, operation, input, output };
      const errors = (operation.errors ?? []).filter(
        (shape) =>
          !Object.hasOwn(exceptions.operations, `${api}:${operation.name}:${shape}`) &&
          !told.has(shape) &&
          told.add(shape),
      );
      return [
        { ...base, id: `${api}:${operation.name}`, error: undefined },
        ...errors.map((shape) => ({
          ...base,
          id: `${api}:${operation.name}:${shape}`,
          error: errorCase(contract, sampler, shape),
        })),
      ];
    });
  });
}

function errorCase(contract: Contract, sampler: Sampler, shape: string): ErrorCase {
  const fields = Object.fromEntries(
    Object.entries(sampler.structure(shape)).filter(([name]) => name.toLowerCase() !== "message"),
  );
  return { shape, code: contract.shapes[shape]?.error?.code ?? shape, fields };
}

/** The input as the decoder gives it: streamed members are not part of it. */
export function decodedInput({ contract, operation, input }: Case): Readonly<Record<string, unknown>> {
  const streamed = membersOf(shapeOf(contract, operation.input)).filter((member) => member.streaming);
  const names = new Set(streamed.map((member) => member.name));
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name)));
}
