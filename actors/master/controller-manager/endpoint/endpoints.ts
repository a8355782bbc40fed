/** The Endpoints object a Service should have, and whether it has it. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { EndpointSubset, Endpoints, Service } from '../../../../protocol/objects.ts';
import { isOverCapacity, truncateSubsets } from './capacity.ts';

const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';
const overCapacityAnnotation = 'endpoints.kubernetes.io/over-capacity';
const headlessLabel = 'service.kubernetes.io/headless';

type Labels = Record<string, string>;

/** Tells whether Endpoints already say what they should. */
export function isCurrent(endpoints: Endpoints, service: Service, subsets: readonly EndpointSubset[]): boolean {
  const { [headlessLabel]: _, ...labels } = endpoints.metadata.labels ?? {};
  const isCapacityTold =
    isOverCapacity(endpoints.subsets ?? []) || endpoints.metadata.annotations?.[overCapacityAnnotation] !== undefined;
  return (
    !isCapacityTold && deepEqual(labels, service.metadata.labels ?? {}) && deepEqual(endpoints.subsets ?? [], subsets)
  );
}

/** Makes the Endpoints of a Service, over those there are. */
export function endpointsOf(
  service: Service,
  existing: Endpoints | undefined,
  subsets: readonly EndpointSubset[],
  triggerTime: string | undefined,
): Endpoints {
  const isTruncated = isOverCapacity(subsets);
  const { [triggerTimeAnnotation]: _, [overCapacityAnnotation]: __, ...others } = existing?.metadata.annotations ?? {};
  const annotations: Labels = {
    ...others,
    ...(triggerTime !== undefined && { [triggerTimeAnnotation]: triggerTime }),
    ...(isTruncated && { [overCapacityAnnotation]: 'truncated' }),
  };
  return {
    ...withMeta(existing ?? fresh(service), { labels: labelsOf(service), annotations: orNone(annotations) }),
    subsets: isTruncated ? truncateSubsets(subsets) : [...subsets],
  };
}

function fresh({ metadata: { name, namespace } }: Service): Endpoints {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return { apiVersion: 'v1', kind: 'Endpoints', metadata };
}

function labelsOf({ metadata, spec }: Service): Labels | undefined {
  const { [headlessLabel]: _, ...labels } = metadata.labels ?? {};
  const hasAddress = spec.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
  return orNone(hasAddress ? labels : { ...labels, [headlessLabel]: '' });
}

function orNone(map: Labels): Labels | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}
