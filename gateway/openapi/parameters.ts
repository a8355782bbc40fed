/** The parameters that requests take, by name. */

/** One parameter; `type` is that of its text in a query or path. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

const table: Readonly<Record<string, readonly [type: Parameter['type'], description: string]>> = {
  allowWatchBookmarks: ['boolean', 'Asks a watch for events of type BOOKMARK, which tell how far it has come.'],
  command: ['string', 'The remote command to execute, one argument each; it is not run in a shell.'],
  container: ['string', 'The container meant; needed where the pod has several.'],
  continue: ['string', 'The token of an earlier answer, to go on where that list stopped.'],
  dryRun: ['string', '`All` goes through every stage of the request without keeping what it would change.'],
  fieldManager: ['string', 'The name of the actor whose fields these are; of at most 128 printable characters.'],
  fieldSelector: ['string', 'Restricts a list to objects whose fields match; everything unless told.'],
  fieldValidation: ['string', 'What is done about unknown and duplicate fields: `Ignore`, `Warn` or `Strict`.'],
  follow: ['boolean', 'Goes on with what the container says from then on.'],
  force: ['boolean', 'Takes over fields that other managers own; for apply patches only.'],
  gracePeriodSeconds: ['integer', 'Seconds the object has before it is deleted; 0 deletes it at once.'],
  insecureSkipTLSVerifyBackend: ['boolean', 'Does not check the certificate of the kubelet.'],
  labelSelector: ['string', 'Restricts a list to objects whose labels match; everything unless told.'],
  limit: ['integer', 'The most items that one answer is to hold.'],
  limitBytes: ['integer', 'Bytes after which the log is cut off.'],
  name: ['string', 'The name of the object.'],
  namespace: ['string', 'The namespace of the object.'],
  orphanDependents: ['boolean', 'Superseded by propagationPolicy.'],
  path: ['string', 'The path that is asked of what stands behind the proxy.'],
  ports: ['integer', 'The ports to forward; needed over WebSocket.'],
  pretty: ['string', 'Whether the answer is indented for people to read.'],
  previous: ['boolean', 'Gives the log of the container that ran before this one.'],
  propagationPolicy: ['string', 'What becomes of dependents: `Orphan`, `Background` or `Foreground`.'],
  resourceVersion: ['string', 'Which state of the objects is asked for; see resourceVersionMatch.'],
  resourceVersionMatch: ['string', 'How resourceVersion is meant: `Exact` or `NotOlderThan`.'],
  sendInitialEvents: ['boolean', 'Begins a watch with an event for each object there is, and a BOOKMARK after them.'],
  sinceSeconds: ['integer', 'Gives only what was said in the last so many seconds.'],
  stderr: ['boolean', 'Whether standard error is carried.'],
  stdin: ['boolean', 'Whether standard input is carried.'],
  stdout: ['boolean', 'Whether standard output is carried.'],
  tailLines: ['integer', 'Gives only the last so many lines.'],
  timeoutSeconds: ['integer', 'Seconds after which a list or watch ends.'],
  timestamps: ['boolean', 'Puts the time in RFC 3339 before each line.'],
  tty: ['boolean', 'Gives the process a terminal.'],
  watch: ['boolean', 'Watches for changes instead of listing.'],
};

/** Finds a parameter of a query by its name. */
export function queryParameter(name: string): Parameter {
  const [type, description] = table[name] ?? ['string', ''];
  return { name, in: 'query', type, description };
}

/** Makes a parameter of a path; `kind` says whose name is meant. */
export function pathParameter(name: string, kind: string): Parameter {
  const description = name === 'name' ? `name of the ${kind}` : (table[name]?.[1] ?? '');
  return { name, in: 'path', type: 'string', description };
}

const listing = [
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
];
const deleting = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];

/** What each action takes in its query. */
export const actionParameters: Readonly<Record<string, readonly string[]>> = {
  list: ['allowWatchBookmarks', ...listing, 'watch'],
  post: ['dryRun', 'fieldManager', 'fieldValidation'],
  put: ['dryRun', 'fieldManager', 'fieldValidation'],
  patch: ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
  delete: deleting,
  deletecollection: [...deleting, ...listing],
};

const streams = ['container', 'stderr', 'stdin', 'stdout', 'tty'];
/** What subresources that connect take in their query. */
export const connectionParameters: Readonly<Record<string, readonly string[]>> = {
  attach: streams,
  exec: ['command', ...streams],
  log: [
    'container',
    'follow',
    'insecureSkipTLSVerifyBackend',
    'limitBytes',
    'previous',
    'sinceSeconds',
    'tailLines',
    'timestamps',
  ],
  portforward: ['ports'],
  proxy: ['path'],
};
