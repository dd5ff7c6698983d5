import { operation } from "../../../platform/operation.ts";
import { bucketOf, onBucket } from "../authority.ts";
import { invalidRequest, malformedXml, noSuchCors } from "../faults.ts";
import { CORS_RULES } from "../limits.ts";
import type { CorsRule } from "../model.ts";
import { changeBucket } from "./settings.ts";

export const get = operation("s3:GetBucketCors", {
  authorize: onBucket("s3:GetBucketCORS"),
  async handle(input, { store, caller }) {
    const { cors } = await store.read((read) => bucketOf(read, input, caller));
    if (!cors) throw noSuchCors(input.Bucket);
    return { CORSRules: cors.map((rule) => ({ ...rule })) };
  },
});

export const put = operation("s3:PutBucketCors", {
  authorize: onBucket("s3:PutBucketCORS"),
  async handle({ Bucket, CORSConfiguration: { CORSRules: rules } }, { store }) {
    if (rules.length === 0 || rules.length > CORS_RULES) throw malformedXml();
    rules.forEach(checkRule);
    await store.update((tx) => changeBucket(tx, Bucket, (bucket) => ({ ...bucket, cors: rules })));
    return {};
  },
});

export const remove = operation("s3:DeleteBucketCors", {
  authorize: onBucket("s3:PutBucketCORS"),
  async handle({ Bucket }, { store }) {
    await store.update((tx) => changeBucket(tx, Bucket, ({ cors: _removed, ...bucket }) => bucket));
    return {};
  },
});

const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "HEAD"]);

/** Source: Amazon S3 User Guide, "Elements of a CORS configuration". */
function checkRule({
  AllowedMethods: methods,
  AllowedOrigins: origins,
  AllowedHeaders: headers = [],
}: CorsRule): void {
  if (methods.length === 0 || origins.length === 0) throw malformedXml();
  for (const method of methods)
    if (!METHODS.has(method))
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  for (const origin of origins)
    if (stars(origin) > 1)
      throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
  for (const header of headers)
    if (stars(header) > 1)
      throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`);
}

const stars = (text: string): number => text.split("*").length - 1;
