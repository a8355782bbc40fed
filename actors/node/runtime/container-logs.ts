/** The logs of containers that have ended, as long as their records are kept; one that runs gives its log itself. */

import type { ContainerLog } from '../../../protocol/messages/container.ts';
import type { LogLine, LogRead, LogWritten } from '../../../protocol/messages/streaming.ts';
import { fileReader } from '../container/business/files.ts';
import { composeLog, selectLines } from '../container/business/log-lines.ts';
import type { Container, Me } from './memory.ts';

const logPrefix = 'log/';

/** Keeps what a container said until it ended. */
export function keepLog({ disk }: Me, container: Container, log: ContainerLog): void {
  container.log = log;
  disk.replace(logPrefix + container.record.status.containerId, [log]);
}

/** Reads what a container said, after a restart. */
export function readLog({ disk }: Me, containerId: string): ContainerLog | undefined {
  return disk.read(logPrefix + containerId)[0] as ContainerLog | undefined;
}

/** Forgets a log. */
export function dropLog({ disk }: Me, containerId: string): void {
  disk.remove(logPrefix + containerId);
}

/** Gives the log of a container that has ended to a reader. */
export function giveLog(self: Me, event: LogRead): void {
  const container = self.memory.containers.get(event.body.containerId);
  if (container === undefined) {
    self.end(event, 'gone');
    return;
  }
  const lines = selectLines(linesOf(self, container), event.body);
  if (lines.length > 0) self.push<LogWritten>(event, 'log.written', { lines: [...lines] });
  self.end(event, 'ended');
}

function linesOf(self: Me, { record, log }: Container): readonly LogLine[] {
  const { config, workload, status } = record;
  const { startedAt, finishedAt, sandboxId } = status;
  const { lines = [], answers = [] } = log ?? {};
  const sandbox = self.memory.sandboxes.get(sandboxId)?.record;
  if (startedAt === 0 || sandbox === undefined) return lines;
  const { hostname, namespace } = sandbox.config;
  return composeLog({
    config,
    image: workload,
    hostname,
    startedAt,
    untilMs: Math.max(0, finishedAt - startedAt),
    hasEnded: status.state === 'exited',
    answers,
    readFile: fileReader(config, undefined, {}, { hostname, namespace, ip: sandbox.status.ip }),
    lines,
  });
}
