/** The programs that every image is taken to have, as far as a pod's life depends on them, or somebody looks at them. */

import { parseDuration } from '../../../../protocol/flags.ts';
import { reckon } from './arithmetic.ts';
import { formatDate, plainFormat } from './date-format.ts';
import { filePrograms } from './file-programs.ts';
import { networkPrograms } from './network-programs.ts';
import {
  complain,
  isDirectory,
  operands,
  type Program,
  print,
  type Run,
  readFile,
  readLine,
  resolvePath,
} from './run.ts';
import { textPrograms } from './text-programs.ts';

/** Programs whose work is seen nowhere: they succeed at once. */
const silent = ['apk', 'apt-get', 'chmod', 'chown', 'git', 'ln', 'mkdir', 'rmdir', 'sync', 'sysctl'];
const others = ['trap', 'set', 'ulimit', 'umask', 'wait', 'mount', 'stty', 'clear', 'unset', 'alias', 'shift', 'local'];

const succeed: Program = (run) => {
  run.status = 0;
};
const fail: Program = (run) => {
  run.status = 1;
};

/** Programs by name. */
export const programs: Readonly<Record<string, Program>> = {
  ...Object.fromEntries([...silent, ...others].map((name) => [name, succeed])),
  ...filePrograms,
  ...textPrograms,
  ...networkPrograms,
  true: succeed,
  ':': succeed,
  false: fail,
  exit: (run, args) => {
    run.status = args[0] === undefined ? run.status : Number(args[0]) & 255;
    run.end = 'exits';
  },
  break: (run) => {
    run.isBroken = true;
  },
  sleep,
  echo: (run, args) => {
    const options = /^-[neE]+$/.exec(args[0] ?? '')?.[0] ?? '';
    const text = (options === '' ? args : args.slice(1)).join(' ');
    print(run, (options.includes('e') ? unescaped(text) : text) + (options.includes('n') ? '' : '\n'));
  },
  printf: (run, [format = '', ...args]) => {
    let next = 0;
    print(run, unescaped(format.replace(/%(-?\d*)([sdi])/g, (_all, width: string) => pad(args[next++] ?? '', width))));
  },
  test: (run, args) => {
    run.status = holds(run, args) ? 0 : 1;
  },
  '[': (run, args) => {
    run.status = holds(run, args.slice(0, -1)) ? 0 : 1;
  },
  '[[': (run, args) => {
    run.status = holds(run, args.slice(0, -1)) ? 0 : 1;
  },
  printenv: printVariables,
  export: (run, args) => {
    for (const [, name = '', value = ''] of args.map((arg) => /^(\w+)=(.*)$/s.exec(arg) ?? [])) {
      if (name !== '') run.variables[name] = value;
    }
  },
  hostname: (run, args) => {
    const { ip = '' } = run.surroundings;
    print(run, `${args.some((arg) => /^-[iI]$/.test(arg)) ? ip : (run.variables.HOSTNAME ?? '')}\n`);
  },
  date: (run, args) => {
    const format = args.find((arg) => arg.startsWith('+'))?.slice(1);
    const { startedAt } = run.surroundings;
    if (startedAt === undefined) print(run, '\n');
    else print(run, `${formatDate(format ?? plainFormat, startedAt + run.atMs)}\n`);
  },
  pwd: (run) => print(run, `${run.cwd}\n`),
  cd: (run, [path = '/root']) => {
    if (isDirectory(run, path)) run.cwd = resolvePath(run, path);
    else complain(run, `sh: cd: can't cd to ${path}: No such file or directory`, 2);
  },
  seq: (run, args) => {
    const [from, to] = args.length > 1 ? [Number(args[0]), Number(args.at(-1))] : [1, Number(args[0])];
    let text = '';
    for (let i = from; i <= Math.min(to, from + 1000); i++) text += `${i}\n`;
    print(run, text);
  },
  expr: (run, args) => {
    const value = reckon(args.join(' '), {});
    if (Number.isNaN(value)) complain(run, 'expr: syntax error', 2);
    else print(run, `${value}\n`);
    if (value === 0) run.status = 1;
  },
  read: (run, args) => {
    const line = readLine(run);
    if (line === undefined) run.status = 1;
    const names = operands(args);
    const words = (line ?? '').split(/\s+/);
    names.forEach((name, i) => {
      run.variables[name] = i === names.length - 1 ? words.slice(i).join(' ') : (words[i] ?? '');
    });
  },
  id: (run, args) =>
    print(run, args.includes('-u') || args.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n'),
  whoami: (run) => print(run, 'root\n'),
  tty: (run) => print(run, run.surroundings.hasTty ? '/dev/pts/0\n' : 'not a tty\n'),
  uname: (run, args) => {
    const host = run.variables.HOSTNAME ?? '';
    if (args.includes('-a')) print(run, `Linux ${host} 5.15.0 #1 SMP x86_64 GNU/Linux\n`);
    else print(run, `${{ '-n': host, '-r': '5.15.0', '-m': 'x86_64' }[args[0] ?? ''] ?? 'Linux'}\n`);
  },
  kill: (run, args) => {
    // From inside, the kernel lets no signal through to the first process that it does not handle.
    const isTerm = !args.some((arg) => arg.startsWith('-')) || args.some((arg) => /^-(s?(SIG)?TERM|15)$/.test(arg));
    if (args.includes('1') && isTerm) run.terminatesAtMs ??= run.atMs;
  },
  nproc: (run) => print(run, '1\n'),
  basename: (run, [path = '', suffix = '']) => {
    const name = path.replace(/\/+$/, '').replace(/^.*\//, '');
    print(run, `${suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
  },
  dirname: (run, [path = '']) =>
    print(run, `${/^(.*)\/[^/]*$/.exec(path)?.[1] || (path.startsWith('/') ? '/' : '.')}\n`),
  ps: (run, args) => {
    const { processes = [] } = run.surroundings;
    const lines = [...processes, `ps ${args.join(' ')}`.trimEnd()];
    const rows = lines.map((line, i) => `${`${i === 0 ? 1 : 6 + i}`.padStart(5)} root      0:00 ${line}\n`);
    print(run, `PID   USER     TIME  COMMAND\n${rows.join('')}`);
  },
};

function pad(text: string, width: string): string {
  return width.startsWith('-') ? text.padEnd(-Number(width)) : text.padStart(Number(width));
}

function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\r', '\r').replaceAll('\\\\', '\\');
}

function sleep(run: Run, args: readonly string[]): void {
  for (const arg of args) {
    if (arg === 'infinity' || arg === 'inf') {
      run.end = 'lasts';
      return;
    }
    const ms = parseDuration(
      /^[\d.]+$/.test(arg) ? `${arg}s` : arg.replace(/^(\d+)d$/, (_all, days) => `${days * 24}h`),
    );
    if (ms === undefined || ms < 0) {
      complain(run, `sleep: invalid number '${arg}'`);
      return;
    }
    run.atMs += ms;
  }
}

function printVariables(run: Run, args: readonly string[]): void {
  const [name] = operands(args);
  if (name === undefined) print(run, allVariables(run));
  else if (run.variables[name] === undefined) run.status = 1;
  else print(run, `${run.variables[name]}\n`);
}

/** Writes all variables, as `env` does. */
export function allVariables(run: Run): string {
  return Object.entries(run.variables)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Judges `test`'s expression. */
function holds(run: Run, args: readonly string[]): boolean {
  if (args[0] === '!') return !holds(run, args.slice(1));
  const [a = '', operator = '', b = ''] = args;
  if (args.length <= 1) return a !== '';
  if (args.length === 2) return holdsUnary(run, a, operator);
  if (operator === '=' || operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  const [left, right] = [Number(a), Number(b)];
  const numeric: Record<string, boolean> = {
    '-eq': left === right,
    '-ne': left !== right,
    '-lt': left < right,
    '-le': left <= right,
    '-gt': left > right,
    '-ge': left >= right,
  };
  return numeric[operator] ?? false;
}

function holdsUnary(run: Run, operator: string, operand: string): boolean {
  if (operator === '-z') return operand === '';
  if (operator === '-n') return operand !== '';
  if (operator === '-s') return (readFile(run, operand) ?? '') !== '';
  if (operator === '-d') return isDirectory(run, operand);
  if (operator === '-e' && isDirectory(run, operand)) return true;
  return readFile(run, operand) !== undefined;
}
