/** The programs that every image is taken to have, as far as a pod's life depends on them. */

import { parseDuration } from '../../../../protocol/flags.ts';
import { targetOf } from './dependency.ts';
import { inquire, type Program, type Run, readFile, writeFile } from './run.ts';

/** Programs whose work is seen nowhere: they succeed at once. */
const silent = ['apk', 'apt-get', 'chmod', 'chown', 'cp', 'git', 'grep', 'kill', 'ln', 'mkdir', 'mv'];
const others = ['sync', 'sysctl', 'trap', 'set', 'cd', 'ulimit', 'umask', 'wait', 'mount'];

const succeed: Program = (run) => {
  run.status = 0;
};
const fail: Program = (run) => {
  run.status = 1;
};

/** Programs by name. */
export const programs: Readonly<Record<string, Program>> = {
  ...Object.fromEntries([...silent, ...others].map((name) => [name, succeed])),
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
  nslookup: askName,
  dig: askName,
  host: askName,
  getent: (run, args) => askName(run, args.slice(1)),
  ping: askName,
  nc: (run, args) => {
    const [host = '', port = '0'] = operands(args).filter((arg, i) => i > 0 || !/^\d+$/.test(arg));
    inquire(run, { method: 'CONNECT', host, port: Number(port), path: '' });
  },
  wget: askPage,
  curl: askPage,
  sleep,
  echo: (run, args) => {
    const words = args[0] === '-n' || args[0] === '-e' ? args.slice(1) : args;
    run.output += words.join(' ') + (args[0] === '-n' ? '' : '\n');
  },
  printf: (run, [format = '', ...args]) => {
    let next = 0;
    run.output += format
      .replace(/%[sd]/g, () => args[next++] ?? '')
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t');
  },
  cat,
  ls: cat,
  head: cat,
  tail: (run, args) => {
    if (args.some((arg) => /^-[a-zA-Z0-9]*[fF]$/.test(arg))) run.end = 'lasts';
    else cat(run, args);
  },
  touch: (run, args) => {
    for (const path of operands(args)) writeFile(run, path, readFile(run, path) ?? '');
  },
  rm: (run, args) => {
    const isForced = args.some((arg) => /^-[a-z]*f/.test(arg));
    for (const path of operands(args)) {
      if (readFile(run, path) !== undefined) writeFile(run, path, undefined);
      else if (!isForced) complain(run, `rm: can't remove '${path}': No such file or directory`);
    }
  },
  test: (run, args) => {
    run.status = holds(run, args) ? 0 : 1;
  },
  '[': (run, args) => {
    run.status = holds(run, args.slice(0, -1)) ? 0 : 1;
  },
  env: printVariables,
  printenv: printVariables,
  export: (run, args) => {
    for (const [, name = '', value = ''] of args.map((arg) => /^(\w+)=(.*)$/s.exec(arg) ?? [])) {
      if (name !== '') run.variables[name] = value;
    }
  },
  hostname: (run) => {
    run.output += `${run.variables.HOSTNAME ?? ''}\n`;
  },
  date: (run) => {
    run.output += '\n';
  },
  pwd: (run) => {
    run.output += '/\n';
  },
  seq: (run, args) => {
    const [from, to] = args.length > 1 ? [Number(args[0]), Number(args.at(-1))] : [1, Number(args[0])];
    for (let i = from; i <= Math.min(to, from + 1000); i++) run.output += `${i}\n`;
  },
};

function operands(args: readonly string[]): string[] {
  return args.filter((arg) => !arg.startsWith('-'));
}

function complain(run: Run, message: string): void {
  run.output += `${message}\n`;
  run.status = 1;
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

function cat(run: Run, args: readonly string[]): void {
  for (const path of operands(args)) {
    const content = readFile(run, path);
    if (content === undefined) complain(run, `cat: can't open '${path}': No such file or directory`);
    else run.output += content;
  }
}

function printVariables(run: Run, args: readonly string[]): void {
  const [name] = operands(args);
  if (name === undefined) {
    run.output += Object.entries(run.variables)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  } else if (run.variables[name] === undefined) run.status = 1;
  else run.output += `${run.variables[name]}\n`;
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
  return readFile(run, operand) !== undefined;
}

function askName(run: Run, args: readonly string[]): void {
  const [host = ''] = operands(args);
  inquire(run, { method: 'NAME', host, port: 0, path: '' });
}

function askPage(run: Run, args: readonly string[]): void {
  const url = args.find((arg) => arg.includes('://')) ?? operands(args).at(-1) ?? '';
  const path = /^(?:\w+:\/\/)?[^/]*(\/.*)$/.exec(url)?.[1] ?? '/';
  inquire(run, { method: 'GET', ...targetOf({ target: url }, {}), path });
}
