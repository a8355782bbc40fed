/** The environment of a container: its own variables, those of ConfigMaps and Secrets, and those of the Services. */

import type { WorkerPlace } from '../../../protocol/messages/pod-worker.ts';
import type { Container, EnvVar, Pod } from '../../../protocol/objects.ts';
import { podField, resourceField } from './downward.ts';
import { expand } from './expansion.ts';
import { entriesOf, notFound, type SourceRef, type Sources, sourceKey } from './sources.ts';

/** What an environment is made from. */
export interface EnvironmentFacts {
  pod: Pod;
  container: Container;
  place: WorkerPlace;
  podIP: string;
  services: Readonly<Record<string, string>>;
  sources: Sources;
}

/** The variables, or why the container cannot be configured (`CreateContainerConfigError`). */
export type Environment = { variables: Readonly<Record<string, string>> } | { error: string };

/** Makes a container's environment; its own variables win over envFrom, and those over the Services'. */
export function makeEnvironment(facts: EnvironmentFacts): Environment {
  const { container, services } = facts;
  if (container.env === undefined && container.envFrom === undefined) return { variables: services };
  const variables: Record<string, string> = {};
  const failure = addEnvFrom(variables, facts) ?? addEnv(variables, facts);
  if (failure !== undefined) return { error: failure };
  return { variables: { ...services, ...variables } };
}

const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function addEnvFrom(variables: Record<string, string>, { container, sources }: EnvironmentFacts): string | undefined {
  for (const { configMapRef, secretRef, prefix = '' } of container.envFrom ?? []) {
    const named = configMapRef ?? secretRef;
    if (!named?.name) continue;
    const ref: SourceRef = { resource: configMapRef ? 'configmaps' : 'secrets', name: named.name };
    const object = sources.get(sourceKey(ref));
    if (!object && named.optional) continue;
    if (!object) return notFound(ref);
    // Keys that make no variable name are left out.
    for (const [key, value] of Object.entries(entriesOf(ref, object))) {
      if (variableName.test(prefix + key)) variables[prefix + key] = value;
    }
  }
  return undefined;
}

function addEnv(variables: Record<string, string>, facts: EnvironmentFacts): string | undefined {
  for (const variable of facts.container.env ?? []) {
    if (variable.valueFrom === undefined || variable.valueFrom === null) {
      const { value = '' } = variable;
      // References see what stands before them, then the Services.
      variables[variable.name] = value.includes('$') ? expand(value, { ...facts.services, ...variables }) : value;
      continue;
    }
    const read = readValue(variable.valueFrom, facts);
    if ('error' in read) return read.error;
    if (read.value !== undefined) variables[variable.name] = read.value;
  }
  return undefined;
}

type Read = { value: string | undefined } | { error: string };

function readValue(from: NonNullable<EnvVar['valueFrom']>, facts: EnvironmentFacts): Read {
  if (from.fieldRef) {
    const value = podField(facts.pod, from.fieldRef.fieldPath, facts.place, facts.podIP);
    return value === undefined ? { error: `unsupported fieldPath: ${from.fieldRef.fieldPath}` } : { value };
  }
  if (from.resourceFieldRef) {
    const { containerName, resource, divisor } = from.resourceFieldRef;
    const all = [...facts.pod.spec.containers, ...(facts.pod.spec.initContainers ?? [])];
    const container = containerName ? all.find(({ name }) => name === containerName) : facts.container;
    if (container === undefined) return { error: `container ${containerName} not found` };
    const value = resourceField(container, resource, divisor, facts.place.allocatable);
    return value === undefined ? { error: `unsupported container resource : ${resource}` } : { value };
  }
  return readKey(from, facts);
}

function readKey(from: NonNullable<EnvVar['valueFrom']>, { pod, sources }: EnvironmentFacts): Read {
  const selector = from.configMapKeyRef ?? from.secretKeyRef;
  if (selector === undefined) return { value: undefined };
  const ref: SourceRef = { resource: from.configMapKeyRef ? 'configmaps' : 'secrets', name: selector.name ?? '' };
  const object = sources.get(sourceKey(ref));
  if (!object) return selector.optional ? { value: undefined } : { error: notFound(ref) };
  const value = entriesOf(ref, object)[selector.key];
  if (value !== undefined || selector.optional) return { value };
  const kind = from.configMapKeyRef ? 'ConfigMap' : 'Secret';
  return { error: `couldn't find key ${selector.key} in ${kind} ${pod.metadata.namespace}/${ref.name}` };
}
