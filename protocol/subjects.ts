/** The addresses of all actors: NATS subjects, built, parsed and matched. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: a NATS subject may hold no control character.
const unsafe = /[.*>%\s\u0000-\u001f\u007f]/gu;
/** Nearly all names are like this, and are tokens as they stand. */
const plain = /^[\w-]+$/;

/**
 * Makes any name one subject token: what NATS gives a meaning (`.`, `*`, `>`, blanks, control characters)
 * and `%` are percent-encoded. An empty name becomes `%`, which no other name gives.
 */
export function escapeToken(name: string): string {
  if (name === '') return '%';
  if (plain.test(name)) return name;
  return name.replace(unsafe, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x80 ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : encodeURIComponent(c);
  });
}

/** Gives back the name that `escapeToken` made a token of. */
export function unescapeToken(token: string): string {
  if (token === '%') return '';
  return token.includes('%') ? decodeURIComponent(token) : token;
}

/** The components of the control plane that have numbered replicas. */
export type Master = 'etcd' | 'apiserver' | 'scheduler' | 'controller-manager' | 'dns' | 'metrics-server';

/** The components every node runs once. */
export type NodeComponent = 'kubelet' | 'kube-proxy' | 'runtime' | 'network';

/** A replica of a control-plane component, such as `c.master.etcd.0`. */
export function masterAddress(cluster: string, component: Master, index: number): string {
  return `${escapeToken(cluster)}.master.${component}.${index}`;
}

/** All replicas of a component, as a queue group: a message sent here reaches one of them. */
export function masterGroup(cluster: string, component: Master): string {
  return `${escapeToken(cluster)}.master.${component}`;
}

/** A component of a node, such as `c.node.n1.kubelet`. */
export function nodeAddress(cluster: string, node: string, component: NodeComponent): string {
  return `${escapeToken(cluster)}.node.${escapeToken(node)}.${component}`;
}

/** The kubelet's worker for a pod. */
export function podAddress(cluster: string, node: string, uid: string): string {
  return `${escapeToken(cluster)}.node.${escapeToken(node)}.pod.${escapeToken(uid)}`;
}

/** The pause container of a pod. */
export function pauseAddress(cluster: string, node: string, uid: string): string {
  return `${podAddress(cluster, node, uid)}.pause`;
}

/** A container of a pod (init or business). */
export function containerAddress(cluster: string, node: string, uid: string, container: string): string {
  return `${podAddress(cluster, node, uid)}.container.${escapeToken(container)}`;
}

/** Someone outside the cluster: a user, a traffic generator. */
export function clientAddress(cluster: string, name: string): string {
  return `${escapeToken(cluster)}.client.${escapeToken(name)}`;
}

/** The image registry that runtimes pull from. */
export function registryAddress(cluster: string): string {
  return `${escapeToken(cluster)}.registry`;
}

/** A part of the host process itself, such as `c.host.local.story`. */
export function hostAddress(cluster: string, host: string, what: string): string {
  return `${escapeToken(cluster)}.host.${escapeToken(host)}.${escapeToken(what)}`;
}

/** What stands between the cluster and the name of the one who lives at an address. */
const address = /^[^.]+\.(?:node\.[^.]+\.|master\.[^.]+\.\d+(?:\.|$)|client\.|host\.[^.]+\.|registry$)/;

/** Tells the address of one actor from a subject that several may listen to, such as a group; by its form. */
export function isAddress(subject: string): boolean {
  return address.test(subject);
}

/** The cluster an address belongs to. */
export function clusterOf(address: string): string {
  const dot = address.indexOf('.');
  return unescapeToken(dot < 0 ? address : address.slice(0, dot));
}

/** The node an address lies on; undefined for what is on no node. */
export function nodeOf(address: string): string | undefined {
  const role = address.indexOf('.') + 1;
  if (role === 0 || !address.startsWith('node.', role)) return undefined;
  const from = role + 'node.'.length;
  const end = address.indexOf('.', from);
  return unescapeToken(address.slice(from, end < 0 ? undefined : end));
}

/** A child's address: its parent's and the tokens of its name. */
export function childAddress(parent: string, ...names: string[]): string {
  let address = parent;
  for (const name of names) address += `.${escapeToken(name)}`;
  return address;
}

/** Tells whether a subject matches a NATS pattern: `*` stands for one token, a last `>` for one or more. */
export function matchesSubject(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '>') return i === wanted.length - 1 && tokens.length > i;
    if (i >= tokens.length || (wanted[i] !== '*' && wanted[i] !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}
