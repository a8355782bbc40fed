/** Starts a cluster: puts every component on its machine. */

import type { Engine } from '../engine/engine.ts';
import type { NodeConfig } from '../protocol/node-config.ts';
import {
  clientAddress,
  hostAddress,
  masterAddress,
  masterGroup,
  nodeAddress,
  registryAddress,
} from '../protocol/subjects.ts';
import { type ComponentName, type Configs, parseSettings } from './cast.ts';
import type { ClusterSpec, ControlPlane } from './cluster-spec.ts';
import { type ClusterPart, type hostActors, masterMachine } from './part.ts';

/** The machine outside the cluster that users, traffic and the image registry are on. */
export const outsideMachine = 'outside';

/** A cluster on an engine: started whole, or one host's part of it; then joined by more nodes. */
export class Cluster {
  readonly engine: Engine;
  readonly spec: ClusterSpec;
  readonly #part: ClusterPart | undefined;
  readonly #configs: Configs;
  readonly #nodes = new Map<string, NodeConfig>();

  /**
   * Takes a cluster's specification, and what of it is to run here: all of it unless told. Nothing runs yet.
   *
   * @throws FlagError when a setting is unknown or has a value its flag does not take.
   */
  constructor(engine: Engine, spec: ClusterSpec, part?: ClusterPart) {
    this.engine = engine;
    this.spec = spec;
    this.#part = part;
    this.#configs = parseSettings(spec.settings);
  }

  /** The nodes that were started, in that order, whether they still run or not. */
  get nodes(): readonly NodeConfig[] {
    return [...this.#nodes.values()];
  }

  /** The queue group of the API servers. */
  get apiserver(): string {
    return masterGroup(this.spec.name, 'apiserver');
  }

  /** Where metrics-server is, if the cluster has one. */
  get metricsServer(): string {
    return masterAddress(this.spec.name, 'metrics-server', 0);
  }

  /** The address of something of the host's own, such as the gateway: its own where a cluster has several hosts. */
  hostActor(name: (typeof hostActors)[number]): string {
    if (this.#part !== undefined) return hostAddress(this.spec.name, this.#part.host, name);
    return name === 'registry' ? registryAddress(this.spec.name) : clientAddress(this.spec.name, name);
  }

  /** Starts all components; their conversation brings the cluster up once the engine runs. */
  start(): void {
    this.engine.place(outsideMachine, {});
    const replicas = Math.max(...Object.values(this.spec.controlPlane));
    for (let i = 0; i < replicas; i++)
      this.#place(masterMachine(i), this.spec.masterZones?.[i % this.spec.masterZones.length]);
    this.#startMasters();
    const registry = { images: this.spec.images, config: this.#configs.registry };
    // It keeps nothing, so every host has one, as a mirror near its nodes.
    this.engine.spawn(this.hostActor('registry'), 'registry', registry, { machine: outsideMachine });
    for (const node of this.#part?.nodes ?? this.spec.nodes) this.join(node);
  }

  /**
   * Starts a machine that joins the cluster as a node: its network, container runtime, kubelet and kube-proxy.
   *
   * @throws Error when a node of that name was started before.
   */
  join(node: NodeConfig): void {
    if (this.#nodes.has(node.name)) throw new Error(`a node named "${node.name}" is in the cluster already`);
    this.#nodes.set(node.name, node);
    this.#place(node.name, node.zone);
    const { name } = this.spec;
    const here = { node: node.name, nodeIP: node.address, apiserver: this.apiserver };
    const start = (component: Parameters<typeof nodeAddress>[2], kind: ComponentName, input: object) =>
      this.engine.spawn(
        nodeAddress(name, node.name, component),
        kind,
        { ...input, config: this.#configs[kind] },
        { machine: node.name },
      );
    start('network', 'network', { ...here, dns: masterGroup(name, 'dns') });
    start('runtime', 'container-runtime', { node: node.name, registry: this.hostActor('registry') });
    start('kubelet', 'kubelet', { node, apiserver: this.apiserver });
    start('kube-proxy', 'kube-proxy', here);
  }

  #startMasters(): void {
    const { name, controlPlane } = this.spec;
    const members = Array.from({ length: controlPlane.etcd }, (_, i) => masterAddress(name, 'etcd', i));
    const start = (component: keyof ControlPlane, kind: ComponentName, input: object) => {
      for (const i of this.#replicas(component)) {
        const address = masterAddress(name, component, i);
        this.engine.spawn(address, kind, { ...input, config: this.#configs[kind] }, { machine: masterMachine(i) });
      }
    };
    start('etcd', 'etcd', { members });
    start('apiserver', 'kube-apiserver', { etcd: members });
    start('controller-manager', 'kube-controller-manager', { apiserver: this.apiserver });
    start('scheduler', 'kube-scheduler', { apiserver: this.apiserver });
    start('dns', 'dns', { apiserver: this.apiserver });
    if (this.spec.metricsServer !== true) return;
    if (this.#part !== undefined && this.#part.masters['metrics-server']?.includes(0) !== true) return;
    const input = { apiserver: this.apiserver, config: this.#configs['metrics-server'] };
    this.engine.spawn(this.metricsServer, 'metrics-server', input, { machine: masterMachine(0) });
  }

  /** The replicas of a component that run here. */
  #replicas(component: keyof ControlPlane): readonly number[] {
    if (this.#part !== undefined) return this.#part.masters[component] ?? [];
    return Array.from({ length: this.spec.controlPlane[component] }, (_, i) => i);
  }

  #place(machine: string, zone: string | undefined): void {
    this.engine.place(machine, zone === undefined ? {} : { zone });
  }
}
