/** What the runtime says when it says no, in containerd's words. */

import type { ImageUnavailable } from '../../../protocol/messages/registry.ts';
import { canonicalReference, manifestUrl, parseReference } from '../../client/registry/reference.ts';

/** Why a pull failed. `timeout`: the registry did not answer; `stalled`: it stopped in the middle. */
export type PullFailure = ImageUnavailable['body']['code'] | 'timeout' | 'stalled' | 'unreachable';

/** Says that an image could not be pulled. */
export function pullMessage(image: string, failure: PullFailure): string {
  const reference = canonicalReference(image);
  const pull = `failed to pull and unpack image "${reference}"`;
  const resolve = `${pull}: failed to resolve reference "${reference}"`;
  const host = hostOf(image);
  switch (failure) {
    case 'not-found':
      return `rpc error: code = NotFound desc = ${resolve}: ${reference}: not found`;
    case 'unauthorized':
      return (
        `rpc error: code = Unknown desc = ${resolve}: pull access denied, repository does not exist or may require ` +
        'authorization: server message: insufficient_scope: authorization failed'
      );
    case 'unavailable':
      return (
        `rpc error: code = Unknown desc = ${resolve}: unexpected status from HEAD request to ${manifestUrl(image)}: ` +
        '503 Service Unavailable'
      );
    case 'stalled':
      return `rpc error: code = Canceled desc = ${pull}: context canceled`;
    case 'timeout':
    case 'unreachable': {
      const why = failure === 'timeout' ? 'i/o timeout' : 'connect: connection refused';
      return `rpc error: code = Unknown desc = ${resolve}: failed to do request: Head "${manifestUrl(image)}": dial tcp ${host}:443: ${why}`;
    }
  }
}

function hostOf(image: string): string {
  const { domain } = parseReference(image);
  return domain === 'docker.io' ? 'registry-1.docker.io' : domain;
}

/** Says that a sandbox could not be made for lack of its image. */
export function sandboxImageMessage(image: string, why: string): string {
  const [, code = 'Unknown', reason = why] = /^rpc error: code = (\w+) desc = (.*)$/s.exec(why) ?? [];
  return `rpc error: code = ${code} desc = failed to get sandbox image "${image}": failed to pull image "${image}": ${reason}`;
}

/** Says that a sandbox got no address. */
export function sandboxNetworkMessage(sandboxId: string, why: string): string {
  return `rpc error: code = Unknown desc = failed to setup network for sandbox "${sandboxId}": ${why}`;
}

/** Says that there is no such container or sandbox. */
export function notFoundMessage(what: 'container' | 'sandbox', id: string): string {
  return `rpc error: code = NotFound desc = an error occurred when try to find ${what} "${id}": not found`;
}

/** Says that the runtime does not take calls yet. */
export const unavailableMessage =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ' +
  'dial unix /run/containerd/containerd.sock: connect: connection refused"';
