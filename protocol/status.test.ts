import { describe, expect, it } from 'vitest';
import {
  duplicate,
  forbidden,
  formatFieldError,
  formatFieldErrors,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
  verbatim,
} from './field-errors.ts';
import { failure, staleVersion, success } from './status.ts';

describe('the errors of fields', () => {
  it.each([
    [required('spec.selector'), 'spec.selector: Required value'],
    [
      required('metadata.name', 'name or generateName is required'),
      'metadata.name: Required value: name or generateName is required',
    ],
    [
      invalid('spec.replicas', -1, 'must be greater than or equal to 0'),
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [invalid('a', 'say "hi"\n', 'no'), 'a: Invalid value: "say \\"hi\\"\\n": no'],
    [invalid('a', '\u0001\u007f', 'no'), 'a: Invalid value: "\\x01\\x7f": no'],
    [invalid('a', { b: '2', a: '1' }, 'no'), 'a: Invalid value: map[string]string{"a":"1", "b":"2"}: no'],
    [invalid('a', ['x', 'y'], 'no'), 'a: Invalid value: []string{"x", "y"}: no'],
    [invalid('a', undefined, 'no'), 'a: Invalid value: "null": no'],
    [invalid('a', true, 'no'), 'a: Invalid value: true: no'],
    [invalid('a', verbatim('v1.Thing{}'), 'no'), 'a: Invalid value: v1.Thing{}: no'],
    [duplicate('spec.containers[1].name', 'web'), 'spec.containers[1].name: Duplicate value: "web"'],
    [
      notSupported('spec.type', 'Fast', ['ClusterIP', 'NodePort']),
      'spec.type: Unsupported value: "Fast": supported values: "ClusterIP", "NodePort"',
    ],
    [notFound('a.name', 'data'), 'a.name: Not found: "data"'],
    [forbidden('spec', 'not now'), 'spec: Forbidden: not now'],
    [tooLong('metadata.annotations', 262_144), 'metadata.annotations: Too long: must have at most 262144 bytes'],
    [tooMany('endpoints', 1001, 1000), 'endpoints: Too many: 1001: must have at most 1000 items'],
    [invalid('', 1, 'no'), '<nil>: Invalid value: 1: no'],
  ])('read as Kubernetes writes them', (error, text) => {
    expect(formatFieldError(error)).toBe(text);
  });

  it('are told together, each once', () => {
    const [one, other] = [required('a'), required('b')];
    expect(formatFieldErrors([one, other, one])).toBe('[a: Required value, b: Required value]');
    expect(formatFieldErrors([one, one])).toBe('a: Required value');
  });
});

describe('a Status', () => {
  it('of an invalid object names every cause', () => {
    const errors = [required('spec.selector'), invalid('spec.replicas', -1, 'must be greater than or equal to 0')];
    expect(failure.invalid('Deployment.apps', 'web', errors)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'Deployment.apps "web" is invalid: [spec.selector: Required value, spec.replicas: Invalid value: -1: must be greater than or equal to 0]',
      reason: 'Invalid',
      details: {
        name: 'web',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: -1: must be greater than or equal to 0',
            field: 'spec.replicas',
          },
        ],
      },
      code: 422,
    });
  });

  it.each([
    [failure.notFound('pods', 'a'), 404, 'NotFound', 'pods "a" not found'],
    [failure.alreadyExists('services', 'a'), 409, 'AlreadyExists', 'services "a" already exists'],
    [
      failure.conflict('leases.coordination.k8s.io', 'a', staleVersion),
      409,
      'Conflict',
      'Operation cannot be fulfilled on leases.coordination.k8s.io "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [failure.badRequest('no'), 400, 'BadRequest', 'no'],
    [failure.forbidden('pods', 'a', 'exceeded quota'), 403, 'Forbidden', 'pods "a" is forbidden: exceeded quota'],
    [failure.forbidden('pods', '', 'no'), 403, 'Forbidden', 'pods is forbidden: no'],
    [failure.expired('too old resource version: 1 (5)'), 410, 'Expired', 'too old resource version: 1 (5)'],
    [
      failure.methodNotAllowed('bindings', 'list'),
      405,
      'MethodNotAllowed',
      'list is not supported on resources of kind "bindings"',
    ],
    [failure.tooManyRequests(1), 429, 'TooManyRequests', 'Too many requests, please try again later.'],
    [failure.internalError('boom'), 500, 'InternalError', 'Internal error occurred: boom'],
    [failure.timeout('request did not complete'), 504, 'Timeout', 'Timeout: request did not complete'],
    [
      failure.serverTimeout('pods', 'list', 2),
      500,
      'ServerTimeout',
      'The list operation against pods could not be completed at this time, please try again.',
    ],
    [failure.serviceUnavailable('no leader'), 503, 'ServiceUnavailable', 'no leader'],
    [failure.unsupportedMediaType('no'), 415, 'UnsupportedMediaType', 'no'],
  ])('has its code, reason and message', (status, code, reason, message) => {
    expect(status).toMatchObject({ status: 'Failure', code, reason, message });
  });

  it('names the resource apart from its group', () => {
    expect(failure.notFound('leases.coordination.k8s.io', 'a').details).toEqual({
      name: 'a',
      group: 'coordination.k8s.io',
      kind: 'leases',
    });
    expect(failure.tooManyRequests(5).details).toEqual({ retryAfterSeconds: 5 });
  });

  it('of success has no code', () => {
    expect(success({ name: 'a', kind: 'pods' })).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'pods' },
    });
  });
});
