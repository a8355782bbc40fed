/** What kubectl says when something is refused. */

import { quoted } from '../../protocol/field-errors.ts';
import type { Status } from '../../protocol/objects.ts';

/** A command that could not be done; the message is what kubectl prints. */
export class KubectlError extends Error {
  override readonly name = 'KubectlError';
  readonly code = 'KubectlError';
  /** The API server's refusal; undefined where kubectl itself refused, or nobody answered. */
  readonly status: Status | undefined;

  constructor(message: string, status?: Status) {
    super(message);
    this.status = status;
  }

  /** Kubernetes's reason (`NotFound`, `Conflict`, `Invalid`...); empty where the API server did not refuse. */
  get reason(): string {
    return this.status?.reason ?? '';
  }
}

/** Makes the error of a refusal of the API server. `doing` is what was under way: `error when creating "a.yaml"`. */
export function refused(status: Status, doing = ''): KubectlError {
  return new KubectlError(refusalText(doing === '' ? status : prefixed(status, doing)), status);
}

function prefixed(status: Status, doing: string): Status {
  return { ...status, message: `${doing}: ${status.message ?? ''}` };
}

/** Words a refusal as `kubectl` does (cmd/util's `StandardErrorMessage` and `checkErr`). */
export function refusalText(status: Status): string {
  const { reason = '', message = '' } = status;
  if (reason === 'Invalid') return invalidText(status);
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return reason === '' ? `Error from server: ${message}` : `Error from server (${reason}): ${message}`;
}

function invalidText({ details }: Status): string {
  const { kind = '', name = '', causes = [] } = details ?? {};
  const what = kind === '' ? 'request' : name === '' ? kind : `${kind} ${quoted(name)}`;
  const lines = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  if (lines.length === 0) return `The ${what} is invalid`;
  if (lines.length === 1) return `The ${what} is invalid: ${lines[0]}`;
  return [`The ${what} is invalid: `, ...lines.map((line) => `* ${line}`)].join('\n');
}
