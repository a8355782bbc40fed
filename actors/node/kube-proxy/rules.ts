/** What a Service and its Endpoints mean for a node's forwarding table. */

import type { Balancing, ForwardingRule, SocketAddress } from '../../../protocol/messages/network.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { Endpoints, Service, ServicePort } from '../../../protocol/objects.ts';
import type { KubeProxyConfig } from './flags.ts';

/** What the rules of a node depend on besides the objects. */
export interface ProxyView {
  node: string;
  balancing: Balancing;
}

/** An endpoint, and the node it lies on, where that is known. */
type Endpoint = SocketAddress & { node: string | undefined };

/** A Service with this label is another proxy's to serve. */
const otherProxyLabel = 'service.kubernetes.io/service-proxy-name';

/** Seconds of ClientIP affinity unless the Service says otherwise (`DefaultClientIPServiceAffinitySeconds`). */
const defaultAffinitySeconds = 10_800;

/** Gives the balancing a proxy mode stands for. */
export function balancingOf(config: KubeProxyConfig): Balancing {
  return config['proxy-mode'] === 'ipvs' ? config['ipvs-scheduler'] : 'random';
}

/** Makes the rules of a Service: one a port; none for a headless Service, an ExternalName, or another proxy's. */
export function rulesOf(service: Service, endpoints: Endpoints | undefined, view: ProxyView): ForwardingRule[] {
  const { clusterIP, type, ports } = service.spec;
  const isServed = clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None' && type !== 'ExternalName';
  if (!isServed || service.metadata.labels?.[otherProxyLabel] !== undefined) return [];
  return (ports ?? [])
    .filter((port) => port.protocol !== 'SCTP')
    .map((port) => ruleOf(service, clusterIP, port, endpointsOf(endpoints, port), view));
}

function ruleOf(
  service: Service,
  clusterIP: string,
  port: ServicePort,
  endpoints: readonly Endpoint[],
  view: ProxyView,
): ForwardingRule {
  const { spec, status } = service;
  const all = endpoints.map(toSocket);
  const local = endpoints.filter((endpoint) => endpoint.node === view.node).map(toSocket);
  const inside = spec.internalTrafficPolicy === 'Local' ? local : all;
  const outside = spec.externalTrafficPolicy === 'Local' ? local : all;
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
  return {
    key: `${objectKey(service)}:${port.name ?? ''}`,
    protocol: port.protocol === 'UDP' ? 'UDP' : 'TCP',
    clusterIP,
    port: port.port,
    nodePort: port.nodePort ?? 0,
    externalIPs: [...(spec.externalIPs ?? []), ...ingress],
    balancing: view.balancing,
    affinitySeconds: affinitySeconds(service),
    endpoints: inside,
    ...(outside === inside ? {} : { localEndpoints: outside }),
  };
}

function affinitySeconds({ spec }: Service): number {
  if (spec.sessionAffinity !== 'ClientIP') return 0;
  return spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds;
}

/** The ready addresses behind a Service port: where the Endpoints name a port as the Service does. */
function endpointsOf(endpoints: Endpoints | undefined, port: ServicePort): Endpoint[] {
  return (endpoints?.subsets ?? []).flatMap((subset) =>
    (subset.ports ?? [])
      .filter(({ name, protocol }) => (name ?? '') === (port.name ?? '') && sameProtocol(protocol, port.protocol))
      .flatMap((target) =>
        (subset.addresses ?? []).map(({ ip, nodeName }) => ({ ip, port: target.port, node: nodeName })),
      ),
  );
}

function sameProtocol(a: string | undefined, b: string | undefined): boolean {
  return (a ?? 'TCP') === (b ?? 'TCP');
}

function toSocket({ ip, port }: Endpoint): SocketAddress {
  return { ip, port };
}
