/** Signs the CertificateSigningRequests that are approved, as kube-controller-manager's `certificatesigningrequest-signing-controller`. */

import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type * as certificates from 'kubernetes-types/certificates/v1.js';
import type { ObjectChanged, ObjectReplace } from '../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import type { ClusterLink } from '../cluster-link.ts';
import { Following } from '../following.ts';
import { type KeyedCertificate, signRequest } from './authority.ts';
import { readAsked, signers } from './signers.ts';

type Request = Omit<certificates.CertificateSigningRequest, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

const resource = 'certificatesigningrequests.certificates.k8s.io';
/** `--cluster-signing-duration` */
const longestMs = 365 * 24 * 3_600_000;
const shortestMs = 600_000;
/** Certificates are good from a little earlier on; those shorter than `short` lose nothing of their time by it. */
const backdateMs = 5 * 60_000;
const shortMs = 8 * 3_600_000;

/** What signing takes. */
export interface SignerParts {
  readonly link: Pick<ClusterLink, 'open' | 'ask'>;
  /** The address of the API servers. */
  readonly apiserver: string;
  readonly authority: KeyedCertificate;
  /** Real time in ms since the Unix epoch: real clients look at what is signed. */
  readonly nowMs: () => number;
}

/** Signs from `start` to `stop`. */
export class RequestSigner {
  readonly #parts: SignerParts;
  readonly #following: Following;

  constructor(parts: SignerParts) {
    this.#parts = parts;
    const { link, apiserver } = parts;
    this.#following = new Following({ link, apiserver, resource, take: (event) => this.#take(event) });
  }

  /** Begins to watch the requests there are and those that come. */
  start(): void {
    this.#following.start();
  }

  /** Signs no more. */
  stop(): void {
    this.#following.stop();
  }

  async #take({ type, object }: ObjectChanged['body']): Promise<void> {
    if (type === 'DELETED') return;
    const status = await statusOf(object as Request, this.#parts.authority, this.#parts.nowMs());
    if (status === undefined) return;
    const { link, apiserver } = this.#parts;
    // One that was changed meanwhile comes again.
    await link.ask<ObjectReplace>(apiserver, 'object.replace', {
      resource,
      name: object.metadata.name,
      subresource: 'status',
      object: { ...object, status } as KubernetesObject,
    });
  }
}

/** Gives the status that a request gets: its certificate, or why it gets none; undefined where nothing is to be done. */
export async function statusOf(
  request: Request,
  authority: KeyedCertificate,
  nowMs: number,
): Promise<Request['status']> {
  const { spec, status = {} } = request;
  const { conditions = [], certificate } = status;
  const has = (type: string) => conditions.some((one) => one.type === type && one.status === 'True');
  const problemOf = signers[spec.signerName];
  if (problemOf === undefined || certificate || !has('Approved') || has('Denied') || has('Failed')) return undefined;
  const failed = (message: string) => ({
    ...status,
    conditions: [...conditions, { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message }],
  });
  try {
    const pem = Buffer.from(spec.request, 'base64').toString('utf8');
    const parsed = new x509.Pkcs10CertificateRequest(x509.PemConverter.decodeFirst(pem));
    const usages = spec.usages ?? [];
    const problem = problemOf(readAsked(parsed, usages));
    if (problem !== undefined) return failed(problem);
    const signed = await signRequest(authority, parsed, usages, lifetimeOf(spec.expirationSeconds, nowMs));
    return { ...status, certificate: Buffer.from(`${signed.trim()}\n`).toString('base64') };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** As `PermissiveSigningPolicy`. */
function lifetimeOf(expirationSeconds: number | undefined, nowMs: number) {
  const asked = expirationSeconds === undefined ? longestMs : expirationSeconds * 1000;
  const ttlMs = Math.min(Math.max(asked, shortestMs), longestMs);
  return { notBeforeMs: nowMs - backdateMs, notAfterMs: nowMs + (ttlMs < shortMs ? ttlMs : ttlMs - backdateMs) };
}
