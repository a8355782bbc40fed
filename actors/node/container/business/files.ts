/** A container's files: what is mounted, what its pod's volumes hold, and what it has written itself. */

import type { VolumeContents } from '../../../../protocol/messages/container.ts';
import type { ContainerConfig } from '../../../../protocol/messages/cri.ts';

/** Where a path lies in a pod's volumes. */
export interface VolumePath {
  volume: string;
  path: string;
}

/** Finds the volume a path lies in, by the longest mount path; undefined for the container's own file system. */
export function volumePathOf({ volumes }: ContainerConfig, path: string): VolumePath | undefined {
  let best: string | undefined;
  for (const mount in volumes) {
    if (isBelow(path, mount) && mount.length > (best?.length ?? 0)) best = mount;
  }
  const volume = best === undefined ? undefined : volumes?.[best];
  return volume === undefined ? undefined : { volume, path: path.slice(best?.length).replace(/^\/*/, '') };
}

function isBelow(path: string, mount: string): boolean {
  return path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`);
}

/** Tells whether a command speaks of a path in a volume, so that it must know what the volume holds. */
export function mentionsVolume({ volumes }: ContainerConfig, argv: readonly string[]): boolean {
  for (const mount in volumes) if (argv.some((word) => word.includes(mount))) return true;
  return false;
}

/** Gives a reader of files: first what the container wrote, then what is mounted, then the volumes. */
export function fileReader(
  config: ContainerConfig,
  written: ReadonlyMap<string, string | undefined> | undefined,
  volumes: VolumeContents,
): (path: string) => string | undefined {
  return (path) => {
    if (written?.has(path)) return written.get(path);
    const mounted = config.files?.[path];
    if (mounted !== undefined) return mounted;
    const place = volumePathOf(config, path);
    return place === undefined ? undefined : volumes[place.volume]?.[place.path];
  };
}
