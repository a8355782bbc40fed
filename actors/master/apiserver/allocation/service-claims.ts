/** What a Service holds of the cluster's ClusterIPs and NodePorts: one key in etcd each. */

import { invalid } from '../../../../protocol/field-errors.ts';
import type { Compare, KvOp } from '../../../../protocol/messages/etcd.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { Service, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Memory } from '../memory.ts';
import type { Companions } from '../verdict.ts';
import { addressRefusal } from './cluster-ip.ts';
import { portRefusal } from './node-port.ts';

/**
 * Where allocations lie. Each is written in the transaction that writes its Service, and only where nobody holds it,
 * so two API servers never give the same one and none is ever lost.
 */
export const addressPrefix = '/registry/ranges/serviceips/';
/** See `addressPrefix`. */
export const portPrefix = '/registry/ranges/servicenodeports/';

/** Something a Service holds, and the field that says so. */
export interface Claim {
  readonly key: string;
  readonly field: string;
  readonly value: unknown;
  /** What to say when another Service holds it. */
  readonly takenDetail: string;
}

/** Gives all that a Service holds. */
export function claimsOf({ spec }: Service): Claim[] {
  if (spec.type === 'ExternalName') return [];
  const claims: Claim[] = [];
  const address = spec.clusterIP;
  if (address && address !== 'None') {
    const takenDetail = `failed to allocate IP ${address}: provided IP is already allocated`;
    claims.push({
      key: addressPrefix + address,
      field: 'spec.clusterIPs',
      value: spec.clusterIPs ?? [address],
      takenDetail,
    });
  }
  const claimPort = (nodePort: number, field: string) => {
    const key = portPrefix + nodePort;
    if (nodePort === 0 || claims.some((one) => one.key === key)) return;
    claims.push({ key, field, value: nodePort, takenDetail: 'provided port is already allocated' });
  };
  for (const [i, { nodePort = 0 }] of (spec.ports ?? []).entries()) claimPort(nodePort, `spec.ports[${i}].nodePort`);
  claimPort(spec.healthCheckNodePort ?? 0, 'spec.healthCheckNodePort');
  return claims;
}

/** What writing a Service must claim and give back besides, or why it cannot. */
export function claimChanges(
  ranges: Pick<Memory, 'serviceIps' | 'nodePorts'>,
  service: Service,
  old: Service | undefined,
): Companions | Status {
  const held = new Set(old === undefined ? [] : claimsOf(old).map(({ key }) => key));
  const wanted = claimsOf(service);
  const fresh = wanted.filter(({ key }) => !held.has(key));
  for (const { key, field, value } of fresh) {
    const detail = rangeRefusal(ranges, key);
    if (detail !== undefined) return failure.invalid('Service', service.metadata.name, [invalid(field, value, detail)]);
  }
  const dropped = [...held].filter((key) => !wanted.some((claim) => claim.key === key));
  const holder = objectKey(service);
  return {
    guards: fresh.map(({ key }): Compare => ({ key, target: 'version', op: '=', value: 0 })),
    ops: [...fresh.map(({ key }): KvOp => ({ op: 'put', key, value: holder })), ...giveBack(dropped)],
  };
}

function rangeRefusal(ranges: Pick<Memory, 'serviceIps' | 'nodePorts'>, key: string): string | undefined {
  if (key.startsWith(portPrefix)) return portRefusal(ranges.nodePorts, Number(key.slice(portPrefix.length)));
  const address = key.slice(addressPrefix.length);
  const detail = addressRefusal(ranges.serviceIps, address);
  return detail && `failed to allocate IP ${address}: ${detail}`;
}

/** Gives back all that a Service holds. */
export function releaseAll(service: Service): Companions {
  return { guards: [], ops: giveBack(claimsOf(service).map(({ key }) => key)) };
}

function giveBack(keys: readonly string[]): KvOp[] {
  return keys.map((key): KvOp => ({ op: 'delete', key }));
}

/** Says that what a user asked for belongs to another Service. */
export function takenRefusal(service: Service, takenKey: string): Status {
  const claim = claimsOf(service).find(({ key }) => key === takenKey);
  const errors = claim === undefined ? [] : [invalid(claim.field, claim.value, claim.takenDetail)];
  return failure.invalid('Service', service.metadata.name, errors);
}
