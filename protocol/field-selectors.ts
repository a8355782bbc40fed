/** Field selectors (`spec.nodeName=n1,status.phase!=Failed`): which objects a list or watch is about, by their fields. */

/** One condition on a field. */
export interface FieldTerm {
  readonly field: string;
  readonly op: '=' | '!=';
  readonly value: string;
}

/** A field selector that cannot be read; the message is Kubernetes's own. */
export class FieldSelectorError extends Error {
  override readonly name = 'FieldSelectorError';
}

/** Reads a field selector. In a value, `,`, `=` and `\` stand behind a `\`. @throws FieldSelectorError */
export function parseFieldSelector(text: string): FieldTerm[] {
  // Kubernetes sorts the terms, so that one selector has one form.
  return splitTerms(text)
    .filter((term) => term !== '')
    .sort()
    .map((term) => parseTerm(text, term));
}

function splitTerms(text: string): string[] {
  return text.match(/(?:\\[\s\S]?|[^\\,])+/g) ?? [];
}

function parseTerm(text: string, term: string): FieldTerm {
  const parts = /^(.*?)(!=|==|=)([\s\S]*)$/.exec(term);
  if (parts === null) throw new FieldSelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
  const [, field = '', operator, value = ''] = parts;
  return { field, op: operator === '!=' ? '!=' : '=', value: unescapeValue(value) };
}

function unescapeValue(value: string): string {
  return value.replace(/\\([\s\S]?)|[,=]/g, (found, escaped?: string) => {
    // Go prints the character's number here.
    if (escaped === undefined)
      throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`);
    if (escaped === '' || !'\\,='.includes(escaped))
      throw new FieldSelectorError(`invalid field selector: invalid escape sequence: ${found}`);
    return escaped;
  });
}

/** Writes a field selector so that `parseFieldSelector` gives it back. */
export function formatFieldSelector(terms: readonly FieldTerm[]): string {
  return terms.map(({ field, op, value }) => `${field}${op}${value.replace(/[\\,=]/g, '\\$&')}`).join(',');
}
