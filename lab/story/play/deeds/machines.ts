/** The deeds of those who stand at the machines: new nodes, and the manifest folders of their kubelets. */

import type { NodeGroup } from '../../../../deploy/cluster-spec.ts';
import type { ManifestPlace, ManifestRemove } from '../../../../protocol/messages/manifest.ts';
import type { Pod } from '../../../../protocol/objects.ts';
import { nodeAddress } from '../../../../protocol/subjects.ts';
import { joiners, withTextCapacity } from '../../cluster-of.ts';
import type { Deeds } from '../../format.ts';
import { chooseNodes } from '../choose.ts';
import type { Stage } from '../stage.ts';

/** Starts machines that join the cluster. */
export function join(stage: Stage, given: NodeGroup | readonly NodeGroup[]): string[] {
  const { zones } = stage.story.cluster ?? {};
  return [given].flat().flatMap((group) => {
    const full = { ...(zones !== undefined && { zones }), ...withTextCapacity(group) };
    const nodes = joiners(stage.groups, full);
    stage.groups.push(full);
    for (const node of nodes) stage.cluster.join(node);
    stage.meter.tellNodes();
    return nodes.map(({ name }) => name);
  });
}

/** Writes a pod's manifest into nodes' manifest folders. */
export function place(stage: Stage, { node, file }: NonNullable<Deeds['place']>, manifest: Pod): string[] {
  return chooseNodes(stage, node).map((name) => {
    stage.engine.inject<ManifestPlace>(kubeletOf(stage, name), 'manifest.place', { file, manifest });
    return `${file} on ${name}`;
  });
}

/** Removes a manifest from nodes' manifest folders. */
export function removeFile(stage: Stage, { node, file }: NonNullable<Deeds['remove']>): string[] {
  return chooseNodes(stage, node).map((name) => {
    stage.engine.inject<ManifestRemove>(kubeletOf(stage, name), 'manifest.remove', { file });
    return `${file} from ${name}`;
  });
}

function kubeletOf({ cluster }: Stage, node: string): string {
  return nodeAddress(cluster.spec.name, node, 'kubelet');
}
