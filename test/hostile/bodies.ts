import type { Random } from "../../src/store/testing/random.ts";

/** Documents that are built to be expensive, deep, huge or simply wrong. */
const repeated = (unit: string, count: number): string => unit.repeat(count);

export function hostileXml(random: Random): Buffer {
  const depth = 1 + random.below(20_000);
  const many = 1 + random.below(5_000);
  return Buffer.from(
    random.pick([
      // Entities that stand for entities: a billion laughs.
      `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><Delete>&c;</Delete>`,
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Tagging><TagSet><Tag><Key>&x;</Key></Tag></TagSet></Tagging>`,
      repeated("<a>", depth),
      `${repeated("<a>", depth)}${repeated("</a>", depth)}`,
      `<Delete>${repeated("<Object><Key>k</Key></Object>", many)}</Delete>`,
      `<Delete ${Array.from({ length: many }, (_, i) => `a${i}="1"`).join(" ")}/>`,
      "<CompleteMultipartUpload><Part><PartNumber>1e999</PartNumber><ETag>&#x110000;</ETag></Part></CompleteMultipartUpload>",
      "<VersioningConfiguration><Status>&#0;</Status></VersioningConfiguration>",
      "<a><b></a></b>",
      "<",
      "<![CDATA[",
      "<!--",
      "<?xml",
      "&",
      "\u0000\u0001",
      `<CORSConfiguration><CORSRule><AllowedOrigin>${repeated("*", many)}</AllowedOrigin></CORSRule></CORSConfiguration>`,
    ]),
  );
}

export function hostileJson(random: Random): Buffer {
  const depth = 1 + random.below(50_000);
  const many = 1 + random.below(20_000);
  const value = random.pick<unknown>([
    null,
    0,
    -1,
    1e308,
    "x",
    "",
    [],
    {},
    true,
    "\u0000",
    "\ud800",
    repeated("x", 70_000),
  ]);
  return Buffer.from(
    random.pick([
      repeated("[", depth),
      `${repeated("[", depth)}${repeated("]", depth)}`,
      `{"a":${repeated('{"a":', depth)}1${repeated("}", depth + 1)}`,
      `{"TableInput":${repeated('{"StorageDescriptor":', random.below(300))}1`,
      `[${Array.from({ length: many }, () => "1").join(",")}]`,
      `{"__proto__":{"polluted":1},"constructor":{"prototype":{}}}`,
      JSON.stringify({ DatabaseName: value, Name: value, TableInput: value, TableName: value }),
      JSON.stringify({
        QueryString: value,
        WorkGroup: value,
        ResultConfiguration: value,
        QueryExecutionId: value,
      }),
      JSON.stringify({ QueryString: `SELECT ${repeated("(", random.below(20_000))}1` }),
      JSON.stringify({ QueryString: `SELECT 1 ${repeated("+ 1 ", random.below(5_000))}` }),
      JSON.stringify({ DatabaseName: "d", TableName: "t", Expression: `${repeated("(", many)}a = 1` }),
      JSON.stringify({
        DatabaseName: "d",
        TableName: "t",
        PartitionInputList: Array.from({ length: 200 }, () => value),
      }),
      JSON.stringify({
        NextToken: random.bytes(40).toString("base64"),
        MaxResults: value,
        QueryExecutionId: "q",
      }),
      "nul",
      "{",
      '{"a":1e99999}',
      '{"a":"\\ud800"}',
      random.bytes(100).toString("latin1"),
      "",
    ]),
  );
}

export function hostileForm(random: Random, action: string): Buffer {
  const many = 1 + random.below(5_000);
  const rest = random.pick([
    "",
    "&UserName=%00",
    "&UserName=%ff%fe",
    `&UserName=${repeated("a", many)}`,
    "&Tags.member.99999999.Key=a&Tags.member.1.Key=b",
    `&${Array.from({ length: many }, (_, i) => `Tags.member.${i}.Key=k`).join("&")}`,
    `&${repeated("a.", 3_000)}b=1`,
    "&__proto__.x=1&constructor.prototype.y=2",
    `&PolicyDocument=${repeated("%7B", many)}`,
    `&PolicyDocument=${encodeURIComponent(JSON.stringify({ Statement: { Effect: "Allow", Action: repeated("*", many) } }))}`,
    `&AssumeRolePolicyDocument=${repeated("%5B", many)}&RoleName=r`,
    "&RoleArn=arn:aws:iam::x&RoleSessionName=%0d%0a",
    "&Marker=%00&MaxItems=-1",
    "&%=&&=&==",
  ]);
  return Buffer.from(`Action=${action}&Version=2010-05-08${rest}`);
}

export const hostileBody = (random: Random): Buffer =>
  random.pick([
    Buffer.alloc(0),
    random.bytes(1 + random.below(200)),
    Buffer.from(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}',
    ),
    Buffer.from(repeated("[", 1 + random.below(20_000))),
    Buffer.alloc(random.below(400_000), "x"),
  ]);
