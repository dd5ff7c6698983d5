/** What a contract file says, and how it is looked at. */

/** As botocore calls them; `cbor-1.1` is what Kinesis' Java clients speak (`application/x-amz-cbor-1.1`). */
export type Protocol =
  | "json"
  | "query"
  | "rest-xml"
  | "rest-json"
  | "ec2"
  | "smithy-rpc-v2-cbor"
  | "cbor-1.1";

export type ShapeType =
  | "structure"
  | "list"
  | "map"
  | "string"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "boolean"
  | "timestamp"
  | "blob"; // prettier-ignore

export type TimestampFormat = "iso8601" | "rfc822" | "unixTimestamp";
export type Location = "uri" | "querystring" | "header" | "headers" | "statusCode";

/** An XML namespace: its URI, or its URI under a prefix. */
export type Namespace = string | { readonly uri: string; readonly prefix: string };

/** How one shape stands inside another. */
export interface Reference {
  readonly shape: string;
  readonly location?: Location;
  readonly locationName?: string;
  readonly flattened?: boolean;
  readonly streaming?: boolean;
  readonly xmlNamespace?: Namespace;
  readonly xmlAttribute?: boolean;
  readonly idempotencyToken?: boolean;
  readonly hostLabel?: boolean;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
  /** EC2's name of a member in a form. */
  readonly queryName?: string;
  readonly timestampFormat?: TimestampFormat;
}

export interface Shape {
  readonly type: ShapeType;
  readonly members?: Readonly<Record<string, string | Reference>>;
  readonly member?: string | Reference;
  readonly key?: string | Reference;
  readonly value?: string | Reference;
  readonly required?: readonly string[];
  readonly payload?: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly event?: boolean;
  readonly sensitive?: boolean;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly timestampFormat?: TimestampFormat;
  readonly flattened?: boolean;
  readonly locationName?: string;
  readonly xmlNamespace?: Namespace;
  readonly error?: ErrorFacts;
}

export interface ErrorFacts {
  /** As it stands on the wire; the shape's name where absent. */
  readonly code?: string;
  readonly status?: number;
  /** AWS's mistake, not the caller's. */
  readonly receiver?: boolean;
}

export interface OperationFacts {
  readonly method: string;
  readonly uri: string;
  readonly status?: number;
  readonly input?: string;
  readonly inputName?: string;
  readonly inputNamespace?: string;
  readonly output?: string;
  /** The root element of an XML output, where it is not the output shape's name. */
  readonly outputName?: string;
  readonly resultWrapper?: string;
  readonly errors?: readonly string[];
  readonly hostPrefix?: string;
  readonly authtype?: string;
  readonly checksum?: ChecksumFacts;
}

export interface ChecksumFacts {
  readonly requestAlgorithmMember?: string;
  readonly requestChecksumRequired?: boolean;
  readonly requestValidationModeMember?: string;
  readonly responseAlgorithms?: readonly string[];
}

/** `contracts/<api>.json`. */
export interface ContractFile {
  readonly source: string;
  readonly date: string;
  readonly api: string;
  readonly sdkId: string;
  readonly name: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly apiVersion: string;
  readonly protocol: Protocol;
  /** Where it speaks more than one. */
  readonly protocols?: readonly Protocol[];
  /** Once a query API: JSON errors also bear the code of those days. */
  readonly queryCompatible?: boolean;
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export interface Operation extends OperationFacts {
  readonly name: string;
}

/** One API, loaded. Codecs are compiled per shape on first use and kept beside it. */
export interface Contract extends Omit<ContractFile, "operations"> {
  readonly operations: ReadonlyMap<string, Operation>;
}

export interface Member extends Reference {
  readonly name: string;
  readonly required: boolean;
}
