/** What goes wrong with NATS, said in words: JetStream that is off, full, without a quorum, or not permitted. */

import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { HostsError } from './hosts-error.ts';

/** Answers of JetStream by their number; the numbers are nats-server's (server/errors.json). */
const noRoom = [10002, 10023, 10028, 10047, 10077];
const noQuorum = [10008, 10009, 10118];
const switchedOff = [10039, 10076];

/** Turns a failure of NATS into an error for people; any other is given back as it is. `doing` is what was tried. */
export function natsTrouble(error: unknown, connection: NatsConnection, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof HostsError) return error;
  const subject = serverOf(connection);
  const [what, fix] = describe(error) ?? [undefined, undefined];
  if (what === undefined) return error;
  return new HostsError('nats', subject, `${what}, while ${doing}`, fix, { cause: error });
}

/** Names the server as people know it. */
export function serverOf(connection: NatsConnection): string {
  return `NATS at ${connection.getServer()}`;
}

function describe(error: Error): [string, string] | undefined {
  const chain = causes(error);
  const named = (name: string) => chain.find((one) => one.name === name);
  const denied = named('PermissionViolationError') as (Error & { operation: string; subject: string }) | undefined;
  if (denied !== undefined) {
    const may = denied.operation === 'subscription' ? 'subscribe' : 'publish to';
    return [
      `does not let this user ${may} ${denied.subject}`,
      'permit it in the server: deploy/nats has a configuration with what a host needs',
    ];
  }
  const answer = chain.find((one): one is JetStreamApiError => one instanceof JetStreamApiError);
  if (named('JetStreamNotEnabled') !== undefined || (answer !== undefined && switchedOff.includes(answer.code))) {
    return [
      'has no JetStream for this account',
      'start it with a store: nats-server --jetstream --store_dir DIR; where it has accounts, enable it in this one',
    ];
  }
  if (answer !== undefined) return ofJetStream(answer);
  if (named('NoRespondersError') !== undefined) {
    return [
      'has no JetStream, or not what is to be kept there',
      'start it with a store: nats-server --jetstream --store_dir DIR',
    ];
  }
  if (named('TimeoutError') !== undefined) {
    return [
      'does not answer for JetStream',
      'see that a majority of the JetStream servers runs and that they reach each other: nats server report jetstream',
    ];
  }
  if (
    ['ClosedConnectionError', 'DrainingConnectionError', 'ConnectionError'].some((name) => named(name) !== undefined)
  ) {
    return ['is not connected any more', 'see why it ended the connection in the log of the server'];
  }
  return undefined;
}

function ofJetStream(answer: JetStreamApiError): [string, string] {
  const said = `${answer.message} (JetStream error ${answer.code})`;
  if (noRoom.includes(answer.code)) {
    return [
      `has no room left in JetStream: ${said}`,
      'remove what is not needed (nats stream ls, nats stream rm), or raise max_file_store of its jetstream part',
    ];
  }
  if (noQuorum.includes(answer.code)) {
    return [
      `has no quorum for JetStream: ${said}`,
      'start the missing servers: a majority of those with JetStream has to run',
    ];
  }
  return [`refuses: ${said}`, 'see the log of the server'];
}

function causes(error: Error): Error[] {
  const found: Error[] = [];
  for (let at: unknown = error; at instanceof Error && !found.includes(at); at = at.cause) found.push(at);
  return found;
}
