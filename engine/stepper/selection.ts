/** Which transitions answer an event: the questions are laid out once for a place, the guards are asked at each step. */

import type { AnyEvent } from '../../protocol/actor.ts';
import type { Cell } from './chart.ts';
import type { Edge, Place } from './place.ts';
import type { Node, Transition } from './table.ts';

/** A transition that answers if its guard passes. */
export interface Candidate {
  readonly transition: Transition;
  /** What taking it alone does; worked out when first taken. */
  edge: Edge | undefined;
}

/** What may answer an event: first each region by itself; if none does, the first candidate that passes. */
export interface Answer {
  readonly regions: readonly Answer[];
  readonly candidates: readonly Candidate[];
}

/** Lays out what may answer an event of this type where some states are active; `null` when nothing may. */
export function answersAt(node: Node, active: ReadonlySet<Node>, type: string): Answer | null {
  const inner = node.children
    .filter((child) => active.has(child))
    .map((child) => answersAt(child, active, type))
    .filter((answer) => answer !== null);
  const own = transitionsFor(node, type);
  // One answer within is as good as a chain: it is asked first, and this state only if it has none.
  const [only] = inner;
  if (only !== undefined && inner.length === 1)
    return answerOf(only.regions, [...only.candidates.map(transitionOf), ...own]);
  return answerOf(inner, own);
}

/** Lays out the transitions of a state and the states around it, the innermost first. */
export function chainOf(leaf: Node, transitionsOf: (node: Node) => readonly Transition[]): Answer | null {
  const chain: Transition[] = [];
  for (let node: Node | undefined = leaf; node !== undefined; node = node.parent) chain.push(...transitionsOf(node));
  return answerOf([], chain);
}

function answerOf(regions: readonly Answer[], transitions: readonly Transition[]): Answer | null {
  if (regions.length === 0 && transitions.length === 0) return null;
  const certain = transitions.findIndex(({ test }) => test === undefined);
  const asked = certain === -1 ? transitions : transitions.slice(0, certain + 1);
  return { regions, candidates: asked.map((transition) => ({ transition, edge: undefined })) };
}

function transitionOf({ transition }: Candidate): Transition {
  return transition;
}

/** The transitions of a state for an event type: those of its own descriptor, then wildcards, the longest first. */
export function transitionsFor({ on }: Node, type: string): readonly Transition[] {
  const wild = [...on.keys()]
    .filter((descriptor) => descriptor !== type && isMatch(descriptor, type))
    .sort((a, b) => b.length - a.length);
  return [...(on.get(type) ?? []), ...wild.flatMap((descriptor) => on.get(descriptor)!)];
}

/** `*` matches all; `a.*` matches `a`, `a.b` and `a.b.c`. */
function isMatch(descriptor: string, type: string): boolean {
  if (descriptor === '*') return true;
  if (!descriptor.endsWith('.*')) return false;
  const stem = descriptor.slice(0, -2);
  return type === stem || type.startsWith(`${stem}.`);
}

/** Finds the first candidate whose guard passes. */
export function firstPassing(answer: Answer, cell: Cell, event: AnyEvent, place: Place): Candidate | undefined {
  const { candidates } = answer;
  for (let i = 0; i < candidates.length; i += 1) {
    const candidate = candidates[i]!;
    const { test } = candidate.transition;
    if (test === undefined || test(cell, event, place)) return candidate;
  }
  return undefined;
}

/** The transitions being collected; a step collects and takes them before anything else can. */
const chosen: Transition[] = [];

/** Chooses what an event makes the chart do at a place; nothing when no guard passes. */
export function choose(answer: Answer, cell: Cell, event: AnyEvent, place: Place): Edge | undefined {
  if (answer.regions.length === 0) return edgeOf(firstPassing(answer, cell, event, place), place);
  chosen.length = 0;
  collect(answer, cell, event, place);
  return chosen.length === 0 ? undefined : place.edge(chosen);
}

/** Chooses among the `always` transitions, each leaf for itself. */
export function chooseEventless(cell: Cell, event: AnyEvent, place: Place): Edge | undefined {
  const { eventless } = place;
  if (eventless.length === 0) return undefined;
  if (eventless.length === 1) return edgeOf(firstPassing(eventless[0]!, cell, event, place), place);
  chosen.length = 0;
  for (const answer of eventless) {
    const candidate = firstPassing(answer, cell, event, place);
    if (candidate !== undefined && !chosen.includes(candidate.transition)) chosen.push(candidate.transition);
  }
  return chosen.length === 0 ? undefined : place.edge(chosen);
}

function edgeOf(candidate: Candidate | undefined, place: Place): Edge | undefined {
  if (candidate === undefined) return undefined;
  candidate.edge ??= place.edge([candidate.transition]);
  return candidate.edge;
}

function collect(answer: Answer, cell: Cell, event: AnyEvent, place: Place): boolean {
  let isAnswered = false;
  for (const region of answer.regions) if (collect(region, cell, event, place)) isAnswered = true;
  if (isAnswered) return true;
  const candidate = firstPassing(answer, cell, event, place);
  if (candidate === undefined) return false;
  chosen.push(candidate.transition);
  return true;
}
