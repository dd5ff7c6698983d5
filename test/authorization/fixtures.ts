/** What calls are about, made by the root user: each time something new, so that no row meets another's leavings. */
import {
  AthenaClient,
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CloudTrailClient, CreateTrailCommand } from "@aws-sdk/client-cloudtrail";
import {
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  GlueClient,
} from "@aws-sdk/client-glue";
import {
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { ACCOUNT, type House } from "../harness/house.ts";

const REGION = "us-east-1";
export const PASSWORD = "Correct-Horse-1!";

/** Allows everything, and so says nothing of what is needed. */
export const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});
/** The account trusts its own principals, so their policies decide. */
export const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
});
export const iamArn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;
export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const glueArn = (resource: string): string => `arn:aws:glue:${REGION}:${ACCOUNT}:${resource}`;
export const athenaArn = (resource: string): string => `arn:aws:athena:${REGION}:${ACCOUNT}:${resource}`;

export const trailArn = (name: string): string => `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${name}`;

export class Fixtures {
  readonly account = ACCOUNT;
  /** The user whose rights are tried. */
  readonly tester: string;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly athena: AthenaClient;
  readonly cloudtrail: CloudTrailClient;
  #made = 0;

  constructor({ endpoint, region, accessKeyId, secretAccessKey }: House, tester: string) {
    const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    this.tester = tester;
    this.iam = new IAMClient(options);
    this.s3 = new S3Client({ ...options, forcePathStyle: true });
    this.glue = new GlueClient(options);
    this.athena = new AthenaClient(options);
    this.cloudtrail = new CloudTrailClient(options);
  }

  name(stem: string): string {
    this.#made += 1;
    return `${stem}${this.#made}`;
  }

  async user(): Promise<string> {
    const UserName = this.name("user");
    await this.iam.send(new CreateUserCommand({ UserName }));
    return UserName;
  }

  async accessKey(UserName: string): Promise<string> {
    const { AccessKey } = await this.iam.send(new CreateAccessKeyCommand({ UserName }));
    return AccessKey?.AccessKeyId ?? "";
  }

  async login(UserName: string): Promise<void> {
    await this.iam.send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
  }

  /** An inline policy of the name "inline", and a managed one attached. */
  async withPolicies(kind: "user" | "group" | "role", name: string): Promise<{ attached: string }> {
    const PolicyArn = await this.policy();
    const inline = { PolicyName: "inline", PolicyDocument: DOCUMENT };
    if (kind === "user") {
      await this.iam.send(new PutUserPolicyCommand({ UserName: name, ...inline }));
      await this.iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
    } else if (kind === "group") {
      await this.iam.send(new PutGroupPolicyCommand({ GroupName: name, ...inline }));
      await this.iam.send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn }));
    } else {
      await this.iam.send(new PutRolePolicyCommand({ RoleName: name, ...inline }));
      await this.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
    }
    return { attached: PolicyArn };
  }

  async group(): Promise<string> {
    const GroupName = this.name("group");
    await this.iam.send(new CreateGroupCommand({ GroupName }));
    return GroupName;
  }

  async role(): Promise<string> {
    const RoleName = this.name("role");
    await this.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    return RoleName;
  }

  /** @returns its ARN. */
  async policy(): Promise<string> {
    const { Policy } = await this.iam.send(
      new CreatePolicyCommand({ PolicyName: this.name("policy"), PolicyDocument: DOCUMENT }),
    );
    return Policy?.Arn ?? "";
  }

  async profile(): Promise<string> {
    const InstanceProfileName = this.name("profile");
    await this.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    return InstanceProfileName;
  }

  async bucket(): Promise<string> {
    const Bucket = this.name("bucket");
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }

  /** One that CloudTrail may write to, by the policy of CloudTrail's User Guide. */
  async logBucket(): Promise<string> {
    const Bucket = await this.bucket();
    const may = (Action: string, Resource: string, more = {}) => ({
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action,
      Resource,
      ...more,
    });
    const Statement = [
      may("s3:GetBucketAcl", bucketArn(Bucket)),
      may("s3:PutObject", `${bucketArn(Bucket)}/AWSLogs/${ACCOUNT}/*`, {
        Condition: { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } },
      }),
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await this.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    return Bucket;
  }

  async trail(): Promise<string> {
    const Name = this.name("trail");
    await this.cloudtrail.send(new CreateTrailCommand({ Name, S3BucketName: await this.logBucket() }));
    return Name;
  }

  async versionedBucket(): Promise<string> {
    const Bucket = await this.bucket();
    await this.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    return Bucket;
  }

  async object(Bucket: string): Promise<{ Bucket: string; Key: string; VersionId: string | undefined }> {
    const Key = this.name("key/");
    const { VersionId } = await this.s3.send(new PutObjectCommand({ Bucket, Key, Body: "body" }));
    return { Bucket, Key, VersionId };
  }

  async upload(Bucket: string) {
    const Key = this.name("upload/");
    const { UploadId } = await this.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await this.s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "part" }),
    );
    return { Bucket, Key, UploadId, ETag };
  }

  async database(): Promise<string> {
    const Name = this.name("database");
    await this.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
    return Name;
  }

  /** With one partition, of the value "1". */
  async table(): Promise<{ DatabaseName: string; TableName: string }> {
    const DatabaseName = await this.database();
    const Name = this.name("table");
    const TableInput = {
      Name,
      PartitionKeys: [{ Name: "p", Type: "string" }],
      StorageDescriptor: { Columns: [{ Name: "c", Type: "int" }] },
    };
    await this.glue.send(new CreateTableCommand({ DatabaseName, TableInput }));
    const PartitionInput = { Values: ["1"], StorageDescriptor: { Columns: [{ Name: "c", Type: "int" }] } };
    await this.glue.send(new CreatePartitionCommand({ DatabaseName, TableName: Name, PartitionInput }));
    return { DatabaseName, TableName: Name };
  }

  async workGroup(): Promise<string> {
    const Name = this.name("group");
    const OutputLocation = `s3://${await this.bucket()}/results/`;
    await this.athena.send(
      new CreateWorkGroupCommand({ Name, Configuration: { ResultConfiguration: { OutputLocation } } }),
    );
    return Name;
  }

  async namedQuery(WorkGroup: string): Promise<string> {
    const made = await this.athena.send(
      new CreateNamedQueryCommand({ Name: "named", Database: "default", QueryString: "SELECT 1", WorkGroup }),
    );
    return made.NamedQueryId ?? "";
  }

  async prepared(WorkGroup: string): Promise<string> {
    const StatementName = this.name("statement");
    await this.athena.send(
      new CreatePreparedStatementCommand({ StatementName, WorkGroup, QueryStatement: "SELECT ?" }),
    );
    return StatementName;
  }

  /** One that has succeeded. */
  async execution(WorkGroup: string): Promise<{ id: string; result: string }> {
    const { QueryExecutionId = "" } = await this.athena.send(
      new StartQueryExecutionCommand({ QueryString: "SELECT 1", WorkGroup }),
    );
    for (;;) {
      const { QueryExecution } = await this.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const state = QueryExecution?.Status?.State;
      if (state === "SUCCEEDED")
        return {
          id: QueryExecutionId,
          result: (QueryExecution?.ResultConfiguration?.OutputLocation ?? "").replace("s3://", ""),
        };
      if (state !== "QUEUED" && state !== "RUNNING")
        throw new Error(`the query came to ${state}: ${QueryExecution?.Status?.StateChangeReason}`);
    }
  }
}
