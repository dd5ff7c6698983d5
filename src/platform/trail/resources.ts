import { arn } from "../../base/arn.ts";
import type { TrailResource } from "./event.ts";

/**
 * What a call was about: CloudTrail lists some of it in the record (S3, STS), and its events can be found by all of
 * it. Source: CloudTrail User Guide, "CloudTrail record contents", resources; API Reference, Resource.
 */
export function resourcesOf(api: string, input: unknown): readonly TrailResource[] {
  if (typeof input !== "object" || input === null) return NONE;
  const members = MEMBERS[api];
  const from = input as Readonly<Record<string, unknown>>;
  if (api === "s3") return s3Resources(from);
  if (!members) return NONE;
  const found: TrailResource[] = [];
  for (const [member, type] of members) {
    const name = from[member];
    if (typeof name === "string" && found.length < MOST_RESOURCES)
      found.push({ type, name, listed: api === "sts" });
  }
  return found;
}

const NONE: readonly TrailResource[] = [];
const MOST_RESOURCES = 8;

const MEMBERS: Readonly<Record<string, readonly (readonly [member: string, type: string])[]>> = {
  iam: [
    ["UserName", "AWS::IAM::User"],
    ["RoleName", "AWS::IAM::Role"],
    ["GroupName", "AWS::IAM::Group"],
    ["PolicyArn", "AWS::IAM::Policy"],
    ["PolicyName", "AWS::IAM::Policy"],
    ["InstanceProfileName", "AWS::IAM::InstanceProfile"],
    ["AccessKeyId", "AWS::IAM::AccessKey"],
  ],
  sts: [["RoleArn", "AWS::IAM::Role"]],
  glue: [
    ["DatabaseName", "AWS::Glue::Database"],
    ["TableName", "AWS::Glue::Table"],
  ],
  athena: [
    ["WorkGroup", "AWS::Athena::WorkGroup"],
    ["NamedQueryId", "AWS::Athena::NamedQuery"],
    ["QueryExecutionId", "AWS::Athena::QueryExecution"],
  ],
  cloudtrail: [
    ["Name", "AWS::CloudTrail::Trail"],
    ["TrailName", "AWS::CloudTrail::Trail"],
    ["ResourceId", "AWS::CloudTrail::Trail"],
    ["S3BucketName", "AWS::S3::Bucket"],
  ],
};

function s3Resources({ Bucket: bucket, Key: key }: Readonly<Record<string, unknown>>): TrailResource[] {
  if (typeof bucket !== "string") return [];
  const ofBucket: TrailResource = { type: "AWS::S3::Bucket", name: arn("s3", "", "", bucket), listed: true };
  if (typeof key !== "string") return [ofBucket];
  const ofObject = { type: "AWS::S3::Object", name: arn("s3", "", "", `${bucket}/${key}`), listed: true };
  return [ofObject, ofBucket];
}
