/** A sync: one key's way through a controller, from its cache to the last answer of the API server. */

import type { ApiRequest } from '../../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';

/** One request to the API server, by its verb. */
export type Call = ApiRequest extends infer Request
  ? Request extends ApiRequest
    ? { readonly type: Request['type']; readonly body: Request['body'] }
    : never
  : never;

/** How a call ended: with an object, or with the Status of a refusal (or of no answer at all). */
export type Answer =
  | { readonly object: KubernetesObject; readonly refusal?: undefined }
  | { readonly object?: undefined; readonly refusal: Status };

/** What a sync does next. */
export type Step =
  /** Sends calls, all at once, and goes on at this stage when the last one is answered. */
  | { readonly do: 'call'; readonly calls: readonly Call[]; readonly stage: string }
  /** Is through; the key comes again after `againMs`, where that is told, or when something changes. */
  | { readonly do: 'finish'; readonly againMs?: number }
  /** Gives up for now; the key comes again, later at each failure. */
  | { readonly do: 'fail'; readonly message: string };

/** A key in work. */
export interface Sync {
  readonly key: string;
  /** Where it goes on when the calls under way are answered. */
  stage: string;
  /** What the rule keeps between its stages. */
  work: unknown;
  /** The answers to the calls of the last step, in their order. */
  answers: Answer[];
  /** How many of them are still to come. */
  awaited: number;
}

/** Makes the sync of a key that begins. */
export function makeSync(key: string): Sync {
  return { key, stage: '', work: undefined, answers: [], awaited: 0 };
}

/** The step that ends a sync. */
export const finish: Step = { do: 'finish' };

/** Makes the step that sends calls; without any, the sync goes on at once. */
export function callThen(stage: string, calls: readonly Call[]): Step {
  return { do: 'call', calls, stage };
}

/** Makes the step that gives up because of refusals: as Go joins several errors. */
export function failBy(refusals: readonly Pick<Status, 'message'>[]): Step {
  return { do: 'fail', message: errorOf(refusals) };
}

/** Words several refusals as apimachinery's aggregate error does. */
export function errorOf(refusals: readonly Pick<Status, 'message'>[]): string {
  const messages = [...new Set(refusals.map((status) => status.message ?? ''))];
  return messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
}

/** Gives the refusals among answers; those of a reason in `but` do not count. */
export function refusalsOf(answers: readonly Answer[], but: readonly string[] = []): Status[] {
  return answers.flatMap(({ refusal }) =>
    refusal === undefined || but.includes(refusal.reason ?? '') ? [] : [refusal],
  );
}

/** Tells whether an answer is a refusal for this reason. */
export function isRefusedAs(answer: Answer | undefined, reason: string): boolean {
  return answer?.refusal?.reason === reason;
}

/** Tells whether a creation was refused because its namespace is being deleted. */
export function isNamespaceEnding(status: Status): boolean {
  return status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true;
}

/** Makes the Status that stands for an answer that never came. */
export function lostStatus({ body }: Pick<RequestExpired, 'body'>): Status {
  return body.reason === 'refused'
    ? failure.serviceUnavailable('connect: connection refused')
    : failure.timeout('context deadline exceeded');
}
