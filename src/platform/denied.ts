import type { Decision, Policies } from "../access/decision.ts";
import { denialMessage } from "../access/denial.ts";
import type { AccessRequest } from "../access/request.ts";
import { Fault } from "../base/fault.ts";

/** Someone may not do something; carries the decision, so that it can be explained. The gateway words the code as the API's family does. */
export class AccessDenied extends Fault {
  readonly decision: Decision;
  readonly request: AccessRequest;
  /** What was decided by; shared with the cache of policies. */
  readonly policies: Policies;

  constructor(decision: Decision, request: AccessRequest, policies: Policies) {
    super("AccessDenied", denialMessage(decision, request), { status: 403 });
    this.decision = decision;
    this.request = request;
    this.policies = policies;
  }
}
