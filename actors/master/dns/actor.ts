/** The cluster DNS's behaviour: what it watches, and how it answers. */

import { defineActor, type Self } from '../../../protocol/actor.ts';
import type { InformerChanged, InformerInput, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { NameRefused, NameResolve, NameResolved } from '../../../protocol/messages/network.ts';
import type { Endpoints, Service } from '../../../protocol/objects.ts';
import { childAddress, clusterOf, masterGroup } from '../../../protocol/subjects.ts';
import { applyChanges, makeStore, type Store } from '../../client-go/store.ts';
import type { DnsConfig } from './flags.ts';
import { machine } from './machine.ts';
import { resolve, type Zone } from './records.ts';

/** What a DNS server is started with. */
export interface DnsInput {
  /** The API servers' queue group. */
  apiserver: string;
  config: DnsConfig;
}

/** What a DNS server knows. */
export interface DnsMemory {
  input: DnsInput;
  services: Store<Service>;
  endpoints: Store<Endpoints>;
  synced: Set<string>;
}

type Me = Self<DnsMemory>;

const watched = ['services', 'endpoints'];

/** One replica of the cluster's DNS. */
export const dns = defineActor<DnsMemory, DnsInput>({
  kind: 'dns',
  machine,
  memory: (input) => ({ input, services: makeStore(), endpoints: makeStore(), synced: new Set() }),
  behaviour: {
    actions: {
      watch,
      takeChanges: ({ memory }, { body }: InformerChanged) => {
        if (body.resource === 'services') applyChanges(memory.services, body.changes);
        else applyChanges(memory.endpoints, body.changes);
      },
      noteSynced: ({ memory }, { body }: InformerSynced) => {
        memory.synced.add(body.resource);
      },
      joinGroup: (self) => self.subscribe(masterGroup(clusterOf(self.address), 'dns'), { queue: true }),
      answer,
      refuse: (self, event: NameResolve) =>
        self.reply<NameRefused>(event, 'name.refused', { name: event.body.name, code: 'SERVFAIL' }),
    },
    guards: {
      isSynced: ({ memory }) => watched.every((resource) => memory.synced.has(resource)),
    },
  },
});

function watch(self: Me): void {
  for (const resource of watched) {
    const input: InformerInput = { resource, apiserver: self.memory.input.apiserver };
    self.spawn(childAddress(self.address, 'informer', resource), 'informer', input);
  }
}

function answer(self: Me, event: NameResolve): void {
  const { services, endpoints, input } = self.memory;
  const zone: Zone = {
    domain: input.config['cluster-domain'],
    service: (namespace, name) => services.objects.get(`${namespace}/${name}`),
    endpoints: (namespace, name) => endpoints.objects.get(`${namespace}/${name}`),
  };
  const result = resolve(zone, event.body);
  if (typeof result === 'string') {
    self.reply<NameRefused>(event, 'name.refused', { name: event.body.name, code: result });
  } else self.reply<NameResolved>(event, 'name.resolved', { ...result, ttlSeconds: input.config.ttl });
}
