/** What may stand on a command line: refuses options nobody knows, before anything runs. */

import type { ArgsDef } from 'citty';
import { nearest } from '../protocol/spelling.ts';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'bad-usage';
  readonly fix: string;

  constructor(what: string, fix: string) {
    super(`${what}\n    fix: ${fix}`);
    this.fix = fix;
  }
}

/** Checks the words after a command's name against its options, and gives them. @throws UsageError */
export function argumentsOf(command: string, known: ArgsDef, words: readonly string[]): string[] {
  const options = Object.entries(known).filter(([, { type }]) => type !== 'positional');
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') continue;
    const [name = '', value] = word.replace(/^--?/, '').split(/=(.*)/s);
    const isLetter = !word.startsWith('--');
    const option = options.find(([key, given]) => (isLetter ? isAlias(name, given) : key === name))?.[1];
    if (option === undefined)
      throw unknownOption(
        command,
        word,
        options.map(([key]) => key),
      );
    if (option.type !== 'string' || value !== undefined) continue;
    i += 1;
    if (words[i] === undefined)
      throw new UsageError(`--${name} needs a value`, `write --${name} ${option.valueHint ?? 'VALUE'}`);
  }
  return [...words];
}

/** Tells whether a letter stands for an option, as `-o` for `--output`. */
function isAlias(letter: string, option: ArgsDef[string]): boolean {
  return letter.length === 1 && 'alias' in option && [option.alias].flat().includes(letter);
}

function unknownOption(command: string, word: string, names: readonly string[]): UsageError {
  const close = nearest(word.replace(/^-+/, '').split('=')[0] ?? '', names);
  const all = names.map((name) => `--${name}`).join(', ');
  return new UsageError(
    `troupe ${command} has no option "${word}"`,
    close === undefined ? `the options are ${all}` : `did you mean "--${close}"?`,
  );
}
