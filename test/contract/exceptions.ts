/** What the generated round trip does not send, each with its reason. */

interface Exceptions {
  /** Members that a sample leaves out, as `Shape.Member`. */
  readonly members: Readonly<Record<string, string>>;
  /** Operations that are not sent at all, as `api:Operation`. */
  readonly operations: Readonly<Record<string, string>>;
}

const SOURCE_REGIONS = [
  "CopyDBClusterSnapshotMessage",
  "CopyDBSnapshotMessage",
  "CreateDBClusterMessage",
  "CreateDBInstanceReadReplicaMessage",
  "StartDBInstanceAutomatedBackupsReplicationMessage",
] as const;

const BOTH: Exceptions = {
  members: {
    "GetObjectRequest.ChecksumMode": "the client would verify the sample's checksums, which are no checksums",
    "GetObjectAnnotationRequest.ChecksumMode": "the client would verify the sample's checksums",
    // prettier-ignore
    ...Object.fromEntries(SOURCE_REGIONS.map((shape) => [`${shape}.SourceRegion`, "the clients presign a URL with it, and do not send it"])),
    "PutEventsRequest.EndpointId": "the clients take it for a host, and sign by another algorithm then",
    "CreateCapacityReservationRequest.PlacementGroupArn":
      "its pattern has a beginning in its middle: nothing fits",
    "EnableInstanceSqlHaStandbyDetectionsRequest.SqlServerCredentials": "its pattern looks ahead",
  },
  operations: {
    "cloudwatch:GetDashboard:DashboardNotFoundError": "another of its errors has the same code",
    "quicksight:DeleteSpace": "it answers 204, which has no body, though the model says what would be in it",
    "s3control:CreateBucket": "the clients send it to an Outpost's own host only",
    "s3control:ListRegionalBuckets": "the clients send it to an Outpost's own host only",
  },
};

const OLDER_IN_THE_JS_SDK = [
  "CreateManagedEndpoint",
  "CreateSecurityConfiguration",
  "CreateVirtualCluster",
  "DescribeManagedEndpoint",
  "DescribeVirtualCluster",
  "GetManagedEndpointSessionCredentials",
  "ListManagedEndpoints",
  "ListVirtualClusters",
] as const;

export const JS_SDK: Exceptions = {
  members: {
    ...BOTH.members,
    "AssetTypeFormOutput.FormTypeId": "the installed client lacks it",
    "AssetFormInput.FormTypeIdentifier": "the installed client lacks it",
  },
  operations: {
    ...BOTH.operations,
    "sagemaker:DescribeFlowDefinition":
      "the client parses HumanLoopActivationConditions, a JSON text, into a value",
    // prettier-ignore
    ...Object.fromEntries(OLDER_IN_THE_JS_SDK.map((name) => [`emr-containers:${name}`, "the newest client that could be had is older than the model"])),
  },
};

const INTEGERS_IN_BOTOCORE = [
  "GetObjectAttributesParts.NextPartNumberMarker",
  "GetObjectAttributesParts.PartNumberMarker",
  "GetObjectAttributesRequest.PartNumberMarker",
  "ListPartsOutput.NextPartNumberMarker",
  "ListPartsOutput.PartNumberMarker",
  "ListPartsRequest.PartNumberMarker",
] as const;

/** What the clients add to an output: the text of a date that they could not have parsed. */
export const ADDED_BY_CLIENTS: readonly string[] = ["$metadata", "ResponseMetadata", "ExpiresString"];

export const BOTOCORE: Exceptions = {
  members: {
    ...BOTH.members,
    "PendingModifiedValues.LogDeliveryConfigurations": "botocore looks for it under its list's name",
    "ReplicationGroupPendingModifiedValues.LogDeliveryConfigurations":
      "botocore looks for it under its list's name",
    "RunInstancesRequest.UserData": "botocore encodes it in base64 by itself",
    ...Object.fromEntries(INTEGERS_IN_BOTOCORE.map((member) => [member, "a string in the SDK's types"])),
  },
  operations: {
    ...BOTH.operations,
    "s3:ListDirectoryBuckets":
      "botocore sends no x-id, so on the common host it cannot be told from ListBuckets",
  },
};
