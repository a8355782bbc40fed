/** Whether an image must be pulled, and under which name. */

/** Adds the tag `latest` to a reference that has neither tag nor digest. */
export function withDefaultTag(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? image : `${image}:latest`;
}

/** What to do about an image: go on with what is there, pull it, or give up as policy forbids the pull. */
export type ImageMove = 'present' | 'pull' | 'never';

/** Decides by imagePullPolicy; one that is not set follows the tag, as the API server's default does. */
export function imageMove(image: string, policy: string | undefined, isPresent: boolean): ImageMove {
  const effective = policy ?? (withDefaultTag(image).endsWith(':latest') ? 'Always' : 'IfNotPresent');
  if (effective === 'Always') return 'pull';
  if (isPresent) return 'present';
  return effective === 'Never' ? 'never' : 'pull';
}
