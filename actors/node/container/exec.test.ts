import { describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ContainerConfig } from '../../../protocol/messages/cri.ts';
import { World } from '../testing/world.ts';

const web = 'c.node.n1.pod.a.container.web';

/** A pod in which commands are run as somebody outside does, over a terminal or not. */
class Outside {
  readonly world = new World((scene) => new Engine(scene));
  readonly containerId: string;
  private shown: Message[] = [];
  private input: Message | undefined;

  constructor(config: Partial<ContainerConfig> = {}) {
    this.containerId = this.world.pod('a', config).containerId;
  }

  /** Opens a command; gives the number of its stream. */
  open(command: readonly string[], { stdin = false, tty = false } = {}): number {
    const body = { containerId: this.containerId, session: 1, command, stdin, stdout: true, stderr: true, tty };
    const stream = this.world.kubelet.open<Message>(web, 'exec.run', body);
    this.wait(50);
    return stream;
  }

  wait(ms: number): void {
    this.world.engine.runFor(ms);
    const got = this.world.kubelet.take();
    this.input = got.find(({ type }) => type === 'input.open') ?? this.input;
    this.shown.push(...got.filter(({ type }) => type === 'output.written' || type === 'command.ended'));
  }

  type(text: string): void {
    const key = this.input as Message;
    this.world.kubelet.push(key, 'input.typed', { text });
    this.wait(50);
  }

  closeInput(): void {
    this.world.kubelet.end(this.input as Message);
    this.wait(50);
  }

  /** What was shown since the last time: output as text, errors after `!`, the end as `=code`. */
  take(): string {
    const words = this.shown.map(({ type, body }) => {
      const { stream, text, exitCode, error } = body as Record<string, string | number>;
      if (type === 'command.ended') return error === undefined ? `=${exitCode}` : `=${exitCode} ${error}`;
      return stream === 'stderr' ? `!${text}` : text;
    });
    this.shown = [];
    return words.join('');
  }

  run(...command: string[]): string {
    this.open(command);
    return this.take();
  }

  sh(script: string): string {
    return this.run('sh', '-c', script);
  }
}

describe('a command run from outside', () => {
  test('finds what is mounted, its environment, and what the kubelet puts into every container', () => {
    const outside = new Outside({
      env: { COLOR: 'blue' },
      files: { '/etc/config/app.conf': 'a=1\nb=2\n', '/etc/config/x': 'y' },
    });
    expect(outside.run('cat', '/etc/config/app.conf')).toBe('a=1\nb=2\n=0');
    expect(outside.run('printenv', 'COLOR')).toBe('blue\n=0');
    expect(outside.run('hostname')).toBe('a\n=0');
    expect(outside.run('ls', '/etc/config')).toBe('app.conf\nx\n=0');
    expect(outside.run('cat', '/etc/resolv.conf')).toContain('search default.svc.cluster.local');
    expect(outside.sh('grep 10.244 /etc/hosts | cut -f2')).toBe('a\n=0');
    expect(outside.run('cat', '/nowhere')).toBe("!cat: can't open '/nowhere': No such file or directory\n=1");
  });

  test('is a shell’s script: lists, conditions, pipes, variables, exit codes', () => {
    const outside = new Outside();
    expect(outside.sh('echo one; false && echo two || echo three')).toBe('one\nthree\n=0');
    expect(outside.sh('seq 20 | tail -n 2 | tr 0-9 a-j')).toBe('bj\nca\n=0');
    expect(outside.sh('x=4; echo $((x * 2 + 1)) "$x"')).toBe('9 4\n=0');
    expect(outside.sh('printf "b\\na\\n" | sort | head -1; exit 3')).toBe('a\n=3');
    expect(outside.sh('nothing; echo $?')).toBe('!sh: nothing: not found\n127\n=0');
    expect(outside.sh('for i in 1 2 3; do if [ $i = 2 ]; then continue_; fi; done 2>/dev/null; echo end')).toContain(
      'end',
    );
    expect(outside.sh('echo saved > /tmp/f; cat < /tmp/f; echo lost 2>/dev/null >&2')).toBe('saved\n!lost\n=0');
  });

  test('that the image does not have is refused in the runtime’s words', () => {
    const outside = new Outside();
    expect(outside.run('tar', 'cf', '-', '/tmp')).toMatch(
      /^=126 failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "tar": executable file not found in \$PATH: unknown$/,
    );
    expect(outside.run('/bin/nothing')).toMatch(
      /^=127 .*exec: "\/bin\/nothing": stat \/bin\/nothing: no such file or directory/,
    );
    expect(outside.run('cd', '/')).toMatch(/executable file not found/);
    expect(outside.run('web-cli', 'ping')).toBe('=0');
  });

  test('shows its output when it is printed, and ends when it does', () => {
    const outside = new Outside();
    outside.open(['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 1; done']);
    expect(outside.take()).toBe('1\n');
    outside.wait(1000);
    expect(outside.take()).toBe('2\n');
    outside.wait(2000);
    expect(outside.take()).toBe('3\n=0');
    outside.open(['sh', '-c', 'while true; do echo x; sleep 4; done']);
    outside.wait(40_000);
    expect(outside.take()).toBe('x\n'.repeat(11));
  });

  test('asks the cluster', () => {
    const outside = new Outside();
    outside.world.name('web', outside.world.status(outside.containerId) && '10.244.1.1');
    outside.open(['wget', '-qO-', 'http://localhost/x']);
    outside.wait(100);
    expect(outside.take()).toBe('a\n=0');
    outside.open(['sh', '-c', 'curl -s localhost:81; echo $?; curl -s localhost; echo $?']);
    outside.wait(100);
    expect(outside.take()).toBe('7\na\n0\n=0');
    outside.open(['wget', '-qO-', 'http://nobody/']);
    outside.wait(6000);
    expect(outside.take()).toBe("!wget: bad address 'nobody'\n=1");
    outside.open(['curl', '-s', 'http://localhost:81']);
    outside.wait(100);
    expect(outside.take()).toBe('=7');
  });

  test('reads what is typed until its end', () => {
    const outside = new Outside();
    outside.open(['cat'], { stdin: true });
    outside.type('one\n');
    expect(outside.take()).toBe('one\n');
    outside.type('two\n');
    expect(outside.take()).toBe('two\n');
    outside.closeInput();
    expect(outside.take()).toBe('=0');
    outside.open(['sh'], { stdin: true });
    outside.type('x=5\nfor i in a b; do\n');
    outside.type('echo $i$x\ndone\n');
    outside.closeInput();
    expect(outside.take()).toBe('a5\nb5\n=0');
  });

  test('can tell the program to end, where that handles it', () => {
    const outside = new Outside();
    expect(outside.run('kill', '-9', '1')).toBe('=0');
    outside.open(['kill', '1']);
    outside.wait(100);
    expect(outside.world.status(outside.containerId)).toMatchObject({ state: 'exited', exitCode: 0 });
  });

  test('is ended with its container', () => {
    const outside = new Outside();
    outside.open(['sleep', '1000']);
    outside.world.cri('container.stop', { containerId: outside.containerId, timeoutSeconds: 0 });
    outside.wait(100);
    expect(outside.take()).toBe('=137');
  });
});

describe('a shell on a terminal', () => {
  test('prompts, echoes, keeps its variables and its directory, and leaves with Ctrl-D', () => {
    const outside = new Outside();
    outside.open(['sh'], { stdin: true, tty: true });
    expect(outside.take()).toBe('/ # ');
    outside.type('cd /tmp\r');
    expect(outside.take()).toBe('cd /tmp\r\n/tmp # ');
    outside.type('x=1');
    outside.type('\u007f2\r');
    expect(outside.take()).toBe('x=1\b \b2\r\n/tmp # ');
    outside.type('echo $x; pwd\r');
    expect(outside.take()).toBe('echo $x; pwd\r\n2\r\n/tmp\r\n/tmp # ');
    outside.type('false\r');
    outside.type('\u0004');
    expect(outside.take()).toBe('false\r\n/tmp # exit\r\n=1');
  });

  test('ends what runs with Ctrl-C, and itself with exit', () => {
    const outside = new Outside();
    outside.open(['sh'], { stdin: true, tty: true });
    outside.type('sleep 100; echo no\r');
    outside.type('\u0003');
    outside.type('echo $?\r');
    expect(outside.take()).toBe('/ # sleep 100; echo no\r\n^C\r\n/ # echo $?\r\n130\r\n/ # ');
    outside.type('exit 4\r');
    expect(outside.take()).toBe('exit 4\r\n=4');
  });

  test('is the container’s own process where it was started so: its end is the container’s', () => {
    const outside = new Outside({ command: ['sh'], stdin: true, tty: true });
    const { containerId, world } = outside;
    const body = { containerId, session: 1, stdin: true, stdout: true, stderr: true, tty: true };
    world.kubelet.open<Message>(web, 'attach.run', body);
    outside.wait(50);
    outside.type('\r');
    expect(outside.take()).toBe('\r\n/ # ');
    outside.type('exit 5\r');
    expect(outside.take()).toBe('exit 5\r\n=5');
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 5 });
  });
});
