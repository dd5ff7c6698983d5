import { notBuiltHere } from "./faults.ts";

/** What CreateTrail and UpdateTrail may ask for and nobody here does. */
interface Asked {
  readonly SnsTopicName?: string | undefined;
  readonly EnableLogFileValidation?: boolean | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly IsOrganizationTrail?: boolean | undefined;
}

/** An empty text says that there is to be none, which is so. @throws Fault UnsupportedOperationException */
export function checkBuilt(asked: Asked): void {
  if (asked.SnsTopicName) throw notBuiltHere("notifications of log files by SNS");
  if (asked.EnableLogFileValidation) throw notBuiltHere("log file validation");
  if (asked.CloudWatchLogsLogGroupArn || asked.CloudWatchLogsRoleArn)
    throw notBuiltHere("delivery to CloudWatch Logs");
  if (asked.KmsKeyId) throw notBuiltHere("log files encrypted with KMS keys");
  if (asked.IsOrganizationTrail) throw notBuiltHere("organization trails");
}
