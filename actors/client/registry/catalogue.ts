/** What the registry holds: the images it was given, the well-known ones that only run a shell, and everything else. */

import type { ImageEntry, Workload } from '../../../protocol/workload.ts';
import { canonicalReference, parseReference, repositoryOf } from './reference.ts';

/** A shell without a terminal ends at once: a pod of a bare `busybox` completes, and crash-loops. */
const shell: Workload = { startupMs: 0, exitAfterMs: 10, exitCode: 0, memoryBytes: 1_000_000 };

/** Images whose own command serves nothing; looked into after what the registry was given. */
const wellKnown: readonly ImageEntry[] = [
  { image: 'busybox', sizeBytes: 2_200_000, workload: shell },
  { image: 'registry.k8s.io/busybox', sizeBytes: 1_100_000, workload: shell },
  { image: 'gcr.io/google-containers/busybox', sizeBytes: 1_100_000, workload: shell },
  { image: 'alpine', sizeBytes: 3_400_000, workload: shell },
  { image: 'bash', sizeBytes: 6_400_000, workload: shell },
  { image: 'ubuntu', sizeBytes: 30_000_000, workload: shell },
  { image: 'debian', sizeBytes: 49_000_000, workload: shell },
  { image: 'centos', sizeBytes: 84_000_000, workload: shell },
  { image: 'hello-world', sizeBytes: 13_000, workload: shell },
  // The Job of the Kubernetes documentation: 2,000 digits of pi.
  { image: 'perl', sizeBytes: 330_000_000, workload: { startupMs: 0, exitAfterMs: 5000, exitCode: 0 } },
  { image: 'registry.k8s.io/pause', sizeBytes: 320_000, workload: {} },
];

/** Finds what an image is; every reference that no entry names exists, and serves on its declared ports. */
export function findImage(images: readonly ImageEntry[], image: string): ImageEntry {
  return findEntry(images, image) ?? findEntry(wellKnown, image) ?? { image };
}

/** The most exact entry wins: a whole reference, then a repository, then a pattern; of equals the first. */
function findEntry(images: readonly ImageEntry[], image: string): ImageEntry | undefined {
  const whole = canonicalReference(image);
  const repository = repositoryOf(parseReference(image));
  return (
    images.find(
      (entry) => entry.image === image || (hasVersion(entry.image) && canonicalReference(entry.image) === whole),
    ) ??
    images.find((entry) => isRepository(entry.image) && repositoryOf(parseReference(entry.image)) === repository) ??
    images.find(
      (entry) => entry.image.includes('*') && [image, whole].some((name) => matchesPattern(entry.image, name)),
    )
  );
}

function hasVersion(pattern: string): boolean {
  return !pattern.includes('*') && !isRepository(pattern);
}

function isRepository(pattern: string): boolean {
  return !/[*@]/.test(pattern) && pattern.lastIndexOf(':') <= pattern.lastIndexOf('/');
}

/** Tells whether a name fits a pattern in which `*` stands for any text. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!name.startsWith(first)) return false;
  let from = first.length;
  const last = rest.pop();
  if (last === undefined) return from === name.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.length - from >= last.length && name.endsWith(last);
}
