/** A form's fields, whose names are read in any case. */
export class FormFields {
  readonly #fields = new Map<string, { readonly name: string; readonly value: string }>();

  /** Values of one name are joined by commas. Source: Amazon S3 API Reference, "HTML form declaration". */
  add(name: string, value: string): void {
    const lower = name.toLowerCase();
    const before = this.#fields.get(lower);
    this.#fields.set(lower, before ? { ...before, value: `${before.value},${value}` } : { name, value });
  }

  get(name: string): string | undefined {
    return this.#fields.get(name.toLowerCase())?.value;
  }

  /** As the form spells them. */
  names(): readonly string[] {
    return [...this.#fields.values()].map(({ name }) => name);
  }

  /**
   * Puts the file's name where fields ask for it, without the folders that some browsers name with it; a file without
   * a name leaves them as they are.
   */
  withFilename(filename: string | undefined): FormFields {
    if (filename === undefined) return this;
    const last = filename.slice(Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\")) + 1);
    const expanded = new FormFields();
    for (const { name, value } of this.#fields.values())
      expanded.add(
        name,
        value.replaceAll("${filename}", () => last),
      );
    return expanded;
  }
}

const SYSTEM_HEADERS: ReadonlySet<string> = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-md5",
  "content-type",
  "expires",
]);

/** What says who sends the form, and is nothing of the object. */
const OF_THE_SIGNATURE = /^x-amz-(?:algorithm|credential|date|signature|security-token)$/;

/** The headers of a PutObject that say the same. Source: Amazon S3 API Reference, "POST Object", "Form fields". */
export function putHeaders(fields: FormFields): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of fields.names()) {
    const lower = name.toLowerCase();
    const isHeader =
      SYSTEM_HEADERS.has(lower) || (lower.startsWith("x-amz-") && !OF_THE_SIGNATURE.test(lower));
    if (isHeader) headers[lower] = fields.get(name) ?? "";
  }
  const acl = fields.get("acl");
  return acl === undefined ? headers : { ...headers, "x-amz-acl": acl };
}
