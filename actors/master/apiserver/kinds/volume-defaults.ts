/** What a volume leaves open. */

import type * as core from 'kubernetes-types/core/v1.js';
import { fill, refit, refitEach } from './fill.ts';

/** Readable by all, writable by its owner: 0644. */
const fileMode = 0o644;

/** Fills in a volume: without any source it is an empty directory. */
export function defaultVolume(volume: core.Volume): core.Volume {
  if (Object.keys(volume).every((field) => field === 'name')) return { ...volume, emptyDir: {} };
  let filled = volume;
  filled = refit(filled, 'secret', (source) => fill(source, { defaultMode: fileMode }));
  filled = refit(filled, 'configMap', (source) => fill(source, { defaultMode: fileMode }));
  filled = refit(filled, 'hostPath', (source) => (source.type === undefined ? { ...source, type: '' } : source));
  filled = refit(filled, 'downwardAPI', (source) =>
    refit(fill(source, { defaultMode: fileMode }), 'items', (list) => refitEach(list, defaultDownwardFile)),
  );
  filled = refit(filled, 'projected', (source) =>
    refit(fill(source, { defaultMode: fileMode }), 'sources', (list) => refitEach(list, defaultProjection)),
  );
  return refit(filled, 'ephemeral', (source) =>
    refit(source, 'volumeClaimTemplate', (template) =>
      refit(template, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' })),
    ),
  );
}

function defaultDownwardFile(file: core.DownwardAPIVolumeFile): core.DownwardAPIVolumeFile {
  return refit(file, 'fieldRef', (field) => fill(field, { apiVersion: 'v1' }));
}

function defaultProjection(projection: core.VolumeProjection): core.VolumeProjection {
  const filled = refit(projection, 'serviceAccountToken', (token) => fill(token, { expirationSeconds: 3600 }));
  return refit(filled, 'downwardAPI', (source) =>
    refit(source, 'items', (list) => refitEach(list, defaultDownwardFile)),
  );
}
