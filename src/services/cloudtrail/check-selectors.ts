import type { InputOf } from "../../contract/apis.ts";
import { invalidSelectors, notBuiltHere } from "./faults.ts";
import { SELECTION_BYTES, SELECTORS } from "./limits.ts";
import type { AdvancedSelector, BasicSelector, FieldSelector, Selection } from "./model.ts";

type Asked = Pick<InputOf<"cloudtrail:PutEventSelectors">, "EventSelectors" | "AdvancedEventSelectors">;
type AskedBasic = NonNullable<Asked["EventSelectors"]>[number];

/** @throws Fault InvalidEventSelectorsException; UnsupportedOperationException for events that do not exist here. */
export function selectionOf({ EventSelectors: basic, AdvancedEventSelectors: advanced }: Asked): Selection {
  if ((basic === undefined) === (advanced === undefined))
    throw invalidSelectors("Specify either EventSelectors or AdvancedEventSelectors for your trail.");
  const selection: Selection = basic
    ? { kind: "basic", selectors: basicSelectors(basic) }
    : { kind: "advanced", selectors: advancedSelectors(advanced ?? []) };
  if (Buffer.byteLength(JSON.stringify(selection)) > SELECTION_BYTES)
    throw invalidSelectors(`Hosu keeps up to ${SELECTION_BYTES} bytes of selectors for a trail.`);
  return selection;
}

/** Source: CloudTrail API Reference, EventSelector. */
function basicSelectors(asked: readonly AskedBasic[]): readonly BasicSelector[] {
  if (asked.length < 1 || asked.length > SELECTORS.basic)
    throw invalidSelectors(`Specify a valid number of selectors (1 to ${SELECTORS.basic}) for your trail.`);
  const values = asked.flatMap(({ DataResources = [] }) =>
    DataResources.flatMap(({ Values = [] }) => Values),
  );
  if (values.length > SELECTORS.dataResources)
    throw invalidSelectors(
      `Specify a valid number of DataResources.Values (0 to ${SELECTORS.dataResources}) for all your selectors.`,
    );
  return asked.map((selector) => {
    const { DataResources = [], ExcludeManagementEventSources = [] } = selector;
    for (const { Type = "", Values = [] } of DataResources) {
      checkDataType(Type);
      for (const value of Values) checkDataValue(value);
    }
    for (const source of ExcludeManagementEventSources) checkExcluded(source);
    return {
      ReadWriteType: selector.ReadWriteType ?? "All",
      IncludeManagementEvents: selector.IncludeManagementEvents ?? true,
      DataResources,
      ExcludeManagementEventSources,
    };
  });
}

const DATA_TYPES = ["AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object"];
/** Whose events are so many that they may be left out. Source: CloudTrail API Reference, EventSelector. */
const EXCLUDABLE = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

function checkDataType(type: string): void {
  if (!DATA_TYPES.includes(type))
    throw invalidSelectors(
      `Value ${type} for DataResources.Type is invalid. Valid values are: ${DATA_TYPES.join(", ")}`,
    );
  if (type !== "AWS::S3::Object") throw notBuiltHere(`data events of ${type}`);
}

/** Every bucket, or one with a slash and the beginning of a key. */
function checkDataValue(value: string): void {
  if (!/^arn:aws:s3(?:|:::|:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.*)$/s.test(value))
    throw invalidSelectors(`Value ${value} for DataResources.Values is invalid.`);
}

function checkExcluded(source: string): void {
  if (!EXCLUDABLE.includes(source))
    throw invalidSelectors(`Value ${source} for ExcludeManagementEventSources is invalid.`);
}

const OPERATORS = ["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"] as const;

/** Source: CloudTrail API Reference, AdvancedFieldSelector, for trails. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Management: ["eventCategory", "eventSource", "readOnly"],
  Data: [
    "eventCategory",
    "eventName",
    "eventSource",
    "eventType",
    "readOnly",
    "resources.ARN",
    "resources.type",
    "userIdentity.arn",
  ],
};
/** These take Equals alone. */
const EQUALS_ALONE = ["eventCategory", "readOnly", "resources.type"];

function advancedSelectors(asked: readonly AdvancedSelector[]): readonly AdvancedSelector[] {
  const fields = asked.flatMap(({ FieldSelectors }) => FieldSelectors);
  const values = fields.reduce((sum, field) => sum + valuesOf(field).length, 0);
  if (asked.length === 0 || values > SELECTORS.advancedValues)
    throw invalidSelectors(
      `Specify up to ${SELECTORS.advancedValues} values for all conditions in all advanced event selectors for your trail.`,
    );
  for (const selector of asked) checkAdvanced(selector);
  return asked;
}

const valuesOf = (field: FieldSelector): readonly string[] => OPERATORS.flatMap((name) => field[name] ?? []);

function checkAdvanced({ FieldSelectors: fields }: AdvancedSelector): void {
  const category = onlyValue(fields, "eventCategory");
  if (category === "NetworkActivity") throw notBuiltHere("network activity events");
  const known = FIELDS[category];
  if (!known) throw invalidSelectors(`Value ${category} for eventCategory is invalid.`);
  for (const field of fields) {
    const { Field: name } = field;
    if (name === "sessionCredentialFromConsole") throw notBuiltHere(`selecting by ${name}`);
    if (!known.includes(name))
      throw invalidSelectors(`Field ${name} is invalid in a selector of ${category} events.`);
    if (valuesOf(field).length === 0) throw invalidSelectors(`Field ${name} has no condition.`);
    if (EQUALS_ALONE.includes(name) && OPERATORS.some((one) => one !== "Equals" && field[one]))
      throw invalidSelectors(`Field ${name} takes the operator Equals alone.`);
  }
  checkReadOnly(fields);
  if (category === "Data") {
    const type = onlyValue(fields, "resources.type");
    if (type !== "AWS::S3::Object") throw notBuiltHere(`data events of ${type}`);
    return;
  }
  for (const field of fields.filter(({ Field }) => Field === "eventSource")) {
    if (OPERATORS.some((one) => one !== "NotEquals" && field[one]))
      throw invalidSelectors("Field eventSource takes the operator NotEquals alone for Management events.");
    for (const source of field.NotEquals ?? []) checkExcluded(source);
  }
}

/** A field that must be there, with one value. */
function onlyValue(fields: readonly FieldSelector[], name: string): string {
  const [field, ...more] = fields.filter(({ Field }) => Field === name);
  const [value, ...others] = field?.Equals ?? [];
  if (value === undefined || more.length > 0 || others.length > 0)
    throw invalidSelectors(`An advanced event selector must have the field ${name}, which Equals one value.`);
  return value;
}

function checkReadOnly(fields: readonly FieldSelector[]): void {
  for (const { Field, Equals = [] } of fields)
    if (Field === "readOnly" && Equals.some((value) => value !== "true" && value !== "false"))
      throw invalidSelectors("Field readOnly Equals true or false.");
}
