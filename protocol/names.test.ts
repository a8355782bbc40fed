import { describe, expect, it } from 'vitest';
import {
  asPrefix,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  httpHeaderName,
  labelValue,
  percent,
  portName,
  portNumber,
  qualifiedName,
} from './names.ts';

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const own =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('names in DNS', () => {
  it('are accepted', () => {
    expect(['a', '0', 'my-name', '123-abc', 'a'.repeat(63)].flatMap(dns1123Label)).toEqual([]);
    expect(['a', 'a.b', 'example.com', 'a'.repeat(253)].flatMap(dns1123Subdomain)).toEqual([]);
    expect(['a', 'my-name', 'abc-123'].flatMap(dns1035Label)).toEqual([]);
  });

  it('are refused in Kubernetes words', () => {
    expect(dns1123Label('My_Name')).toEqual([label]);
    expect(dns1123Label('a.b')).toEqual(['must not contain dots']);
    expect(dns1123Label(`${'a'.repeat(64)}-`)).toEqual(['must be no more than 63 characters', label]);
    expect(dns1123Label('')).toEqual([label]);
    expect(dns1123Subdomain('-a')).toEqual([subdomain]);
    expect(dns1123Subdomain('a'.repeat(254))).toEqual(['must be no more than 253 characters']);
    expect(dns1035Label('1a')).toEqual([
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ]);
  });

  it('may end in a hyphen where more will follow', () => {
    expect(asPrefix(dns1123Subdomain)('frontend-')).toEqual([]);
    expect(asPrefix(dns1123Subdomain)('-')).toEqual([subdomain]);
    expect(asPrefix(dns1035Label)('1-')).toHaveLength(0);
  });
});

describe('the keys and values of labels', () => {
  it('are accepted', () => {
    expect(['app', 'example.com/app', 'A.b_c-1', 'x'.repeat(63)].flatMap(qualifiedName)).toEqual([]);
    expect(['', 'web', 'A_b.c', '1'].flatMap(labelValue)).toEqual([]);
  });

  it('are refused in Kubernetes words', () => {
    expect(qualifiedName('')).toEqual(['name part must be non-empty', own]);
    expect(qualifiedName('-a')).toEqual([own]);
    expect(qualifiedName('/a')).toEqual(['prefix part must be non-empty']);
    expect(qualifiedName('Example.com/a')).toEqual([`prefix part ${subdomain}`]);
    expect(qualifiedName('x'.repeat(64))).toEqual(['name part must be no more than 63 characters']);
    expect(qualifiedName('a/b/c')).toEqual([
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ]);
    expect(labelValue('a b')).toEqual([
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ]);
    expect(labelValue('x'.repeat(64))).toEqual(['must be no more than 63 characters']);
  });
});

describe('other names', () => {
  it('of ports', () => {
    expect(['http', '8080-a', 'a1'].flatMap(portName)).toEqual([]);
    expect(portName('HTTP')).toEqual([
      'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'must contain at least one letter (a-z)',
    ]);
    expect(portName('a--b-')).toEqual(['must not contain consecutive hyphens', 'must not begin or end with a hyphen']);
    expect(portName('a'.repeat(16))).toEqual(['must be no more than 15 characters']);
    expect(portNumber(0)).toEqual(['must be between 1 and 65535, inclusive']);
    expect(portNumber(65535)).toEqual([]);
  });

  it('of variables, keys, headers and shares', () => {
    expect(envVarName('my.env-NAME_1')).toEqual([]);
    expect(envVarName('1A')[0]).toContain('a valid environment variable name must consist of alphabetic characters');
    expect(envVarName('..')).toEqual(["must not be '..'"]);
    expect(configMapKey('a/b')[0]).toContain(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    );
    expect(configMapKey('..a')).toEqual(["must not start with '..'"]);
    expect(httpHeaderName('X Y')).toHaveLength(1);
    expect([percent('25%'), percent('25').length]).toEqual([[], 1]);
  });
});
