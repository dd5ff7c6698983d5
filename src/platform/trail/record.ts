import { toIsoSeconds } from "../../contract/timestamps.ts";
import type { TrailEvent, TrailIdentity, TrailSession } from "./event.ts";
import type { Json } from "./values.ts";

/**
 * CloudTrail's JSON of an event, made when it is read or delivered.
 * Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events".
 */
export function cloudTrailRecord(event: TrailEvent): Readonly<Record<string, Json>> {
  const { error, tls, resources } = event;
  const listed = resources.filter((one) => one.listed);
  return {
    eventVersion: EVENT_VERSION,
    userIdentity: userIdentity(event.identity),
    eventTime: toIsoSeconds(new Date(event.timeMs)),
    eventSource: event.source,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(error ? { errorCode: error.code, errorMessage: error.message } : {}),
    requestParameters: event.request,
    responseElements: event.response,
    requestID: event.requestId,
    eventID: eventIdOf(event),
    readOnly: event.readOnly,
    ...(listed.length > 0
      ? { resources: listed.map(({ type, name }) => resourceRecord(type, name, event.account)) }
      : {}),
    eventType: "AwsApiCall",
    managementEvent: event.management,
    recipientAccountId: event.account,
    eventCategory: event.management ? "Management" : "Data",
    ...(tls
      ? {
          tlsDetails: {
            tlsVersion: tls.version,
            cipherSuite: tls.cipherSuite,
            clientProvidedHostHeader: tls.host,
          },
        }
      : {}),
  };
}

const EVENT_VERSION = "1.11";

/** As a UUID is written. */
export const eventIdOf = ({ eventId: id }: TrailEvent): string =>
  [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");

/** An object's owner is its bucket's, so it names none. */
const resourceRecord = (type: string, arn: string, accountId: string): Json =>
  type === "AWS::S3::Object" ? { type, ARN: arn } : { accountId, type, ARN: arn };

function userIdentity(identity: TrailIdentity): Json {
  const { type, principalId, arn, account, accessKeyId, userName, invokedBy, session } = identity;
  return {
    type,
    ...(principalId === "" && type !== "AWSAccount" ? {} : { principalId }),
    ...(arn === undefined ? {} : { arn }),
    ...(account === undefined ? {} : { accountId: account }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(userName === undefined ? {} : { userName }),
    ...(session ? { sessionContext: sessionContext(session) } : {}),
    ...(invokedBy === undefined ? {} : { invokedBy }),
  };
}

function sessionContext({ issuer, createdMs, mfa, sourceIdentity }: TrailSession): Json {
  return {
    ...(issuer
      ? {
          sessionIssuer: {
            type: issuer.type,
            principalId: issuer.principalId,
            arn: issuer.arn,
            accountId: issuer.account,
            userName: issuer.userName,
          },
        }
      : {}),
    attributes: { creationDate: toIsoSeconds(new Date(createdMs)), mfaAuthenticated: String(mfa) },
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
}
