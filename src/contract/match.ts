/** Which operation a request asks for. */
import { fault, type Fault } from "../base/fault.ts";
import { queryValue, type WireRequest } from "../wire/http.ts";
import { parseForm, type FormParameters } from "../wire/query.ts";
import type { Contract, Operation } from "./model.ts";
import { S3_ONLY_BY_ID, S3_TELLING_HEADERS } from "./s3.ts";
import { membersOf, shapeOf } from "./shapes.ts";
import { parseUriTemplate, type UriTemplate } from "./uri.ts";

/** @returns undefined where the API has no such operation. @throws MalformedError where a query form is none. */
export function matchOperation(contract: Contract, request: WireRequest): Operation | undefined {
  switch (contract.protocol) {
    case "json":
    case "cbor-1.1":
      return contract.operations.get(targetOf(contract, request) ?? "");
    case "query":
    case "ec2":
      return contract.operations.get(formValue(request, "Action") ?? "");
    case "rest-xml":
    case "rest-json":
      return matchRest(contract, request);
    case "smithy-rpc-v2-cbor":
      return contract.operations.get(request.path.slice(request.path.lastIndexOf("/") + 1));
  }
}

/** What AWS answers where matchOperation finds nothing. */
export function noSuchOperation(contract: Contract, request: WireRequest): Fault {
  switch (contract.protocol) {
    case "query":
    case "ec2":
      return noSuchAction(contract, request);
    case "rest-xml":
      return fault("MethodNotAllowed", "The specified method is not allowed against this resource.", {
        status: 405,
        fields: { Method: request.method, ResourceType: resourceType(request.path) },
      });
    case "rest-json":
      return fault("UnknownOperationException", "", { status: 404 });
    default:
      return fault("UnknownOperationException", "", { status: 400 });
  }
}

function noSuchAction(contract: Contract, request: WireRequest): Fault {
  const action = formValue(request, "Action");
  if (action === undefined) {
    return fault("MissingAction", "The request must contain the parameter Action.", { status: 400 });
  }
  const version = formValue(request, "Version") ?? contract.apiVersion;
  return fault("InvalidAction", `Could not find operation ${action} for version ${version}`, { status: 400 });
}

const resourceType = (path: string): string =>
  path === "/" ? "SERVICE" : /^\/[^/]+\/./s.test(path) ? "OBJECT" : "BUCKET";

function targetOf(contract: Contract, request: WireRequest): string | undefined {
  const target = request.headers["x-amz-target"] ?? "";
  const dot = target.lastIndexOf(".");
  const prefix = target.slice(0, dot);
  const isOurs = prefix === contract.targetPrefix || contract.targetPrefix?.endsWith(`.${prefix}`);
  return isOurs ? target.slice(dot + 1) : undefined;
}

const forms = new WeakMap<WireRequest, FormParameters>();

/** The parameters of a query request: those of the query string, then those of the body. @throws MalformedError */
export function formOf(request: WireRequest): FormParameters {
  const known = forms.get(request);
  if (known) return known;
  const form = [...request.query.list, ...parseForm(request.body)];
  forms.set(request, form);
  return form;
}

const formValue = (request: WireRequest, name: string): string | undefined =>
  formOf(request).find(([key]) => key === name)?.[1];

/** All operations of one method whose URIs have one path; the most particular first. */
interface PathGroup {
  readonly template: UriTemplate;
  readonly candidates: readonly Candidate[];
}

interface Candidate {
  readonly operation: Operation;
  readonly literals: UriTemplate["literals"];
  readonly queries: readonly string[];
  readonly header: string | undefined;
  readonly onlyById: boolean;
  readonly weight: number;
}

const tables = new WeakMap<Contract, ReadonlyMap<string, readonly PathGroup[]>>();

function matchRest(contract: Contract, request: WireRequest): Operation | undefined {
  let table = tables.get(contract);
  if (!table) tables.set(contract, (table = restTable(contract)));
  const group = table.get(request.method)?.find(({ template }) => template.pattern.test(request.path));
  return group?.candidates.find((candidate) => fits(candidate, request))?.operation;
}

function fits(candidate: Candidate, request: WireRequest): boolean {
  const { query, headers } = request;
  if (query.list.length < candidate.literals.length + candidate.queries.length) return false;
  for (const [name, wanted] of candidate.literals) {
    const value = queryValue(query, name);
    if (value === undefined || (wanted !== undefined && value !== wanted)) return false;
  }
  for (const name of candidate.queries) if (queryValue(query, name) === undefined) return false;
  if (candidate.header !== undefined && headers[candidate.header] === undefined) return false;
  return !candidate.onlyById || queryValue(query, "x-id") === candidate.operation.name;
}

function restTable(contract: Contract): ReadonlyMap<string, readonly PathGroup[]> {
  const byMethod = new Map<string, Map<string, { template: UriTemplate; candidates: Candidate[] }>>();
  for (const operation of contract.operations.values()) {
    const template = parseUriTemplate(operation.uri);
    const groups = byMethod.get(operation.method) ?? new Map();
    byMethod.set(operation.method, groups);
    const group = groups.get(template.path) ?? { template, candidates: [] };
    groups.set(template.path, group);
    group.candidates.push(candidateOf(contract, operation, template));
  }
  return new Map([...byMethod].map(([method, groups]) => [method, sortGroups([...groups.values()])]));
}

/** Paths with fewer labels first (a literal beats a label) and the longer of those, then operations with more to tell them by. */
const sortGroups = (groups: readonly PathGroup[]): readonly PathGroup[] =>
  groups
    .map(({ template, candidates }) => ({
      template,
      candidates: candidates.toSorted((a, b) => b.weight - a.weight),
    }))
    .toSorted(
      ({ template: a }, { template: b }) =>
        a.labels.length - b.labels.length || b.path.split("/").length - a.path.split("/").length,
    );

function candidateOf(contract: Contract, operation: Operation, template: UriTemplate): Candidate {
  const queries = membersOf(shapeOf(contract, operation.input))
    .filter((member) => member.location === "querystring" && member.required)
    .map((member) => member.locationName ?? member.name);
  const isS3 = contract.api === "s3";
  const header = isS3 ? S3_TELLING_HEADERS[operation.name] : undefined;
  const onlyById = isS3 && S3_ONLY_BY_ID.includes(operation.name);
  const weight = 100 * template.literals.length + 10 * queries.length + (header ? 1 : 0) + (onlyById ? 1 : 0);
  return { operation, literals: template.literals, queries, header, onlyById, weight };
}
