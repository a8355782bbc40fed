/** The tables of what runs to an end: jobs and cronjobs. */

import { humanDuration, since, timeOf } from './age.ts';
import { age, boolean, integer, kindTable, name, type Parts, text, wide } from './column.ts';
import { conditionOf, countOf, fieldsOf, isBeingDeleted, isGiven, sizeOf, textOf } from './fields.ts';
import { selectorCell } from './labels.ts';
import { containerImages, containerNames } from './pods.ts';
import { containers, selector } from './workloads.ts';

/** Jobs. */
export const jobTable = kindTable([
  name,
  text('Status', 'What the job is at, in one word.', statusCell),
  text('Completions', 'How many pods have succeeded, of how many are to.', completionsCell),
  text('Duration', 'How long the job took, or has taken so far.', durationCell),
  age,
  ...containers,
  selector,
]);

function statusCell({ metadata, status }: Parts): string {
  const has = (type: string) => conditionOf(status.conditions, type)?.status === 'True';
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (isBeingDeleted(metadata)) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  return has('FailureTarget') ? 'FailureTarget' : 'Running';
}

/** Without a number of completions, one success is enough, whatever the number of workers. */
function completionsCell({ spec, status }: Parts): string {
  const done = countOf(status.succeeded);
  if (isGiven(spec.completions)) return `${done}/${countOf(spec.completions)}`;
  const workers = countOf(spec.parallelism);
  return workers > 1 ? `${done}/1 of ${workers}` : `${done}/1`;
}

function durationCell({ status, nowMs }: Parts): string {
  const started = timeOf(status.startTime);
  return started === undefined ? '' : humanDuration((timeOf(status.completionTime) ?? nowMs) - started);
}

function templateOf({ spec }: Parts) {
  return fieldsOf(fieldsOf(spec.jobTemplate).spec);
}

/** CronJobs. */
export const cronJobTable = kindTable([
  name,
  text('Schedule', 'When a job is started, as cron writes it.', ({ spec }) => textOf(spec.schedule)),
  text('Timezone', 'Where it is the time that the schedule means.', ({ spec }) =>
    isGiven(spec.timeZone) ? textOf(spec.timeZone) : '<none>',
  ),
  boolean('Suspend', 'Whether no more jobs are started.', ({ spec }) =>
    isGiven(spec.suspend) ? (spec.suspend === true ? 'True' : 'False') : '<unset>',
  ),
  integer('Active', 'How many jobs are under way.', ({ status }) => sizeOf(status.active)),
  text('Last Schedule', 'The time since a job was last started.', ({ status, nowMs }) =>
    isGiven(status.lastScheduleTime) ? since(status.lastScheduleTime, nowMs) : '<none>',
  ),
  age,
  wide(text('Containers', 'The names of the containers.', (parts) => containerNames(templateOf(parts).template))),
  wide(text('Images', 'The images of the containers.', (parts) => containerImages(templateOf(parts).template))),
  wide(text('Selector', 'Which pods are meant, by their labels.', (parts) => selectorCell(templateOf(parts).selector))),
]);
