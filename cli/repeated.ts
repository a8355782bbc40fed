/** Options that may be given several times, of which the parser keeps only the last. */

/** Gives all values of `--name VALUE` and `--name=VALUE`, in order. */
export function valuesOf(words: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (const [i, word] of words.entries()) {
    if (word === `--${name}`) values.push(words[i + 1] ?? '');
    else if (word.startsWith(`--${name}=`)) values.push(word.slice(name.length + 3));
  }
  return values;
}
