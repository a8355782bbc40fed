/** Tokens that are simply known, each with its user (`--token-auth-file`). */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserInfo } from '../../protocol/messages/api.ts';

/** A token and whose it is. */
export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

/** A file of tokens that cannot be read. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/** The tokens that are known. */
export class StaticTokens {
  readonly #known: readonly { digest: Buffer; user: UserInfo }[];

  constructor(tokens: readonly StaticToken[]) {
    this.#known = tokens.map(({ token, user }) => ({ digest: digestOf(token), user }));
  }

  /** Finds the user of a token. How long it takes tells nothing of the tokens there are. */
  find(token: string): UserInfo | undefined {
    const digest = digestOf(token);
    return this.#known.find((one) => timingSafeEqual(one.digest, digest))?.user;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Reads a file of lines `token,user,uid,"group1,group2"`, as kube-apiserver does. @throws TokenFileError with the line */
export function parseTokenFile(text: string): StaticToken[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, number: i + 1 }));
  return lines
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, number }) => {
      const [token = '', name = '', uid = '', groups = ''] = fieldsOf(line, number);
      if (token === '' || name === '') {
        throw new TokenFileError(
          `line ${number} of the token file must have at least a token and a user: token,user,uid`,
        );
      }
      const list = groups.split(',').filter((group) => group !== '');
      return { token, user: { name, ...(uid !== '' && { uid }), ...(list.length > 0 && { groups: list }) } };
    });
}

/** A field of CSV may stand in quotes, in which two of them are one. */
function fieldsOf(line: string, number: number): string[] {
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (field.lastIndex <= line.length) {
    const found = field.exec(line);
    if (found === null) throw new TokenFileError(`line ${number} of the token file is no CSV: check its quotes`);
    fields.push(found[1]?.replaceAll('""', '"') ?? (found[2] ?? '').trim());
    if (found[3] === '') break;
  }
  return fields;
}
