/** kube-controller-manager's behaviour: its children, and when they live. */

import { type ActorDefinition, defineActor, type Self } from '../../../protocol/actor.ts';
import type { HealthCheck, HealthReported } from '../../../protocol/messages/health.ts';
import type { InformerInput } from '../../../protocol/messages/informer.ts';
import { childAddress } from '../../../protocol/subjects.ts';
import { leaveElection, standForElection } from '../../client-go/leader-election/candidacy.ts';
import { defineController } from './controller/actor.ts';
import { informerAddress } from './controller/informer-address.ts';
import type { ControllerInput } from './controller/rule.ts';
import { enabledRules, rules } from './controllers.ts';
import type { ControllerManagerConfig } from './flags.ts';
import { machine } from './machine.ts';

/** What a controller-manager is started with. */
export interface ControllerManagerInput {
  /** The API servers' queue group, or one of them. */
  apiserver: string;
  config: ControllerManagerConfig;
}

/** What a controller-manager knows: its children know the rest. */
export interface ControllerManagerMemory {
  readonly input: ControllerManagerInput;
  /** The children it has started to lead with. */
  children: string[];
}

type Me = Self<ControllerManagerMemory>;

const kind = 'kube-controller-manager';

/** The controller-manager: one of several, of which the one that leads runs the controllers. */
export const controllerManager = defineActor<ControllerManagerMemory, ControllerManagerInput>({
  kind,
  machine,
  memory: (input) => ({ input, children: [] }),
  behaviour: {
    actions: {
      standForElection: (self) => standForElection(self, { component: kind, reporter: kind, ...self.memory.input }),
      startControllers,
      stopEverything,
      reportHealth: (self, event: HealthCheck) => self.reply<HealthReported>(event, 'health.reported', undefined),
    },
    guards: { leadsAlone: (self) => !self.memory.input.config['leader-elect'] },
  },
});

/** The actors a controller-manager starts: one kind for each controller. */
export const controllers: readonly ActorDefinition[] = rules.map((rule) => defineController(rule));

/** Starts one informer for each resource that any controller watches, then the controllers, which subscribe to them. */
function startControllers(self: Me): void {
  const { apiserver, config } = self.memory.input;
  const enabled = enabledRules(config);
  for (const resource of new Set(enabled.flatMap(({ watched, mayWatch = [] }) => [...watched, ...mayWatch]))) {
    const input: InformerInput = { resource, apiserver, isShared: true };
    start(self, informerAddress(self.address, resource), 'informer', input);
  }
  const input: ControllerInput = { apiserver, config };
  for (const rule of enabled) start(self, childAddress(self.address, rule.kind), rule.kind, input);
}

function start(self: Me, address: string, kind: string, input: unknown): void {
  self.memory.children.push(address);
  self.spawn(address, kind, input);
}

function stopEverything(self: Me): void {
  for (const address of self.memory.children) self.stop(address);
  self.memory.children = [];
  leaveElection(self);
}
