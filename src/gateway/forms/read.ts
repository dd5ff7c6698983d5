import { isMalformed } from "../../wire/malformed.ts";
import { MultipartDecoder, type MultipartEvent, type PartHead } from "../../wire/multipart.ts";
import { malformedPost, tooMuchBeforeFile, wrongNumberOfFiles } from "./faults.ts";
import { FormFields } from "./fields.ts";

/** Source: Amazon S3 API Reference, "HTML form fields": "The form data and boundaries (excluding the contents of the file) cannot exceed 20 KB." */
const MOST_BYTES_BEFORE_FILE = 20_480;

export interface Form {
  /** Those before the file: whatever comes after it is ignored. */
  readonly fields: FormFields;
  /** As the client calls it; undefined where it names none. */
  readonly filename: string | undefined;
  /** The file's bytes, as they come; the whole body has been read at its end. */
  readonly file: AsyncIterable<Uint8Array>;
}

/**
 * Reads a form up to its file. Nothing here ends `chunks` early, since that would cut off the client before its answer.
 * @throws Fault for what is no form, has no file, or has too much before it.
 */
export async function readForm(chunks: AsyncIterator<Uint8Array>, boundary: string): Promise<Form> {
  const events = eventsOf(chunks, new MultipartDecoder(boundary));
  const fields = new FormFields();
  let open: { readonly head: PartHead; readonly chunks: Uint8Array[] } | undefined;
  let kept = 0;
  const close = () => {
    if (open && open.head.name !== "")
      fields.add(open.head.name, Buffer.concat(open.chunks).toString("utf8"));
    open = undefined;
  };
  for (;;) {
    const { value: event, done } = await events.next();
    if (done) throw wrongNumberOfFiles(0);
    if (event.kind === "bytes") {
      kept += event.bytes.length;
      open?.chunks.push(event.bytes);
    } else close();
    if (kept > MOST_BYTES_BEFORE_FILE || (event.kind === "part" && event.before > MOST_BYTES_BEFORE_FILE))
      throw tooMuchBeforeFile(MOST_BYTES_BEFORE_FILE);
    if (event.kind !== "part") continue;
    const { head } = event;
    if (isFile(head))
      return { fields: fields.withFilename(head.filename), filename: head.filename, file: fileOf(events) };
    open = { head, chunks: [] };
  }
}

const isFile = ({ name }: PartHead): boolean => name.toLowerCase() === "file";

async function* eventsOf(
  chunks: AsyncIterator<Uint8Array>,
  decoder: MultipartDecoder,
): AsyncGenerator<MultipartEvent, undefined> {
  try {
    for (;;) {
      const { value, done } = await chunks.next();
      if (done) break;
      yield* decoder.push(value);
    }
    decoder.finish();
  } catch (error) {
    throw isMalformed(error) ? malformedPost() : error;
  }
}

async function* fileOf(events: AsyncIterator<MultipartEvent>): AsyncGenerator<Uint8Array> {
  let files = 1;
  let isInFile = true;
  for (;;) {
    const { value: event, done } = await events.next();
    if (done) break;
    if (event.kind === "bytes") {
      if (isInFile) yield event.bytes;
      continue;
    }
    isInFile = false;
    if (event.kind === "part" && isFile(event.head)) files += 1;
  }
  if (files > 1) throw wrongNumberOfFiles(files);
}
