/** A container's files: what is mounted, what its pod's volumes hold, and what it has written itself. */

import type { ContainerInput, VolumeContents } from '../../../../protocol/messages/container.ts';
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
  surrounded?: Surrounded,
): (path: string) => string | undefined {
  return (path) => {
    if (written?.has(path)) return written.get(path);
    const mounted = config.files?.[path];
    if (mounted !== undefined) return mounted;
    const place = volumePathOf(config, path);
    if (place !== undefined) return volumes[place.volume]?.[place.path];
    return surrounded !== undefined && path.startsWith('/etc/') ? systemFiles(surrounded)[path] : undefined;
  };
}

/** Lists the paths of all files. */
export function filePaths(
  input: ContainerInput,
  written: ReadonlyMap<string, string | undefined> | undefined,
  volumes: VolumeContents,
): string[] {
  const paths = new Set([...Object.keys(systemFiles(input)), ...Object.keys(input.config.files ?? {})]);
  for (const [mount, volume] of Object.entries(input.config.volumes ?? {})) {
    for (const path of Object.keys(volumes[volume] ?? {})) paths.add(`${mount.replace(/\/$/, '')}/${path}`);
  }
  for (const [path, content] of written ?? []) {
    if (content === undefined) paths.delete(path);
    else paths.add(path);
  }
  return [...paths];
}

/** The cluster's domain and its DNS Service, as kubeadm sets them up. */
const domain = 'cluster.local';
const nameserver = '10.96.0.10';

/** The files that the kubelet and the runtime put into every container, and those every image has. */
export function systemFiles({ hostname, ip, namespace }: Surrounded): Record<string, string> {
  return {
    '/etc/hosts': `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
${ip}\t${hostname}
`,
    '/etc/hostname': `${hostname}\n`,
    '/etc/resolv.conf': `search ${namespace}.svc.${domain} svc.${domain} ${domain}
nameserver ${nameserver}
options ndots:5
`,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
    '/etc/group': 'root:x:0:\nnobody:x:65534:\n',
  };
}

/** What of a container its system files tell. */
type Surrounded = Pick<ContainerInput, 'hostname' | 'ip' | 'namespace'>;
