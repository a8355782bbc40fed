/** Prefers nodes that have a pod's images already, the more so the larger and the wider spread those are. */

import { nodesInOrder } from '../cache.ts';
import { maxNodeScore, type Plugin } from '../plugin.ts';

const mib = 1024 * 1024;
const leastBytes = 23 * mib;
const mostBytesPerContainer = 1000 * mib;

/** ImageLocality. */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  weight: 1,
  helpedBy: [],
  score({ pod, cache }, nodes) {
    const names = pod.spec.containers.map(({ image }) => withTag(image ?? ''));
    // Nobody has any of them: all nodes score the same.
    if (!names.some((name) => cache.imageNodes.has(name))) return undefined;
    const nodeCount = nodesInOrder(cache).length;
    const most = mostBytesPerContainer * names.length;
    return nodes.map(({ images }) => {
      let sum = 0;
      for (const name of names) {
        const bytes = images.get(name);
        if (bytes !== undefined) sum += Math.floor((bytes * (cache.imageNodes.get(name) ?? 0)) / nodeCount);
      }
      const bounded = Math.min(Math.max(sum, leastBytes), most);
      return Math.floor((maxNodeScore * (bounded - leastBytes)) / (most - leastBytes));
    });
  },
};

function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
