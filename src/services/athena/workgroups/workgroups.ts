import type { InputOf } from "../../../contract/apis.ts";
import { operation } from "../../../platform/operation.ts";
import { page } from "../../../platform/paging.ts";
import {
  badOutputLocation,
  badToken,
  invalidRequest,
  primaryStays,
  workGroupExists,
  workGroupNotEmpty,
} from "../faults.ts";
import { PAGE, WORK_GROUPS } from "../limits.ts";
import { executionEntries, namedQueriesByGroup, workGroups, type WorkGroup } from "../model.ts";
import { parseLocation } from "../run/location.ts";
import { PRIMARY, workGroupArn, workGroupOf } from "./work-group.ts";

type Configuration = NonNullable<InputOf<"athena:CreateWorkGroup">["Configuration"]>;
type Updates = NonNullable<InputOf<"athena:UpdateWorkGroup">["ConfigurationUpdates"]>;

const ENGINE = { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" } as const;

export const create = operation("athena:CreateWorkGroup", {
  resource: ({ Name }, caller) => workGroupArn(caller, Name),
  async handle(
    { Name: name, Description, Configuration: configuration = {}, Tags = [] },
    { store, caller, clock },
  ) {
    const { account, region } = caller;
    await store.update(async (tx) => {
      if (name === PRIMARY || (await tx.get(workGroups, account, region, name))) throw workGroupExists();
      const groups = await tx.scan(workGroups, { within: [account, region], limit: WORK_GROUPS });
      if (groups.length >= WORK_GROUPS) throw invalidRequest("Workgroup limit reached");
      tx.put(workGroups, {
        account,
        region,
        name,
        state: "ENABLED",
        createdMs: clock.now().getTime(),
        tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
        ...(Description === undefined ? {} : { description: Description }),
        ...settings(configuration),
      });
    });
    return {};
  },
});

function settings(configuration: Configuration) {
  const { ResultConfiguration: result, BytesScannedCutoffPerQuery: cutoff } = configuration;
  if (result?.EncryptionConfiguration && result.EncryptionConfiguration.EncryptionOption !== "SSE_S3")
    throw invalidRequest(
      `Hosu does not implement ${result.EncryptionConfiguration.EncryptionOption} for results yet.`,
    );
  if (result?.OutputLocation) checkLocation(result.OutputLocation);
  return {
    enforced: configuration.EnforceWorkGroupConfiguration ?? true,
    publishMetrics: configuration.PublishCloudWatchMetricsEnabled ?? true,
    requesterPays: configuration.RequesterPaysEnabled ?? false,
    ...(cutoff === undefined ? {} : { scannedBytesCutoff: cutoff }),
    ...(result?.OutputLocation ? { outputLocation: result.OutputLocation } : {}),
    ...(result?.ExpectedBucketOwner ? { expectedBucketOwner: result.ExpectedBucketOwner } : {}),
  };
}

export function checkLocation(location: string): void {
  if (!parseLocation(location)) throw badOutputLocation();
}

export const get = operation("athena:GetWorkGroup", {
  resource: ({ WorkGroup: name }, caller) => workGroupArn(caller, name),
  async handle({ WorkGroup: name }, { store, caller }) {
    return { WorkGroup: describe(await store.read((read) => workGroupOf(read, caller, name))) };
  },
});

function describe(group: WorkGroup) {
  const { outputLocation, expectedBucketOwner, scannedBytesCutoff: cutoff } = group;
  return {
    Name: group.name,
    State: group.state,
    CreationTime: new Date(group.createdMs),
    ...(group.description === undefined ? {} : { Description: group.description }),
    Configuration: {
      ResultConfiguration: {
        ...(outputLocation === undefined ? {} : { OutputLocation: outputLocation }),
        ...(expectedBucketOwner === undefined ? {} : { ExpectedBucketOwner: expectedBucketOwner }),
      },
      EnforceWorkGroupConfiguration: group.enforced,
      PublishCloudWatchMetricsEnabled: group.publishMetrics,
      RequesterPaysEnabled: group.requesterPays,
      EngineVersion: ENGINE,
      ...(cutoff === undefined ? {} : { BytesScannedCutoffPerQuery: cutoff }),
    },
  };
}

export const list = operation("athena:ListWorkGroups", {
  resource: () => "*",
  async handle({ MaxResults: limit = PAGE.workGroups, NextToken }, { store, caller, pages }) {
    const { account, region } = caller;
    const tokens = pages();
    const after = tokens.after(NextToken, badToken);
    const rows = await store.read(async (read) => {
      const range = { within: [account, region], limit: limit + 1, ...(after ? { after } : {}) };
      const stored = await read.scan(workGroups, range);
      const primary =
        (await read.get(workGroups, account, region, PRIMARY)) || after
          ? []
          : [await workGroupOf(read, caller)];
      return [...primary, ...stored];
    });
    const { items, last } = page(rows, limit);
    return {
      WorkGroups: items.map((group) => ({
        Name: group.name,
        State: group.state,
        Description: group.description ?? "",
        CreationTime: new Date(group.createdMs),
        EngineVersion: ENGINE,
      })),
      ...(last ? { NextToken: tokens.next([account, region, last.name]) } : {}),
    };
  },
});

export const update = operation("athena:UpdateWorkGroup", {
  resource: ({ WorkGroup: name }, caller) => workGroupArn(caller, name),
  async handle({ WorkGroup: name, Description, State, ConfigurationUpdates: updates }, { store, caller }) {
    await store.update(async (tx) => {
      const group = await workGroupOf(tx, caller, name);
      tx.put(workGroups, {
        ...(updates ? updated(group, updates) : group),
        ...(Description === undefined ? {} : { description: Description }),
        ...(State === undefined ? {} : { state: State }),
      });
    });
    return {};
  },
});

function updated(group: WorkGroup, updates: Updates): WorkGroup {
  const { ResultConfigurationUpdates: result, BytesScannedCutoffPerQuery: cutoff } = updates;
  if (result?.EncryptionConfiguration && result.EncryptionConfiguration.EncryptionOption !== "SSE_S3")
    throw invalidRequest(
      `Hosu does not implement ${result.EncryptionConfiguration.EncryptionOption} for results yet.`,
    );
  if (result?.OutputLocation) checkLocation(result.OutputLocation);
  const { outputLocation, scannedBytesCutoff, expectedBucketOwner, ...rest } = group;
  const keep = <T>(name: string, old: T | undefined, next: T | undefined, removed: boolean | undefined) => {
    const value = next ?? (removed ? undefined : old);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    ...rest,
    enforced: updates.EnforceWorkGroupConfiguration ?? group.enforced,
    publishMetrics: updates.PublishCloudWatchMetricsEnabled ?? group.publishMetrics,
    requesterPays: updates.RequesterPaysEnabled ?? group.requesterPays,
    ...keep("outputLocation", outputLocation, result?.OutputLocation, result?.RemoveOutputLocation),
    ...keep(
      "expectedBucketOwner",
      expectedBucketOwner,
      result?.ExpectedBucketOwner,
      result?.RemoveExpectedBucketOwner,
    ),
    ...keep("scannedBytesCutoff", scannedBytesCutoff, cutoff, updates.RemoveBytesScannedCutoffPerQuery),
  };
}

export const remove = operation("athena:DeleteWorkGroup", {
  resource: ({ WorkGroup: name }, caller) => workGroupArn(caller, name),
  async handle({ WorkGroup: name, RecursiveDeleteOption: recursive }, { store, caller }) {
    const { account, region } = caller;
    if (name === PRIMARY) throw primaryStays();
    await store.update(async (tx) => {
      await workGroupOf(tx, caller, name);
      const within = [account, region, name];
      const held = [
        ...(await tx.scan(executionEntries, { within, limit: 1 })),
        ...(await tx.scan(namedQueriesByGroup, { within, limit: 1 })),
      ];
      if (held.length > 0 && !recursive) throw workGroupNotEmpty(name);
      tx.delete(workGroups, account, region, name);
    });
    return {};
  },
});
