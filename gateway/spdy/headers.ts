/** Headers as SPDY/3 sends them: names and values with their lengths, compressed over a whole connection. */

import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { SpdyError } from './frames.ts';
import { headerDictionary } from './header-dictionary.ts';

export type Headers = Readonly<Record<string, string>>;

/** bytes that headers may have when they are unpacked. */
const mostBytes = 256 * 1024;

/** Packs headers of one direction; each block leans on those before it. */
export class HeaderPacker {
  readonly #deflate: Deflate = createDeflate({ dictionary: headerDictionary });

  /** Packs headers. One after the other: the next only when this one is done. */
  async pack(headers: Headers): Promise<Buffer> {
    this.#deflate.write(writeBlock(headers));
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    return readAll(this.#deflate);
  }

  close(): void {
    this.#deflate.destroy();
  }
}

/** Unpacks headers of one direction. */
export class HeaderUnpacker {
  readonly #inflate: Inflate = createInflate({ dictionary: headerDictionary });
  #failure: Error | undefined;

  constructor() {
    this.#inflate.on('error', (error) => {
      this.#failure = error;
    });
  }

  /** Unpacks headers, in the order they came. @throws SpdyError */
  async unpack(packed: Buffer): Promise<Headers> {
    await new Promise<void>((resolve) => {
      this.#inflate.once('error', () => resolve());
      this.#inflate.write(packed, () => resolve());
    });
    if (this.#failure !== undefined) throw new SpdyError(`headers that cannot be unpacked: ${this.#failure.message}`);
    return readBlock(readAll(this.#inflate));
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function readAll(stream: Deflate | Inflate): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  for (let piece = stream.read() as Buffer | null; piece !== null; piece = stream.read() as Buffer | null) {
    length += piece.length;
    if (length > mostBytes) throw new SpdyError('headers that are too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Writes headers as they are before they are packed. */
export function writeBlock(headers: Headers): Buffer {
  const entries = Object.entries(headers);
  const texts = entries.flatMap(([name, value]) => [name.toLowerCase(), value]);
  return Buffer.concat([numberBytes(entries.length), ...texts.flatMap((text) => withLength(text))]);
}

function withLength(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'utf8');
  return [numberBytes(bytes.length), bytes];
}

function numberBytes(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Reads unpacked headers; names in lower case. @throws SpdyError */
export function readBlock(block: Buffer): Headers {
  const headers: Record<string, string> = {};
  let at = 0;
  const number = () => {
    if (at + 4 > block.length) throw new SpdyError('headers that are cut off');
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const text = () => {
    const length = number();
    if (at + length > block.length) throw new SpdyError('headers that are cut off');
    at += length;
    return block.toString('utf8', at - length, at);
  };
  const count = number();
  for (let i = 0; i < count; i++) {
    const name = text().toLowerCase();
    headers[name] = text();
  }
  return headers;
}
