import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../protocol/objects.ts';
import { changeErrors, type Spec, spec, stored, web } from '../testing/sample-pods.ts';
import { podStrategy } from './pod.ts';

describe('a pod that changes', () => {
  it('may get another image, more tolerations and a shorter deadline', () => {
    const after = spec({ image: 'nginx:1.26' }, { activeDeadlineSeconds: 5, tolerations: [{ operator: 'Exists' }] });
    expect(changeErrors(after, spec({}, { activeDeadlineSeconds: 9 }))).toEqual([]);
  });

  it('may change nothing else, and is told what did', () => {
    const [error, ...others] = changeErrors(spec({}, { hostname: 'b' }), spec({}, { hostname: 'a' }));
    expect(others).toEqual([]);
    expect(error).toBe(
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n-\thostname: "a"\n+\thostname: "b"\n',
    );
  });

  it.each<[string, Spec, Spec, string]>([
    [
      'a container more',
      { containers: [web(), web({ name: 'b' })] },
      spec({}),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      'a longer deadline',
      spec({}, { activeDeadlineSeconds: 9 }),
      spec({}, { activeDeadlineSeconds: 5 }),
      'spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value',
    ],
    [
      'no deadline any more',
      spec({}),
      spec({}, { activeDeadlineSeconds: 5 }),
      'spec.activeDeadlineSeconds: Invalid value: "null": must not update from a positive integer to nil value',
    ],
    [
      'a toleration less',
      spec({}),
      spec({}, { tolerations: [{ operator: 'Exists' }] }),
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'a gate more',
      spec({}, { schedulingGates: [{ name: 'a/c' }] }),
      spec({}),
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a/c'",
    ],
  ])('may not get %s', (_name, after, before, expected) => {
    expect(changeErrors(after, before)).toEqual([expected]);
  });

  it('may get a longer list of nodes to choose from only while it is gated', () => {
    const gated = { schedulingGates: [{ name: 'a/b' }] };
    expect(changeErrors(spec({}, { ...gated, nodeSelector: { disk: 'ssd' } }), spec({}, gated))).toEqual([]);
    expect(changeErrors(spec({}, { nodeSelector: { disk: 'ssd' } }), spec({}))[0]).toContain(
      '+\tnodeSelector: {"disk":"ssd"}',
    );
  });

  it('keeps its status when its spec is updated, and its spec when its status is', () => {
    const old = { ...stored(spec({})), status: { phase: 'Running', qosClass: 'BestEffort' } } as Pod;
    const update = { ...stored(spec({ image: 'nginx:1.26' })), status: { phase: 'Failed' } } as Pod;
    expect(podStrategy.prepareForUpdate(update, old).status).toEqual(old.status);
    const status = podStrategy.prepareForStatusUpdate(update, old);
    expect(status.spec).toBe(old.spec);
    expect(status.status).toEqual({ phase: 'Failed', qosClass: 'BestEffort' });
  });
});
