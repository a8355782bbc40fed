import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { Pod } from '../../../../protocol/objects.ts';
import { defaulted, errorsOf, pod, spec, stored } from '../testing/sample-pods.ts';
import { bindingStrategy, podStrategy } from './pod.ts';

describe('a new pod', () => {
  it('is Pending, with its class of service, whatever status came with it', () => {
    const given = { ...pod(spec({})), status: { phase: 'Running', podIP: '10.0.0.1' } } as Pod;
    expect(podStrategy.prepareForCreate(defaulted(given)).status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  it('is right', () => {
    expect(errorsOf(spec({ ports: [{ containerPort: 80, name: 'http' }] }))).toEqual([]);
  });
});

describe('the status of a pod', () => {
  const withState = (state: object, restartPolicy = 'Never') =>
    ({
      ...stored(spec({}, { restartPolicy })),
      status: { phase: 'Running', qosClass: 'BestEffort', containerStatuses: [{ name: 'web', state }] },
    }) as unknown as Pod;
  const ended = { terminated: { exitCode: 1 } };

  it('never leads a container back from its end where it may not restart', () => {
    const errors = podStrategy.validateStatusUpdate(withState({ running: {} }), withState(ended));
    expect(errors.map(formatFieldError)).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
    const restarting = withState(ended, 'OnFailure');
    expect(podStrategy.validateStatusUpdate(withState({ running: {} }, 'OnFailure'), restarting)).toEqual([]);
  });

  it('keeps the class of service', () => {
    const other = { ...withState(ended), status: { phase: 'Running', qosClass: 'Guaranteed' } } as Pod;
    expect(podStrategy.validateStatusUpdate(other, withState(ended)).map(formatFieldError)).toEqual([
      'status.qosClass: Invalid value: "Guaranteed": field is immutable',
    ]);
  });
});

describe('a binding', () => {
  const bind = (target: object) =>
    bindingStrategy
      .validateCreate({ apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a', namespace: 'default' }, target })
      .map(formatFieldError);

  it('is to a node, by name', () => {
    expect(bind({ kind: 'Node', name: 'n1' })).toEqual([]);
    expect(bind({ kind: 'Rack' })).toEqual([
      'target.kind: Unsupported value: "Rack": supported values: "Node", "<empty>"',
      'target.name: Required value',
    ]);
  });
});
