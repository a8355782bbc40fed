/** Who plays: every kind of actor, and the settings of those that have any. */

import { registry } from '../actors/client/registry/actor.ts';
import { flags as registryFlags } from '../actors/client/registry/flags.ts';
import { traffic } from '../actors/client/traffic/actor.ts';
import { informer } from '../actors/client-go/informer/actor.ts';
import { leaderElection } from '../actors/client-go/leader-election/actor.ts';
import { apiserver } from '../actors/master/apiserver/actor.ts';
import { flags as apiserverFlags } from '../actors/master/apiserver/flags.ts';
import { controllerManager, controllers } from '../actors/master/controller-manager/actor.ts';
import { flags as controllerManagerFlags } from '../actors/master/controller-manager/flags.ts';
import { dns } from '../actors/master/dns/actor.ts';
import { flags as dnsFlags } from '../actors/master/dns/flags.ts';
import { etcd } from '../actors/master/etcd/actor.ts';
import { flags as etcdFlags } from '../actors/master/etcd/flags.ts';
import { metricsServer } from '../actors/master/metrics-server/actor.ts';
import { flags as metricsServerFlags } from '../actors/master/metrics-server/flags.ts';
import { scheduler } from '../actors/master/scheduler/actor.ts';
import { flags as schedulerFlags } from '../actors/master/scheduler/flags.ts';
import { container } from '../actors/node/container/business/actor.ts';
import { pause } from '../actors/node/container/pause/actor.ts';
import { kubeProxy } from '../actors/node/kube-proxy/actor.ts';
import { flags as kubeProxyFlags } from '../actors/node/kube-proxy/flags.ts';
import { kubelet } from '../actors/node/kubelet/actor.ts';
import { flags as kubeletFlags } from '../actors/node/kubelet/flags.ts';
import { network } from '../actors/node/network/actor.ts';
import { flags as networkFlags } from '../actors/node/network/flags.ts';
import { pod } from '../actors/node/pod/actor.ts';
import { containerWorker } from '../actors/node/pod/container-worker/actor.ts';
import { runtime } from '../actors/node/runtime/actor.ts';
import { flags as runtimeFlags } from '../actors/node/runtime/flags.ts';
import type { ActorDefinition } from '../protocol/actor.ts';
import { FlagError, type Flags, type FlagValues, parseFlags } from '../protocol/flags.ts';
import { nearest } from '../protocol/spelling.ts';

/** Every kind of actor of a cluster and of the world around it. */
export const definitions: readonly ActorDefinition[] = [
  etcd,
  apiserver,
  controllerManager,
  ...controllers,
  scheduler,
  dns,
  metricsServer,
  kubelet,
  pod,
  containerWorker,
  runtime,
  pause,
  container,
  network,
  kubeProxy,
  informer,
  leaderElection,
  registry,
  traffic,
];

/** The settings of each component, by the component's kind. */
export const flagsOf = {
  etcd: etcdFlags,
  'kube-apiserver': apiserverFlags,
  'kube-controller-manager': controllerManagerFlags,
  'kube-scheduler': schedulerFlags,
  dns: dnsFlags,
  'metrics-server': metricsServerFlags,
  kubelet: kubeletFlags,
  'container-runtime': runtimeFlags,
  network: networkFlags,
  'kube-proxy': kubeProxyFlags,
  registry: registryFlags,
} as const satisfies Record<string, Flags>;

/** A component that has settings. */
export type ComponentName = keyof typeof flagsOf;

/** The settings of all components, complete. */
export type Configs = { readonly [Component in ComponentName]: FlagValues<(typeof flagsOf)[Component]> };

/** Settings as one writes them: by component, each flag by Kubernetes's own name. */
export type Settings = Readonly<Partial<Record<ComponentName, Readonly<Record<string, unknown>>>>>;

/**
 * Reads the settings of all components; what is not given is as Kubernetes has it.
 *
 * @throws FlagError naming the component, the flag and what to write, or the nearest component's name.
 */
export function parseSettings(settings: Settings): Configs {
  const names = Object.keys(flagsOf) as ComponentName[];
  for (const name of Object.keys(settings)) {
    if (!(name in flagsOf)) {
      throw new FlagError(`there is no component "${name}"${suggestion(name, names)}; components: ${names.join(', ')}`);
    }
  }
  return Object.fromEntries(names.map((name) => [name, parseComponent(name, settings[name] ?? {})])) as Configs;
}

function parseComponent(name: ComponentName, given: Readonly<Record<string, unknown>>): unknown {
  try {
    return parseFlags<Flags>(flagsOf[name], given);
  } catch (error) {
    if (error instanceof FlagError) throw new FlagError(`${name}: ${error.message}`);
    throw error;
  }
}

function suggestion(name: string, names: readonly string[]): string {
  const close = nearest(name, names);
  return close === undefined ? '' : ` (do you mean "${close}"?)`;
}
