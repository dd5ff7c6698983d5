/** The tour's SQL, as a person would write it. */
const COLUMNS = `  order_id bigint, ordered_on date, customer_id string, city string, category string,
  product string, quantity int, amount bigint, payment string, delivery_note string`;

const FORMAT = (bucket: string): string => `ROW FORMAT DELIMITED FIELDS TERMINATED BY ','
LOCATION 's3://${bucket}/orders/'
TBLPROPERTIES ('skip.header.line.count' = '1')`;

/** The question's quarter: the last of the two years. */
const BY_DAY = "ordered_on >= DATE '2025-10-01'";
const BY_MONTH = "month >= '2025-10'";

export const createDatabase = (database: string): string => `CREATE DATABASE ${database}`;

export const csvTable = (bucket: string): string =>
  `CREATE EXTERNAL TABLE orders_csv (\n${COLUMNS})\n${FORMAT(bucket)}`;

export const csvByMonthTable = (bucket: string): string =>
  `CREATE EXTERNAL TABLE orders_csv_by_month (\n${COLUMNS})\nPARTITIONED BY (month string)\n${FORMAT(bucket)}`;

export const repair = "MSCK REPAIR TABLE orders_csv_by_month";

export const parquetTable = (bucket: string): string =>
  `CREATE TABLE orders_parquet
WITH (format = 'PARQUET', external_location = 's3://${bucket}/parquet/')
AS SELECT * FROM orders_csv`;

export const parquetByMonthTable = (bucket: string): string =>
  `CREATE TABLE orders_parquet_by_month
WITH (format = 'PARQUET', partitioned_by = ARRAY['month'],
      external_location = 's3://${bucket}/parquet-by-month/')
AS SELECT * FROM orders_csv_by_month`;

export const question = (table: string): string =>
  `SELECT category, count(*) AS orders, sum(amount) AS won
FROM ${table}
WHERE ${table.endsWith("_by_month") ? BY_MONTH : BY_DAY}
GROUP BY category ORDER BY won DESC`;
