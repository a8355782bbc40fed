import { describe, expect, test } from 'vitest';
import { foretell, isKnownCommand } from './command.ts';

const files: Record<string, string> = { '/etc/greeting': 'hello\n' };
const surroundings = {
  env: { NAME: 'world', HOSTNAME: 'web-0' },
  readFile: (path: string) => files[path],
  answers: [],
};
const sh = (script: string) => foretell(['sh', '-c', script], surroundings);

describe('a command', () => {
  test.each([
    [['true'], 0],
    [['/bin/false'], 1],
    [['sh', '-c', 'exit 3'], 3],
    [['/bin/sh', '-c', 'true && false'], 1],
    [['/bin/sh', '-c', 'false || true'], 0],
    [['/bin/sh', '-ec', 'exit 300'], 44],
    [['cat', '/etc/greeting'], 0],
    [['cat', '/nowhere'], 1],
    [['test', '-f', '/etc/greeting'], 0],
    [['sh', '-c', '[ "$NAME" = world ]'], 0],
  ])('%j exits at once with %i', (argv, exitCode) => {
    expect(foretell(argv, surroundings)).toMatchObject({ end: 'exits', atMs: 0, exitCode });
  });

  test('sleeps, then exits', () => {
    expect(foretell(['sleep', '3600'], surroundings)).toMatchObject({ end: 'exits', atMs: 3_600_000, exitCode: 0 });
    expect(sh('sleep 5; exit 3')).toMatchObject({ end: 'exits', atMs: 5000, exitCode: 3 });
    expect(sh('sleep 1m')).toMatchObject({ atMs: 60_000 });
  });

  test.each([
    'while true; do echo hello; sleep 10; done',
    'sleep infinity',
    'tail -f /dev/null',
    'until false; do sleep 1; done',
  ])('"%s" lasts for ever', (script) => {
    expect(sh(script).end).toBe('lasts');
  });

  test('prints', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a shell's.
    expect(sh('echo "hello $NAME" from ${HOSTNAME}').output).toBe('hello world from web-0\n');
    expect(sh("echo '$NAME'").output).toBe('$NAME\n');
    expect(sh('echo $(cat /etc/greeting) again').output).toBe('hello again\n');
    expect(sh('for i in 1 2; do echo $i; done').output).toBe('1\n2\n');
    expect(foretell(['printenv', 'NAME'], surroundings).output).toBe('world\n');
  });

  test('writes and removes files over time, as in the liveness probe of the Kubernetes documentation', () => {
    const outcome = sh('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600');
    expect(outcome).toMatchObject({ end: 'exits', atMs: 630_000, exitCode: 0 });
    expect(outcome.effects).toEqual([
      { atMs: 0, path: '/tmp/healthy', content: '' },
      { atMs: 30_000, path: '/tmp/healthy' },
    ]);
  });

  test('redirects its output into a file', () => {
    expect(sh('echo one > /data/log; echo two >> /data/log').effects.at(-1)).toEqual({
      atMs: 0,
      path: '/data/log',
      content: 'one\ntwo\n',
    });
  });

  test('takes the branch its condition chooses', () => {
    expect(sh('if [ -f /etc/greeting ]; then exit 4; else exit 5; fi').exitCode).toBe(4);
    expect(sh('if [ -f /nowhere ]; then\n exit 4\nelse\n exit 5\nfi').exitCode).toBe(5);
    expect(sh('i=0; while true; do sleep 2; exit 7; done')).toMatchObject({ end: 'exits', atMs: 2000, exitCode: 7 });
  });

  test('stops where it asks the cluster something, and goes on with the answer', () => {
    const script = 'until nslookup db.$NAME; do sleep 2; done; nc -zv -w 3 db 5432 && wget -qO- http://db:81/ready';
    const ask = (...answers: boolean[]) =>
      foretell(['sh', '-c', script], { ...surroundings, answers: answers.map((isGood) => ({ isGood, tookMs: 10 })) });
    const name = { method: 'NAME', host: 'db.world' };
    expect(ask()).toMatchObject({ end: 'asks', atMs: 0, inquiry: name });
    expect(ask(false)).toMatchObject({ end: 'asks', atMs: 2010, inquiry: name });
    expect(ask(false, true)).toMatchObject({ atMs: 2020, inquiry: { method: 'CONNECT', host: 'db', port: 5432 } });
    expect(ask(true, false)).toMatchObject({ end: 'exits', exitCode: 1 });
    expect(ask(true, true)).toMatchObject({ inquiry: { method: 'GET', host: 'db', port: 81, path: '/ready' } });
    expect(ask(true, true, true)).toMatchObject({ end: 'exits', exitCode: 0, atMs: 30 });
  });

  test('that is no shell command is the image’s own program, from then on', () => {
    expect(foretell(['nginx', '-g', 'daemon off;'], surroundings)).toMatchObject({ end: 'serves', atMs: 0 });
    expect(sh('sleep 2 && exec /usr/bin/server --port 80')).toMatchObject({ end: 'serves', atMs: 2000 });
    expect(isKnownCommand(['nginx'])).toBe(false);
    expect(isKnownCommand(['/bin/sh', '-c', 'x'])).toBe(true);
  });
});
