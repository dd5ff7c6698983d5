import type { CorsAsked } from "../../../platform/service.ts";
import type { CorsRule } from "../model.ts";

/**
 * The headers that let a page of another origin read the answer, by the first rule that fits.
 * Source: Amazon S3 User Guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?".
 * @returns undefined when no rule fits.
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  asked: CorsAsked,
): Readonly<Record<string, string>> | undefined {
  const rule = rules.find((one) => fits(one, asked));
  if (!rule) return undefined;
  const anyone = rule.AllowedOrigins.includes("*");
  return {
    "access-control-allow-origin": anyone ? "*" : asked.origin,
    "access-control-allow-methods": rule.AllowedMethods.join(", "),
    ...(anyone ? {} : { "access-control-allow-credentials": "true" }),
    ...(asked.headers.length > 0 ? { "access-control-allow-headers": asked.headers.join(", ") } : {}),
    ...(rule.ExposeHeaders && rule.ExposeHeaders.length > 0
      ? { "access-control-expose-headers": rule.ExposeHeaders.join(", ") }
      : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.MaxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

function fits(rule: CorsRule, { origin, method, headers }: CorsAsked): boolean {
  const allowed = rule.AllowedHeaders ?? [];
  return (
    rule.AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
    rule.AllowedMethods.includes(method) &&
    headers.every((header) => allowed.some((pattern) => matches(pattern.toLowerCase(), header.toLowerCase())))
  );
}

/** At most one star, which the configuration was held to. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
