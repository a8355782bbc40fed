/** Checks what a story says of its cluster beyond what its schema can say. */

import { flagsOf } from '../../../deploy/cast.ts';
import { type NodeGroup, nodesOf } from '../../../deploy/cluster-spec.ts';
import { FlagError, type Flags, parseFlags } from '../../../protocol/flags.ts';
import { dns1123Subdomain, labelValue, qualifiedName } from '../../../protocol/names.ts';
import { parseQuantity, QuantityError } from '../../../protocol/quantity.ts';
import { groupsOf } from '../cluster-of.ts';
import type { Path } from '../source.ts';
import { type Reader, suggestion } from './reader.ts';

/** Checks nodes and settings, and learns the nodes' names. */
export function checkCluster(reader: Reader): void {
  const { cluster } = reader.story;
  const { nodes } = cluster ?? {};
  if (Array.isArray(nodes)) {
    for (const [i, group] of nodes.entries()) checkGroup(reader, ['cluster', 'nodes', i], group);
  }
  for (const { name } of nodesOf(groupsOf(cluster))) reader.nodes.add(name);
  if (cluster?.name !== undefined && !/^[\w-]+$/.test(cluster.name)) {
    reader.refuse(['cluster', 'name'], `"${cluster.name}" is no name`, 'use letters, digits and dashes');
  }
  checkSettings(reader);
}

/** Checks a group of nodes. */
export function checkGroup(reader: Reader, path: Path, group: NodeGroup): void {
  for (const message of dns1123Subdomain(`${group.prefix ?? 'node-'}1`)) reader.refuse([...path, 'prefix'], message);
  for (const [name, amount] of Object.entries(group.capacity ?? {}))
    checkQuantity(reader, [...path, 'capacity', name], amount);
  for (const [key, value] of Object.entries(group.labels ?? {}))
    checkLabel(reader, [...path, 'labels', key], key, value);
}

/** Refuses what is no quantity. */
export function checkQuantity(reader: Reader, path: Path, amount: string | number): void {
  try {
    parseQuantity(String(amount));
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    reader.refuse(path, `${JSON.stringify(amount)} is not a quantity`, 'write one such as 500m, 4, 512Mi or 8Gi');
  }
}

/** Refuses what Kubernetes takes for no label. */
export function checkLabel(reader: Reader, path: Path, key: string, value: string | null): void {
  for (const message of qualifiedName(key)) reader.refuse(path, `"${key}" is no label: ${message}`, undefined, 'key');
  for (const message of value === null ? [] : labelValue(value)) reader.refuse(path, `"${value}": ${message}`);
}

function checkSettings(reader: Reader): void {
  for (const [component, given] of Object.entries(reader.story.cluster?.settings ?? {})) {
    const path = ['cluster', 'settings', component];
    reader.expectKnown(path, component, 'component', Object.keys(flagsOf), 'key');
    const flags: Flags | undefined = Object.hasOwn(flagsOf, component)
      ? flagsOf[component as keyof typeof flagsOf]
      : undefined;
    if (flags !== undefined) checkFlags(reader, path, component, flags, given);
  }
}

function checkFlags(
  reader: Reader,
  path: Path,
  component: string,
  flags: Flags,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(given)) {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) {
      const fix = suggestion(name, 'flag', Object.keys(flags));
      reader.refuse([...path, name], `${component} has no flag --${name}`, fix, 'key');
      continue;
    }
    try {
      parseFlags(flags, { [name]: value });
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      reader.refuse([...path, name], `${JSON.stringify(value)} is no value for --${name}`, `write ${flag.form}`);
    }
  }
}
