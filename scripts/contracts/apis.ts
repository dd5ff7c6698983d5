/** The APIs that Hosu knows, in the order they are listed everywhere; by botocore's names. */

export interface ApiSource {
  readonly api: string;
  /** `@aws-sdk/client-…`, where that is not the API's name. */
  readonly client?: string;
  /**
   * What IAM calls it (`states:StartExecution`), where that is not the API's name.
   * Source: Service Authorization Reference, each service's "(service prefix: …)"; its own facts prove it when they are read.
   */
  readonly iamPrefix?: string;
}

export const API_SOURCES: readonly ApiSource[] = [
  { api: "sts" },
  { api: "iam" },
  { api: "s3" },
  { api: "glue" },
  { api: "athena" },
  { api: "s3control", client: "s3-control", iamPrefix: "s3" },
  { api: "kms" },
  { api: "secretsmanager", client: "secrets-manager" },
  { api: "organizations" },
  { api: "accessanalyzer", iamPrefix: "access-analyzer" },
  { api: "cloudtrail" },
  { api: "cloudwatch" },
  { api: "logs", client: "cloudwatch-logs" },
  { api: "events", client: "eventbridge" },
  { api: "sqs" },
  { api: "sns" },
  { api: "kinesis" },
  { api: "firehose" },
  { api: "kinesisanalytics", client: "kinesis-analytics" },
  { api: "kinesisanalyticsv2", client: "kinesis-analytics-v2", iamPrefix: "kinesisanalytics" },
  { api: "kinesisvideo", client: "kinesis-video" },
  { api: "kinesis-video-media", iamPrefix: "kinesisvideo" },
  { api: "kinesis-video-archived-media", iamPrefix: "kinesisvideo" },
  { api: "lambda" },
  { api: "stepfunctions", client: "sfn", iamPrefix: "states" },
  { api: "batch" },
  { api: "emr", iamPrefix: "elasticmapreduce" },
  { api: "emr-serverless" },
  { api: "emr-containers" },
  { api: "lakeformation" },
  { api: "redshift" },
  { api: "redshift-data" },
  { api: "redshift-serverless" },
  { api: "rds" },
  { api: "rds-data" },
  { api: "dynamodb" },
  { api: "dynamodbstreams", client: "dynamodb-streams", iamPrefix: "dynamodb" },
  { api: "elasticache" },
  { api: "opensearch", iamPrefix: "es" },
  { api: "opensearchserverless", iamPrefix: "aoss" },
  { api: "dms", client: "database-migration-service" },
  { api: "datasync" },
  { api: "datapipeline", client: "data-pipeline" },
  { api: "quicksight" },
  { api: "sagemaker" },
  { api: "sagemaker-runtime", iamPrefix: "sagemaker" },
  { api: "ce", client: "cost-explorer" },
  { api: "ec2" },
];

export const clientOf = ({ api, client }: ApiSource): string => `@aws-sdk/client-${client ?? api}`;

export const iamPrefixOf = ({ api, iamPrefix }: ApiSource): string => iamPrefix ?? api;
