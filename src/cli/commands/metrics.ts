import { adminText } from "../admin-call.ts";
import type { Options } from "../options.ts";

/** What `GET /_hosu/metrics` tells, signed as the admin user: for a scraper that does not sign itself. */
export async function metrics(options: Options): Promise<void> {
  process.stdout.write(await adminText(options, "/_hosu/metrics"));
}
