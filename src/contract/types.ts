/** How the SDK's types become those of handlers. */

/** Bytes that flow: what a streamed output is made of. */
export type Streaming = Uint8Array | AsyncIterable<Uint8Array>;

export interface OperationTypes<Input, Output> {
  readonly input: Decoded<Input>;
  readonly output: Encoded<Omit<Output, "$metadata">>;
}

type Leaf = Date | Uint8Array | string | number | bigint | boolean | null | undefined;

/** The SDK spells a streamed member as a union with a Node stream; only streams have `pipe`. */
type IsStream<T> = Extract<T, { pipe: unknown }> extends never ? false : true;

/** As it comes from the decoder: required members are there, streamed ones are the platform's, all is read-only. */
export type Decoded<T> = T extends Leaf
  ? T
  : T extends readonly (infer E)[]
    ? readonly Decoded<Exclude<E, undefined>>[]
    : T extends object
      ? {
          readonly [K in keyof T as IsStream<T[K]> extends true ? never : K]: Decoded<
            Exclude<T[K], undefined>
          >;
        }
      : T;

/** As a handler may return it. */
export type Encoded<T> = T extends Leaf
  ? T
  : T extends readonly (infer E)[]
    ? readonly Encoded<E>[]
    : T extends object
      ? { readonly [K in keyof T]: IsStream<T[K]> extends true ? Streaming | undefined : Encoded<T[K]> }
      : T;
