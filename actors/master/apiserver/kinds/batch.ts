/** Jobs and CronJobs. */

import type * as batch from 'kubernetes-types/batch/v1.js';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, notSupported, required, verbatim } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject, PodTemplateSpec } from '../../../../protocol/objects.ts';
import { validateLabelSelector } from './affinity-validation.ts';
import { oneOf } from './container-validation.ts';
import { scheduleProblem } from './cron-schedule.ts';
import { fill, refit } from './fill.ts';
import { immutable, nonNegative } from './metadata.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { validateTemplate } from './pod-spec-validation.ts';
import { immutableSelector, selectorOf, validateTemplateLabels } from './replicas.ts';
import { defineStrategy } from './strategy.ts';

type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Job = Kind<batch.Job> & { spec: batch.JobSpec };
type CronJob = Kind<batch.CronJob> & { spec: batch.CronJobSpec };

/** Pods that run until enough of them succeeded. The UID must be there before `prepareForCreate`: the selector is made of it. */
export const jobStrategy = defineStrategy<Job>('jobs.batch', {
  nameRule: dns1123Subdomain,
  defaults: defaultJob,
  firstStatus: () => ({}),
  generationOf: ({ spec }) => spec,
  prepareCreate: withGeneratedSelector,
  validate: validateJob,
  validateUpdate: validateJobChange,
  validateStatus: ({ status = {} }) =>
    (['active', 'succeeded', 'failed'] as const).flatMap((field) => nonNegative(status[field] ?? 0, `status.${field}`)),
});

function defaultJob(job: Job): Job {
  const given = job.spec ?? ({} as batch.JobSpec);
  const runsOnce = given.completions === undefined && given.parallelism === undefined;
  const perIndex = given.backoffLimitPerIndex !== undefined;
  let spec = fill(given, {
    template: {},
    ...(runsOnce && { completions: 1 }),
    parallelism: 1,
    backoffLimit: perIndex ? 2 ** 31 - 1 : 6,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: given.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
  });
  spec = refit(spec, 'template', defaultTemplate);
  return spec === job.spec ? job : { ...job, spec };
}

/** Labels pods with the job's UID, so that no two jobs ever claim the same pod. */
function withGeneratedSelector(job: Job): Job {
  if (job.spec.manualSelector === true) return job;
  const { uid = '', name } = job.metadata;
  const labels = {
    ...job.spec.template?.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = { ...job.spec.template, metadata: { ...job.spec.template?.metadata, labels } } as PodTemplateSpec;
  const selector = job.spec.selector ?? { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  return { ...job, spec: { ...job.spec, selector, template } };
}

function validateJob({ spec }: Job): FieldError[] {
  const errors = validateJobSpec(spec, 'spec');
  if (spec.selector === undefined) return [...errors, required('spec.selector')];
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  return [...errors, ...validateTemplateLabels(spec.template ?? {}, selectorOf(spec.selector))];
}

const jobCounts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
] as const;

function validateJobSpec(spec: batch.JobSpec, path: string): FieldError[] {
  const errors = jobCounts.flatMap((field) => nonNegative(spec[field] ?? 0, `${path}.${field}`));
  const mode = spec.completionMode;
  if (mode !== undefined && mode !== 'Indexed' && mode !== 'NonIndexed') {
    errors.push(notSupported(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === 'Indexed' && spec.completions === undefined) {
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  }
  errors.push(...validateTemplate(spec.template ?? {}, `${path}.template`));
  const policy = spec.template?.spec?.restartPolicy;
  if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.push(required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  }
  return errors;
}

function validateJobChange({ spec, status }: Job, { spec: old }: Job): FieldError[] {
  const isElastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  const errors = isElastic ? [] : immutable(spec.completions, old.completions, 'spec.completions');
  errors.push(...immutableSelector(spec.selector, old.selector));
  const isWaiting = old.suspend === true && status?.startTime === undefined;
  if (!isWaiting && !deepEqual(spec.template, old.template)) {
    const shown = verbatim(`core.PodTemplateSpec${JSON.stringify(spec.template)}`);
    errors.push(invalid('spec.template', shown, 'field is immutable'));
  }
  return [...errors, ...immutable(spec.completionMode, old.completionMode, 'spec.completionMode')];
}

/** Room for the time that is appended to the names of its jobs. */
const longestCronJobName = 52;

/** Jobs at set times. */
export const cronJobStrategy = defineStrategy<CronJob>('cronjobs.batch', {
  nameRule: dns1123Subdomain,
  defaults: defaultCronJob,
  firstStatus: () => ({}),
  generationOf: ({ spec }) => spec,
  validate: validateCronJob,
  validateCreate: ({ metadata: { name } }) => {
    if (!name || name.length <= longestCronJobName) return [];
    return [invalid('metadata.name', name, `must be no more than ${longestCronJobName} characters`)];
  },
});

function defaultCronJob(job: CronJob): CronJob {
  let spec = fill(job.spec ?? ({} as batch.CronJobSpec), {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  spec = refit(spec, 'jobTemplate', (template) =>
    refit(template, 'spec', (jobSpec) => refit(jobSpec, 'template', defaultTemplate)),
  );
  return spec === job.spec ? job : { ...job, spec };
}

function validateCronJob({ spec }: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  const problem = spec.schedule ? scheduleProblem(spec.schedule) : undefined;
  if (!spec.schedule) errors.push(required('spec.schedule'));
  else if (problem !== undefined) errors.push(invalid('spec.schedule', spec.schedule, problem));
  errors.push(...nonNegative(spec.startingDeadlineSeconds ?? 0, 'spec.startingDeadlineSeconds'));
  errors.push(...oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'));
  const jobSpec = spec.jobTemplate?.spec ?? ({} as batch.JobSpec);
  const path = 'spec.jobTemplate.spec';
  errors.push(...validateJobSpec(jobSpec, path));
  if (jobSpec.selector !== undefined) {
    errors.push(invalid(`${path}.selector`, jobSpec.selector, '`selector` will be auto-generated'));
  }
  if (jobSpec.manualSelector === true) errors.push(notSupported(`${path}.manualSelector`, true, ['nil', 'false']));
  errors.push(...nonNegative(spec.successfulJobsHistoryLimit ?? 0, 'spec.successfulJobsHistoryLimit'));
  return [...errors, ...nonNegative(spec.failedJobsHistoryLimit ?? 0, 'spec.failedJobsHistoryLimit')];
}
