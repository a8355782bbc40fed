/** Commands run in containers: what they print comes by a stream from there, what is typed goes by one from here. */

import type { Message } from '../../protocol/message.ts';
import type {
  AttachRun,
  CommandEnded,
  ExecRun,
  InputOpen,
  InputTyped,
  OutputWritten,
} from '../../protocol/messages/streaming.ts';
import type { ClusterLink, StreamReading, StreamWriting } from '../cluster-link.ts';

/** Which of a process's streams are wanted, and what is run. */
export interface SessionOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  /** Absent: the container's own process is attached to. */
  readonly command?: readonly string[];
}

/** How a session ended; without exit code the connection was lost, or (attached) its container's process ended. */
export interface Ending {
  readonly exitCode?: number;
  readonly error?: string;
}

/** Who is told what a session prints, and how it ended. */
export interface Viewer {
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  onEnd(ending: Ending): void;
}

/** A session under way. */
export interface Session {
  type(text: string): void;
  closeInput(): void;
  /** Gives it up. */
  close(): void;
}

/** All sessions of a link. */
export class Sessions {
  readonly #link: ClusterLink;
  readonly #inputs = new Map<number, Input>();
  #count = 0;

  constructor(link: ClusterLink) {
    this.#link = link;
    link.takeStreams('input.open', (opening, writing) => {
      const { session } = (opening as InputOpen).body;
      const input = this.#inputs.get(session);
      if (input === undefined) writing.end('closed');
      else input.connect(writing);
    });
  }

  /** Begins a session in a container. */
  begin(
    { containerId, address }: { containerId: string; address: string },
    options: SessionOptions,
    viewer: Viewer,
  ): Session {
    this.#count += 1;
    const session = this.#count;
    const { stdin, stdout, stderr, tty, command } = options;
    const body = { containerId, session, stdin, stdout, stderr, tty };
    const reading =
      command === undefined
        ? this.#link.open<AttachRun>(address, 'attach.run', body)
        : this.#link.open<ExecRun>(address, 'exec.run', { ...body, command });
    const input = new Input();
    if (stdin) this.#inputs.set(session, input);
    void show(reading, options, viewer).finally(() => {
      input.close();
      this.#inputs.delete(session);
    });
    return {
      type: (text) => input.type(text),
      closeInput: () => input.close(),
      close: () => reading.close(),
    };
  }
}

async function show(reading: StreamReading, options: SessionOptions, viewer: Viewer): Promise<void> {
  let ending: Ending | undefined;
  for await (const message of reading) {
    if (message.type === 'command.ended') ending = (message as CommandEnded).body;
    else showOutput(message, options, viewer);
  }
  const isAttached = options.command === undefined;
  viewer.onEnd(ending ?? (isAttached && reading.ending === 'ended' ? { exitCode: 0 } : {}));
}

function showOutput(message: Message, { stdout, stderr }: SessionOptions, viewer: Viewer): void {
  if (message.type !== 'output.written') return;
  const { stream, text } = (message as OutputWritten).body;
  if (stream === 'stdout' ? stdout : stderr) viewer.onOutput(stream, text);
}

/** What is typed, kept until the container reads it. */
class Input {
  #writing: StreamWriting | undefined;
  #early = '';
  #isClosed = false;

  connect(writing: StreamWriting): void {
    this.#writing = writing;
    if (this.#early !== '') writing.push<InputTyped>('input.typed', { text: this.#early });
    this.#early = '';
    if (this.#isClosed) writing.end('closed');
  }

  type(text: string): void {
    if (text === '' || this.#isClosed) return;
    if (this.#writing === undefined) this.#early += text;
    else this.#writing.push<InputTyped>('input.typed', { text });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#writing?.end('closed');
  }
}
