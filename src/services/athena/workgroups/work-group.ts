import { arn } from "../../../base/arn.ts";
import type { Caller } from "../../../platform/caller.ts";
import type { Reader } from "../../../store/store.ts";
import { workGroupNotFound } from "../faults.ts";
import { workGroups, type WorkGroup } from "../model.ts";

/** Every account has it in every Region, from the first. */
export const PRIMARY = "primary";

/** Settings and all as AWS makes it. Source: Athena User Guide, "Use workgroups to control query access and costs". */
const primaryGroup = (account: string, region: string): WorkGroup => ({
  account,
  region,
  name: PRIMARY,
  state: "ENABLED",
  createdMs: 0,
  enforced: false,
  publishMetrics: false,
  requesterPays: false,
  tags: {},
});

interface Place {
  readonly account: string;
  readonly region: string;
}

/** @throws Fault InvalidRequestException */
export async function workGroupOf(
  read: Reader,
  { account, region }: Place,
  name: string = PRIMARY,
): Promise<WorkGroup> {
  const group = await read.get(workGroups, account, region, name);
  if (group) return group;
  if (name === PRIMARY) return primaryGroup(account, region);
  throw workGroupNotFound(name);
}

export const workGroupArn = ({ account, region }: Place, name: string = PRIMARY): string =>
  arn("athena", region, account, `workgroup/${name}`);

/** For `resource:` of operations whose input may name a work group. */
export const onWorkGroup = (input: { readonly WorkGroup?: string | undefined }, caller: Caller): string =>
  workGroupArn(caller, input.WorkGroup);
