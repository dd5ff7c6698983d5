/** What the generated round trip does not send, each with its reason. */

interface Exceptions {
  /** Members that a sample leaves out, as `Shape.Member`. */
  readonly members: Readonly<Record<string, string>>;
  /** Operations that are not sent at all, as `api:Operation`. */
  readonly operations: Readonly<Record<string, string>>;
}

const BOTH: Exceptions = {
  members: {
    "GetObjectRequest.ChecksumMode": "the client would verify the sample's checksums, which are no checksums",
    "GetObjectAnnotationRequest.ChecksumMode": "the client would verify the sample's checksums",
  },
  operations: {
    "s3:SelectObjectContent": "its output is an event stream, which is not encoded yet",
  },
};

/** The contract follows a newer model than the installed clients: these members they do not know yet. */
const NOT_IN_THE_JS_SDK_YET = [
  "AssetTypeFormOutput.FormTypeId",
  "AssetFormInput.FormTypeIdentifier",
  "CreateLoginProfileRequest.MaxSigninSessionDuration",
  "CreateOpenIDConnectProviderRequest.ContextProvider",
  "CreateOpenIDConnectProviderRequest.IdentityCenterInstanceArn",
  "CreateRoleRequest.MaxSigninSessionDuration",
  "CreateSAMLProviderRequest.ContextProvider",
  "CreateSAMLProviderRequest.IdentityCenterInstanceArn",
  "GetOpenIDConnectProviderResponse.ContextProvider",
  "GetOpenIDConnectProviderResponse.IdentityCenterInstanceArn",
  "GetOpenIDConnectProviderResponse.IdentityStoreArn",
  "GetSAMLProviderResponse.ContextProvider",
  "GetSAMLProviderResponse.SAMLKeyHashes",
  "GetSAMLProviderResponse.IdentityCenterInstanceArn",
  "GetSAMLProviderResponse.IdentityStoreArn",
  "LoginProfile.MaxSigninSessionDuration",
  "OpenIDConnectProviderListEntry.IsTrustedIdentityPropagationEnabled",
  "Role.MaxSigninSessionDuration",
  "SAMLProviderListEntry.IsTrustedIdentityPropagationEnabled",
  "UpdateLoginProfileRequest.MaxSigninSessionDuration",
  "UpdateLoginProfileRequest.ResetMaxSigninSessionDuration",
  "UpdateRoleRequest.MaxSigninSessionDuration",
  "UpdateRoleRequest.ResetMaxSigninSessionDuration",
  "UpdateSAMLProviderRequest.ContextProvider",
  "UpdateSAMLProviderRequest.IdentityCenterInstanceArn",
  "UpdateSAMLProviderRequest.RemoveContextProvider",
  "UpdateSAMLProviderRequest.RemoveIdentityCenterInstance",
  "AssociateGlossaryTermsResponse.AssetId",
  "AssociateGlossaryTermsResponse.ItemId",
  "DeleteAttachmentResponse.AssetId",
  "DeleteAttachmentResponse.ItemId",
  "DisassociateGlossaryTermsResponse.AssetId",
  "DisassociateGlossaryTermsResponse.ItemId",
  "GetDataCatalogExportConfigurationOutput.S3TablesConfiguration",
  "GetDataCatalogExportConfigurationOutput.Assets",
  "PutAssetRequest.AssetTypeIdentifier",
  "PutAssetResponse.AssetTypeId",
  "PutAttachmentRequest.FormTypeIdentifier",
  "PutAttachmentResponse.AssetId",
  "PutAttachmentResponse.ItemId",
  "PutDataCatalogExportConfigurationInput.S3TablesConfiguration",
  "PutDataCatalogExportConfigurationInput.Assets",
  "PutDataCatalogExportConfigurationOutput.S3TablesConfiguration",
  "PutDataCatalogExportConfigurationOutput.Assets",
  "SearchAttributeFilter.Comparator",
  "SearchResultItem.Name",
  "SearchResultItem.Description",
  "SearchResultItem.CreatedAt",
  "ListDatabasesInput.AttributesToGet",
  "ListTableMetadataInput.AttributesToGet",
] as const;

export const JS_SDK: Exceptions = {
  members: {
    ...BOTH.members,
    ...Object.fromEntries(NOT_IN_THE_JS_SDK_YET.map((member) => [member, "the installed client lacks it"])),
  },
  operations: { ...BOTH.operations },
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
    ...Object.fromEntries(INTEGERS_IN_BOTOCORE.map((member) => [member, "a string in the SDK's types"])),
  },
  operations: {
    ...BOTH.operations,
    "s3:ListDirectoryBuckets":
      "botocore sends no x-id, so on the common host it cannot be told from ListBuckets",
  },
};
