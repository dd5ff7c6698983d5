import type { Decision } from "../access/decision.ts";
import { denialMessage } from "../access/denial.ts";
import type { AccessRequest } from "../access/request.ts";
import { Fault } from "../base/fault.ts";

/** Someone may not do something; carries the decision, so that it can be explained. The gateway words the code as the API's family does. */
export class AccessDenied extends Fault {
  readonly decision: Decision;
  readonly request: AccessRequest;

  constructor(decision: Decision, request: AccessRequest) {
    super("AccessDenied", denialMessage(decision, request), { status: 403 });
    this.decision = decision;
    this.request = request;
  }
}
