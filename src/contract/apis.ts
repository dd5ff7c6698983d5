/** Handlers' types: an operation's input and output from its name alone. */
import type { Apis } from "./generated/apis.ts";

export type { Apis } from "./generated/apis.ts";

export type ApiName = keyof Apis;

/** `"iam:CreateUser"` and so on, for every operation of every API. */
export type OperationName = { [A in ApiName]: `${A}:${keyof Apis[A] & string}` }[ApiName];

type TypesOf<N extends OperationName> = N extends `${infer A extends ApiName}:${infer O}`
  ? O extends keyof Apis[A]
    ? Apis[A][O]
    : never
  : never;

export type InputOf<N extends OperationName> = TypesOf<N> extends { readonly input: infer I } ? I : never;
export type OutputOf<N extends OperationName> = TypesOf<N> extends { readonly output: infer O } ? O : never;
