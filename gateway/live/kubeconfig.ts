/** Writes a kubeconfig: a new one, or into one that is there, as `kubectl config set-cluster` and its like do. */

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isMap, isSeq, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';
import type { KeyedCertificate } from '../certificates/authority.ts';

/** A cluster, and who is to use it. */
export interface Access {
  /** What cluster, user and context are called. */
  readonly name: string;
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  /** The authority's certificate, PEM. */
  readonly authority: string;
  readonly user: KeyedCertificate;
}

/** A kubeconfig that cannot be written. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly path: string;
  readonly what: string;
  readonly fix: string;

  constructor(path: string, what: string, fix: string) {
    super(`${path} ${what}`);
    this.path = path;
    this.what = what;
    this.fix = fix;
  }
}

/** Puts the access into the text of a kubeconfig, and makes it the current one; whatever else is there stays. @throws KubeconfigError */
export function mergeKubeconfig(text: string, access: Access, path = 'the kubeconfig'): string {
  const document = parseDocument(text.trim() === '' ? stringify(emptyConfig) : text);
  const [mistake] = document.errors;
  if (mistake !== undefined || !isMap(document.contents)) {
    throw new KubeconfigError(
      path,
      `is no kubeconfig: ${mistake?.message ?? 'it is no map'}`,
      'mend it, or name another file by --kubeconfig',
    );
  }
  const { name, server, authority, user } = access;
  const cluster = { 'certificate-authority-data': base64(authority), server };
  put(document, 'clusters', { name, cluster });
  put(document, 'users', {
    name,
    user: { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) },
  });
  put(document, 'contexts', { name, context: { cluster: name, user: name } });
  document.set('current-context', name);
  return document.toString();
}

const emptyConfig = {
  apiVersion: 'v1',
  kind: 'Config',
  preferences: {},
  clusters: [],
  users: [],
  contexts: [],
  'current-context': '',
};

/** Puts a named entry into a list, in the place of the one with its name. */
function put(document: Document, list: string, entry: { name: string; [field: string]: unknown }): void {
  const node = document.createNode(entry) as YAMLMap;
  const found = document.get(list);
  if (!isSeq(found)) {
    document.set(list, document.createNode([entry]));
    return;
  }
  const all = found as YAMLSeq;
  // An empty list is written `[]`: what comes into it is not to be.
  all.flow = false;
  const place = all.items.findIndex((item) => isMap(item) && item.get('name') === entry.name);
  if (place < 0) all.add(node);
  else all.items[place] = node;
}

/**
 * Merges the access into a file, which nobody but its owner may read afterwards. Holds client-go's lock meanwhile.
 *
 * @throws KubeconfigError
 */
export function writeKubeconfig(path: string, access: Access): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const lock = `${path}.lock`;
    closeSync(openSync(lock, 'wx', 0));
    try {
      replace(path, mergeKubeconfig(readIfThere(path), access, path));
    } finally {
      rmSync(lock, { force: true });
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'EEXIST') throw new KubeconfigError(path, 'is locked', `if no kubectl is at it, remove ${path}.lock`);
    throw new KubeconfigError(path, `cannot be written: ${message}`, 'name another file by --kubeconfig');
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function replace(path: string, text: string): void {
  const aside = `${path}.${process.pid}`;
  const file = openSync(aside, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(aside, path);
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
