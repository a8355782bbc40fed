/** What `exec` and `attach` are asked with, and how their end is told. */

import type { Status } from '../../protocol/objects.ts';
import { failure } from '../../protocol/status.ts';
import { isTrue } from '../request-attributes.ts';
import type { Ending, SessionOptions } from './sessions.ts';

/** Reads the options of PodExecOptions or PodAttachOptions. A terminal has no stream of errors of its own. */
export function execOptions(query: URLSearchParams, isExec: boolean): SessionOptions & { container: string } {
  const flag = (name: string) => isTrue(query.get(name));
  const tty = flag('tty');
  return {
    container: query.get('container') ?? '',
    stdin: flag('stdin'),
    stdout: flag('stdout'),
    stderr: flag('stderr') && !tty,
    tty,
    ...(isExec && { command: query.getAll('command') }),
  };
}

/** Tells how a command ended as the kubelet's streaming server does. */
export function endStatus({ exitCode, error }: Ending, command: readonly string[] = []): Status {
  if (error !== undefined) return withoutType(failure.internalError(`error executing command in container: ${error}`));
  if (exitCode === undefined) {
    return withoutType(failure.internalError('error executing command in container: context canceled'));
  }
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  const what = `error executing command [${command.join(' ')}], exit code ${exitCode}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${what}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** The kubelet writes its Status without kind and version. */
function withoutType({ kind: _kind, apiVersion: _version, ...status }: Status): Status {
  return status;
}
