/** What gRPC says of calls to the container runtime that fail. */

import type { CriRefused } from '../../../protocol/messages/cri.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';

/** The connection broke while a call was under way. */
export const connectionBroke = 'rpc error: code = Unavailable desc = error reading from server: EOF';

const notListening =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ' +
  'dial unix /run/containerd/containerd.sock: connect: connection refused"';

/** Gives the error of a call: the runtime's own, or what became of the call. */
export function rpcError(failure: CriRefused | RequestExpired): string {
  if (failure.type === 'cri.refused') return failure.body.message;
  const isRefused = failure.body.reason === 'refused';
  return isRefused ? notListening : 'rpc error: code = DeadlineExceeded desc = context deadline exceeded';
}

/** Gives what an error says without its code, as the kubelet shows most of them. */
export function descriptionOf(error: string): string {
  return /^rpc error: code = \w+ desc = (.*)$/s.exec(error)?.[1] ?? error;
}
