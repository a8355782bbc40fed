import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { findResource } from '../../../protocol/resources.ts';
import { isRefusal } from './refusal.ts';
import type { Selection, SelectionRequest } from './selection.ts';
import { isSelected, selectionOf } from './selection.ts';

function select(resource: string, request: SelectionRequest): Selection {
  const kind = findResource(resource);
  if (kind === undefined) throw new Error(`no ${resource}`);
  const selection = selectionOf(kind, request);
  if (isRefusal(selection)) throw new Error(selection.message);
  return selection;
}

const object = (fields: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  ...fields,
});

describe('what a list or watch asks for', () => {
  it('is looked up by node, name and namespace where fields name them', () => {
    const selection = select('pods', {
      fieldSelector: 'spec.nodeName=n1,metadata.namespace=default,metadata.name=web',
    });
    expect(selection).toMatchObject({ node: 'n1', name: 'web', namespace: 'default', terms: [], isPlain: true });
  });

  it('is nothing where two names are asked for at once', () => {
    const selection = select('pods', { namespace: 'default', fieldSelector: 'metadata.namespace=other' });
    expect(isSelected(selection, object({}))).toBe(false);
  });

  it.each([
    ['pods', 'spec.nodeName=', {}, true],
    ['pods', 'spec.nodeName!=n1', { spec: { nodeName: 'n1' } }, false],
    ['pods', 'status.phase!=Succeeded,status.phase!=Failed', { status: { phase: 'Running' } }, true],
    ['pods', 'status.phase!=Succeeded,status.phase!=Failed', { status: { phase: 'Failed' } }, false],
    ['pods', 'spec.hostNetwork=false', { spec: {} }, true],
    ['pods', 'status.podIP=10.1.0.1', { status: { podIP: '10.1.0.1' } }, true],
    ['nodes', 'spec.unschedulable=true', { spec: { unschedulable: true } }, true],
    ['nodes', 'spec.unschedulable=false', {}, true],
    ['events', 'involvedObject.kind=Pod,reason=Started', { involvedObject: { kind: 'Pod' }, reason: 'Started' }, true],
    ['events', 'source=kubelet', { source: { component: 'kubelet' } }, true],
    ['services', 'spec.type=NodePort', { spec: { type: 'ClusterIP' } }, false],
  ])('of %s by %s finds %j: %s', (resource, fieldSelector, fields, found) => {
    expect(isSelected(select(resource, { fieldSelector }), object(fields))).toBe(found);
  });

  it('must fulfil labels and fields', () => {
    const selection = select('pods', { labelSelector: 'app=web', fieldSelector: 'status.phase=Running' });
    expect(isSelected(selection, object({ status: { phase: 'Running' } }))).toBe(true);
    expect(isSelected(selection, object({ status: { phase: 'Pending' } }))).toBe(false);
  });

  it('is refused in Kubernetes’s words where it cannot be read', () => {
    expect(() => select('pods', { fieldSelector: 'spec.x=y' })).toThrow('field label not supported: spec.x');
    expect(() => select('configmaps', { fieldSelector: 'x=y' })).toThrow('"x" is not a known field selector: only');
    expect(() => select('pods', { fieldSelector: 'nonsense' })).toThrow(
      "invalid selector: 'nonsense'; can't understand 'nonsense'",
    );
  });
});
