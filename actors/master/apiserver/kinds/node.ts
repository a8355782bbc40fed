/** Nodes. */

import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { Node } from '../../../../protocol/objects.ts';
import { fill, refit } from './fill.ts';
import { isIPv6, validateCIDR } from './ip-validation.ts';
import { validateAmount } from './resource-validation.ts';
import { defineStrategy } from './strategy.ts';
import { validateTaints } from './taint-validation.ts';

/** A node comes with its status: the kubelet registers both at once. */
export const nodeStrategy = defineStrategy<Node>('nodes', {
  nameRule: dns1123Subdomain,
  defaults: (node) => refit(fill(node, { spec: {} }), 'status', defaultStatus),
  keepsGivenStatus: true,
  validate: validateNode,
  validateUpdate: validateNodeChange,
  validateStatus: (node, old) => [...validateAmounts(node), ...validateNodeChange(node, old)],
});

function defaultStatus(status: NonNullable<Node['status']>): NonNullable<Node['status']> {
  return status.capacity === undefined ? status : fill(status, { allocatable: status.capacity });
}

function validateNode(node: Node): FieldError[] {
  // Kubernetes gives taints this path.
  const errors = validateTaints(node.spec?.taints ?? [], 'metadata.taints');
  errors.push(...validateAmounts(node));
  const cidrs = node.spec?.podCIDRs ?? [];
  errors.push(...cidrs.flatMap((cidr, i) => validateCIDR(cidr, `spec.podCIDRs[${i}]`)));
  if (
    cidrs.length > 1 &&
    (cidrs.length > 2 || new Set(cidrs.map((cidr) => isIPv6(cidr.split('/')[0] ?? ''))).size === 1)
  ) {
    errors.push(invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'));
  }
  cidrs.forEach((cidr, i) => {
    if (cidrs.indexOf(cidr) < i) errors.push(duplicate(`spec.podCIDRs[${i}]`, cidr));
  });
  return errors;
}

function validateAmounts({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    Object.entries(status?.[field] ?? {}).flatMap(([name, quantity]) =>
      validateAmount(name, quantity, `status.${field}.${name}`),
    ),
  );
}

function validateNodeChange(node: Node, old: Node): FieldError[] {
  const errors: FieldError[] = [];
  const addresses = new Set<string>();
  (node.status?.addresses ?? []).forEach((address, i) => {
    const key = `${address.type} ${address.address}`;
    if (addresses.has(key)) errors.push(duplicate(`status.addresses[${i}]`, address));
    addresses.add(key);
  });
  const [cidrs, before] = [node.spec?.podCIDRs ?? [], old.spec?.podCIDRs ?? []];
  if (before.length > 0 && before.join() !== cidrs.join()) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  const provider = old.spec?.providerID;
  if (provider && provider !== node.spec?.providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  return errors;
}
