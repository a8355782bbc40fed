/** Image references, as Docker and containerd read and complete them. */

/** The parts of a completed reference. */
export interface Reference {
  /** `docker.io` unless named. */
  domain: string;
  /** `library/` is put before a bare name of docker.io. */
  path: string;
  /** `latest` where neither tag nor digest is given; empty where only a digest is. */
  tag: string;
  digest: string;
}

/** Completes a reference: `nginx` is `docker.io/library/nginx:latest`. */
export function parseReference(image: string): Reference {
  const [named = '', digest = ''] = image.split('@', 2);
  const colon = named.lastIndexOf(':');
  const isTagged = colon > named.lastIndexOf('/');
  const name = isTagged ? named.slice(0, colon) : named;
  const tag = isTagged ? named.slice(colon + 1) : digest === '' ? 'latest' : '';
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (first === 'localhost' || /[.:]/.test(first)) return { domain: first, path: name.slice(slash + 1), tag, digest };
  return { domain: 'docker.io', path: slash < 0 ? `library/${name}` : name, tag, digest };
}

/** Writes a repository in full: `docker.io/library/nginx`. */
export function repositoryOf({ domain, path }: Reference): string {
  return `${domain}/${path}`;
}

/** Writes a reference in full: `docker.io/library/nginx:latest`. */
export function canonicalReference(image: string): string {
  const reference = parseReference(image);
  const tag = reference.tag === '' ? '' : `:${reference.tag}`;
  return `${repositoryOf(reference)}${tag}${reference.digest === '' ? '' : `@${reference.digest}`}`;
}

/** Writes where a registry keeps a manifest, as its errors quote it. */
export function manifestUrl(image: string): string {
  const { domain, path, tag, digest } = parseReference(image);
  const host = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
  return `https://${host}/v2/${path}/manifests/${digest === '' ? tag : digest}`;
}

/** Derives a digest from a text: the same text has the same one. Not cryptographic; it only has to look and tell apart. */
export function digestOf(text: string): string {
  let hex = '';
  for (let part = 1; part <= 8; part++) {
    let hash = Math.imul(part, 0x9e3779b1) ^ text.length;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash = (hash << 13) | (hash >>> 19);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hex += ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
  }
  return `sha256:${hex}`;
}
