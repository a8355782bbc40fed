/** The schema of what happens in a story. */

import { masters, nodeComponents, shownTables } from '../format.ts';
import { nodeGroup } from './cluster.ts';
import { condition } from './condition.ts';
import {
  drift,
  duration,
  manifests,
  percent,
  record,
  reference,
  type Schema,
  table,
  text,
  whole,
  word,
} from './pieces.ts';

const pick = word(
  'Which, where there are several: the `first` by name unless told.',
  'first',
  'oldest',
  'newest',
  'random',
  'all',
);
const as = text('A name for it, that later steps can use.', 'victim');

function choice(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  return { ...record(description, properties), type: ['string', 'object'], minLength: 1, minProperties: 1 };
}

const node = choice('A node, by its name or chosen when it comes to that.', {
  matching: text('Nodes with these labels.', 'disk=ssd'),
  most: text('The node with most running pods that match this selector.', 'tier=frontend'),
  pick,
  as,
});
const pod = choice('Pods, by name or chosen when it comes to that.', {
  matching: text('Pods with these labels.', 'tier=frontend'),
  node: text('Pods on this node.', 'node-1'),
  pick,
  as,
});
const component = word('A component.', ...Object.keys(masters), ...Object.keys(nodeComponents));

const whom = {
  node: { ...node, description: 'A node: the whole machine, or where the component runs.' },
  pod,
  container: text('A container of the pod, `pause` its pause container; all but `pause` unless told.'),
  component,
  replica: {
    type: ['integer', 'string'],
    minimum: 0,
    enum: [...Array(10).keys(), 'leader', 'all'],
    description:
      'Of a component with replicas: its number, the one that leads, or `all`; the leader unless told, and of a restart those that do not run.',
  },
};

function target(description: string, rest: Readonly<Record<string, Schema>> = {}, required: string[] = []): Schema {
  return { ...record(description, { ...whom, ...rest }, required), minProperties: 1 };
}

const file = text("The manifest's file name in the node's manifest folder.", 'web.yaml');

const shown = { type: 'string', pattern: `^(?:${shownTables.join('|')})$`, title: `one of ${shownTables.join(', ')}` };

/** Everything that can be done. */
const deeds: Readonly<Record<string, Schema>> = {
  apply: manifests('kubectl apply: files, folders, or objects written out.'),
  delete: { ...reference('kubectl delete.'), type: ['string', 'array'], items: reference('') },
  scale: table('kubectl scale: replicas by object.', whole('Replicas.'), {
    minProperties: 1,
    examples: [{ 'rc/web': 5 }],
  }),
  label: table(
    'kubectl label: labels by object; null takes one off.',
    { type: 'object', additionalProperties: { type: ['string', 'null'] }, minProperties: 1 },
    { minProperties: 1, examples: [{ 'node/node-1': { disk: 'ssd' } }] },
  ),
  patch: table('kubectl patch (strategic merge): patches by object.', { type: 'object' }, { minProperties: 1 }),
  cordon: { ...node, description: 'kubectl cordon.' },
  uncordon: { ...node, description: 'kubectl uncordon.' },
  drain: { ...node, description: 'kubectl drain.' },
  join: {
    type: ['object', 'array'],
    properties: nodeGroup.properties,
    required: ['count'],
    additionalProperties: false,
    items: nodeGroup,
    description: 'Machines that join the cluster.',
  },
  crash: target("Cuts a machine's power, kills a component's process, or makes a container exit."),
  restart: target('Gives a machine power again, or starts a component again.'),
  cut: target('Cuts a node (or the machine of a control-plane replica) off the network.', {
    from: { ...node, description: 'Only from this node; from everything unless told.' },
  }),
  slow: target('Delays all messages to and from a node or component.', { by: duration('How long.') }, ['by']),
  hold: target('Lets all messages to and from a node or component wait until it is healed; then they go on, in order.'),
  lose: target('Loses messages to and from a node or component.', { share: percent('How many of them.') }, ['share']),
  skew: target("Sets a machine's clock off; its timers keep their pace, unless it drifts.", {
    ahead: duration('How far ahead of the time.'),
    behind: duration('How far behind the time.'),
    drift: drift('How fast it runs from now on, timers too; slow with a minus.'),
  }),
  disk: target("Makes a machine's disk slow, or fail.", {
    fsync: duration('How long it takes until what was written is safe; 1ms unless told.'),
    failure: text('What every fsync fails with.', 'input/output error'),
  }),
  hang: target('Makes a program go on without answering anything.'),
  leak: target('Makes the memory of a program grow.', { rate: text('How fast.', '50Mi/s') }, ['rate']),
  failProbes: target(
    'Makes the probes of a program fail.',
    { match: text('Those whose path or command contains this.', '/healthz') },
    ['match'],
  ),
  heal: {
    ...target('Ends whatever lasts, from cuts to failing probes: `all`, or that of one target.'),
    type: ['string', 'object'],
    pattern: '^all$',
    title: '"all", or a target such as {node: node-1}',
  },
  registry: word('What the image registry does from now on.', 'unavailable', 'silent', 'available'),
  place: record(
    "Writes a pod's manifest into a node's manifest folder: a static pod.",
    { node, file, manifest: { type: ['string', 'object'], description: 'A path, or the pod written out.' } },
    ['node', 'file', 'manifest'],
  ),
  remove: record("Removes a file from a node's manifest folder.", { node, file }, ['node', 'file']),
  show: { ...shown, type: ['string', 'array'], items: shown, description: 'Prints tables as kubectl does.' },
};

/** What happens. */
export const step = record('Something that happens: a moment, at most one deed, and words.', {
  at: duration('When, since the start.'),
  after: duration('How long after the step before; at once unless told.'),
  when: { ...condition, description: 'Waits until this is so.' },
  within: duration('How long `when` is waited for; 10m unless told. If it does not come true the run fails.'),
  say: text('What it means, for the reader.'),
  ...deeds,
});
