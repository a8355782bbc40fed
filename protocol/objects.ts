/** The API objects: Kubernetes's own types, with the fields every stored object has made certain. */

import type * as apps from 'kubernetes-types/apps/v1.js';
import type * as coordination from 'kubernetes-types/coordination/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import type * as meta from 'kubernetes-types/meta/v1.js';

/** Object metadata, as stored: named, identified and versioned. Times are RFC 3339 in UTC. */
export interface ObjectMeta extends Omit<meta.ObjectMeta, 'managedFields'> {
  name: string;
  managedFields?: unknown[];
}

/** What all API objects share. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** An API object of a given shape, with its metadata sure. */
type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

export type Pod = Kind<core.Pod> & { spec: core.PodSpec };
export type ReplicationController = Kind<core.ReplicationController> & { spec: core.ReplicationControllerSpec };
export type ReplicaSet = Kind<apps.ReplicaSet> & { spec: apps.ReplicaSetSpec };
export type StatefulSet = Kind<apps.StatefulSet> & { spec: apps.StatefulSetSpec };
export type Deployment = Kind<apps.Deployment> & { spec: apps.DeploymentSpec };
export type Service = Kind<core.Service> & { spec: core.ServiceSpec };
export type Endpoints = Kind<core.Endpoints>;
export type Node = Kind<core.Node>;
export type Namespace = Kind<core.Namespace>;
export type KubernetesEvent = Kind<core.Event>;
export type ConfigMap = Kind<core.ConfigMap>;
export type Secret = Kind<core.Secret>;
export type ServiceAccount = Kind<core.ServiceAccount>;
export type Binding = Kind<core.Binding>;
export type Lease = Kind<coordination.Lease>;
export type Status = meta.Status;
export type StatusCause = meta.StatusCause;
export type ListMeta = meta.ListMeta;
export type OwnerReference = meta.OwnerReference;
export type LabelSelector = meta.LabelSelector;
export type PodSpec = core.PodSpec;
export type PodStatus = core.PodStatus;
export type PodCondition = core.PodCondition;
export type PodTemplateSpec = core.PodTemplateSpec;
export type Container = core.Container;
export type ContainerStatus = core.ContainerStatus;
export type ContainerState = core.ContainerState;
export type ContainerPort = core.ContainerPort;
export type Probe = core.Probe;
export type EnvVar = core.EnvVar;
export type ServicePort = core.ServicePort;
export type EndpointSubset = core.EndpointSubset;
export type EndpointAddress = core.EndpointAddress;
export type NodeCondition = core.NodeCondition;
export type Taint = core.Taint;
export type Toleration = core.Toleration;
export type ResourceRequirements = core.ResourceRequirements;
