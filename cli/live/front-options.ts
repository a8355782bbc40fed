/** What `troupe up` was told about who may come in, and what is written down of them. */

import { readFileSync } from 'node:fs';
import { AuditLogFile } from '../../gateway/audit/log-file.ts';
import { type AuditPolicy, AuditPolicyError, defaultPolicy, parsePolicy } from '../../gateway/audit/policy.ts';
import { parseTokenFile, TokenFileError } from '../../gateway/authentication/static-tokens.ts';
import type { FrontOptions } from '../../gateway/live/front.ts';
import { InputError } from '../../lab/story/input-error.ts';

/** The files that were named. */
export interface FrontFiles {
  readonly tokenFile?: string | undefined;
  readonly auditLog?: string | undefined;
  readonly auditPolicy?: string | undefined;
}

/** Reads the files and opens the log; `close` closes it. @throws InputError for a file that cannot be read */
export function frontOptionsOf(files: FrontFiles): FrontOptions & { close?: () => Promise<void> } {
  const { tokenFile, auditLog, auditPolicy } = files;
  const tokens = tokenFile === undefined ? [] : read(tokenFile, parseTokenFile);
  if (auditLog === undefined) {
    if (auditPolicy !== undefined) {
      throw new InputError([{ file: auditPolicy, what: 'is a policy for no log', fix: 'name the log by --audit-log' }]);
    }
    return { tokens };
  }
  const policy: AuditPolicy = auditPolicy === undefined ? defaultPolicy : read(auditPolicy, parsePolicy);
  const log = new AuditLogFile(auditLog);
  return { tokens, audit: { policy, sink: log.write }, close: () => log.close() };
}

function read<T>(file: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isOfFile = error instanceof TokenFileError || error instanceof AuditPolicyError;
    if (!isOfFile && (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InputError([
      { file, what: `cannot be read: ${(error as Error).message}`, fix: 'mend it, or name another' },
    ]);
  }
}
