/** Commands run in a running container: exec probes and lifecycle hooks. */

import type { VolumesRead } from '../../../../protocol/messages/container.ts';
import type { ContainerExec, ContainerExeced, CriRefused } from '../../../../protocol/messages/cri.ts';
import { isKnownCommand } from './command.ts';
import { mentionsVolume } from './files.ts';
import { addTask, dropTask, type Me, type Session, type Task } from './memory.ts';
import { failsProbe } from './probes.ts';
import { foretellSession } from './scripting.ts';

/** A command to be run: who asks, and whether the program hangs now. */
export interface Exec {
  question: ContainerExec;
  isHung: boolean;
}

/** Runs a command; one that speaks of a volume first asks the pause container for what it holds. */
export function exec(self: Me, order: Exec): void {
  const { input } = self.memory;
  if (!mentionsVolume(input.config, order.question.body.command)) execNow(self, order);
  else {
    const deadlineMs = timeoutMs(order.question);
    self.request<VolumesRead>(input.pause, 'volumes.read', undefined, { deadlineMs, note: { exec: order } });
  }
}

/** Runs a command with what is known of the volumes. */
export function execNow(self: Me, { question, isHung }: Exec): void {
  const { command: argv } = question.body;
  const startedAt = self.monotonic();
  if (failsProbe(self, argv.join(' '))) {
    finish(self, question, 1, '');
    return;
  }
  const timeout: Task = { at: startedAt + timeoutMs(question), kind: 'exec-timeout', question };
  addTask(self, timeout);
  // A tool of the image (`redis-cli ping`) talks to the program: it succeeds, unless that hangs.
  if (isHung && !isKnownCommand(argv)) return;
  resume(self, { argv, startedAt, answers: [], effects: 0, isMain: false, exec: { question, timeout } });
}

/** Goes on with a command that has no answer to wait for. */
export function resume(self: Me, session: Session): void {
  const { exec: running } = session;
  // One that took too long was killed.
  if (running === undefined || !self.memory.due.includes(running.timeout)) return;
  const { end, atMs, exitCode, output } = foretellSession(self, session);
  const at = session.startedAt + atMs;
  if (end === 'asks' || end === 'lasts' || at > running.timeout.at) return;
  dropTask(self, running.timeout);
  const { question } = running;
  // What becomes one of the image's own tools is taken to succeed.
  const code = end === 'serves' ? 0 : exitCode;
  if (at <= self.monotonic()) finish(self, question, code, output);
  else addTask(self, { at, kind: 'exec-end', question, exitCode: code, output });
}

/** 0 is none: a hook may take as long as the asker waits. */
function timeoutMs({ body }: ContainerExec): number {
  return body.timeoutSeconds > 0 ? body.timeoutSeconds * 1000 : 600_000;
}

/** Answers a command that has ended. */
export function finish(self: Me, question: ContainerExec, exitCode: number, output: string): void {
  self.reply<ContainerExeced>(question, 'container.execed', { exitCode, output });
}

/** Answers a command that took too long, and was killed. */
export function timeOut(self: Me, question: ContainerExec): void {
  self.reply<CriRefused>(question, 'cri.refused', {
    code: 'DeadlineExceeded',
    message:
      `rpc error: code = DeadlineExceeded desc = failed to exec in container: ` +
      `timeout ${question.body.timeoutSeconds}s exceeded: context deadline exceeded`,
  });
}

/** Answers for a container that runs no more. */
export function refuse(self: Me, question: ContainerExec): void {
  self.reply<CriRefused>(question, 'cri.refused', {
    code: 'FailedPrecondition',
    message: `rpc error: code = Unknown desc = container is in CONTAINER_EXITED state: ${question.body.containerId}`,
  });
}
