/** The line discipline of a terminal: what is typed is echoed and gathered into lines, as the kernel's tty does. */

/** The line being typed. */
export interface Terminal {
  line: string;
}

/** What came of keys: what is echoed, and what the process gets to read, in order. */
export interface Keys {
  echo: string;
  /** Lines with their end; or what a key does: `interrupt` (Ctrl-C), `end` (Ctrl-D on an empty line). */
  read: string[];
}

const backspace = '\b \b';

/** Takes keys. */
export function takeKeys(terminal: Terminal, text: string): Keys {
  const keys: Keys = { echo: '', read: [] };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal sends for its cursor keys.
  for (const key of text.replace(/\u001b(\[[0-9;]*[A-Za-z~]|O[A-Z])/g, '')) takeKey(terminal, keys, key);
  return keys;
}

function takeKey(terminal: Terminal, keys: Keys, key: string): void {
  switch (key) {
    case '\r':
    case '\n':
      keys.echo += '\r\n';
      keys.read.push(`${terminal.line}\n`);
      terminal.line = '';
      break;
    case '\u0003':
      keys.echo += '^C\r\n';
      keys.read.push('interrupt');
      terminal.line = '';
      break;
    case '\u0004':
      if (terminal.line === '') keys.read.push('end');
      break;
    case '\u007f':
    case '\b':
      if (terminal.line !== '') keys.echo += backspace;
      terminal.line = [...terminal.line].slice(0, -1).join('');
      break;
    case '\u0015':
      keys.echo += backspace.repeat(terminal.line.length);
      terminal.line = '';
      break;
    default:
      if (key >= ' ') {
        keys.echo += key;
        terminal.line += key;
      }
  }
}
