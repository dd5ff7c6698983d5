import { fault, isFault, type Fault } from "../../base/fault.ts";

/**
 * Glue's errors, as Glue words them. Sources: AWS Glue API Reference, "Exceptions"; answers of the service as
 * users of Terraform, Trino, Hudi, Iceberg and moto have reported them.
 */
const notFound = (message: string) => fault("EntityNotFoundException", message);
const alreadyExists = (what: string) => fault("AlreadyExistsException", `${what} already exists.`);
export const invalidInput = (message: string) => fault("InvalidInputException", message);

export const databaseNotFound = (name: string) => notFound(`Database ${name} not found.`);
export const databaseExists = () => alreadyExists("Database");
export const databaseRename = () => invalidInput("Database name cannot be changed.");

export const tableNotFound = (name: string) => notFound(`Table ${name} not found.`);
/** What GetTable alone says of a table that is not there. */
export const entityNotFound = () => notFound("Entity Not Found");
export const tableExists = () => alreadyExists("Table");
export const tableInputMissing = () => invalidInput("TableInput is required.");
export const staleTable = () =>
  fault("ConcurrentModificationException", "Update table failed due to concurrent modifications.");

export const versionNotFound = () => notFound("Version not found.");
export const versionIsCurrent = () => invalidInput("Cannot delete the latest table version.");
export const invalidVersion = (id: string) => invalidInput(`Version id ${id} is not an integer.`);

export const partitionNotFound = () => notFound("Cannot find partition.");
/** What column statistics say of a partition that is not there. */
export const partitionOfValuesNotFound = (values: readonly string[]) =>
  notFound(`Partition [${values.join(", ")}] not found`);
export const partitionExists = () => alreadyExists("Partition");
export const wrongValueCount = () =>
  invalidInput("The number of partition keys do not match the number of partition values");
export const partitionValuesFixed = () => invalidInput("Partition values cannot be changed.");
export const parametersOnPartitionKeys = () => invalidInput("Parameters not supported for partition columns");

export const indexExists = () => alreadyExists("Partition index");
export const indexNotFound = (name: string) => notFound(`Partition index ${name} not found.`);
export const indexKeyUnknown = (name: string) => invalidInput(`Index key ${name} is not a partition key.`);

export const invalidExpression = () => invalidInput("Invalid partition expression!");
export const unsupportedExpression = (expression: string) =>
  invalidInput(`Unsupported expression '${expression}'`);
export const unreadableValue = (why: string) => fault("InvalidStateException", why);

export const invalidToken = () => invalidInput("Invalid pagination token provided");
export const invalidSegment = () => invalidInput("Segment number must be less than the total of segments.");
export const catalogNotFound = (id: string) => notFound(`Catalog ${id} not found.`);
export const resourceNotFound = (arn: string) => notFound(`Resource ${arn} not found.`);
export const tooMany = (what: string, limit: number) =>
  fault(
    "ResourceNumberLimitExceededException",
    `Number of ${what} resources exceeds the account limit ${limit}`,
  );

export const notBuiltHere = (what: string) =>
  fault("NotImplemented", `Hosu does not implement ${what} yet.`, { status: 501 });

/** How a batch tells of an item that failed. */
export interface ErrorDetail {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export const statisticsNotFound = () => notFound("Statistics do not exist for this column");

export const detailOf = ({ code, message }: Fault): ErrorDetail => ({
  ErrorCode: code,
  ErrorMessage: message,
});

/** Does each on its own. @returns what Glue says of those that failed; whatever is no caller's mistake ends it all. */
export async function eachOf<Item, Told>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
  tell: (item: Item, detail: ErrorDetail) => Told,
): Promise<readonly Told[]> {
  const failed: Told[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      if (!isFault(error) || error.status === 503) throw error;
      failed.push(tell(item, detailOf(error)));
    }
  }
  return failed;
}
