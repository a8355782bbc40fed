/** The image registry: what it finds, how long it takes, and its outages. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import { defaultsOf } from '../../../protocol/flags.ts';
import type { ImageFetch, LayersFetch, RegistryFail, RegistryRecover } from '../../../protocol/messages/registry.ts';
import type { ImageEntry } from '../../../protocol/workload.ts';
import { registry } from './actor.ts';
import { findImage, matchesPattern } from './catalogue.ts';
import { flags } from './flags.ts';
import { canonicalReference, digestOf, manifestUrl } from './reference.ts';

const set = (images: ImageEntry[] = []) => stage(registry, { input: { images, config: defaultsOf(flags) } });

describe('a reference', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.25', 'docker.io/library/nginx:1.25'],
    ['bitnami/redis', 'docker.io/bitnami/redis:latest'],
    ['gcr.io/google_samples/gb-frontend:v4', 'gcr.io/google_samples/gb-frontend:v4'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['nginx@sha256:abc', 'docker.io/library/nginx@sha256:abc'],
  ])('%s is %s', (image, canonical) => {
    expect(canonicalReference(image)).toBe(canonical);
  });

  test('has its manifest where the registry API says', () => {
    expect(manifestUrl('nginx')).toBe('https://registry-1.docker.io/v2/library/nginx/manifests/latest');
    expect(manifestUrl('registry.k8s.io/pause:3.9')).toBe('https://registry.k8s.io/v2/pause/manifests/3.9');
  });

  test('has a digest of its own', () => {
    const digests = ['a:1', 'a:2', 'b:1', 'ab:1', 'ba:1'].map(digestOf);
    expect(new Set(digests).size).toBe(5);
    for (const digest of digests) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf('a:1')).toBe(digests[0]);
  });
});

describe('the catalogue', () => {
  const images: ImageEntry[] = [
    { image: '*', sizeBytes: 1 },
    { image: 'gcr.io/*/gb-*', sizeBytes: 2 },
    { image: 'nginx', sizeBytes: 3 },
    { image: 'nginx:1.25', sizeBytes: 4 },
  ];

  test('prefers a whole reference to a repository, and both to a pattern', () => {
    expect(findImage(images, 'docker.io/library/nginx:1.25').sizeBytes).toBe(4);
    expect(findImage(images, 'nginx:1.26').sizeBytes).toBe(3);
    expect(findImage(images, 'httpd').sizeBytes).toBe(1);
  });

  test('knows that a bare shell ends at once, and takes any other image to exist', () => {
    expect(findImage([], 'busybox:1.36').workload).toMatchObject({ exitAfterMs: 10, exitCode: 0 });
    expect(findImage([], 'example.com/whatever:v1')).toEqual({ image: 'example.com/whatever:v1' });
  });

  test.each([
    ['gcr.io/*/gb-*', 'gcr.io/google/gb-frontend:v4', true],
    ['gcr.io/*/gb-*', 'gcr.io/gb-frontend', false],
    ['*redis', 'library/redis', true],
    ['a*a', 'a', false],
    ['a*b*c', 'axxbyyc', true],
    ['abc', 'abcd', false],
  ])('pattern %s and %s: %s', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });
});

describe('the registry', () => {
  test('answers a manifest after its latency, and the layers after size by bandwidth', () => {
    const s = set([{ image: 'web', sizeBytes: 100_000_000, workload: { latencyMs: 7 } }]);
    s.ask<ImageFetch>('image.fetch', { image: 'web:1' });
    s.advance(49);
    expect(s.sent).toEqual([]);
    s.advance(1);
    const { body } = s.takeOne('image.fetched');
    expect(body).toMatchObject({ sizeBytes: 100_000_000, transferMs: 2000, workload: { latencyMs: 7 } });
    s.ask<LayersFetch>('layers.fetch', { image: 'web:1' });
    s.advance(2049);
    expect(s.sent).toEqual([]);
    s.advance(1);
    s.takeOne('layers.fetched');
  });

  test('says 503 while it is unavailable, and nothing while it is silent', () => {
    const s = set();
    s.send<RegistryFail>('registry.fail', { how: 'unavailable' });
    s.ask<ImageFetch>('image.fetch', { image: 'web' });
    expect(s.takeOne('image.unavailable').body).toEqual({ image: 'web', code: 'unavailable' });
    s.send<RegistryFail>('registry.fail', { how: 'silent' });
    s.ask<ImageFetch>('image.fetch', { image: 'web' });
    s.advance(10_000);
    expect(s.sent).toEqual([]);
    s.send<RegistryRecover>('registry.recover', undefined);
    s.ask<ImageFetch>('image.fetch', { image: 'web' });
    s.advance(50);
    s.takeOne('image.fetched');
  });

  test('breaks off downloads when it fails', () => {
    const s = set();
    s.ask<LayersFetch>('layers.fetch', { image: 'web' });
    s.advance(500);
    s.send<RegistryFail>('registry.fail', { how: 'silent' });
    s.send<RegistryRecover>('registry.recover', undefined);
    s.advance(10_000);
    expect(s.sent).toEqual([]);
  });
});
