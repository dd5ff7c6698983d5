import { createHmac } from "node:crypto";
import type { Signer } from "../harness/signed-request.ts";
import type { Random } from "../../src/store/testing/random.ts";

/** A browser's form whose framing, fields or policy are hostile; most are signed as they should be. */
export function hostileUpload(
  random: Random,
  signer: Signer,
): { readonly body: Buffer; readonly type: string } {
  const boundary = random.pick(["b", "----WebKitFormBoundary", "-".repeat(70), "a.b*c"]);
  const policy = Buffer.from(hostilePolicy(random)).toString("base64");
  const signature = createHmac("sha1", signer.secretAccessKey).update(policy).digest("base64");
  const fields: [string, string][] = [
    ["key", random.pick(["k", "../../etc/passwd", "${filename}", "%00", "", "k".repeat(1_100), "\u0000"])],
    ["AWSAccessKeyId", signer.accessKeyId],
    ["policy", random.chance(0.9) ? policy : random.bytes(60).toString("latin1")],
    ["signature", signature],
    [
      random.pick([
        "__proto__",
        "constructor",
        "tagging",
        "x-amz-meta-a",
        "success_action_redirect",
        "Expires",
      ]),
      random.pick(["", "<a><b>", "http://x/\r\nset-cookie: a", "\r\n--", "y".repeat(random.below(30_000))]),
    ],
  ];
  const disposition = () =>
    random.pick([
      'form-data; name="file"; filename="a"',
      "form-data; name=file",
      `form-data; name="file"; filename="${"\\".repeat(random.below(4_000))}`,
      'form-data; name="file"; filename="../../x"',
      "file; name=file",
      `form-data${"; a=b".repeat(random.below(2_000))}; name="file"`,
    ]);
  const part = (head: string, content: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`--${boundary}${random.pick(["", "", " ", "x"])}\r\nContent-Disposition: ${head}\r\n\r\n`),
      content,
      Buffer.from("\r\n"),
    ]);
  const files = Array.from(
    { length: random.pick([0, 1, 1, 1, 2]) },
    () =>
    part(disposition(), random.pick([random.bytes(300), Buffer.alloc(random.below(300_000), `\r\n--${boundary.slice(0, -1)}`)])), // prettier-ignore
  );
  const whole = Buffer.concat([
    ...fields.map(([name, value]) => part(`form-data; name="${name}"`, Buffer.from(value))),
    ...files,
    Buffer.from(random.pick([`--${boundary}--`, `--${boundary}--\r\n`, `--${boundary}`, ""])),
  ]);
  const body = random.chance(0.2) ? whole.subarray(0, random.below(whole.length)) : whole;
  const type = random.chance(0.9)
    ? `multipart/form-data; boundary=${boundary}`
    : random.pick(["multipart/form-data", `multipart/form-data; boundary="${'"'.repeat(50)}`, "text/plain"]);
  return { body, type };
}

function hostilePolicy(random: Random): string {
  const expiration = "2099-01-01T00:00:00Z";
  const any = ["AWSAccessKeyId", "tagging", "x-amz-meta-a", "success_action_redirect", "Expires", "key"];
  const open = any.map((name) => ["starts-with", `$${name}`, ""]);
  return random.pick([
    JSON.stringify({ expiration, conditions: [] }),
    JSON.stringify({ expiration, conditions: [["starts-with", "$key", ""]] }),
    JSON.stringify({ expiration, conditions: open }),
    JSON.stringify({ expiration, conditions: [["content-length-range", -1, 1e308]] }),
    JSON.stringify({ expiration: "9".repeat(5_000), conditions: [[]] }),
    `{"expiration":"${expiration}","conditions":${"[".repeat(random.below(8_000))}`,
    `{"__proto__":{},"expiration":"${expiration}","conditions":[{"__proto__":"x"}]}`,
    "null",
    "",
  ]);
}
