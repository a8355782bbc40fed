/** What a machine brings when it joins the cluster as a node. */

import type { Pod, Taint } from './objects.ts';

/** Amounts of a node's resources, as quantities. */
export interface NodeCapacity {
  cpu: string;
  memory: string;
  pods: string;
  'ephemeral-storage': string;
  /** Extended resources, such as `example.com/gpu`. */
  [resource: string]: string;
}

/** One machine: its name, address and size, and what its kubelet is started with. */
export interface NodeConfig {
  name: string;
  /** Its InternalIP. */
  address: string;
  /** As kubelet's `--node-labels`; the well-known ones (hostname, os, arch, zone) are added. */
  labels: Readonly<Record<string, string>>;
  /** As kubelet's `--register-with-taints`. */
  taints: readonly Taint[];
  capacity: NodeCapacity;
  /** What of the capacity is not for pods, as `--system-reserved` and `--kube-reserved`. */
  systemReserved?: Readonly<Partial<NodeCapacity>>;
  kubeReserved?: Readonly<Partial<NodeCapacity>>;
  /** The failure domain it stands in, which becomes `topology.kubernetes.io/zone`. */
  zone?: string;
  /** Pod manifests by file name, put into the manifest folder when the machine first starts. */
  staticPods?: Readonly<Record<string, Pod>>;
}
