/** A promise the code makes to itself was broken: always our mistake, never the caller's. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** States what must hold here. @throws InvariantError, which the gateway answers as InternalFailure. */
export function invariant(holds: unknown, what: string): asserts holds {
  if (!holds) throw new InvariantError(what);
}

/** For the end of an exhaustive switch: a new member of the union does not compile here. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
