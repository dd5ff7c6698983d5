/** URLs, hashes and encodings. Source: https://trino.io/docs/current/functions/url.html, …/binary.html */
import { quoteText } from "../emit/text.ts";
import type { FunctionTable } from "./row.ts";

/** RFC 3986, appendix B. Groups: 2 protocol, 4 authority, 5 path, 7 query, 9 fragment. */
const URL_PARTS = quoteText(String.raw`^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?`);

const part = (index: number): string => `regexp_extract($1, ${URL_PARTS}, ${index})`;

export const URLS: FunctionTable = {
  "url_extract_protocol(varchar) varchar": part(2),
  "url_extract_host(varchar) varchar": `regexp_replace(regexp_replace(${part(4)}, '^[^@]*@', ''), ':[0-9]*$', '')`,
  "url_extract_port(varchar) bigint": `TRY_CAST(regexp_extract(${part(4)}, ':([0-9]+)$', 1) AS BIGINT)`,
  "url_extract_path(varchar) varchar": `url_decode(${part(5)})`,
  "url_extract_query(varchar) varchar": `url_decode(${part(7)})`,
  "url_extract_fragment(varchar) varchar": `url_decode(${part(9)})`,
  "url_extract_parameter(varchar, varchar) varchar": `trino_url_parameter(${part(7)}, $2)`,
  "url_encode(varchar) varchar":
    "replace(replace(replace(url_encode($1), '%20', '+'), '~', '%7E'), '%2A', '*')",
  "url_decode(varchar) varchar": "url_decode(replace($1, '+', ' '))",
};

export const BINARY: FunctionTable = {
  "md5(varbinary) varbinary": "unhex(md5($1))",
  "sha1(varbinary) varbinary": "unhex(sha1($1))",
  "sha256(varbinary) varbinary": "unhex(sha256($1))",
  "to_hex(varbinary) varchar": "upper(hex($1))",
  "from_hex(varchar) varbinary": "trino_from_hex($1)",
  "to_base64(varbinary) varchar": "to_base64($1)",
  "from_base64(varchar) varbinary": "from_base64($1)",
  "to_base64url(varbinary) varchar": "translate(to_base64($1), '+/', '-_')",
  "reverse(varbinary) varbinary":
    "unhex(array_to_string(list_reverse(regexp_extract_all(hex($1), '..')), ''))",
};
