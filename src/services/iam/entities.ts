import type { AuthorizeScope } from "../../platform/context.ts";
import type { Check } from "../../platform/operation.ts";
import type { Reader, Transaction } from "../../store/store.ts";
import { entityNotFound } from "./faults.ts";
import { ENTITY_TABLES, nameKey, type EntityKind, type EntityRows, type Tag } from "./model.ts";

/** Finding users, groups and roles, and what must be allowed to touch them. */
export const DEFAULT_PATH = "/";

export const entityArn = (kind: EntityKind, account: string, path: string, name: string): string =>
  iamArn(account, `${kind}${path}${name}`);

export const iamArn = (account: string, resource: string): string => `arn:aws:iam::${account}:${resource}`;

export const find = <K extends EntityKind>(
  read: Reader,
  kind: K,
  account: string,
  name: string,
): Promise<EntityRows[K] | undefined> => read.get(ENTITY_TABLES[kind], account, nameKey(name));

/** @throws NoSuchEntity */
export async function load<K extends EntityKind>(
  read: Reader,
  kind: K,
  account: string,
  name: string,
): Promise<EntityRows[K]> {
  const row = await find(read, kind, account, name);
  if (!row) throw entityNotFound(kind, name);
  return row;
}

export function save<K extends EntityKind>(tx: Transaction, kind: K, row: EntityRows[K]): void {
  tx.put(ENTITY_TABLES[kind], row);
}

/** The answer of an operation that answers nothing. */
export type Nothing = Readonly<Record<string, never>>;

export type Keys = Readonly<Record<string, string | readonly string[]>>;

/** One action on an entity, with the condition keys that follow from its tags. */
export async function entityCheck(
  scope: AuthorizeScope,
  action: string,
  kind: EntityKind,
  of: { readonly name: string; readonly context?: Keys | undefined },
): Promise<readonly Check[]> {
  const { account } = scope.caller;
  const row = await find(scope.read, kind, account, of.name);
  const resource = row?.arn ?? entityArn(kind, account, DEFAULT_PATH, of.name);
  const resourceName = `${kind} ${of.name}`;
  return [
    { action, resource, resourceName, context: { ...resourceTagKeys(row?.tags ?? []), ...of.context } },
  ];
}

export function resourceTagKeys(tags: readonly Tag[]): Keys {
  return Object.fromEntries(
    tags.flatMap(({ Key, Value }) => [
      [`aws:ResourceTag/${Key}`, Value],
      [`iam:ResourceTag/${Key}`, Value],
    ]),
  );
}

export function requestTagKeys(tags: readonly Tag[] | undefined): Keys {
  if (!tags?.length) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    "aws:TagKeys": tags.map(({ Key }) => Key),
  };
}

export const boundaryKey = (arn: string | undefined): Keys =>
  arn === undefined ? {} : { "iam:PermissionsBoundary": arn };

/** How IAM writes documents in its answers: percent-encoded. Source: IAM API Reference, PolicyVersion: "URL-encoded compliant with RFC 3986". */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
