/** A client outside the cluster that asks the API server and lets virtual time pass until it has the answer. */

import type { Engine } from '../../engine/engine.ts';
import type { Puppet } from '../../engine/puppet.ts';
import type { Message } from '../../protocol/message.ts';
import type { RequestRefused, RequestSucceeded } from '../../protocol/messages/api.ts';
import type { RequestExpired } from '../../protocol/messages/host.ts';
import { KubectlError } from './refusal.ts';

/** What comes back of a request. */
export type Answer = RequestSucceeded | RequestRefused;

/** How often client-go's REST client tries again what the server asked it to ask later (`maxRetries`). */
const mostRetries = 10;

/** One end of the conversation; every question is a recorded input from outside. */
export class Conversation {
  readonly engine: Engine;
  private readonly puppet: Puppet;
  private readonly apiserver: string;
  private readonly timeoutMs: number;
  private readonly answers = new Map<number, Message>();

  constructor(engine: Engine, puppet: Puppet, apiserver: string, timeoutMs: number) {
    this.engine = engine;
    this.puppet = puppet;
    this.apiserver = apiserver;
    this.timeoutMs = timeoutMs;
    puppet.keeps = false;
    puppet.handler = (message) => this.answers.set(message.request, message);
  }

  /**
   * Asks, and asks again where the server says when to (client-go's handling of `Retry-After`).
   *
   * @throws KubectlError when nobody answers
   */
  ask(type: string, body: object): Answer {
    for (let tries = 0; ; tries++) {
      const answer = this.askOnce(type, body);
      const waitMs = answer.type === 'request.refused' ? retryAfterMs(answer) : undefined;
      if (waitMs === undefined || tries === mostRetries) return answer;
      this.engine.runFor(waitMs);
    }
  }

  private askOnce(type: string, body: object): Answer {
    const { engine, puppet, answers, timeoutMs } = this;
    const request = puppet.ask<Message>(this.apiserver, type, body, { deadlineMs: timeoutMs });
    engine.runUntil(() => answers.has(request), { withinMs: timeoutMs + 1 });
    const answer = answers.get(request) as Answer | RequestExpired | undefined;
    answers.delete(request);
    if (answer?.type === 'request.succeeded' || answer?.type === 'request.refused') return answer;
    throw new KubectlError(
      answer?.body.reason === 'refused'
        ? `The connection to the server ${this.apiserver} was refused - did you specify the right host or port?`
        : 'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    );
  }
}

function retryAfterMs({ body: { status } }: RequestRefused): number | undefined {
  const seconds = status.details?.retryAfterSeconds ?? 0;
  const mayRetry = status.code === 429 || (status.code ?? 0) >= 500;
  return mayRetry && seconds > 0 ? seconds * 1000 : undefined;
}
