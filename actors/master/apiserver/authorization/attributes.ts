/** What a request is to an authorizer: who, the verb, and the resource or path it is about. */

import { FieldSelectorError, parseFieldSelector } from '../../../../protocol/field-selectors.ts';
import type { Target, UserInfo } from '../../../../protocol/messages/api.ts';

/** Somebody wants to do something with objects. */
export interface ResourceAttributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for what lies in no namespace, and for all of them at once. */
  readonly namespace: string;
  /** Empty where no single object is meant. */
  readonly name: string;
}

/** Somebody wants to do something at a path that is no resource. */
export interface PathAttributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

/** Tells what is about objects from what is about a path. */
export function isOfResource(attributes: Attributes): attributes is ResourceAttributes {
  return 'resource' in attributes;
}

/** The verbs of RBAC, by type of message. */
const verbs: Readonly<Record<string, string>> = {
  'object.get': 'get',
  'object.list': 'list',
  'object.watch': 'watch',
  'object.create': 'create',
  'object.replace': 'update',
  'object.patch': 'patch',
  'object.delete': 'delete',
  'object.delete-collection': 'deletecollection',
};

/** What messages say of what they ask for. */
type AskedFor = Target & { verb?: string; fieldSelector?: string };

/** Gives the attributes of a request for objects; that of a connection names its verb itself. */
export function attributesOf(user: UserInfo, type: string, target: AskedFor): ResourceAttributes {
  const { resource, subresource = '', namespace = '' } = target;
  const verb = verbs[type] ?? target.verb ?? '';
  const name = type === 'object.create' && subresource === '' ? '' : (target.name ?? nameSelected(type, target));
  const dot = resource.indexOf('.');
  return {
    user,
    verb,
    group: dot < 0 ? '' : resource.slice(dot + 1),
    resource: dot < 0 ? resource : resource.slice(0, dot),
    subresource,
    // A namespace lies in itself, so that who may read it in its own roles is let in (apiserver's RequestInfoFactory).
    namespace: resource === 'namespaces' ? name : namespace,
    name,
  };
}

/** A list or watch of the one object of a name may be allowed by that name. */
function nameSelected(type: string, { fieldSelector = '' }: AskedFor): string {
  if (fieldSelector === '' || (type !== 'object.list' && type !== 'object.watch')) return '';
  try {
    return (
      parseFieldSelector(fieldSelector).find(({ field, op }) => field === 'metadata.name' && op === '=')?.value ?? ''
    );
  } catch (error) {
    if (error instanceof FieldSelectorError) return '';
    throw error;
  }
}
