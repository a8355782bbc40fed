/** The lines of an audit log: one `audit.k8s.io/v1` Event each, as JSON. */

import type { Asker, Authorization, UserInfo } from '../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../protocol/objects.ts';
import { toRfc3339Micro } from '../../protocol/time.ts';
import type { AuditDecision, AuditedRequest, AuditStage } from './policy.ts';

/** All that is known of one request, as far as it has come. */
export interface AuditRecord {
  readonly auditId: string;
  readonly requestUri: string;
  readonly request: AuditedRequest;
  readonly asker: Asker | undefined;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  readonly receivedMs: number;
  readonly decision: AuditDecision;
  authorization: Authorization | undefined;
  requestObject: unknown;
  responseObject: unknown;
  /** The HTTP status code; 0 before the answer. */
  code: number;
  /** What the answer says where it is a Status. */
  status: Partial<Status> | undefined;
}

/** Writes the line of a stage; undefined where the policy wants none. Times are ms of the cluster's clock. */
export function auditLine(record: AuditRecord, stage: AuditStage, atMs: number): string | undefined {
  const { level, omitStages } = record.decision;
  if (level === 'None' || omitStages.includes(stage)) return undefined;
  return JSON.stringify(eventOf(record, stage, atMs));
}

/** Makes the Event of a stage. */
export function eventOf(record: AuditRecord, stage: AuditStage, atMs: number): object {
  const { request, asker, decision, code, authorization } = record;
  const { level } = decision;
  const user = request.user;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: record.auditId,
    stage,
    requestURI: record.requestUri,
    verb: request.verb,
    user: user === undefined ? {} : shownUser(user),
    ...(asker?.impersonated !== undefined && { impersonatedUser: shownUser(asker.impersonated) }),
    ...(record.sourceIps.length > 0 && { sourceIPs: record.sourceIps }),
    ...(record.userAgent !== '' && { userAgent: record.userAgent }),
    ...(request.resource !== undefined && { objectRef: referenceOf(record) }),
    ...(code > 0 && { responseStatus: { metadata: {}, ...record.status, code } }),
    ...(tellsRequest(record) && { requestObject: withoutManagers(record.requestObject, decision) }),
    ...(tellsResponse(record) && { responseObject: withoutManagers(record.responseObject, decision) }),
    requestReceivedTimestamp: toRfc3339Micro(record.receivedMs),
    stageTimestamp: toRfc3339Micro(atMs),
    ...(authorization !== undefined && {
      annotations: {
        'authorization.k8s.io/decision': authorization.decision,
        'authorization.k8s.io/reason': authorization.reason,
      },
    }),
  };
}

function tellsRequest({ decision: { level }, requestObject }: AuditRecord): boolean {
  return requestObject !== undefined && (level === 'Request' || level === 'RequestResponse');
}

function tellsResponse({ decision: { level }, responseObject }: AuditRecord): boolean {
  return responseObject !== undefined && level === 'RequestResponse';
}

function shownUser({ name, uid, groups, extra }: UserInfo): object {
  return {
    username: name,
    ...(uid && { uid }),
    ...(groups && groups.length > 0 && { groups }),
    ...(extra && Object.keys(extra).length > 0 && { extra }),
  };
}

/** What a creation does not say in its path stands in the object itself. */
function referenceOf({ request, requestObject }: AuditRecord): object {
  const { resource, namespace, name, group, version, subresource } = request.resource ?? empty;
  const meta = (requestObject as Partial<KubernetesObject> | undefined)?.metadata;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const parts = {
    resource,
    namespace: namespace || text(meta?.namespace),
    name: name || text(meta?.name),
    uid: text(meta?.uid),
    apiGroup: group,
    apiVersion: version,
    resourceVersion: text(meta?.resourceVersion),
    subresource,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''));
}

const empty = { resource: '', namespace: '', name: '', group: '', version: '', subresource: '' };

function withoutManagers(object: unknown, { omitManagedFields }: AuditDecision): unknown {
  if (!omitManagedFields || typeof object !== 'object' || object === null) return object;
  const { metadata, items } = object as { metadata?: Record<string, unknown>; items?: readonly unknown[] };
  const { managedFields: _, ...rest } = metadata ?? {};
  return {
    ...object,
    ...(metadata !== undefined && { metadata: rest }),
    ...(Array.isArray(items) && {
      items: items.map((item) => withoutManagers(item, { omitManagedFields } as AuditDecision)),
    }),
  };
}
