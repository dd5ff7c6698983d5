/** Bytes that are not what their format says. The contract turns it into the API's own fault. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/** @returns an error to throw; `message` says what is wrong with the bytes. */
export const malformed = (message: string): MalformedError => new MalformedError(message);

export const isMalformed = (error: unknown): error is MalformedError => error instanceof MalformedError;
