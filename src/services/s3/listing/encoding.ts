import { percentEncodePath } from "../../../wire/http.ts";
import { invalidArgument } from "../faults.ts";
import { PAGE_KEYS } from "../limits.ts";

/** Source: Amazon S3 API Reference, ListObjectsV2, encoding-type. A space is a plus sign, slashes stay. */
export function encoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encodingType);
  return (text) => percentEncodePath(text).replaceAll("%20", "+");
}

const MOST_INTEGER = 2_147_483_647;

/** How many entries a page may have; asking for more is no error. */
export function pageSize(asked: number | undefined, name: string, most: number = PAGE_KEYS): number {
  if (asked === undefined) return most;
  if (asked < 0 || asked > MOST_INTEGER)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and ${MOST_INTEGER}`, name, asked);
  return Math.min(asked, most);
}
