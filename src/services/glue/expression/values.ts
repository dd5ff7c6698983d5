/** Partition values and literals by the type of their key, so that they compare as that type does. */
export type Typed = string | bigint;

export interface KeyType {
  /** As it stands in Glue's complaint about LIKE; undefined where LIKE works. */
  readonly unlike?: string;
  /** @returns the value to compare by, or what is wrong with the text. */
  read(text: string): { readonly value: Typed } | { readonly wrong: string };
}

/** @param name a Hive type such as "decimal(10,2)". @returns undefined for one that cannot be filtered by. */
export function keyType(name: string): KeyType | undefined {
  const base = /^\s*([a-z]+)/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(TYPES, base) ? TYPES[base] : undefined;
}

const STRING: KeyType = { read: (text) => ({ value: text }) };

const INTEGRAL: KeyType = {
  unlike: "Integral",
  read: (text) =>
    /^[-+]?\d{1,40}$/.test(text)
      ? { value: BigInt(text.replace(/^\+/, "")) }
      : { wrong: `"${text}" is not an integer.` },
};

/** Hive's decimals have at most 38 digits behind the point: as integers of that scale they compare exactly. */
const DECIMAL_SCALE = 38;
const DECIMAL: KeyType = {
  unlike: "Decimal",
  read(text) {
    const parts = /^([-+]?)(\d{0,40})(?:\.(\d{0,38}))?$/.exec(text);
    const [, sign, whole = "", fraction = ""] = parts ?? [];
    if (!parts || whole + fraction === "") return { wrong: `${text} is not a decimal.` };
    const magnitude = BigInt(whole + fraction.padEnd(DECIMAL_SCALE, "0"));
    return { value: sign === "-" ? -magnitude : magnitude };
  },
};

const DATE: KeyType = {
  unlike: "Date",
  read: (text) =>
    /^\d{4}-\d{2}-\d{2}$/.test(text) && isDate(text) ? { value: text } : { wrong: `${text} is not a date.` },
};

const TIMESTAMP: KeyType = {
  unlike: "Timestamp",
  read(text) {
    const parts = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/.exec(text);
    const [, date = "", hour = "", minute = "", second = "", fraction = ""] = parts ?? [];
    if (!parts || !isDate(date) || hour > "23" || minute > "59" || second > "59")
      return {
        wrong: `Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] ${text} is not a timestamp.`,
      };
    return { value: `${date} ${hour}:${minute}:${second}.${fraction.padEnd(9, "0")}` };
  },
};

/** Whether the calendar has such a day. */
function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Source: AWS Glue API Reference, GetPartitions, "Supported Partition Key Types"; char and varchar are strings. */
const TYPES: Readonly<Record<string, KeyType>> = {
  string: STRING,
  char: STRING,
  varchar: STRING,
  date: DATE,
  timestamp: TIMESTAMP,
  int: INTEGRAL,
  integer: INTEGRAL,
  bigint: INTEGRAL,
  long: INTEGRAL,
  tinyint: INTEGRAL,
  smallint: INTEGRAL,
  decimal: DECIMAL,
};
