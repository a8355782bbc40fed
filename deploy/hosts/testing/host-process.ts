/** A program that is a host and nothing else: joins, says what becomes of it, a line of JSON each, and runs until it is killed. */

import { connect } from 'nats';
import { HostsError } from '../hosts-error.ts';
import { Membership } from '../membership.ts';
import type { RoleAsk } from '../role-claims.ts';

const [url = '', host = '', roles = '', leaseMaxAgeMs = '1500', fingerprint = 'aaaaaaaaaaaa'] = process.argv.slice(2);

const say = (event: string, more: object = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);

const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
try {
  const membership = await Membership.join(connection, {
    cluster: 'c',
    host,
    code: { version: '1.0.0', fingerprint },
    founding: {
      frame: {
        name: 'c',
        controlPlane: { etcd: 3, apiserver: 2, scheduler: 1, 'controller-manager': 1, dns: 2 },
        settings: {},
        images: [],
      },
      seed: 7,
      foundedAt: 0,
    },
    asked: { roles: roles.split(',').map((component) => ({ component }) as RoleAsk) },
    leaseMaxAgeMs: Number(leaseMaxAgeMs),
  });
  await membership.keep({
    unsure: (why) => say('unsure', { why }),
    sure: (gapMs) => say('sure', { gapMs, isValid: membership.isSurelyValid() }),
    lost: (error) => {
      say('lost', { message: error.message, isValid: membership.isSurelyValid() });
      process.exit(1);
    },
    changed: () => {},
  });
  process.on('SIGTERM', async () => {
    await membership.leave();
    say('left');
    process.exit(0);
  });
  say('joined', { entry: membership.entry });
} catch (error) {
  if (!(error instanceof HostsError)) throw error;
  say('refused', { code: error.code, message: error.message, fix: error.fix });
  process.exit(1);
}
