/** `pods/log`: a container's log as plain text, line by line as it comes. */

import type { Message } from '../../protocol/message.ts';
import type { LogLine, LogRead, LogWritten } from '../../protocol/messages/streaming.ts';
import { failure } from '../../protocol/status.ts';
import { fromRfc3339, toRfc3339 } from '../../protocol/time.ts';
import { always } from '../answers/encoding.ts';
import type { StreamReading } from '../cluster-link.ts';
import type { HttpResponse } from '../http.ts';
import { integerOption } from '../options.ts';
import { Refused } from '../refused.ts';
import { isTrue } from '../request-attributes.ts';
import { findContainer, type Guides, KubeletRefusal, type PodWay } from './destination.ts';

/** The options of a log, as PodLogOptions has them. */
export interface LogOptions {
  container?: string;
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  tailLines?: number;
  limitBytes?: number;
  sinceSeconds?: number;
  sinceTime?: string;
}

/** Reads the options of a log. @throws Refused */
export function logOptions(query: URLSearchParams): LogOptions {
  const options: LogOptions = {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
  };
  const container = query.get('container');
  if (container) options.container = container;
  for (const name of ['tailLines', 'limitBytes', 'sinceSeconds'] as const) {
    const number = integerOption(query, name);
    if (number !== undefined) options[name] = number;
  }
  const sinceTime = query.get('sinceTime');
  if (sinceTime) options.sinceTime = checkedTime(sinceTime);
  return options;
}

function checkedTime(text: string): string {
  try {
    fromRfc3339(text);
    return text;
  } catch {
    const quoted = JSON.stringify(text);
    throw new Refused(
      failure.badRequest(`parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`),
    );
  }
}

/** Answers with a log. @throws Refused */
export async function logAnswer(
  guides: Guides,
  way: PodWay,
  options: LogOptions,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const headers = { ...always, 'content-type': 'text/plain' };
  if (way.node === '') return { status: 204, headers: always, body: '' };
  const { containerId, address } = await find(guides, way, options.previous);
  const { link } = guides;
  const sinceMs = sinceOf(options, link.now());
  const body: LogRead['body'] = {
    containerId,
    follow: options.follow,
    ...(options.tailLines !== undefined && { tailLines: options.tailLines }),
    ...(sinceMs !== undefined && { sinceMs }),
  };
  const reading = link.open<LogRead>(address, 'log.read', body);
  signal?.addEventListener('abort', () => reading.close(), { once: true });
  return { status: 200, headers, body: text(reading, containerId, options) };
}

async function find(guides: Guides, way: PodWay, previous: boolean) {
  try {
    return await findContainer(guides, way, 'log', previous);
  } catch (error) {
    if (error instanceof KubeletRefusal) throw new Refused(statusOf(error, way.pod));
    throw error;
  }
}

/** Reads a kubelet's answer as the API server does (registry/generic/rest's GenericHttpResponseChecker). */
function statusOf({ code, message }: KubeletRefusal, pod: string) {
  if (code === 400) return failure.badRequest(message);
  if (code !== 404) return failure.internalError(message);
  const lost = failure.notFound('pods/log', pod);
  return { ...lost, message: `the server could not find the requested resource ( pods/log ${pod})` };
}

function sinceOf({ sinceSeconds, sinceTime }: LogOptions, now: number): number | undefined {
  if (sinceSeconds !== undefined) return now - sinceSeconds * 1000;
  return sinceTime === undefined ? undefined : fromRfc3339(sinceTime);
}

async function* text(
  reading: StreamReading,
  containerId: string,
  { timestamps, limitBytes }: LogOptions,
): AsyncGenerator<string | Uint8Array> {
  let left = limitBytes ?? Number.POSITIVE_INFINITY;
  try {
    // Headers go out at once, as the kubelet's zero-byte write makes them.
    yield '';
    for (let come = await reading.next(); come.length > 0; come = await reading.next()) {
      const written = come.map((message) => linesOf(message, timestamps)).join('');
      const bytes = Buffer.from(written);
      yield bytes.length <= left ? written : bytes.subarray(0, left);
      left -= bytes.length;
      if (left <= 0) return;
    }
    if (reading.ending === 'gone') yield `unable to retrieve container logs for containerd://${containerId}`;
  } finally {
    reading.close();
  }
}

function linesOf(message: Message, timestamps: boolean): string {
  if (message.type !== 'log.written') return '';
  const { lines } = (message as LogWritten).body;
  return lines.map((line) => `${timestamps ? `${stamp(line)} ` : ''}${line.text}\n`).join('');
}

/** Writes a time with all nine digits of its second, as the container runtime does. */
function stamp({ at }: LogLine): string {
  const nanos = Math.floor((at - Math.floor(at / 1000) * 1000) * 1_000_000);
  return `${toRfc3339(at).slice(0, -1)}.${String(nanos).padStart(9, '0')}Z`;
}
