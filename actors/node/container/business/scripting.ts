/** Commands as they go on: foretold up to the next question they ask the cluster, and from its answer on anew. */

import type { VolumeWrite } from '../../../../protocol/messages/container.ts';
import type { CallEnd } from './calling.ts';
import { openCall } from './calling.ts';
import { foretell, foretellLine } from './command.ts';
import { fileReader, volumePathOf } from './files.ts';
import { addTask, type Me, type Session } from './memory.ts';
import type { FileEffect, Inquiry, Outcome, Surroundings } from './run.ts';

/** What `nslookup`, `nc` and `wget` wait for an answer, in ms. */
const inquiryMs = 5000;

/** Domains of the world outside, which is taken to be there and to answer. */
const outside = /\.(com|org|net|io|dev|edu|gov|info|app|cloud|ch|de|uk|fr|eu|me|co|ai)$/;

/** Foretells a command with the answers it has had, and plans what it does until it ends or asks again. */
export function foretellSession(self: Me, session: Session, more: Partial<Surroundings> = {}): Outcome {
  const { input, written, volumes } = self.memory;
  const surroundings: Surroundings = {
    // As the container runtime sets it, unless the pod's own variables do.
    env: { HOSTNAME: input.hostname, ...input.config.env },
    readFile: fileReader(input.config, session.isMain ? undefined : written, volumes, input),
    answers: session.answers,
    ...more,
  };
  const { shell, argv } = session;
  const outcome = shell === undefined ? foretell(argv, surroundings) : foretellLine(argv[0] ?? '', shell, surroundings);
  for (const effect of outcome.effects.slice(session.effects)) planEffect(self, session, effect);
  session.effects = outcome.effects.length;
  // Looked at again while it waits, it has asked already.
  if (outcome.inquiry !== undefined && session.askedAt !== session.answers.length) {
    session.askedAt = session.answers.length;
    addTask(self, { at: session.startedAt + outcome.atMs, kind: 'ask', session, inquiry: outcome.inquiry });
  }
  return outcome;
}

/** Asks the cluster what a command asks; gives the answer where it is known at once. */
export function ask(self: Me, session: Session, inquiry: Inquiry): CallEnd | undefined {
  const purpose = { session };
  if (outside.test(inquiry.host)) return { purpose, answer: { isGood: true, tookMs: 0 } };
  openCall(self, { ...inquiry, timeoutMs: inquiryMs }, purpose);
  return undefined;
}

function planEffect(self: Me, session: Session, effect: FileEffect): void {
  const at = session.startedAt + effect.atMs;
  if (at <= self.monotonic()) applyEffect(self, effect);
  else addTask(self, { at, kind: 'file', effect });
}

/** Writes or removes a file: in its pod's volume, or in the container's own layer. */
export function applyEffect(self: Me, { path, content }: FileEffect): void {
  const { memory } = self;
  const place = volumePathOf(memory.input.config, path);
  memory.written ??= new Map();
  if (place === undefined) memory.written.set(path, content);
  else {
    const body = content === undefined ? place : { ...place, content };
    self.request<VolumeWrite>(memory.input.pause, 'volume.write', body, { deadlineMs: 60_000, retries: 11 });
  }
}
