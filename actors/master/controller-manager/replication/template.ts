/** The pod a template stands for. */

import { controllerReference } from '../../../../protocol/meta.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject, Pod, PodTemplateSpec } from '../../../../protocol/objects.ts';

/** Makes a new pod of an owner's template; the API server gives it its name. */
export function podOf(owner: KubernetesObject, template: PodTemplateSpec): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { namespace } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      // A new object has no name yet; the type is that of stored ones.
      name: '',
      generateName: prefixOf(owner.metadata.name),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec ?? { containers: [] },
  };
}

/** With a dash where the name allows one. */
function prefixOf(name: string): string {
  return dns1123Subdomain(`${name}-a`).length === 0 ? `${name}-` : name;
}
