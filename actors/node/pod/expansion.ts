/** `$(NAME)` references in values, commands and arguments, expanded as Kubernetes does. */

/**
 * Replaces each `$(NAME)` by the variable's value. A reference to what is not defined stays as it is written, and `$$` is a
 * literal `$`, so `$$(NAME)` is never expanded.
 */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  let expanded = '';
  let from = 0;
  for (let at = text.indexOf('$'); at >= 0 && at + 1 < text.length; at = text.indexOf('$', from)) {
    expanded += text.slice(from, at);
    const piece = readPiece(text, at, variables);
    expanded += piece.text;
    from = at + piece.length;
  }
  return expanded + text.slice(from);
}

function readPiece(
  text: string,
  at: number,
  variables: Readonly<Record<string, string>>,
): { text: string; length: number } {
  if (text[at + 1] === '$') return { text: '$', length: 2 };
  if (text[at + 1] !== '(') return { text: text.slice(at, at + 2), length: 2 };
  const close = text.indexOf(')', at);
  if (close < 0) return { text: '$(', length: 2 };
  const name = text.slice(at + 2, close);
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return { text: value ?? `$(${name})`, length: close + 1 - at };
}
