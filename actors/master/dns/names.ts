/** Which names a resolver tries for the one it was asked, and what a name in the cluster's zone is about. */

/** A name with fewer dots than this is first tried with the search path (the kubelet's resolv.conf: `options ndots:5`). */
const ndots = 5;

/** What a name in the cluster's zone asks for. */
export type Question =
  | { about: 'service'; namespace: string; service: string }
  /** One endpoint of a headless Service, by its hostname. */
  | { about: 'endpoint'; namespace: string; service: string; hostname: string }
  /** A named port of a Service (SRV). */
  | { about: 'port'; namespace: string; service: string; port: string; protocol: string }
  /** A pod by its address, with dashes. */
  | { about: 'pod'; namespace: string; ip: string };

/** Gives the names to try, in order, all absolute: as resolv.conf's search path for a pod of this namespace makes them. */
export function candidates(name: string, namespace: string, domain: string): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain].map((suffix) => `${name}.${suffix}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

/**
 * Reads a name of the cluster's zone; undefined where the zone has no names of that form.
 * https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function parseName(name: string, domain: string): Question | undefined {
  const suffix = `.${domain}`;
  if (!name.endsWith(suffix)) return undefined;
  const labels = name.slice(0, -suffix.length).toLowerCase().split('.');
  const [kind, namespace, last, ...rest] = labels.reverse();
  if (namespace === undefined || last === undefined) return undefined;
  if (kind === 'pod') return rest.length === 0 ? { about: 'pod', namespace, ip: last.replaceAll('-', '.') } : undefined;
  if (kind !== 'svc') return undefined;
  const [first, second] = rest;
  if (first === undefined) return { about: 'service', namespace, service: last };
  if (second === undefined) return { about: 'endpoint', namespace, service: last, hostname: first };
  const isPort = rest.length === 2 && first.startsWith('_') && second.startsWith('_');
  return isPort
    ? { about: 'port', namespace, service: last, port: second.slice(1), protocol: first.slice(1) }
    : undefined;
}
