/** Which version of an API is the better known: v2, v1, then v1beta2, v1beta1, then v1alpha1, then words in their order. */

/** A version read as Kubernetes reads it: stability 3 is general availability, 2 beta, 1 alpha. */
interface ReadVersion {
  readonly major: number;
  readonly stability: number;
  readonly minor: number;
}

const stabilities: Readonly<Record<string, number>> = { alpha: 1, beta: 2 };

function read(version: string): ReadVersion | undefined {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (found === null) return undefined;
  const [, major, word, minor] = found;
  return {
    major: Number(major),
    stability: word === undefined ? 3 : (stabilities[word] ?? 0),
    minor: Number(minor ?? 0),
  };
}

/** Compares two versions so that the one to prefer comes first (apimachinery's `CompareKubeAwareVersionStrings`, reversed). */
export function byVersionPriority(a: string, b: string): number {
  const [one, other] = [read(a), read(b)];
  if (one === undefined || other === undefined) {
    if (one !== undefined) return -1;
    if (other !== undefined) return 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return other.stability - one.stability || other.major - one.major || other.minor - one.minor;
}
