/** What a command says, kept for its test instead of printed. */

import { afterEach, beforeEach, vi } from 'vitest';

/** What the process wrote since its test began, or since it was emptied. */
export interface Said {
  out: string;
  err: string;
}

/** Keeps what the process writes in each test of this file. */
export function keepSaid(): Said {
  const said: Said = { out: '', err: '' };
  const keep = (stream: 'stdout' | 'stderr', name: keyof Said) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    });
  beforeEach(() => {
    Object.assign(said, { out: '', err: '' });
    keep('stdout', 'out');
    keep('stderr', 'err');
  });
  afterEach(() => vi.restoreAllMocks());
  return said;
}
