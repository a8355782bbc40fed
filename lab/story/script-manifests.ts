/** The objects of a story: read, and rehearsed in the order the story applies them, before anything runs. */

import type { Settings } from '../../deploy/cast.ts';
import {
  describeProblem,
  type Manifest,
  type ManifestProblem,
  type Reading,
  readLocated,
  readManifests,
} from '../../deploy/manifests.ts';
import { rehearse } from '../../deploy/rehearsal.ts';
import type { Pod } from '../../protocol/objects.ts';
import type { Manifests, Story } from './format.ts';
import type { Mistake } from './input-error.ts';
import type { Path, Source } from './source.ts';
import { referenceOf } from './words.ts';

/** All objects of a story. */
export interface ScriptManifests {
  /** Applied first of all. */
  readonly first: readonly Manifest[];
  /** Applied by a step, by the step's number. */
  readonly byStep: ReadonlyMap<number, readonly Manifest[]>;
  /** Placed by a step as a static pod, by the step's number. */
  readonly placed: ReadonlyMap<number, Pod>;
}

/** Reads the objects of a story, relative to `folder`; what is wrong with them goes to `mistakes`. */
export function readScriptManifests(
  source: Source,
  story: Story,
  folder: string,
  mistakes: Mistake[],
): ScriptManifests {
  const reader = new Collector(source, story, folder, mistakes);
  const first = reader.collect(['manifests'], story.manifests);
  const byStep = new Map<number, readonly Manifest[]>();
  const placed = new Map<number, Pod>();
  for (const [i, { apply, place }] of (story.story ?? []).entries()) {
    if (apply !== undefined) byStep.set(i, reader.collect(['story', i, 'apply'], apply));
    if (place !== undefined) {
      const pod = reader.collectPod(['story', i, 'place', 'manifest'], place.manifest);
      if (pod !== undefined) placed.set(i, pod);
    }
  }
  reader.collectStaticPods();
  if (mistakes.length === 0) rehearseAll(story, { first, byStep, placed }, reader.staticPods, mistakes);
  return { first, byStep, placed };
}

/** Turns what is wrong with a manifest into a mistake of the story. */
export function mistakeOfProblem(problem: ManifestProblem): Mistake {
  const { file, line, column, fix } = problem;
  return { file, ...(line && { line }), ...(column && { column }), what: describeProblem(problem), fix };
}

class Collector {
  readonly staticPods: Manifest[] = [];
  private readonly source: Source;
  private readonly story: Story;
  private readonly folder: string;
  private readonly mistakes: Mistake[];

  constructor(source: Source, story: Story, folder: string, mistakes: Mistake[]) {
    this.source = source;
    this.story = story;
    this.folder = folder;
    this.mistakes = mistakes;
  }

  collect(path: Path, given: Manifests | readonly string[] | undefined): readonly Manifest[] {
    const parts = given === undefined ? [] : Array.isArray(given) ? given : [given];
    return parts.flatMap((part: unknown, i) => {
      const at = Array.isArray(given) ? [...path, i] : path;
      return this.take(typeof part === 'string' ? this.fromPath(part) : this.written(at));
    });
  }

  /** Reads the one pod of a static pod's manifest. */
  collectPod(path: Path, given: string | Pod): Pod | undefined {
    const found = this.collect(path, given);
    const [pod] = found;
    if (pod === undefined) return undefined;
    if (found.length === 1 && pod.resource === 'pods') {
      this.staticPods.push(pod);
      return pod.object as Pod;
    }
    const what = found.length > 1 ? 'holds more than one object' : `is a ${pod.kind.kind}`;
    this.mistakes.push(this.source.mistake(path, what, 'a static pod is one Pod'));
    return undefined;
  }

  /** Reads the pods that groups of nodes have in their manifest folders from the start. */
  collectStaticPods(): void {
    const { nodes } = this.story.cluster ?? {};
    if (!Array.isArray(nodes)) return;
    for (const [i, { staticPods = {} }] of nodes.entries()) {
      for (const [file, pod] of Object.entries(staticPods)) {
        this.collectPod(['cluster', 'nodes', i, 'staticPods', file], pod as Pod);
      }
    }
  }

  private fromPath(path: string): Reading {
    return readManifests([path], { from: this.folder });
  }

  private written(path: Path): Reading {
    const located = this.source.located(path);
    return located === undefined ? { manifests: [], problems: [] } : readLocated([located]);
  }

  private take({ manifests, problems }: Reading): readonly Manifest[] {
    this.mistakes.push(...problems.map(mistakeOfProblem));
    return manifests;
  }
}

/** Lets an API server judge all objects: those that are there together, together; after a deletion, without what went. */
function rehearseAll(
  story: Story,
  { first, byStep }: ScriptManifests,
  staticPods: readonly Manifest[],
  mistakes: Mistake[],
): void {
  const found = new Map<string, Mistake>();
  const settings = (story.cluster?.settings ?? {}) as Settings;
  const judge = (manifests: readonly Manifest[]) => {
    for (const problem of rehearse(manifests, { settings })) {
      const mistake = mistakeOfProblem(problem);
      found.set(`${mistake.file}:${mistake.line}:${mistake.column}:${mistake.what}`, mistake);
    }
  };
  let there = [...first];
  for (const [i, step] of (story.story ?? []).entries()) {
    there.push(...(byStep.get(i) ?? []));
    const gone = [step.delete ?? []].flat().map((text) => referenceOf(text));
    if (gone.length === 0) continue;
    judge(there);
    there = there.filter(({ resource, kind, object }) => {
      const { name, namespace = '' } = object.metadata;
      return !gone.some(
        (one) =>
          (one?.kind.resource === kind.resource && one.name === name && one.namespace === namespace) ||
          (one?.kind.kind === 'Namespace' && one.name === namespace && resource !== 'namespaces'),
      );
    });
  }
  judge(there);
  for (const pod of staticPods) judge([pod]);
  mistakes.push(...found.values());
}
