/** What a container's process is at: tasks done at their time, and calls that end. */

import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import * as calling from './calling.ts';
import * as execs from './exec.ts';
import { planCommand } from './life.ts';
import * as lives from './live.ts';
import * as log from './log.ts';
import { type Me, slackMs, type Task } from './memory.ts';
import * as scripting from './scripting.ts';
import * as serving from './serving.ts';

/** Goes on with what waited for a call. */
export function endCall(self: Me, end: calling.CallEnd | undefined): void {
  if (end === undefined) return;
  const { purpose, answer } = end;
  if ('asked' in purpose) serving.takeCallEnd(self, purpose.asked, purpose.dependency, answer);
  else {
    const { session } = purpose;
    session.answers.push(answer);
    if (session.isMain) planCommand(self, session);
    else if (session.live !== undefined) lives.advance(self, session.live);
    else execs.resume(self, session);
  }
}

/** Takes it that an answer does not come. */
export function takeExpiry(self: Me, { note }: RequestExpired): void {
  const { call, exec, run } = (note ?? {}) as { call?: number; exec?: execs.Exec; run?: number };
  if (call !== undefined) endCall(self, calling.giveUpCall(self, call));
  if (exec !== undefined) execs.execNow(self, exec);
  if (run !== undefined) lives.advance(self, run);
}

/** Does all that is due by now. */
export function runDue(self: Me): void {
  const { memory } = self;
  const now = self.monotonic() + slackMs;
  for (let task = memory.due[0]; task !== undefined && task.at <= now; task = memory.due[0]) {
    memory.due.shift();
    run(self, task);
  }
}

function run(self: Me, task: Task): void {
  if (task.kind === 'answer') serving.answer(self, task.asked, serving.statusOf(self, task.asked.packet));
  else if (task.kind === 'timeout') endCall(self, calling.giveUpCall(self, task.call));
  else if (task.kind === 'file') scripting.applyEffect(self, task.effect);
  else if (task.kind === 'ask') endCall(self, scripting.ask(self, task.session, task.inquiry));
  else if (task.kind === 'exec-end') execs.finish(self, task.question, task.exitCode, task.output);
  else if (task.kind === 'look') lives.advance(self, task.live);
  else if (task.kind === 'tell') log.tellDue(self);
  else execs.timeOut(self, task.question);
}
