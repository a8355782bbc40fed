/** What a live cluster's parts refuse, as the command line says it: what is wrong, and what to do. */

import { HostsError } from '../../deploy/hosts/hosts-error.ts';
import { DataError } from '../../deploy/live/data-folder.ts';
import { InUseError } from '../../deploy/live/run-file.ts';
import { ManifestError } from '../../deploy/manifests.ts';
import { TraceError } from '../../deploy/trace/trace-error.ts';
import { FolderError } from '../../engine/disk/folder.ts';
import { NatsProblem } from '../../engine/nats/problem.ts';
import { KubeconfigError } from '../../gateway/live/kubeconfig.ts';
import { InputError, type Mistake } from '../../lab/story/input-error.ts';
import { mistakeOfProblem } from '../../lab/story/script-manifests.ts';

/** Gives an error that is told in words where it is an expected one; any other as it is. */
export function inWords(error: unknown): unknown {
  const mistakes = mistakesOf(error);
  return mistakes === undefined ? error : new InputError(mistakes);
}

function mistakesOf(error: unknown): Mistake[] | undefined {
  if (error instanceof ManifestError) return error.problems.map(mistakeOfProblem);
  if (error instanceof InUseError) {
    const { dataDir = '', pid, server } = error.state;
    const where = server === '' ? '' : `, which serves ${server}`;
    return [
      {
        file: dataDir,
        what: `is in use by process ${pid}${where}`,
        fix: `end that one first: troupe down --data-dir ${dataDir}`,
      },
    ];
  }
  if (error instanceof FolderError) {
    const what = error.message.slice(error.path.length + 1);
    return [{ file: error.path, what, fix: 'restore the folder from a copy' }];
  }
  if (error instanceof DataError || error instanceof KubeconfigError || error instanceof TraceError) {
    const { path: file, what, fix } = error;
    return [{ file, what, fix }];
  }
  if (error instanceof HostsError) return [{ file: error.subject, what: error.what, fix: error.fix }];
  if (error instanceof NatsProblem) {
    return [{ file: '--nats', what: error.message.slice(0, -error.fix.length - 2), fix: error.fix }];
  }
  return undefined;
}
