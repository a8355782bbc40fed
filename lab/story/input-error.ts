/** What a user wrote that cannot be used: where, what is wrong with it, and what to write instead. */

/** One mistake. */
export interface Mistake {
  /** The file as the user named it, or the option (`--set cluster.nods=3`). */
  file: string;
  /** From 1; absent where the mistake is the file itself. */
  line?: number;
  column?: number;
  /** The field, as a path: `story[2].crash.node`. */
  field?: string;
  /** What is wrong, as a sentence without its subject or full stop. */
  what: string;
  /** What to write or do instead. */
  fix?: string;
}

/** An expected error at the edge: nothing was run. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: 'bad-input' | 'bad-usage';
  readonly fix: string;
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[], code: 'bad-input' | 'bad-usage' = 'bad-input') {
    super(mistakes.map(describeMistake).join('\n'));
    this.code = code;
    this.mistakes = mistakes;
    this.fix = mistakes.find(({ fix }) => fix !== undefined)?.fix ?? '';
  }
}

/** Writes a mistake as `file:line:column: field: what`, and its fix on a second line. */
export function describeMistake({ file, line, column, field, what, fix }: Mistake): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const subject = field === undefined || field === '' ? '' : `${field}: `;
  return `${place}: ${subject}${what}${fix === undefined ? '' : `\n    fix: ${fix}`}`;
}

/** Writes where a field is: `story[2].crash.node`; a key that is no plain word in brackets. */
export function fieldOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((field, step) => {
    if (typeof step === 'number') return `${field}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${field}[${step}]`;
    return field === '' ? step : `${field}.${step}`;
  }, '');
}
