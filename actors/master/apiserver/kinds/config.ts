/** ConfigMaps, Secrets and ServiceAccounts. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, required, tooLong } from '../../../../protocol/field-errors.ts';
import { configMapKey, dns1123Subdomain } from '../../../../protocol/names.ts';
import type { ConfigMap, Secret, ServiceAccount } from '../../../../protocol/objects.ts';
import { base64Length, encodeBase64 } from './base64.ts';
import { fill, without } from './fill.ts';
import { breaches, byteLength, immutable } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

/** As MaxSecretSize: what etcd takes in one value. */
const mostBytes = 1024 * 1024;

/** Text and bytes by key. */
export const configMapStrategy = defineStrategy<ConfigMap>('configmaps', {
  nameRule: dns1123Subdomain,
  validate: validateConfigMap,
  validateUpdate: (map, old) => validateFrozen(map, old, ['data', 'binaryData']),
});

function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors = Object.keys(data).flatMap((key) => {
    const wrong = configMapKey(key).map((message) => invalid(`data[${key}]`, key, message));
    return key in binaryData
      ? [...wrong, invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')]
      : wrong;
  });
  errors.push(...Object.keys(binaryData).flatMap((key) => breaches(configMapKey, key, `binaryData[${key}]`)));
  const size =
    Object.values(data).reduce((sum, text) => sum + byteLength(text), 0) +
    Object.values(binaryData).reduce((sum, text) => sum + base64Length(text), 0);
  return size > mostBytes ? [...errors, tooLong('', mostBytes)] : errors;
}

/** Checks that what was made immutable stays as it is. */
function validateFrozen<T extends { immutable?: boolean }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (old.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const errors = object.immutable === true ? [] : [forbidden('immutable', detail)];
  return [
    ...errors,
    ...fields.filter((field) => !deepEqual(object[field], old[field])).map((field) => forbidden(field, detail)),
  ];
}

/** Bytes by key; `stringData` is only another way to write them. */
export const secretStrategy = defineStrategy<Secret>('secrets', {
  nameRule: dns1123Subdomain,
  defaults: (secret) => fill(withEncodedText(secret), { type: 'Opaque' }),
  validate: validateSecret,
  validateUpdate: (secret, old) => [
    ...immutable(secret.type, old.type, 'type'),
    ...validateFrozen(secret, old, ['data']),
  ],
});

function withEncodedText(secret: Secret): Secret {
  const { stringData } = secret;
  if (stringData === undefined) return secret;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, encodeBase64(text)]));
  return { ...without(secret, 'stringData'), data: { ...secret.data, ...encoded } };
}

/** The keys a Secret of a well-known type must have; of `basic-auth` one is enough. */
const neededKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/basic-auth': ['username', 'password'],
};
const accountKey = 'kubernetes.io/service-account.name';

function validateSecret({ metadata, data = {}, type = '' }: Secret): FieldError[] {
  const errors = Object.keys(data).flatMap((key) => breaches(configMapKey, key, `data[${key}]`));
  const size = Object.values(data).reduce((sum, text) => sum + base64Length(text), 0);
  if (size > mostBytes) errors.push(tooLong('data', mostBytes));
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[accountKey]) {
    errors.push(required(`metadata.annotations[${accountKey}]`));
  }
  const missing = (neededKeys[type] ?? []).filter((key) => !(key in data));
  const isEnough = type === 'kubernetes.io/basic-auth' && missing.length < 2;
  return isEnough ? errors : [...errors, ...missing.map((key) => required(`data[${key}]`))];
}

/** The identity pods run under. */
export const serviceAccountStrategy = defineStrategy<ServiceAccount>('serviceaccounts', {
  nameRule: dns1123Subdomain,
});
