/** An Amazon Resource Name. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the fifth colon, colons and slashes included. */
  readonly resource: string;
}

/** @returns undefined when the text is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(":");
  const [scheme, partition, service, region, account] = parts;
  if (scheme !== "arn" || parts.length < 6) return undefined;
  if (!partition || !service || region === undefined || account === undefined) return undefined;
  return { partition, service, region, account, resource: parts.slice(5).join(":") };
}

/** An ARN in the `aws` partition; `region` and `account` are empty where AWS leaves them so. */
export const arn = (service: string, region: string, account: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
