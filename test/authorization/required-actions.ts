import { ATHENA_ROWS } from "./athena.ts";
import { CLOUDTRAIL_ROWS } from "./cloudtrail.ts";
import { GLUE_ROWS } from "./glue.ts";
import { IAM_ROWS } from "./iam.ts";
import type { Row } from "./row.ts";
import { S3_ROWS } from "./s3.ts";
import { STS_ROWS } from "./sts.ts";

/** Which actions every built operation needs, on which resources: from AWS's documentation, each row with its page. */
export const REQUIRED_ACTIONS: readonly Row[] = [
  ...STS_ROWS,
  ...IAM_ROWS,
  ...S3_ROWS,
  ...GLUE_ROWS,
  ...ATHENA_ROWS,
  ...CLOUDTRAIL_ROWS,
];
