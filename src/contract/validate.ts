/** Constraints of the contract, in AWS's words. */
import type { Contract, Operation } from "./model.ts";

export function validateInput(
  _contract: Contract,
  _operation: Operation,
  _input: Readonly<Record<string, unknown>>,
): void {}
