/** The requests about no resource that OpenAPI tells of: discovery, the version, the keys of tokens. */

import { metaPackage } from './definition-names.ts';
import type { Definitions } from './definitions.ts';
import type { Route } from './routes.ts';
import { groupTag, groupWord } from './routes.ts';

const discoveryTypes = ['application/json', 'application/yaml'];

/** What one of them is. */
interface DocumentFacts {
  readonly path: string;
  readonly operationId: string;
  readonly description: string;
  readonly tag: string;
  /** The definition of the answer; plain text without one. */
  readonly answer?: string;
  readonly produces?: readonly string[];
}

function documentRoute(facts: DocumentFacts, definitions: Definitions): Route {
  return {
    path: facts.path,
    method: 'get',
    operationId: facts.operationId,
    description: facts.description,
    tag: facts.tag,
    parameters: [],
    consumes: facts.produces ?? discoveryTypes,
    produces: facts.produces ?? discoveryTypes,
    codes: [200],
    answer: facts.answer === undefined ? { type: 'string' } : definitions.plain(facts.answer),
  };
}

/** The request for the versions of the core group. */
export function coreRoute(definitions: Definitions): Route {
  const description = 'get available API versions';
  const answer = `${metaPackage}.APIVersions`;
  return documentRoute(
    { path: '/api/', operationId: 'getCoreAPIVersions', description, tag: 'core', answer },
    definitions,
  );
}

/** The request for the list of all groups. */
export function groupListRoute(definitions: Definitions): Route {
  const description = 'get available API versions';
  const answer = `${metaPackage}.APIGroupList`;
  return documentRoute(
    { path: '/apis/', operationId: 'getAPIVersions', description, tag: 'apis', answer },
    definitions,
  );
}

/** The request for one group. */
export function groupRoute(group: string, definitions: Definitions): Route {
  return documentRoute(
    {
      path: `/apis/${group}/`,
      operationId: `get${groupWord(group)}APIGroup`,
      description: 'get information of a group',
      tag: groupTag(group),
      answer: `${metaPackage}.APIGroup`,
    },
    definitions,
  );
}

/** The request for the resources of one version of a group. */
export function versionRoute(group: string, version: string, definitions: Definitions): Route {
  return documentRoute(
    {
      path: group === '' ? `/api/${version}/` : `/apis/${group}/${version}/`,
      operationId: `get${groupWord(group)}V${version.slice(1)}APIResources`,
      description: 'get available resources',
      tag: `${groupTag(group)}_${version}`,
      answer: `${metaPackage}.APIResourceList`,
    },
    definitions,
  );
}

/** The request for the server's version. */
export function serverVersionRoute(definitions: Definitions): Route {
  const description = 'get the version information for this server';
  const answer = 'io.k8s.apimachinery.pkg.version.Info';
  const produces = ['application/json'];
  const facts = { path: '/version/', operationId: 'getCodeVersion', description, tag: 'version', answer, produces };
  return documentRoute(facts, definitions);
}

/** The request for what the issuer of tokens says of itself. */
export function issuerRoute(definitions: Definitions): Route {
  return documentRoute(
    {
      path: '/.well-known/openid-configuration/',
      operationId: 'getServiceAccountIssuerOpenIDConfiguration',
      description: "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      tag: 'WellKnown',
      produces: ['application/json'],
    },
    definitions,
  );
}

/** The request for the keys that tokens are signed with. */
export function keysRoute(definitions: Definitions): Route {
  return documentRoute(
    {
      path: '/openid/v1/jwks/',
      operationId: 'getServiceAccountIssuerOpenIDKeyset',
      description: 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
      tag: 'openid',
      produces: ['application/jwk-set+json'],
    },
    definitions,
  );
}
