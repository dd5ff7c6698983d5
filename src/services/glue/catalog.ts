import { operation } from "../../platform/operation.ts";
import { catalogArns, checkCatalog } from "./authority.ts";

/** What is asked of the catalog as a whole. */
export const importStatus = operation("glue:GetCatalogImportStatus", {
  resource: catalogArns,
  // Every catalog has been Glue's own from its first day: there was no Athena catalog to import.
  async handle(input, { caller }) {
    checkCatalog(input, caller);
    return { ImportStatus: { ImportCompleted: true } };
  },
});

/** Nothing is encrypted until PutDataCatalogEncryptionSettings says so, and that is not built. Source: AWS Glue Developer Guide, "Encrypting your Data Catalog". */
export const encryptionSettings = operation("glue:GetDataCatalogEncryptionSettings", {
  resource: catalogArns,
  async handle(input, { caller }) {
    checkCatalog(input, caller);
    return {
      DataCatalogEncryptionSettings: {
        EncryptionAtRest: { CatalogEncryptionMode: "DISABLED" as const },
        ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
      },
    };
  },
});
