/** The programs that ask the cluster: names, open ports, pages. */

import { isAddress, targetOf } from './dependency.ts';
import { type Answer, complain, inquire, operands, type Program, print, type Run, writeFile } from './run.ts';

/** How the resolver of `nslookup` is shown. */
const server = '10.96.0.10';

function askName(run: Run, host: string): Answer | undefined {
  return inquire(run, { method: 'NAME', host, port: 0, path: '' });
}

const nslookup: Program = (run, args) => {
  const [host = ''] = operands(args);
  const answer = askName(run, host);
  if (answer === undefined) return;
  print(run, `Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  if (!answer.isGood) {
    print(
      run,
      answer.failure === 'timeout' ? ';; connection timed out; no servers could be reached\n' : cannotFind(host),
    );
    return;
  }
  const found = (answer.addresses ?? []).map((address) => `Name:\t${host}\nAddress: ${address}\n`);
  print(run, `${found.join('')}\n`);
};

function cannotFind(host: string): string {
  return `** server can't find ${host}: NXDOMAIN\n\n`;
}

const dig: Program = (run, args) => {
  const host = operands(args).find((arg) => !/^[@+]/.test(arg)) ?? '';
  const answer = askName(run, host);
  if (answer !== undefined) print(run, (answer.addresses ?? []).map((address) => `${address}\n`).join(''));
};

const host: Program = (run, args) => {
  const [name = ''] = operands(args);
  const answer = askName(run, name);
  if (answer === undefined) return;
  if (answer.isGood) print(run, (answer.addresses ?? []).map((one) => `${name} has address ${one}\n`).join(''));
  else print(run, `Host ${name} not found: 3(NXDOMAIN)\n`);
};

const getent: Program = (run, args) => {
  const [, name = ''] = operands(args);
  const answer = askName(run, name);
  if (answer === undefined) return;
  if (!answer.isGood) run.status = 2;
  else
    for (const address of (answer.addresses ?? []).slice(0, 1)) print(run, `${address.padEnd(15)} ${name}  ${name}\n`);
};

const ping: Program = (run, args) => {
  const name = operands(args).find((arg) => !/^\d+$/.test(arg)) ?? '';
  const answer = isAddress(name) ? { isGood: true, addresses: [name] } : askName(run, name);
  if (answer === undefined) return;
  const address = answer.addresses?.[0];
  if (!answer.isGood) complain(run, `ping: bad address '${name}'`);
  else if (address !== undefined) print(run, `PING ${name} (${address}): 56 data bytes\n`);
};

const nc: Program = (run, args) => {
  const values = args.filter((arg, i) => !arg.startsWith('-') && !/^-[wiq]$/.test(args[i - 1] ?? ''));
  const [name = '', port = '0'] = values;
  const answer = inquire(run, { method: 'CONNECT', host: name, port: Number(port), path: '' });
  if (answer === undefined || !args.some((arg) => /^-[a-z]*v/.test(arg))) return;
  const place = `${name} (${answer.addresses?.[0] ?? name}:${port})`;
  if (answer.isGood) print(run, `${place} open\n`, 'stderr');
  else if (answer.failure === 'unknown-name') complain(run, `nc: bad address '${name}'`);
  else complain(run, `nc: ${place}: ${whyNot(answer)}`);
};

function whyNot({ failure }: Answer): string {
  if (failure === 'timeout') return 'Connection timed out';
  return failure === 'unreachable' ? 'Host is unreachable' : 'Connection refused';
}

/** Where a URL leads, and what of it is shown in messages. */
function urlOf(args: readonly string[]) {
  const url = args.find((arg) => arg.includes('://')) ?? operands(args).at(-1) ?? '';
  const path = /^(?:\w+:\/\/)?[^/]*(\/.*)$/.exec(url)?.[1] ?? '/';
  return { ...targetOf({ target: url }, {}), path };
}

const wget: Program = (run, args) => {
  const { host: name, port, path } = urlOf(args);
  const answer = inquire(run, { method: 'GET', host: name, port, path });
  if (answer === undefined) return;
  const place = `${name} (${answer.addresses?.[0] ?? name}:${port})`;
  const isQuiet = args.some((arg) => /^-[a-zA-Z]*q/.test(arg));
  if (answer.status === undefined && !answer.isGood) {
    if (answer.failure === 'unknown-name') complain(run, `wget: bad address '${name}'`);
    else if (answer.failure === 'timeout') complain(run, 'wget: download timed out');
    else complain(run, `wget: can't connect to remote host (${answer.addresses?.[0] ?? name}): ${whyNot(answer)}`);
    return;
  }
  if (!isQuiet) print(run, `Connecting to ${place}\n`, 'stderr');
  if ((answer.status ?? 200) >= 400)
    complain(run, `wget: server returned error: HTTP/1.1 ${statusLine(answer.status)}`);
  else {
    const at = args.findIndex((arg) => /^-[a-zA-Z]*O/.test(arg));
    const word = args[at] ?? '';
    const into = at < 0 ? nameOf(path) : word.endsWith('O') ? (args[at + 1] ?? '-') : word.slice(word.indexOf('O') + 1);
    if (into === '-') print(run, answer.text ?? '');
    else if (!args.includes('--spider')) writeFile(run, into, answer.text ?? '');
  }
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\?.*$/, '') || 'index.html';
}

const words: Readonly<Record<number, string>> = {
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

function statusLine(status = 200): string {
  return `${status} ${words[status] ?? 'OK'}`;
}

const curl: Program = (run, args) => {
  const { host: name, port, path } = urlOf(args.filter((_arg, i) => !/^-[HXdomw]$/.test(args[i - 1] ?? '')));
  const answer = inquire(run, { method: 'GET', host: name, port, path });
  if (answer === undefined) return;
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join('');
  if (answer.status === undefined && !answer.isGood) {
    const isSilent = flags.includes('s') && !flags.includes('S');
    const [status, why] = curlFailure(answer, name, port);
    if (isSilent) run.status = status;
    else complain(run, `curl: (${status}) ${why}`, status);
    return;
  }
  run.status = 0;
  const { status = 200, text = '' } = answer;
  if (flags.includes('f') && status >= 400) {
    complain(run, `curl: (22) The requested URL returned error: ${status}`, 22);
    return;
  }
  if (/[iI]/.test(flags)) print(run, `HTTP/1.1 ${statusLine(status)}\r\ncontent-length: ${text.length}\r\n\r\n`);
  const into = args[args.indexOf('-o') + 1] ?? '';
  const isWritten = args.includes('-o');
  if (!isWritten && !flags.includes('I')) print(run, text);
  else if (isWritten && into !== '/dev/null') writeFile(run, into, text);
  const format = args[args.indexOf('-w') + 1];
  if (args.includes('-w') && format !== undefined) {
    print(run, format.replaceAll('%{http_code}', `${status}`).replaceAll('\\n', '\n'));
  }
};

function curlFailure({ failure }: Answer, name: string, port: number): [number, string] {
  if (failure === 'unknown-name') return [6, `Could not resolve host: ${name}`];
  if (failure === 'timeout') return [28, `Connection timed out after 5000 milliseconds`];
  return [
    7,
    `Failed to connect to ${name} port ${port}: ${failure === 'unreachable' ? 'Host is unreachable' : 'Connection refused'}`,
  ];
}

/** The programs that ask the cluster, by name. */
export const networkPrograms: Readonly<Record<string, Program>> = {
  nslookup,
  dig,
  host,
  getent,
  ping,
  nc,
  wget,
  curl,
};
