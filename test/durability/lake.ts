/** A small lake under load: each writer has names of its own, and what it may find under them stands in the ledger. */
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteTableCommand,
  GetTableCommand,
  GlueClient,
  UpdateTableCommand,
} from "@aws-sdk/client-glue";
import {
  CreateUserCommand,
  DeleteUserPolicyCommand,
  GetUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { House } from "../harness/house.ts";
import { ABSENT, type Ledger } from "./ledger.ts";

const Bucket = "lake";
const DATABASE = "lake";
const KIB = 1_024;
/** Rows, log segments and files: every way a blob is kept. */
const SIZES = [0, 1, 100, 4 * KIB, 4 * KIB + 1, 100 * KIB, 256 * KIB, 256 * KIB + 1, 1_500 * KIB];
const PART_BYTES = 5 * 1_024 * KIB;
const KEYS_PER_WRITER = 4;

export type Random = (below: number) => number;

/** Its text says all of its bytes. */
const bodyOf = (value: string): Buffer => {
  const [, size = "0"] = value.split("x");
  return Buffer.alloc(Number(size), `${value};`);
};

export class Lake {
  readonly #s3: S3Client;
  readonly #glue: GlueClient;
  readonly #iam: IAMClient;
  readonly #ledger: Ledger;
  readonly #mark: string;
  #made = 0;

  /** @param mark tells its values from those of another door to the same lake. */
  constructor({ endpoint, region, accessKeyId, secretAccessKey }: House, ledger: Ledger, mark = "n") {
    const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
    this.#s3 = new S3Client({ ...options, forcePathStyle: true });
    this.#glue = new GlueClient(options);
    this.#iam = new IAMClient(options);
    this.#ledger = ledger;
    this.#mark = mark;
  }

  async prepare(writers: number): Promise<void> {
    await this.#s3.send(new CreateBucketCommand({ Bucket }));
    await this.#glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
    for (let writer = 0; writer < writers; writer += 1)
      await this.#iam.send(new CreateUserCommand({ UserName: `user${writer}` }));
  }

  /** One change, of a kind and size that chance chooses. */
  async step(writer: number, random: Random): Promise<void> {
    const Key = `w${writer}/${random(KEYS_PER_WRITER)}`;
    const kind = random(20);
    if (kind < 11) return this.#put(Key, random);
    if (kind < 13) return this.#remove(Key);
    if (kind < 14) return this.#multipart(Key, random);
    if (kind < 16) return this.#copy(writer, Key, random);
    if (kind < 18) return this.#table(`table${writer}`, random);
    return this.#policy(`user${writer}`, random);
  }

  /** Reads everything back. @throws Error for what is lost, torn or foreign. */
  async verify(): Promise<void> {
    const listed = await this.#s3.send(new ListObjectsV2Command({ Bucket }));
    const sizes = new Map((listed.Contents ?? []).map(({ Key = "", Size = 0 }) => [Key, Size]));
    for (const key of sizes.keys())
      if (!this.#ledger.names.includes(`object:${key}`))
        throw new Error(`${key} is listed, but nobody put it`);
    for (const name of this.#ledger.names) {
      const [kind, rest = ""] = name.split(":");
      const seen =
        kind === "object"
          ? await this.#readObject(rest, sizes.get(rest))
          : kind === "table"
            ? await this.#readTable(rest)
            : await this.#readPolicy(rest);
      this.#ledger.settle(name, seen);
    }
  }

  #next(size: number): string {
    this.#made += 1;
    return `${this.#mark}${this.#made}x${size}`;
  }

  #put(Key: string, random: Random): Promise<void> {
    const value = this.#next(SIZES[random(SIZES.length)] ?? 0);
    return this.#ledger.change(`object:${Key}`, value, () =>
      this.#s3.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(value), Metadata: { value } })),
    );
  }

  #remove(Key: string): Promise<void> {
    return this.#ledger.change(`object:${Key}`, ABSENT, () =>
      this.#s3.send(new DeleteObjectCommand({ Bucket, Key })),
    );
  }

  async #multipart(Key: string, random: Random): Promise<void> {
    const value = this.#next(PART_BYTES + (SIZES[random(SIZES.length)] ?? 0) + 1);
    const body = bodyOf(value);
    const { UploadId } = await this.#s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { value } }),
    );
    const bodies = [body.subarray(0, PART_BYTES), body.subarray(PART_BYTES)];
    const Parts = await Promise.all(
      bodies.map(async (Body, at) => {
        const { ETag } = await this.#s3.send(
          new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: at + 1, Body }),
        );
        return { ETag, PartNumber: at + 1 };
      }),
    );
    await this.#ledger.change(`object:${Key}`, value, () =>
      this.#s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      ),
    );
  }

  async #copy(writer: number, Key: string, random: Random): Promise<void> {
    const from = `w${writer}/${random(KEYS_PER_WRITER)}`;
    const value = this.#ledger.acknowledged(`object:${from}`);
    if (from === Key || value === ABSENT) return;
    await this.#ledger.change(`object:${Key}`, value, () =>
      this.#s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}` })),
    );
  }

  #table(Name: string, random: Random): Promise<void> {
    const name = `table:${Name}`;
    const before = this.#ledger.acknowledged(name);
    const Description = this.#next(random(2_000));
    const TableInput = { Name, Description, Parameters: { pad: "p".repeat(random(2_000)) } };
    if (before === ABSENT)
      return this.#ledger.change(name, Description, () =>
        this.#glue.send(new CreateTableCommand({ DatabaseName: DATABASE, TableInput })),
      );
    if (random(4) === 0)
      return this.#ledger.change(name, ABSENT, () =>
        this.#glue.send(new DeleteTableCommand({ DatabaseName: DATABASE, Name })),
      );
    return this.#ledger.change(name, Description, () =>
      this.#glue.send(new UpdateTableCommand({ DatabaseName: DATABASE, TableInput })),
    );
  }

  #policy(UserName: string, random: Random): Promise<void> {
    const name = `policy:${UserName}`;
    const PolicyName = "load";
    if (this.#ledger.acknowledged(name) !== ABSENT && random(4) === 0)
      return this.#ledger.change(name, ABSENT, () =>
        this.#iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
      );
    const Sid = this.#next(0);
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Sid, Effect: "Allow", Action: "s3:*", Resource: "*" }],
    });
    return this.#ledger.change(name, Sid, () =>
      this.#iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
    );
  }

  async #readObject(Key: string, listedBytes: number | undefined): Promise<string> {
    try {
      const { Body, Metadata } = await this.#s3.send(new GetObjectCommand({ Bucket, Key }));
      const value = Metadata?.["value"] ?? "";
      const body = Buffer.from((await Body?.transformToByteArray()) ?? new Uint8Array());
      if (!body.equals(bodyOf(value)))
        throw new Error(`${Key} says ${value}, but has other bytes (${body.length})`);
      if (listedBytes !== body.length)
        throw new Error(`${Key} has ${body.length} bytes, but is listed with ${listedBytes}`);
      return value;
    } catch (error) {
      return absentBy(error, "NoSuchKey");
    }
  }

  async #readTable(Name: string): Promise<string> {
    try {
      const { Table } = await this.#glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name }));
      return Table?.Description ?? "";
    } catch (error) {
      return absentBy(error, "EntityNotFoundException");
    }
  }

  async #readPolicy(UserName: string): Promise<string> {
    try {
      const { PolicyDocument = "" } = await this.#iam.send(
        new GetUserPolicyCommand({ UserName, PolicyName: "load" }),
      );
      return /"Sid":"([^"]*)"/.exec(decodeURIComponent(PolicyDocument))?.[1] ?? "";
    } catch (error) {
      return absentBy(error, "NoSuchEntityException");
    }
  }
}

function absentBy(error: unknown, name: string): string {
  if (error instanceof Error && error.name === name) return ABSENT;
  throw error;
}

export interface Load {
  readonly random: Random;
  /** The house has fallen, or it is enough: from then on what breaks is no mistake, and nothing more is begun. */
  readonly isOver: () => boolean;
}

/** One writer's changes, one after another, until it is over. @throws what failed while the house stood, and every fault. */
export async function writeOn(lake: Lake, writer: number, { random, isOver }: Load): Promise<void> {
  while (!isOver()) {
    try {
      await lake.step(writer, random);
    } catch (error) {
      if (wasAnswered(error) || !isOver()) throw error;
    }
  }
}

/** A fault was answered; what is none is a connection that broke. */
const wasAnswered = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "$response" in error && error.$response !== undefined;
