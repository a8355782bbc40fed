/** What the runtime keeps of a container: how it is found, and its record on disk. */

import type { Message } from '../../../protocol/message.ts';
import type { CriRefused, RuntimeContainerStatus } from '../../../protocol/messages/cri.ts';
import type { Container, Me } from './memory.ts';
import { notFoundMessage } from './wording.ts';

/** Where the records lie. */
export const containerPrefix = 'container/';

/** Says no to whoever asked. */
export function refuse(self: Me, question: Message, code: string, message: string): void {
  self.reply<CriRefused>(question, 'cri.refused', { code, message });
}

/** Finds a container, or says that there is none. */
export function find(self: Me, question: Message<string, { containerId: string }>): Container | undefined {
  const { containerId } = question.body;
  const container = self.memory.containers.get(containerId);
  if (container === undefined) refuse(self, question, 'NotFound', notFoundMessage('container', containerId));
  return container;
}

/** Writes a container's record; it is durable with the next sync. */
export function write({ disk }: Me, { record }: Container): void {
  disk.replace(containerPrefix + record.status.containerId, [record]);
}

/** Changes a container's status, and its record with it. */
export function setStatus(self: Me, container: Container, change: Partial<RuntimeContainerStatus>): void {
  container.record = { ...container.record, status: { ...container.record.status, ...change } };
  write(self, container);
}
