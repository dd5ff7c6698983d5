import { BLANK, padded } from "./column-lines.ts";
import type { GluePartition } from "./describe.ts";
import type { FoundTable } from "./tables.ts";

type Descriptor = NonNullable<FoundTable["table"]["StorageDescriptor"]>;

/** What FORMATTED prints below the columns. Source: Hive's MetaDataFormatUtils; labels as measured on Athena (see column-lines.ts). */
export function formattedLines(
  { database, name, table }: FoundTable,
  partition: GluePartition | undefined,
): readonly string[] {
  const descriptor = partition?.StorageDescriptor ?? table.StorageDescriptor ?? {};
  const head = partition
    ? [
        "# Detailed Partition Information\t \t ",
        line("Partition Value:", `[${(partition.Values ?? []).join(", ")}]`),
        line("Database:", database),
        line("Table:", name),
        line("CreateTime:", javaDate(partition.CreationTime)),
        line("LastAccessTime:", "UNKNOWN"),
        line("Protect Mode:", "None"),
        line("Location:", descriptor.Location ?? ""),
        ...parameterLines("Partition Parameters:", partition.Parameters),
      ]
    : [
        "# Detailed Table Information\t \t ",
        line("Database:", database),
        line("Owner:", table.Owner ?? ""),
        line("CreateTime:", javaDate(table.CreateTime)),
        line("LastAccessTime:", "UNKNOWN"),
        line("Protect Mode:", "None"),
        line("Retention:", String(table.Retention ?? 0)),
        line("Location:", descriptor.Location ?? ""),
        line("Table Type:", table.TableType ?? "EXTERNAL_TABLE"),
        ...parameterLines("Table Parameters:", table.Parameters),
      ];
  return [...head, BLANK, ...storageLines(descriptor)];
}

const line = (label: string, value: string): string => `${padded(label)}\t${padded(value)}\t `;

function parameterLines(label: string, parameters: Readonly<Record<string, string>> = {}): readonly string[] {
  const entries = Object.entries(parameters).toSorted(([left], [right]) => (left < right ? -1 : 1));
  if (entries.length === 0) return [];
  return [`${label}\t \t `, ...entries.map(([name, value]) => `\t${padded(name)}\t${padded(value)}`)];
}

const storageLines = (descriptor: Descriptor): readonly string[] => [
  "# Storage Information\t \t ",
  line("SerDe Library:", descriptor.SerdeInfo?.SerializationLibrary ?? ""),
  line("InputFormat:", descriptor.InputFormat ?? ""),
  line("OutputFormat:", descriptor.OutputFormat ?? ""),
  line("Compressed:", descriptor.Compressed ? "Yes" : "No"),
  line("Num Buckets:", String(descriptor.NumberOfBuckets ?? 0)),
  line("Bucket Columns:", `[${(descriptor.BucketColumns ?? []).join(", ")}]`),
  line("Sort Columns:", `[${(descriptor.SortColumns ?? []).map(({ Column }) => Column).join(", ")}]`),
  ...parameterLines("Storage Desc Params:", descriptor.SerdeInfo?.Parameters),
];

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Java's Date.toString(), in UTC. */
function javaDate(time: Date | undefined): string {
  if (!time) return "UNKNOWN";
  const clock = time.toISOString().slice(11, 19);
  const day = String(time.getUTCDate()).padStart(2, "0");
  return `${DAYS[time.getUTCDay()]} ${MONTHS[time.getUTCMonth()]} ${day} ${clock} UTC ${time.getUTCFullYear()}`;
}

/** EXTENDED's line: the metastore's Thrift object as its toString() prints it. */
export function extendedLine(
  { database, name, table }: FoundTable,
  partition: GluePartition | undefined,
): string {
  const seconds = (time: Date | undefined): number => Math.floor((time?.getTime() ?? 0) / 1_000);
  if (partition)
    return `Detailed Partition Information\tPartition(values:[${(partition.Values ?? []).join(", ")}], dbName:${database}, tableName:${name}, createTime:${seconds(partition.CreationTime)}, lastAccessTime:0, sd:${descriptorText(partition.StorageDescriptor ?? {})}, parameters:${map(partition.Parameters)})\t`;
  const keys = (table.PartitionKeys ?? []).map(fieldText).join(", ");
  return `Detailed Table Information\tTable(tableName:${name}, dbName:${database}, owner:${table.Owner ?? "null"}, createTime:${seconds(table.CreateTime)}, lastAccessTime:0, retention:${table.Retention ?? 0}, sd:${descriptorText(table.StorageDescriptor ?? {})}, partitionKeys:[${keys}], parameters:${map(table.Parameters)}, viewOriginalText:${table.ViewOriginalText ?? "null"}, viewExpandedText:${table.ViewExpandedText ?? "null"}, tableType:${table.TableType ?? "EXTERNAL_TABLE"})\t`;
}

const map = (entries: Readonly<Record<string, string>> = {}): string =>
  `{${Object.entries(entries)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")}}`;

const fieldText = ({ Name, Type, Comment }: NonNullable<Descriptor["Columns"]>[number]): string =>
  `FieldSchema(name:${Name}, type:${Type}, comment:${Comment ?? "null"})`;

const descriptorText = (descriptor: Descriptor): string =>
  `StorageDescriptor(cols:[${(descriptor.Columns ?? []).map(fieldText).join(", ")}], location:${descriptor.Location ?? "null"}, inputFormat:${descriptor.InputFormat ?? "null"}, outputFormat:${descriptor.OutputFormat ?? "null"}, compressed:${descriptor.Compressed ?? false}, numBuckets:${descriptor.NumberOfBuckets ?? 0}, serdeInfo:SerDeInfo(name:${descriptor.SerdeInfo?.Name ?? "null"}, serializationLib:${descriptor.SerdeInfo?.SerializationLibrary ?? "null"}, parameters:${map(descriptor.SerdeInfo?.Parameters)}), bucketCols:[${(descriptor.BucketColumns ?? []).join(", ")}], sortCols:[${(descriptor.SortColumns ?? []).map(({ Column, SortOrder }) => `Order(col:${Column}, order:${SortOrder})`).join(", ")}], parameters:${map(descriptor.Parameters)}, storedAsSubDirectories:${descriptor.StoredAsSubDirectories ?? false})`;
