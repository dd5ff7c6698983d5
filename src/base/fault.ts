/**
 * The caller's mistakes, as AWS says them. A service throws a fault by AWS's code; the contract knows its
 * HTTP status and shape. Anything else that is thrown is ours, and is answered as InternalFailure.
 */
export class Fault extends Error {
  readonly code: string;
  /** The error shape's other members, under their contract names (S3's `BucketName`, Glue's `FromFederationSource` …). */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Only for codes that the contract does not list (protocol errors such as SignatureDoesNotMatch). */
  readonly status: number | undefined;
  /** Headers that go with the answer: S3's x-amz-delete-marker. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, more: FaultDetails = {}) {
    super(message);
    this.name = "Fault";
    this.code = code;
    this.fields = more.fields ?? {};
    this.status = more.status;
    this.headers = more.headers ?? {};
  }
}

export interface FaultDetails {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @returns an error to throw; `message` is AWS's text to the letter. */
export const fault = (code: string, message: string, more?: FaultDetails): Fault =>
  new Fault(code, message, more);

export const isFault = (error: unknown): error is Fault => error instanceof Fault;
