import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpdyConnection, type SpdyStream } from './connection.ts';
import { type Frame, FrameReader, writeFrame } from './frames.ts';
import { headerDictionary } from './header-dictionary.ts';
import { HeaderPacker, HeaderUnpacker, readBlock, writeBlock } from './headers.ts';

const stream = fc.integer({ min: 1, max: 0x7fff_ffff });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: fc.constant('data' as const), stream, isLast: fc.boolean(), bytes }),
  fc.record({
    kind: fc.constantFrom('syn-stream' as const, 'syn-reply' as const, 'headers' as const),
    stream,
    isLast: fc.boolean(),
    headers: bytes,
  }),
  fc.record({ kind: fc.constant('rst-stream' as const), stream, status: word }),
  fc.record({ kind: fc.constant('ping' as const), id: word }),
  fc.record({ kind: fc.constant('go-away' as const), lastStream: stream, status: word }),
  fc.record({ kind: fc.constant('window-update' as const), stream, delta: stream }),
  fc.record({
    kind: fc.constant('settings' as const),
    entries: fc.array(fc.record({ id: fc.integer({ min: 0, max: 0xff_ffff }), value: word }), { maxLength: 5 }),
  }),
);
const headers = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string({ maxLength: 40 }), { maxKeys: 8 });

describe('frames', () => {
  test('are read as they were written, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (frames, size) => {
        const all = Buffer.concat(frames.map(writeFrame));
        const reader = new FrameReader();
        const read: Frame[] = [];
        for (let at = 0; at < all.length; at += size) read.push(...reader.take(all.subarray(at, at + size)));
        expect(read).toEqual(frames);
      }),
    );
  });

  test('that are none are refused, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        try {
          new FrameReader().take(noise);
        } catch (error) {
          expect((error as Error).constructor.name).toBe('SpdyError');
        }
      }),
    );
  });
});

describe('headers', () => {
  test('come through the packing of a whole connection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { maxLength: 5 }), async (blocks) => {
        const [packer, unpacker] = [new HeaderPacker(), new HeaderUnpacker()];
        for (const block of blocks) expect(await unpacker.unpack(await packer.pack(block))).toEqual(block);
        packer.close();
        unpacker.close();
      }),
      { numRuns: 30 },
    );
  });

  test('that are cut off, or are noise, are refused', async () => {
    const block = writeBlock({ name: 'value' });
    expect(() => readBlock(block.subarray(0, block.length - 1))).toThrow(/cut off/);
    await expect(new HeaderUnpacker().unpack(Buffer.from('noise'))).rejects.toThrow(/cannot be unpacked/);
  });

  test('lean on the dictionary of SPDY/3, whose check sum every peer compares', () => {
    let [a, b] = [1, 0];
    for (const byte of headerDictionary) {
      a = (a + byte) % 65_521;
      b = (b + a) % 65_521;
    }
    expect(((b * 65_536 + a) >>> 0).toString(16)).toBe('e3c6a7c2');
  });
});

/** The other side of a connection. */
class Peer {
  readonly sent: Frame[] = [];
  readonly connection: SpdyConnection;
  readonly packer = new HeaderPacker();
  private readonly socket: Duplex;

  constructor() {
    const reader = new FrameReader();
    this.socket = new Duplex({
      read: () => {},
      write: (chunk: Buffer, _encoding, done) => {
        this.sent.push(...reader.take(chunk));
        done();
      },
    });
    this.connection = new SpdyConnection(this.socket);
  }

  send(one: Frame): void {
    this.socket.push(writeFrame(one));
  }

  async open(id: number, named: Record<string, string>): Promise<SpdyStream> {
    const opened = new Promise<SpdyStream>((resolve) => {
      this.connection.onStream = resolve;
    });
    this.send({ kind: 'syn-stream', stream: id, isLast: false, headers: await this.packer.pack(named) });
    return opened;
  }
}

describe('a connection', () => {
  test('answers streams, and carries bytes both ways to their ends', async () => {
    const peer = new Peer();
    const opened = await peer.open(1, { streamtype: 'data', port: '80' });
    expect(opened.headers).toEqual({ streamtype: 'data', port: '80' });
    peer.send({ kind: 'data', stream: 1, isLast: true, bytes: Buffer.from('question') });
    const got = await new Promise<string>((resolve) => {
      let text = '';
      opened.onBytes = (more) => {
        text += more;
      };
      opened.onEnd = () => resolve(text);
    });
    expect(got).toBe('question');
    opened.write('answer');
    opened.end();
    expect(peer.sent.map(({ kind }) => kind)).toEqual(['syn-reply', 'data', 'data']);
    expect(peer.sent.at(-1)).toMatchObject({ isLast: true });
  });

  test('answers pings, gives up streams nobody knows, and goes away', async () => {
    const peer = new Peer();
    await peer.open(1, {});
    peer.send({ kind: 'ping', id: 7 });
    peer.send({ kind: 'data', stream: 9, isLast: false, bytes: Buffer.from('x') });
    const reset = await peer.open(3, {}).then(
      (opened) =>
        new Promise<string>((resolve) => {
          opened.onReset = () => resolve('reset');
          peer.send({ kind: 'rst-stream', stream: 3, status: 5 });
        }),
    );
    expect(reset).toBe('reset');
    peer.connection.close();
    expect(peer.sent.filter(({ kind }) => kind !== 'syn-reply')).toEqual([
      { kind: 'ping', id: 7 },
      { kind: 'rst-stream', stream: 9, status: 2 },
      { kind: 'go-away', lastStream: 3, status: 0 },
    ]);
  });

  test('ends when its peer does not speak SPDY', async () => {
    const peer = new Peer();
    const closed = new Promise<void>((resolve) => {
      peer.connection.onClose = resolve;
    });
    peer.send({ kind: 'syn-stream', stream: 1, isLast: false, headers: Buffer.from('noise') });
    await closed;
  });
});
