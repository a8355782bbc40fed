/** The dry run: manifests are applied to an API server of their own, before the run they are for begins. */

import { decodeObject } from '../actors/master/apiserver/kinds/registry.ts';
import { Engine } from '../engine/engine.ts';
import type { KubernetesObject, Status, StatusCause } from '../protocol/objects.ts';
import { Admin, KubectlError } from './admin.ts';
import { definitions, type Settings } from './cast.ts';
import { Cluster } from './cluster.ts';
import { valueAt, withoutField } from './manifests/field-path.ts';
import { fixFor, fixForUnknownField } from './manifests/fixes.ts';
import { formatPlace, type Manifest, ManifestError, type ManifestProblem } from './manifests.ts';

/** What the cluster is like that the manifests are for. */
export interface RehearsalOptions {
  /** The settings of its components: the API server's ranges of addresses and ports count. */
  readonly settings?: Settings;
}

/** How long the API server may take to come up, in ms of virtual time. */
const patienceMs = 60_000;

/**
 * Tells what an API server would refuse of these manifests, applied in this order to an empty cluster: fields that no kind
 * has, values that are not allowed, namespaces that are not there (yet), ports that are taken.
 *
 * A real API server and its etcd decide, in an engine of their own, so nothing is known twice. An object given
 * again is applied over the first, as a later step of a story does; one that was deleted in between is rehearsed apart.
 */
export function rehearse(manifests: readonly Manifest[], options: RehearsalOptions = {}): ManifestProblem[] {
  if (manifests.length === 0) return [];
  const admin = startServer(options.settings ?? {});
  return manifests.flatMap((manifest) => {
    const problems = problemsOf(admin, manifest);
    return problems.map((problem) => withNamespaceFix(problem, manifest, manifests));
  });
}

/** Rehearses, and lets nothing pass that would be refused. @throws ManifestError with all problems */
export function demandAccepted(manifests: readonly Manifest[], options: RehearsalOptions = {}): void {
  const problems = rehearse(manifests, options);
  if (problems.length > 0) throw new ManifestError(problems);
}

function startServer(settings: Settings): Admin {
  const engine = new Engine({ seed: 1, definitions, fingerprint: false });
  const controlPlane = { etcd: 1, apiserver: 1, scheduler: 0, 'controller-manager': 0, dns: 0 };
  const cluster = new Cluster(engine, {
    name: 'rehearsal',
    nodes: [],
    controlPlane,
    settings: alone(settings),
    images: [],
  });
  cluster.start();
  const admin = new Admin(cluster);
  const end = engine.now() + patienceMs;
  while (!admin.isServed()) {
    if (engine.now() > end) throw new Error('the API server of the rehearsal did not come up');
    engine.runFor(100);
  }
  return admin;
}

/** Lets the API server do without controllers: nobody makes service accounts here. */
function alone(settings: Settings): Settings {
  const given = settings['kube-apiserver'] ?? {};
  const disabled = given['disable-admission-plugins'] ?? [];
  const plugins = Array.isArray(disabled)
    ? disabled
    : String(disabled)
        .split(',')
        .filter((plugin) => plugin !== '');
  return { ...settings, 'kube-apiserver': { ...given, 'disable-admission-plugins': [...plugins, 'ServiceAccount'] } };
}

/**
 * Applies a manifest, and tells all that is wrong with it: first what cannot be read, then, of the rest, what is not
 * allowed. The API server itself stops at the first.
 */
function problemsOf(admin: Admin, manifest: Manifest): ManifestProblem[] {
  const readable = readableOf(manifest);
  // Without an item of a list its neighbours would be looked for at wrong places.
  if (readable.misfits.some((field) => field.endsWith(']'))) return readable.problems;
  const status = tryApply(admin, readable.object);
  if (status === undefined) return readable.problems;
  const refusals = refusalProblems(manifest, status).filter((refusal) => !isConsequence(refusal, readable));
  return [...readable.problems, ...refusals];
}

/** Tells whether a refusal only follows from something that was told already, or from a value that was filled in. */
function isConsequence({ field, what }: ManifestProblem, { object, misfits, meant }: Readable): boolean {
  if (misfits.some((misfit) => isIn(field, misfit) || isIn(misfit, field))) return true;
  if (valueAt(object, field) !== undefined) return false;
  if (meant.includes(field)) return true;
  // A controller without labels of its own takes those of its template, which are refused themselves.
  if (field === 'metadata.labels') return true;
  return !what.startsWith('Required') && misfits.some((misfit) => outerOf(misfit) === outerOf(field));
}

function isIn(field: string, outer: string): boolean {
  return field === outer || field.startsWith(`${outer}.`) || field.startsWith(`${outer}[`);
}

function outerOf(field: string): string {
  return field.slice(0, field.lastIndexOf('.'));
}

/** An object without what cannot be read. */
interface Readable {
  object: KubernetesObject;
  problems: ManifestProblem[];
  /** What was taken out because it has another type. */
  misfits: string[];
  /** Fields that are missing only because they are misspelled. */
  meant: string[];
}

/** Takes out of an object what cannot be read, and tells of it. */
function readableOf(manifest: Manifest): Readable {
  const problems: ManifestProblem[] = [];
  const misfits: string[] = [];
  let { object } = manifest;
  for (;;) {
    const { typeError, typeErrorField: field = '' } = decodeObject(object);
    if (typeError === undefined) break;
    problems.push(problem(manifest, field, typeError, fixFor(object, { message: typeError, field })));
    misfits.push(field);
    const rest = withoutField(object, field);
    if (rest === object) break;
    object = rest;
  }
  const meant: string[] = [];
  for (const complaint of decodeObject(object).unknownFields) {
    const field = complaint.slice(complaint.indexOf('"') + 1, -1);
    const { fix, meant: other } = fixForUnknownField(object, field);
    problems.push(problem(manifest, field, `strict decoding error: ${complaint}`, fix));
    if (other !== undefined) meant.push(other);
  }
  return { object, problems, misfits, meant };
}

function tryApply(admin: Admin, object: KubernetesObject): Status | undefined {
  try {
    admin.apply(object, { validate: 'ignore' });
    return undefined;
  } catch (error) {
    if (error instanceof KubectlError && error.status !== undefined) return error.status;
    throw error;
  }
}

function refusalProblems(manifest: Manifest, status: Status): ManifestProblem[] {
  const causes = status.reason === 'Invalid' ? (status.details?.causes ?? []) : [];
  if (causes.length > 0) return unique(causes.map((cause) => causeProblem(manifest, cause)));
  const { message = '', reason = '' } = status;
  return [problem(manifest, '', message, fixFor(manifest.object, { message, reason }))];
}

/** A rule may be broken at one place for two reasons that read alike, or by two fields of which one is made of the other. */
function unique(problems: readonly ManifestProblem[]): ManifestProblem[] {
  const keyOf = ({ line, column, field, what }: ManifestProblem) =>
    `${line}:${column} ${what.startsWith('Invalid') ? '' : field} ${what}`;
  return [...new Map(problems.toReversed().map((one) => [keyOf(one), one])).values()].reverse();
}

function causeProblem(manifest: Manifest, { field: given = '', ...cause }: StatusCause): ManifestProblem {
  // Kubernetes leaves the metadata out of these paths.
  const field = given.replace(/\.template\.(labels|annotations)\b/, '.template.metadata.$1');
  return problem(manifest, field, cause.message ?? '', fixFor(manifest.object, { ...cause, field }));
}

function problem({ kind, object, locate }: Manifest, field: string, what: string, fix: string): ManifestProblem {
  return { ...locate(field), object: `${kind.kind} "${object.metadata.name}"`, field, what, fix };
}

/** Says where a namespace that is missing comes from later, if it does. */
function withNamespaceFix(problem: ManifestProblem, manifest: Manifest, all: readonly Manifest[]): ManifestProblem {
  const [, name] = /^namespaces "([^"]*)" not found$/.exec(problem.what) ?? [];
  if (name === undefined) return problem;
  const later = all.find(({ kind, object }) => kind.kind === 'Namespace' && object.metadata.name === name);
  const fix =
    later === undefined
      ? `add a manifest of the Namespace "${name}" before this one`
      : `apply the Namespace at ${formatPlace(later.place)} before this one`;
  return { ...problem, ...manifest.locate('metadata.namespace'), field: 'metadata.namespace', fix };
}
