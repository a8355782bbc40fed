/** The node labels that pods are spread by unless they say otherwise. */

/** The label that tells nodes apart. */
export const hostnameLabel = 'kubernetes.io/hostname';
/** The label that tells zones apart. */
export const zoneLabel = 'topology.kubernetes.io/zone';
