/** From a request to its answer: takes it in, steps its conversation with what comes of it, and answers. */

import type { AnyEvent, Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ObjectConnected, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../protocol/objects.ts';
import { failure, success as statusOfSuccess } from '../../../protocol/status.ts';
import { clusterOf, nodeAddress } from '../../../protocol/subjects.ts';
import { removeDue } from '../../client-go/due-heap.ts';
import { endTurn } from './admission/quota-turns.ts';
import type { Admitted } from './authorization/let-in.ts';
import { isNotAdmitted, letIn } from './authorization/let-in.ts';
import { schedule } from './clock.ts';
import { showAs } from './conversion/form.ts';
import { deprecations } from './custom-resources/kinds.ts';
import { seenBy } from './custom-resources/view.ts';
import { callEtcd, callRefusal, isOfMember, shouldRetry, turnToNext } from './etcd-link.ts';
import { askForLease, isLeaseFresh } from './event-lease.ts';
import { askAfter, components, healthOf } from './health.ts';
import type { Memory } from './memory.ts';
import type { Answer, CheckedComponent, Destination, EtcdCall, Pending, Step } from './pending.ts';
import type { Begun, GivenAnswer } from './recent-answers.ts';
import { findBegun, noteBegun } from './recent-answers.ts';
import { hasTtl } from './resource-traits.ts';
import type { Route } from './route.ts';
import { isMutating, isRoute, routeOf } from './route.ts';
import { storageKey } from './storage-keys.ts';
import { conversations } from './verbs/conversations.ts';

type Server = Self<Memory>;

/** ms a request waits for the caches to reach a version (the watch cache's `blockTimeout`). */
const freshDeadlineMs = 3_000;

/** Takes in a request from outside: starts it, or answers at once what needs no work. */
export function beginRequest(self: Server, message: Message): void {
  const { memory } = self;
  const asker = letIn(memory, message);
  if (asker !== undefined && isNotAdmitted(asker)) {
    give(self, message, { type: 'request.refused', body: asker });
    return;
  }
  const route = routeOf(message, memory.kinds);
  if (!isRoute(route)) {
    give(self, message, told(refusal(route), asker));
    return;
  }
  const mutating = isMutating(route.verb);
  const known = mutating ? findBegun(memory.recent, message) : undefined;
  if (known !== undefined) {
    // It came twice: while the first is in flight its answer will do, after that it is given again.
    if (known.answer !== undefined) give(self, message, known.answer);
    return;
  }
  if (isOverloaded(memory, mutating)) {
    give(self, message, told(refusal(failure.tooManyRequests(1)), asker));
    return;
  }
  memory.inFlight[mutating ? 'mutating' : 'reading']++;
  const begun = mutating ? noteBegun(memory.recent, message, self.monotonic()) : undefined;
  start(self, makePending(memory, route, message, asker, 0, begun));
}

/** As `--max-requests-inflight` and `--max-mutating-requests-inflight`. */
function isOverloaded({ config, inFlight }: Memory, mutating: boolean): boolean {
  const most = config[mutating ? 'max-mutating-requests-inflight' : 'max-requests-inflight'];
  return most > 0 && inFlight[mutating ? 'mutating' : 'reading'] >= most;
}

function makePending(
  memory: Memory,
  route: Route,
  question: Message,
  asker: Admitted | undefined,
  parent: number,
  begun: Begun | undefined,
): Pending {
  return {
    id: ++memory.lastPending,
    verb: route.verb,
    question,
    asker,
    kind: route.kind,
    form: route.form,
    custom: route.custom,
    resource: route.resource,
    namespace: route.namespace,
    name: route.name,
    subresource: route.subresource,
    key: route.kind.verbs === undefined ? storageKey(route.resource, route.namespace, route.name) : '',
    parent,
    stage: 'begun',
    work: undefined,
    begun,
    lease: 0,
    attempt: undefined,
    warnings: route.custom === undefined ? [] : deprecations(route.custom, route.kind.version),
    awaits: 0,
    call: undefined,
    askedOf: 0,
    tries: 0,
    children: 0,
    childRefusal: undefined,
  };
}

/** Starts a request; what vanishes by itself first needs an etcd lease. */
function start(self: Server, pending: Pending): void {
  const { memory } = self;
  memory.pending.set(pending.id, pending);
  if (hasTtl(pending.kind) && isMutating(pending.verb) && !isLeaseFresh(memory, self.monotonic()))
    awaitLease(self, pending);
  else converse(self, pending);
}

function awaitLease(self: Server, pending: Pending): void {
  pending.stage = 'leasing';
  askForLease(self, pending.id);
}

/** Begins the conversation of a request, with the lease it may have waited for. */
export function converse(self: Server, pending: Pending): void {
  pending.lease = hasTtl(pending.kind) ? self.memory.eventLease.id : 0;
  perform(self, pending, conversationOf(pending).begin(self, pending));
}

function conversationOf({ verb }: Pending) {
  return conversations[verb as Exclude<typeof verb, 'watch'>];
}

/** Steps a request with what etcd answered, or with why it did not. */
export function resumeRequest(self: Server, event: AnyEvent): void {
  const pending = self.memory.pending.get(event.note as number);
  if (pending === undefined) return;
  const isFailure = event.type === 'request.expired' || (event.type === 'etcd.refused' && !isForVerb(event));
  if (isFailure) takeFailure(self, pending, event);
  else step(self, pending, event);
}

/** What of etcd's refusals says something about the request itself. */
function isForVerb(event: AnyEvent): boolean {
  return event.body.code === 'Compacted' || event.body.code === 'FutureRevision';
}

function takeFailure(self: Server, pending: Pending, event: AnyEvent): void {
  const { memory } = self;
  if (event.type === 'etcd.refused' && event.body.code === 'LeaseNotFound' && pending.tries === 0) {
    pending.tries++;
    awaitLease(self, pending);
    return;
  }
  const refusal = callRefusal(memory, event);
  const again = shouldRetry(memory, pending, event) ? pending.call : undefined;
  // One that does not answer is left by all, not by those alone whose calls may be made again.
  if (pending.askedOf === memory.member && isOfMember(event)) turnToNext(memory);
  if (again === undefined) refuseRequest(self, pending, refusal);
  else {
    pending.tries++;
    call(self, pending, again);
  }
}

/** Steps every request that waited for a revision the caches have now reached. */
export function resumeAwaiting(self: Server): void {
  const { memory } = self;
  if (memory.awaiting.size === 0) return;
  for (const id of [...memory.awaiting]) {
    const pending = memory.pending.get(id);
    if (pending === undefined || pending.awaits > memory.revision) continue;
    memory.awaiting.delete(id);
    removeDue(memory.due, awaitKey(id));
    step(self, pending, { type: 'revision.reached', body: undefined });
  }
}

/** Tells a request that its revision did not come in time. */
export function giveUpAwaiting(self: Server, id: number): void {
  const { memory } = self;
  const pending = memory.pending.get(id);
  memory.awaiting.delete(id);
  if (pending !== undefined) step(self, pending, { type: 'revision.missed', body: undefined });
}

function awaitKey(id: number): string {
  return `await ${id}`;
}

function step(self: Server, pending: Pending, answer: Answer): void {
  perform(self, pending, conversationOf(pending).resume(self, pending, answer));
}

function perform(self: Server, pending: Pending, next: Step): void {
  if ('stage' in next) pending.stage = next.stage;
  switch (next.do) {
    case 'range':
      call(self, pending, { type: 'kv.range', body: next.body });
      break;
    case 'txn':
      call(self, pending, { type: 'kv.txn', body: next.body });
      break;
    case 'await':
      pending.awaits = next.revision;
      self.memory.awaiting.add(pending.id);
      schedule(self, awaitKey(pending.id), self.monotonic() + freshDeadlineMs);
      break;
    case 'queue':
      break;
    case 'check':
      pending.work = { left: next.components.length, found: [] } satisfies Checking;
      for (const component of next.components) askAfter(self, component, pending.id);
      break;
    case 'delete-all':
      deleteAll(self, pending, next);
      break;
    case 'refuse':
      refuseRequest(self, pending, next.status);
      break;
    case 'connect':
      end(self, pending, { type: 'object.connected', body: withKubelet(self, next.to) });
      break;
    case 'succeed':
      end(self, pending, success(pending, next));
      break;
  }
}

/** Components that are being asked after. */
interface Checking {
  left: number;
  readonly found: CheckedComponent[];
}

/** Notes how a component is; with the last, its request goes on. */
export function noteHealth(self: Server, event: AnyEvent): void {
  const { pending: id, component, ...health } = healthOf(self.memory, event);
  const pending = self.memory.pending.get(id);
  if (pending === undefined) return;
  const checking = pending.work as Checking;
  checking.found.push({ component, ...health });
  checking.left--;
  if (checking.left > 0) return;
  const inOrder = components.flatMap((name) => checking.found.filter((one) => one.component === name));
  step(self, pending, { type: 'components.checked', body: { found: inOrder } });
}

function call(self: Server, pending: Pending, asked: EtcdCall): void {
  pending.call = asked;
  pending.askedOf = self.memory.member;
  callEtcd(self, asked, pending.id);
}

function deleteAll(self: Server, parent: Pending, { targets }: Extract<Step, { do: 'delete-all' }>): void {
  const { options } = parent.question.body as { options?: unknown };
  const question = { ...parent.question, body: options === undefined ? {} : { options } };
  parent.children = targets.length;
  for (const { namespace = '', name } of targets) {
    const { kind, custom, resource } = parent;
    const route: Route = { verb: 'delete', kind, form: undefined, custom, resource, namespace, name, subresource: '' };
    start(self, makePending(self.memory, route, question, parent.asker, parent.id, undefined));
  }
}

function withKubelet(self: Server, to: Destination): ObjectConnected['body'] {
  if (to.to === 'address') return to;
  return { ...to, kubelet: nodeAddress(clusterOf(self.address), to.node, 'kubelet') };
}

/** Ends a request with a refusal. */
export function refuseRequest(self: Server, pending: Pending, status: Status): void {
  end(self, pending, refusal(status));
}

function success(
  pending: Pending,
  { code, object: made, warnings, claims }: Extract<Step, { do: 'succeed' }>,
): GivenAnswer {
  const seen = seenBy(pending, made);
  const object = pending.form === undefined ? seen : showAs(pending.form, seen);
  const body = warnings === undefined ? { code, object } : { code, object, warnings };
  return { type: 'request.succeeded', body: claims === undefined ? body : { ...body, claims } };
}

function refusal(status: Status): GivenAnswer {
  return { type: 'request.refused', body: { status } };
}

/** Tells a user from outside also how it was decided that they may. */
function told(answer: GivenAnswer, asker: Admitted | undefined): GivenAnswer {
  if (asker === undefined || answer.type === 'object.connected') return answer;
  const { authorization } = asker;
  if (answer.type === 'request.refused') {
    return { type: answer.type, body: { status: answer.body.status, authorization } };
  }
  const { code, object, warnings, claims } = answer.body;
  const body: RequestSucceeded['body'] = { code, object, authorization };
  if (warnings !== undefined) body.warnings = warnings;
  if (claims !== undefined) body.claims = claims;
  return { type: answer.type, body };
}

/** Answers whether somebody may do something that is done elsewhere: at a path, or with objects another server has. */
export function checkAccess(self: Server, message: Message): void {
  const asker = letIn(self.memory, message);
  if (asker !== undefined && isNotAdmitted(asker)) give(self, message, { type: 'request.refused', body: asker });
  else {
    const object = statusOfSuccess() as unknown as KubernetesObject;
    give(self, message, told({ type: 'request.succeeded', body: { code: 200, object } }, asker));
  }
}

function end(self: Server, pending: Pending, answer: GivenAnswer): void {
  const { memory } = self;
  memory.pending.delete(pending.id);
  if (memory.quotaTurns.size > 0) passTurn(self, pending);
  if (pending.parent !== 0) {
    endChild(self, pending.parent, answer);
    return;
  }
  memory.inFlight[isMutating(pending.verb) ? 'mutating' : 'reading']--;
  const whole = told(answer, pending.asker);
  if (pending.begun !== undefined) pending.begun.answer = whole;
  give(self, pending.question, whole);
}

function passTurn(self: Server, { namespace, id }: Pending): void {
  const next = endTurn(self.memory, namespace, id);
  const pending = next === undefined ? undefined : self.memory.pending.get(next);
  if (pending !== undefined) step(self, pending, { type: 'turn.came', body: undefined });
}

/** One of many deletions has ended; that it was gone already is as good. */
function endChild(self: Server, id: number, answer: GivenAnswer): void {
  const parent = self.memory.pending.get(id);
  if (parent === undefined) return;
  if (answer.type === 'request.refused' && answer.body.status.code !== 404) parent.childRefusal ??= answer.body.status;
  parent.children--;
  if (parent.children > 0) return;
  const body = parent.childRefusal === undefined ? {} : { refusal: parent.childRefusal };
  step(self, parent, { type: 'deletions.done', body });
}

function give(self: Server, question: Message, answer: GivenAnswer): void {
  self.reply(question, answer.type, answer.body as never);
}
