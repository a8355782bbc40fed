/** What a connection to a pod may ask for: the options of its log, and which of its containers is meant. */

import { type FieldError, forbidden, invalid } from '../../../../protocol/field-errors.ts';
import type { Container, Pod, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';

type Options = Readonly<Record<string, unknown>>;

/** Checks the options of a log, as validation.ValidatePodLogOptions does. */
export function logOptionErrors({ tailLines, limitBytes, sinceSeconds, sinceTime }: Options): FieldError[] {
  const errors: FieldError[] = [];
  if (isBelow(tailLines, 0)) errors.push(invalid('tailLines', tailLines, 'must be greater than or equal to 0'));
  if (isBelow(limitBytes, 1)) errors.push(invalid('limitBytes', limitBytes, 'must be greater than 0'));
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else if (isBelow(sinceSeconds, 1)) {
    errors.push(invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  return errors;
}

function isBelow(value: unknown, least: number): boolean {
  return typeof value === 'number' && value < least;
}

/** Finds the container that is meant: the named one, or the only one; as the registry's validateContainer does. */
export function chooseContainer(pod: Pod, named: string): string | Status {
  const { containers, initContainers = [] } = pod.spec;
  const { name } = pod.metadata;
  if (named !== '') {
    const { ephemeralContainers = [] } = pod.spec;
    const isKnown = [...containers, ...initContainers, ...ephemeralContainers].some((one) => one.name === named);
    return isKnown ? named : failure.badRequest(`container ${named} is not valid for pod ${name}`);
  }
  if (containers.length === 1) return containers[0]?.name ?? '';
  const inits = initContainers.length === 0 ? '' : ` or one of the init containers: [${namesOf(initContainers)}]`;
  return failure.badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${namesOf(containers)}]${inits}`,
  );
}

function namesOf(containers: readonly Container[]): string {
  return containers.map(({ name }) => name).join(' ');
}
