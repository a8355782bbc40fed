/** Generated facts of the API's types.
 *
 * They are taken from Kubernetes's OpenAPI document (Apache-2.0) and kept to the fields of v1.30.
 *
 * A type is its fields, parted by blanks; a field is `name`, `!` where required, `:type`, then attributes after `|`. `[T]` is a list,
 * `{T}` a map; `key` and `merge`, `replace`, `retainKeys` are the patch merge key and strategy; `list` and `map` say how
 * server-side apply sees it, `default` what a map key is where an item leaves it out. `schema.ts` reads them.
 */

/** The type of each kind, by apiVersion and kind. */
export const kinds: Readonly<Record<string, string>> = {
  'apps/v1 ControllerRevision': 'ControllerRevision',
  'apiextensions.k8s.io/v1 CustomResourceDefinition': 'CustomResourceDefinition',
  'apps/v1 DaemonSet': 'DaemonSet',
  'apps/v1 Deployment': 'Deployment',
  'apps/v1 ReplicaSet': 'ReplicaSet',
  'apps/v1 StatefulSet': 'StatefulSet',
  'authentication.k8s.io/v1 SelfSubjectReview': 'SelfSubjectReview',
  'authentication.k8s.io/v1 TokenRequest': 'TokenRequest',
  'authentication.k8s.io/v1 TokenReview': 'TokenReview',
  'authorization.k8s.io/v1 LocalSubjectAccessReview': 'LocalSubjectAccessReview',
  'authorization.k8s.io/v1 SelfSubjectAccessReview': 'SelfSubjectAccessReview',
  'authorization.k8s.io/v1 SelfSubjectRulesReview': 'SelfSubjectRulesReview',
  'authorization.k8s.io/v1 SubjectAccessReview': 'SubjectAccessReview',
  'autoscaling/v1 HorizontalPodAutoscaler': 'autoscalingv1.HorizontalPodAutoscaler',
  'autoscaling/v1 Scale': 'Scale',
  'autoscaling/v2 HorizontalPodAutoscaler': 'HorizontalPodAutoscaler',
  'batch/v1 CronJob': 'CronJob',
  'batch/v1 Job': 'Job',
  'certificates.k8s.io/v1 CertificateSigningRequest': 'CertificateSigningRequest',
  'coordination.k8s.io/v1 Lease': 'Lease',
  'discovery.k8s.io/v1 EndpointSlice': 'EndpointSlice',
  'events.k8s.io/v1 Event': 'events.Event',
  'networking.k8s.io/v1 Ingress': 'Ingress',
  'networking.k8s.io/v1 IngressClass': 'IngressClass',
  'networking.k8s.io/v1 NetworkPolicy': 'NetworkPolicy',
  'node.k8s.io/v1 RuntimeClass': 'RuntimeClass',
  'policy/v1 Eviction': 'Eviction',
  'policy/v1 PodDisruptionBudget': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 ClusterRole': 'ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': 'ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1 Role': 'Role',
  'rbac.authorization.k8s.io/v1 RoleBinding': 'RoleBinding',
  'scheduling.k8s.io/v1 PriorityClass': 'PriorityClass',
  'storage.k8s.io/v1 CSIDriver': 'CSIDriver',
  'storage.k8s.io/v1 CSINode': 'CSINode',
  'storage.k8s.io/v1 CSIStorageCapacity': 'CSIStorageCapacity',
  'storage.k8s.io/v1 StorageClass': 'StorageClass',
  'storage.k8s.io/v1 VolumeAttachment': 'VolumeAttachment',
  'v1 Binding': 'Binding',
  'v1 ComponentStatus': 'ComponentStatus',
  'v1 ConfigMap': 'ConfigMap',
  'v1 DeleteOptions': 'DeleteOptions',
  'v1 Endpoints': 'Endpoints',
  'v1 Event': 'Event',
  'v1 LimitRange': 'LimitRange',
  'v1 Namespace': 'Namespace',
  'v1 Node': 'Node',
  'v1 PersistentVolume': 'PersistentVolume',
  'v1 PersistentVolumeClaim': 'PersistentVolumeClaim',
  'v1 Pod': 'Pod',
  'v1 PodTemplate': 'PodTemplate',
  'v1 ReplicationController': 'ReplicationController',
  'v1 ResourceQuota': 'ResourceQuota',
  'v1 Secret': 'Secret',
  'v1 Service': 'Service',
  'v1 ServiceAccount': 'ServiceAccount',
  'v1 Status': 'Status',
};

/** The fields of each type: its name, then each field. One type a line. */
export const types = `
AWSElasticBlockStoreVolumeSource fsType:string partition:int32 readOnly:boolean volumeID!:string
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
AggregationRule clusterRoleSelectors:[LabelSelector]|list=atomic
AppArmorProfile localhostProfile:string type!:string
AttachedVolume devicePath!:string name!:string
AzureDiskVolumeSource cachingMode:string diskName!:string diskURI!:string fsType:string kind:string readOnly:boolean
AzureFilePersistentVolumeSource readOnly:boolean secretName!:string secretNamespace:string shareName!:string
AzureFileVolumeSource readOnly:boolean secretName!:string shareName!:string
Binding apiVersion:string kind:string metadata:ObjectMeta target!:ObjectReference
BoundObjectReference apiVersion:string kind:string name:string uid:string
CSIDriver apiVersion:string kind:string metadata:ObjectMeta spec!:CSIDriverSpec
CSIDriverSpec attachRequired:boolean fsGroupPolicy:string podInfoOnMount:boolean preventPodSchedulingIfMissing:boolean requiresRepublish:boolean seLinuxMount:boolean storageCapacity:boolean tokenRequests:[storage.TokenRequest]|list=atomic volumeLifecycleModes:[string]|list=set
CSINode apiVersion:string kind:string metadata:ObjectMeta spec!:CSINodeSpec
CSINodeDriver allocatable:VolumeNodeResources name!:string nodeID!:string topologyKeys:[string]|list=atomic
CSINodeSpec drivers!:[CSINodeDriver]|key=name|merge|list=map:name
CSIPersistentVolumeSource controllerExpandSecretRef:SecretReference controllerPublishSecretRef:SecretReference driver!:string fsType:string nodeExpandSecretRef:SecretReference nodePublishSecretRef:SecretReference nodeStageSecretRef:SecretReference readOnly:boolean volumeAttributes:{string} volumeHandle!:string
CSIStorageCapacity apiVersion:string capacity:quantity kind:string maximumVolumeSize:quantity metadata:ObjectMeta nodeTopology:LabelSelector storageClassName!:string
CSIVolumeSource driver!:string fsType:string nodePublishSecretRef:LocalObjectReference readOnly:boolean volumeAttributes:{string}
Capabilities add:[string]|list=atomic drop:[string]|list=atomic
CephFSPersistentVolumeSource monitors!:[string]|list=atomic path:string readOnly:boolean secretFile:string secretRef:SecretReference user:string
CephFSVolumeSource monitors!:[string]|list=atomic path:string readOnly:boolean secretFile:string secretRef:LocalObjectReference user:string
CertificateSigningRequest apiVersion:string kind:string metadata:ObjectMeta spec!:CertificateSigningRequestSpec status:CertificateSigningRequestStatus
CertificateSigningRequestCondition lastTransitionTime:time lastUpdateTime:time message:string reason:string status!:string type!:string
CertificateSigningRequestSpec expirationSeconds:int32 extra:{[string]} groups:[string]|list=atomic request!:bytes signerName!:string uid:string usages:[string]|list=atomic username:string
CertificateSigningRequestStatus certificate:bytes conditions:[CertificateSigningRequestCondition]|list=map:type
CinderPersistentVolumeSource fsType:string readOnly:boolean secretRef:SecretReference volumeID!:string
CinderVolumeSource fsType:string readOnly:boolean secretRef:LocalObjectReference volumeID!:string
ClientIPConfig timeoutSeconds:int32
ClusterRole aggregationRule:AggregationRule apiVersion:string kind:string metadata:ObjectMeta rules:[PolicyRule]|list=atomic
ClusterRoleBinding apiVersion:string kind:string metadata:ObjectMeta roleRef!:RoleRef subjects:[Subject]|list=atomic
ClusterTrustBundleProjection labelSelector:LabelSelector name:string optional:boolean path!:string signerName:string
ComponentCondition error:string message:string status!:string type!:string
ComponentStatus apiVersion:string conditions:[ComponentCondition]|key=type|merge|list=map:type kind:string metadata:ObjectMeta
Condition lastTransitionTime!:time message!:string observedGeneration:int64 reason!:string status!:string type!:string
ConfigMap apiVersion:string binaryData:{bytes} data:{string} immutable:boolean kind:string metadata:ObjectMeta
ConfigMapEnvSource name:string optional:boolean
ConfigMapKeySelector |map=atomic key!:string name:string optional:boolean
ConfigMapNodeConfigSource kubeletConfigKey!:string name!:string namespace!:string resourceVersion:string uid:string
ConfigMapProjection items:[KeyToPath]|list=atomic name:string optional:boolean
ConfigMapVolumeSource defaultMode:int32 items:[KeyToPath]|list=atomic name:string optional:boolean
Container args:[string]|list=atomic command:[string]|list=atomic env:[EnvVar]|key=name|merge|list=map:name envFrom:[EnvFromSource]|list=atomic image:string imagePullPolicy:string lifecycle:Lifecycle livenessProbe:Probe name!:string ports:[ContainerPort]|key=containerPort|merge|list=map:containerPort,protocol readinessProbe:Probe resizePolicy:[ContainerResizePolicy]|list=atomic resources:ResourceRequirements restartPolicy:string securityContext:SecurityContext startupProbe:Probe stdin:boolean stdinOnce:boolean terminationMessagePath:string terminationMessagePolicy:string tty:boolean volumeDevices:[VolumeDevice]|key=devicePath|merge|list=map:devicePath volumeMounts:[VolumeMount]|key=mountPath|merge|list=map:mountPath workingDir:string
ContainerImage names:[string]|list=atomic sizeBytes:int64
ContainerPort containerPort!:int32 hostIP:string hostPort:int32 name:string protocol:string|default=TCP
ContainerResizePolicy resourceName!:string restartPolicy!:string
ContainerResourceMetricSource container!:string name!:string target!:MetricTarget
ContainerResourceMetricStatus container!:string current!:MetricValueStatus name!:string
ContainerState running:ContainerStateRunning terminated:ContainerStateTerminated waiting:ContainerStateWaiting
ContainerStateRunning startedAt:time
ContainerStateTerminated containerID:string exitCode!:int32 finishedAt:time message:string reason:string signal:int32 startedAt:time
ContainerStateWaiting message:string reason:string
ContainerStatus allocatedResources:{quantity} containerID:string image!:string imageID!:string lastState:ContainerState name!:string ready!:boolean resources:ResourceRequirements restartCount!:int32 started:boolean state:ContainerState volumeMounts:[VolumeMountStatus]|key=mountPath|merge|list=map:mountPath
ControllerRevision apiVersion:string data:any kind:string metadata:ObjectMeta revision!:int64
CronJob apiVersion:string kind:string metadata:ObjectMeta spec!:CronJobSpec status:CronJobStatus
CronJobSpec concurrencyPolicy:string failedJobsHistoryLimit:int32 jobTemplate!:JobTemplateSpec schedule!:string startingDeadlineSeconds:int64 successfulJobsHistoryLimit:int32 suspend:boolean timeZone:string
CronJobStatus active:[ObjectReference]|list=atomic lastScheduleTime:time lastSuccessfulTime:time
CrossVersionObjectReference apiVersion:string kind!:string name!:string
CustomResourceColumnDefinition description:string format:string jsonPath!:string name!:string priority:int32 type!:string
CustomResourceConversion strategy!:string webhook:WebhookConversion
CustomResourceDefinition apiVersion:string kind:string metadata:ObjectMeta spec!:CustomResourceDefinitionSpec status:CustomResourceDefinitionStatus
CustomResourceDefinitionCondition lastTransitionTime:time message:string reason:string status!:string type!:string
CustomResourceDefinitionNames categories:[string]|list=atomic kind!:string listKind:string plural!:string shortNames:[string]|list=atomic singular:string
CustomResourceDefinitionSpec conversion:CustomResourceConversion group!:string names!:CustomResourceDefinitionNames preserveUnknownFields:boolean scope!:string versions!:[CustomResourceDefinitionVersion]|list=atomic
CustomResourceDefinitionStatus acceptedNames:CustomResourceDefinitionNames conditions:[CustomResourceDefinitionCondition]|list=map:type storedVersions:[string]|list=atomic
CustomResourceDefinitionVersion additionalPrinterColumns:[CustomResourceColumnDefinition]|list=atomic deprecated:boolean deprecationWarning:string name!:string schema:CustomResourceValidation selectableFields:[SelectableField]|list=atomic served!:boolean storage!:boolean subresources:CustomResourceSubresources
CustomResourceSubresourceScale labelSelectorPath:string specReplicasPath!:string statusReplicasPath!:string
CustomResourceSubresourceStatus
CustomResourceSubresources scale:CustomResourceSubresourceScale status:CustomResourceSubresourceStatus
CustomResourceValidation openAPIV3Schema:JSONSchemaProps
DaemonEndpoint Port!:int32
DaemonSet apiVersion:string kind:string metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
DaemonSetCondition lastTransitionTime:time message:string reason:string status!:string type!:string
DaemonSetSpec minReadySeconds:int32 revisionHistoryLimit:int32 selector!:LabelSelector template!:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy
DaemonSetStatus collisionCount:int32 conditions:[DaemonSetCondition]|key=type|merge|list=map:type currentNumberScheduled!:int32 desiredNumberScheduled!:int32 numberAvailable:int32 numberMisscheduled!:int32 numberReady!:int32 numberUnavailable:int32 observedGeneration:int64 updatedNumberScheduled:int32
DaemonSetUpdateStrategy rollingUpdate:RollingUpdateDaemonSet type:string
DeleteOptions apiVersion:string dryRun:[string]|list=atomic gracePeriodSeconds:int64 kind:string orphanDependents:boolean preconditions:Preconditions propagationPolicy:string
Deployment apiVersion:string kind:string metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
DeploymentCondition lastTransitionTime:time lastUpdateTime:time message:string reason:string status!:string type!:string
DeploymentSpec minReadySeconds:int32 paused:boolean progressDeadlineSeconds:int32 replicas:int32 revisionHistoryLimit:int32 selector!:LabelSelector strategy:DeploymentStrategy|retainKeys template!:PodTemplateSpec
DeploymentStatus availableReplicas:int32 collisionCount:int32 conditions:[DeploymentCondition]|key=type|merge|list=map:type observedGeneration:int64 readyReplicas:int32 replicas:int32 unavailableReplicas:int32 updatedReplicas:int32
DeploymentStrategy rollingUpdate:RollingUpdateDeployment type:string
DownwardAPIProjection items:[DownwardAPIVolumeFile]|list=atomic
DownwardAPIVolumeFile fieldRef:ObjectFieldSelector mode:int32 path!:string resourceFieldRef:ResourceFieldSelector
DownwardAPIVolumeSource defaultMode:int32 items:[DownwardAPIVolumeFile]|list=atomic
EmptyDirVolumeSource medium:string sizeLimit:quantity
Endpoint addresses!:[string]|list=set conditions:EndpointConditions deprecatedTopology:{string} hints:EndpointHints hostname:string nodeName:string targetRef:ObjectReference zone:string
EndpointAddress |map=atomic hostname:string ip!:string nodeName:string targetRef:ObjectReference
EndpointConditions ready:boolean serving:boolean terminating:boolean
EndpointHints forZones:[ForZone]|list=atomic
EndpointPort |map=atomic appProtocol:string name:string port:int32 protocol:string
EndpointSlice addressType!:string apiVersion:string endpoints:[Endpoint]|list=atomic kind:string metadata:ObjectMeta ports:[EndpointPort]|list=atomic
EndpointSubset addresses:[EndpointAddress]|list=atomic notReadyAddresses:[EndpointAddress]|list=atomic ports:[core.EndpointPort]|list=atomic
Endpoints apiVersion:string kind:string metadata:ObjectMeta subsets:[EndpointSubset]|list=atomic
EnvFromSource configMapRef:ConfigMapEnvSource prefix:string secretRef:SecretEnvSource
EnvVar name!:string value:string valueFrom:EnvVarSource
EnvVarSource configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
EphemeralContainer args:[string]|list=atomic command:[string]|list=atomic env:[EnvVar]|key=name|merge|list=map:name envFrom:[EnvFromSource]|list=atomic image:string imagePullPolicy:string lifecycle:Lifecycle livenessProbe:Probe name!:string ports:[ContainerPort]|key=containerPort|merge|list=map:containerPort,protocol readinessProbe:Probe resizePolicy:[ContainerResizePolicy]|list=atomic resources:ResourceRequirements restartPolicy:string securityContext:SecurityContext startupProbe:Probe stdin:boolean stdinOnce:boolean targetContainerName:string terminationMessagePath:string terminationMessagePolicy:string tty:boolean volumeDevices:[VolumeDevice]|key=devicePath|merge|list=map:devicePath volumeMounts:[VolumeMount]|key=mountPath|merge|list=map:mountPath workingDir:string
EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
Event action:string apiVersion:string count:int32 eventTime:microTime firstTimestamp:time involvedObject!:ObjectReference kind:string lastTimestamp:time message:string metadata!:ObjectMeta reason:string related:ObjectReference reportingComponent:string reportingInstance:string series:EventSeries source:EventSource type:string
EventSeries count:int32 lastObservedTime:microTime
EventSource component:string host:string
Eviction apiVersion:string deleteOptions:DeleteOptions kind:string metadata:ObjectMeta
ExecAction command:[string]|list=atomic
ExternalDocumentation description:string url:string
ExternalMetricSource metric!:MetricIdentifier target!:MetricTarget
ExternalMetricStatus current!:MetricValueStatus metric!:MetricIdentifier
FCVolumeSource fsType:string lun:int32 readOnly:boolean targetWWNs:[string]|list=atomic wwids:[string]|list=atomic
FlexPersistentVolumeSource driver!:string fsType:string options:{string} readOnly:boolean secretRef:SecretReference
FlexVolumeSource driver!:string fsType:string options:{string} readOnly:boolean secretRef:LocalObjectReference
FlockerVolumeSource datasetName:string datasetUUID:string
ForZone name!:string
GCEPersistentDiskVolumeSource fsType:string partition:int32 pdName!:string readOnly:boolean
GRPCAction port!:int32 service:string
GitRepoVolumeSource directory:string repository!:string revision:string
GlusterfsPersistentVolumeSource endpoints!:string endpointsNamespace:string path!:string readOnly:boolean
GlusterfsVolumeSource endpoints!:string path!:string readOnly:boolean
HPAScalingPolicy periodSeconds!:int32 type!:string value!:int32
HPAScalingRules policies:[HPAScalingPolicy]|list=atomic selectPolicy:string stabilizationWindowSeconds:int32
HTTPGetAction host:string httpHeaders:[HTTPHeader]|list=atomic path:string port!:intOrString scheme:string
HTTPHeader name!:string value!:string
HTTPIngressPath backend!:IngressBackend path:string pathType!:string
HTTPIngressRuleValue paths!:[HTTPIngressPath]|list=atomic
HorizontalPodAutoscaler apiVersion:string kind:string metadata:ObjectMeta spec!:HorizontalPodAutoscalerSpec status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerBehavior scaleDown:HPAScalingRules scaleUp:HPAScalingRules
HorizontalPodAutoscalerCondition lastTransitionTime:time message:string reason:string status!:string type!:string
HorizontalPodAutoscalerSpec behavior:HorizontalPodAutoscalerBehavior maxReplicas!:int32 metrics:[MetricSpec]|list=atomic minReplicas:int32 scaleTargetRef!:CrossVersionObjectReference
HorizontalPodAutoscalerStatus conditions:[HorizontalPodAutoscalerCondition]|key=type|merge|list=map:type currentMetrics:[MetricStatus]|list=atomic currentReplicas:int32 desiredReplicas!:int32 lastScaleTime:time observedGeneration:int64
HostAlias hostnames:[string]|list=atomic ip!:string
HostIP ip!:string
HostPathVolumeSource path!:string type:string
IPBlock cidr!:string except:[string]|list=atomic
ISCSIPersistentVolumeSource chapAuthDiscovery:boolean chapAuthSession:boolean fsType:string initiatorName:string iqn!:string iscsiInterface:string lun!:int32 portals:[string]|list=atomic readOnly:boolean secretRef:SecretReference targetPortal!:string
ISCSIVolumeSource chapAuthDiscovery:boolean chapAuthSession:boolean fsType:string initiatorName:string iqn!:string iscsiInterface:string lun!:int32 portals:[string]|list=atomic readOnly:boolean secretRef:LocalObjectReference targetPortal!:string
Ingress apiVersion:string kind:string metadata:ObjectMeta spec:IngressSpec status:IngressStatus
IngressBackend resource:TypedLocalObjectReference service:IngressServiceBackend
IngressClass apiVersion:string kind:string metadata:ObjectMeta spec:IngressClassSpec
IngressClassParametersReference apiGroup:string kind!:string name!:string namespace:string scope:string
IngressClassSpec controller:string parameters:IngressClassParametersReference
IngressLoadBalancerIngress hostname:string ip:string ports:[IngressPortStatus]|list=atomic
IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]|list=atomic
IngressPortStatus error:string port!:int32 protocol!:string
IngressRule host:string http:HTTPIngressRuleValue
IngressServiceBackend name!:string port:ServiceBackendPort
IngressSpec defaultBackend:IngressBackend ingressClassName:string rules:[IngressRule]|list=atomic tls:[IngressTLS]|list=atomic
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressTLS hosts:[string]|list=atomic secretName:string
JSONSchemaProps $ref:string $schema:string additionalItems:JSONSchemaPropsOrBool additionalProperties:JSONSchemaPropsOrBool allOf:[JSONSchemaProps]|list=atomic anyOf:[JSONSchemaProps]|list=atomic default:any definitions:{JSONSchemaProps} dependencies:{any} description:string enum:[any]|list=atomic example:any exclusiveMaximum:boolean exclusiveMinimum:boolean externalDocs:ExternalDocumentation format:string id:string items:JSONSchemaPropsOrArray maxItems:int64 maxLength:int64 maxProperties:int64 maximum:number minItems:int64 minLength:int64 minProperties:int64 minimum:number multipleOf:number not:JSONSchemaProps nullable:boolean oneOf:[JSONSchemaProps]|list=atomic pattern:string patternProperties:{JSONSchemaProps} properties:{JSONSchemaProps} required:[string]|list=atomic title:string type:string uniqueItems:boolean x-kubernetes-embedded-resource:boolean x-kubernetes-int-or-string:boolean x-kubernetes-list-map-keys:[string]|list=atomic x-kubernetes-list-type:string x-kubernetes-map-type:string x-kubernetes-preserve-unknown-fields:boolean x-kubernetes-validations:[ValidationRule]|key=rule|merge|list=map:rule
JSONSchemaPropsOrArray $ref:string $schema:string additionalItems:JSONSchemaPropsOrBool additionalProperties:JSONSchemaPropsOrBool allOf:[JSONSchemaProps]|list=atomic anyOf:[JSONSchemaProps]|list=atomic default:any definitions:{JSONSchemaProps} dependencies:{any} description:string enum:[any]|list=atomic example:any exclusiveMaximum:boolean exclusiveMinimum:boolean externalDocs:ExternalDocumentation format:string id:string items:JSONSchemaPropsOrArray maxItems:int64 maxLength:int64 maxProperties:int64 maximum:number minItems:int64 minLength:int64 minProperties:int64 minimum:number multipleOf:number not:JSONSchemaProps nullable:boolean oneOf:[JSONSchemaProps]|list=atomic pattern:string patternProperties:{JSONSchemaProps} properties:{JSONSchemaProps} required:[string]|list=atomic title:string type:string uniqueItems:boolean x-kubernetes-embedded-resource:boolean x-kubernetes-int-or-string:boolean x-kubernetes-list-map-keys:[string]|list=atomic x-kubernetes-list-type:string x-kubernetes-map-type:string x-kubernetes-preserve-unknown-fields:boolean x-kubernetes-validations:[ValidationRule]|key=rule|merge|list=map:rule
JSONSchemaPropsOrBool $ref:string $schema:string additionalItems:JSONSchemaPropsOrBool additionalProperties:JSONSchemaPropsOrBool allOf:[JSONSchemaProps]|list=atomic anyOf:[JSONSchemaProps]|list=atomic default:any definitions:{JSONSchemaProps} dependencies:{any} description:string enum:[any]|list=atomic example:any exclusiveMaximum:boolean exclusiveMinimum:boolean externalDocs:ExternalDocumentation format:string id:string items:JSONSchemaPropsOrArray maxItems:int64 maxLength:int64 maxProperties:int64 maximum:number minItems:int64 minLength:int64 minProperties:int64 minimum:number multipleOf:number not:JSONSchemaProps nullable:boolean oneOf:[JSONSchemaProps]|list=atomic pattern:string patternProperties:{JSONSchemaProps} properties:{JSONSchemaProps} required:[string]|list=atomic title:string type:string uniqueItems:boolean x-kubernetes-embedded-resource:boolean x-kubernetes-int-or-string:boolean x-kubernetes-list-map-keys:[string]|list=atomic x-kubernetes-list-type:string x-kubernetes-map-type:string x-kubernetes-preserve-unknown-fields:boolean x-kubernetes-validations:[ValidationRule]|key=rule|merge|list=map:rule
Job apiVersion:string kind:string metadata:ObjectMeta spec:JobSpec status:JobStatus
JobCondition lastProbeTime:time lastTransitionTime:time message:string reason:string status!:string type!:string
JobSpec activeDeadlineSeconds:int64 backoffLimit:int32 backoffLimitPerIndex:int32 completionMode:string completions:int32 managedBy:string manualSelector:boolean maxFailedIndexes:int32 parallelism:int32 podFailurePolicy:PodFailurePolicy podReplacementPolicy:string selector:LabelSelector successPolicy:SuccessPolicy suspend:boolean template!:PodTemplateSpec ttlSecondsAfterFinished:int32
JobStatus active:int32 completedIndexes:string completionTime:time conditions:[JobCondition]|key=type|merge|list=atomic failed:int32 failedIndexes:string ready:int32 startTime:time succeeded:int32 terminating:int32 uncountedTerminatedPods:UncountedTerminatedPods
JobTemplateSpec metadata:ObjectMeta spec:JobSpec
KeyToPath key!:string mode:int32 path!:string
LabelSelector |map=atomic matchExpressions:[LabelSelectorRequirement]|list=atomic matchLabels:{string}
LabelSelectorRequirement key!:string operator!:string values:[string]|list=atomic
Lease apiVersion:string kind:string metadata:ObjectMeta spec:LeaseSpec
LeaseSpec acquireTime:microTime holderIdentity:string leaseDurationSeconds:int32 leaseTransitions:int32 renewTime:microTime
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
LimitRange apiVersion:string kind:string metadata:ObjectMeta spec:LimitRangeSpec
LimitRangeItem default:{quantity} defaultRequest:{quantity} max:{quantity} maxLimitRequestRatio:{quantity} min:{quantity} type!:string
LimitRangeSpec limits!:[LimitRangeItem]|list=atomic
ListMeta continue:string remainingItemCount:int64 resourceVersion:string selfLink:string
LoadBalancerIngress hostname:string ip:string ipMode:string ports:[PortStatus]|list=atomic
LoadBalancerStatus ingress:[LoadBalancerIngress]|list=atomic
LocalObjectReference |map=atomic name:string
LocalSubjectAccessReview apiVersion:string kind:string metadata:ObjectMeta spec!:SubjectAccessReviewSpec status:SubjectAccessReviewStatus
LocalVolumeSource fsType:string path!:string
ManagedFieldsEntry apiVersion:string fieldsType:string fieldsV1:any manager:string operation:string subresource:string time:time
MetricIdentifier name!:string selector:LabelSelector
MetricSpec containerResource:ContainerResourceMetricSource external:ExternalMetricSource object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource type!:string
MetricStatus containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus type!:string
MetricTarget averageUtilization:int32 averageValue:quantity type!:string value:quantity
MetricValueStatus averageUtilization:int32 averageValue:quantity value:quantity
ModifyVolumeStatus status!:string targetVolumeAttributesClassName:string
NFSVolumeSource path!:string readOnly:boolean server!:string
Namespace apiVersion:string kind:string metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
NamespaceCondition lastTransitionTime:time message:string reason:string status!:string type!:string
NamespaceSpec finalizers:[string]|list=atomic
NamespaceStatus conditions:[NamespaceCondition]|key=type|merge|list=map:type phase:string
NetworkPolicy apiVersion:string kind:string metadata:ObjectMeta spec:NetworkPolicySpec
NetworkPolicyEgressRule ports:[NetworkPolicyPort]|list=atomic to:[NetworkPolicyPeer]|list=atomic
NetworkPolicyIngressRule from:[NetworkPolicyPeer]|list=atomic ports:[NetworkPolicyPort]|list=atomic
NetworkPolicyPeer ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector
NetworkPolicyPort endPort:int32 port:intOrString protocol:string
NetworkPolicySpec egress:[NetworkPolicyEgressRule]|list=atomic ingress:[NetworkPolicyIngressRule]|list=atomic podSelector!:LabelSelector policyTypes:[string]|list=atomic
Node apiVersion:string kind:string metadata:ObjectMeta spec:NodeSpec status:NodeStatus
NodeAddress address!:string type!:string
NodeAffinity preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]|list=atomic requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
NodeCondition lastHeartbeatTime:time lastTransitionTime:time message:string reason:string status!:string type!:string
NodeConfigSource configMap:ConfigMapNodeConfigSource
NodeConfigStatus active:NodeConfigSource assigned:NodeConfigSource error:string lastKnownGood:NodeConfigSource
NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
NodeRuntimeHandler features:NodeRuntimeHandlerFeatures name:string
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:boolean
NodeSelector |map=atomic nodeSelectorTerms!:[NodeSelectorTerm]|list=atomic
NodeSelectorRequirement key!:string operator!:string values:[string]|list=atomic
NodeSelectorTerm |map=atomic matchExpressions:[NodeSelectorRequirement]|list=atomic matchFields:[NodeSelectorRequirement]|list=atomic
NodeSpec configSource:NodeConfigSource externalID:string podCIDR:string podCIDRs:[string]|merge|list=set providerID:string taints:[Taint]|list=atomic unschedulable:boolean
NodeStatus addresses:[NodeAddress]|key=type|merge|list=map:type allocatable:{quantity} capacity:{quantity} conditions:[NodeCondition]|key=type|merge|list=map:type config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints images:[ContainerImage]|list=atomic nodeInfo:NodeSystemInfo phase:string runtimeHandlers:[NodeRuntimeHandler]|list=atomic volumesAttached:[AttachedVolume]|list=atomic volumesInUse:[string]|list=atomic
NodeSystemInfo architecture!:string bootID!:string containerRuntimeVersion!:string kernelVersion!:string kubeProxyVersion!:string kubeletVersion!:string machineID!:string operatingSystem!:string osImage!:string systemUUID!:string
NonResourceAttributes path:string verb:string
NonResourceRule nonResourceURLs:[string]|list=atomic verbs!:[string]|list=atomic
ObjectFieldSelector |map=atomic apiVersion:string fieldPath!:string
ObjectMeta annotations:{string} creationTimestamp:time deletionGracePeriodSeconds:int64 deletionTimestamp:time finalizers:[string]|merge|list=set generateName:string generation:int64 labels:{string} managedFields:[ManagedFieldsEntry]|list=atomic name:string namespace:string ownerReferences:[OwnerReference]|key=uid|merge|list=map:uid resourceVersion:string selfLink:string uid:string
ObjectMetricSource describedObject!:CrossVersionObjectReference metric!:MetricIdentifier target!:MetricTarget
ObjectMetricStatus current!:MetricValueStatus describedObject!:CrossVersionObjectReference metric!:MetricIdentifier
ObjectReference |map=atomic apiVersion:string fieldPath:string kind:string name:string namespace:string resourceVersion:string uid:string
Overhead podFixed:{quantity}
OwnerReference |map=atomic apiVersion!:string blockOwnerDeletion:boolean controller:boolean kind!:string name!:string uid!:string
PersistentVolume apiVersion:string kind:string metadata:ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
PersistentVolumeClaim apiVersion:string kind:string metadata:ObjectMeta spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus
PersistentVolumeClaimCondition lastProbeTime:time lastTransitionTime:time message:string reason:string status!:string type!:string
PersistentVolumeClaimSpec accessModes:[string]|list=atomic dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:LabelSelector storageClassName:string volumeAttributesClassName:string volumeMode:string volumeName:string
PersistentVolumeClaimStatus accessModes:[string]|list=atomic allocatedResourceStatuses:{string}|map=granular allocatedResources:{quantity} capacity:{quantity} conditions:[PersistentVolumeClaimCondition]|key=type|merge|list=map:type currentVolumeAttributesClassName:string modifyVolumeStatus:ModifyVolumeStatus phase:string
PersistentVolumeClaimTemplate metadata:ObjectMeta spec!:PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource claimName!:string readOnly:boolean
PersistentVolumeSpec accessModes:[string]|list=atomic awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource azureFile:AzureFilePersistentVolumeSource capacity:{quantity} cephfs:CephFSPersistentVolumeSource cinder:CinderPersistentVolumeSource claimRef:ObjectReference|map=granular csi:CSIPersistentVolumeSource fc:FCVolumeSource flexVolume:FlexPersistentVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource glusterfs:GlusterfsPersistentVolumeSource hostPath:HostPathVolumeSource iscsi:ISCSIPersistentVolumeSource local:LocalVolumeSource mountOptions:[string]|list=atomic nfs:NFSVolumeSource nodeAffinity:VolumeNodeAffinity persistentVolumeReclaimPolicy:string photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource quobyte:QuobyteVolumeSource rbd:RBDPersistentVolumeSource scaleIO:ScaleIOPersistentVolumeSource storageClassName:string storageos:StorageOSPersistentVolumeSource volumeAttributesClassName:string volumeMode:string vsphereVolume:VsphereVirtualDiskVolumeSource
PersistentVolumeStatus lastPhaseTransitionTime:time message:string phase:string reason:string
PhotonPersistentDiskVolumeSource fsType:string pdID!:string
Pod apiVersion:string kind:string metadata:ObjectMeta spec:PodSpec status:PodStatus
PodAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]|list=atomic requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]|list=atomic
PodAffinityTerm labelSelector:LabelSelector matchLabelKeys:[string]|list=atomic mismatchLabelKeys:[string]|list=atomic namespaceSelector:LabelSelector namespaces:[string]|list=atomic topologyKey!:string
PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]|list=atomic requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]|list=atomic
PodCondition lastProbeTime:time lastTransitionTime:time message:string reason:string status!:string type!:string
PodDNSConfig nameservers:[string]|list=atomic options:[PodDNSConfigOption]|list=atomic searches:[string]|list=atomic
PodDNSConfigOption name:string value:string
PodDisruptionBudget apiVersion:string kind:string metadata:ObjectMeta spec:PodDisruptionBudgetSpec status:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec maxUnavailable:intOrString minAvailable:intOrString selector:LabelSelector|replace unhealthyPodEvictionPolicy:string
PodDisruptionBudgetStatus conditions:[Condition]|key=type|merge|list=map:type currentHealthy:int32 desiredHealthy:int32 disruptedPods:{time} disruptionsAllowed:int32 expectedPods:int32 observedGeneration:int64
PodFailurePolicy rules!:[PodFailurePolicyRule]|list=atomic
PodFailurePolicyOnExitCodesRequirement containerName:string operator!:string values!:[int32]|list=set
PodFailurePolicyOnPodConditionsPattern status:string type!:string
PodFailurePolicyRule action!:string onExitCodes:PodFailurePolicyOnExitCodesRequirement onPodConditions:[PodFailurePolicyOnPodConditionsPattern]|list=atomic
PodIP ip!:string
PodOS name!:string
PodReadinessGate conditionType!:string
PodResourceClaim name!:string
PodResourceClaimStatus name!:string resourceClaimName:string
PodSchedulingGate name!:string
PodSecurityContext appArmorProfile:AppArmorProfile fsGroup:int64 fsGroupChangePolicy:string runAsGroup:int64 runAsNonRoot:boolean runAsUser:int64 seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:[int64]|list=atomic sysctls:[Sysctl]|list=atomic windowsOptions:WindowsSecurityContextOptions
PodSpec activeDeadlineSeconds:int64 affinity:Affinity automountServiceAccountToken:boolean containers!:[Container]|key=name|merge|list=map:name dnsConfig:PodDNSConfig dnsPolicy:string enableServiceLinks:boolean ephemeralContainers:[EphemeralContainer]|key=name|merge|list=map:name hostAliases:[HostAlias]|key=ip|merge|list=map:ip hostIPC:boolean hostNetwork:boolean hostPID:boolean hostUsers:boolean hostname:string imagePullSecrets:[LocalObjectReference]|key=name|merge|list=map:name initContainers:[Container]|key=name|merge|list=map:name nodeName:string nodeSelector:{string}|map=atomic os:PodOS overhead:{quantity} preemptionPolicy:string priority:int32 priorityClassName:string readinessGates:[PodReadinessGate]|list=atomic resourceClaims:[PodResourceClaim]|key=name|merge,retainKeys|list=map:name restartPolicy:string runtimeClassName:string schedulerName:string schedulingGates:[PodSchedulingGate]|key=name|merge|list=map:name securityContext:PodSecurityContext serviceAccount:string serviceAccountName:string setHostnameAsFQDN:boolean shareProcessNamespace:boolean subdomain:string terminationGracePeriodSeconds:int64 tolerations:[Toleration]|list=atomic topologySpreadConstraints:[TopologySpreadConstraint]|key=topologyKey|merge|list=map:topologyKey,whenUnsatisfiable volumes:[Volume]|key=name|merge,retainKeys|list=map:name
PodStatus conditions:[PodCondition]|key=type|merge|list=map:type containerStatuses:[ContainerStatus]|list=atomic ephemeralContainerStatuses:[ContainerStatus]|list=atomic hostIP:string hostIPs:[HostIP]|key=ip|merge|list=atomic initContainerStatuses:[ContainerStatus]|list=atomic message:string nominatedNodeName:string phase:string podIP:string podIPs:[PodIP]|key=ip|merge|list=map:ip qosClass:string reason:string resize:string resourceClaimStatuses:[PodResourceClaimStatus]|key=name|merge,retainKeys|list=map:name startTime:time
PodTemplate apiVersion:string kind:string metadata:ObjectMeta template:PodTemplateSpec
PodTemplateSpec metadata:ObjectMeta spec:PodSpec
PodsMetricSource metric!:MetricIdentifier target!:MetricTarget
PodsMetricStatus current!:MetricValueStatus metric!:MetricIdentifier
PolicyRule apiGroups:[string]|list=atomic nonResourceURLs:[string]|list=atomic resourceNames:[string]|list=atomic resources:[string]|list=atomic verbs!:[string]|list=atomic
PortStatus error:string port!:int32 protocol!:string
PortworxVolumeSource fsType:string readOnly:boolean volumeID!:string
Preconditions resourceVersion:string uid:string
PreferredSchedulingTerm preference!:NodeSelectorTerm weight!:int32
PriorityClass apiVersion:string description:string globalDefault:boolean kind:string metadata:ObjectMeta preemptionPolicy:string value:int32
Probe exec:ExecAction failureThreshold:int32 grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:int32 periodSeconds:int32 successThreshold:int32 tcpSocket:TCPSocketAction terminationGracePeriodSeconds:int64 timeoutSeconds:int32
ProjectedVolumeSource defaultMode:int32 sources:[VolumeProjection]|list=atomic
QuobyteVolumeSource group:string readOnly:boolean registry!:string tenant:string user:string volume!:string
RBDPersistentVolumeSource fsType:string image!:string keyring:string monitors!:[string]|list=atomic pool:string readOnly:boolean secretRef:SecretReference user:string
RBDVolumeSource fsType:string image!:string keyring:string monitors!:[string]|list=atomic pool:string readOnly:boolean secretRef:LocalObjectReference user:string
ReplicaSet apiVersion:string kind:string metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetCondition lastTransitionTime:time message:string reason:string status!:string type!:string
ReplicaSetSpec minReadySeconds:int32 replicas:int32 selector!:LabelSelector template:PodTemplateSpec
ReplicaSetStatus availableReplicas:int32 conditions:[ReplicaSetCondition]|key=type|merge|list=map:type fullyLabeledReplicas:int32 observedGeneration:int64 readyReplicas:int32 replicas!:int32
ReplicationController apiVersion:string kind:string metadata:ObjectMeta spec:ReplicationControllerSpec status:ReplicationControllerStatus
ReplicationControllerCondition lastTransitionTime:time message:string reason:string status!:string type!:string
ReplicationControllerSpec minReadySeconds:int32 replicas:int32 selector:{string}|map=atomic template:PodTemplateSpec
ReplicationControllerStatus availableReplicas:int32 conditions:[ReplicationControllerCondition]|key=type|merge|list=map:type fullyLabeledReplicas:int32 observedGeneration:int64 readyReplicas:int32 replicas!:int32
ResourceAttributes group:string name:string namespace:string resource:string subresource:string verb:string version:string
ResourceClaim name!:string
ResourceFieldSelector |map=atomic containerName:string divisor:quantity resource!:string
ResourceMetricSource name!:string target!:MetricTarget
ResourceMetricStatus current!:MetricValueStatus name!:string
ResourceQuota apiVersion:string kind:string metadata:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
ResourceQuotaSpec hard:{quantity} scopeSelector:ScopeSelector scopes:[string]|list=atomic
ResourceQuotaStatus hard:{quantity} used:{quantity}
ResourceRequirements claims:[ResourceClaim]|list=map:name limits:{quantity} requests:{quantity}
ResourceRule apiGroups:[string]|list=atomic resourceNames:[string]|list=atomic resources:[string]|list=atomic verbs!:[string]|list=atomic
Role apiVersion:string kind:string metadata:ObjectMeta rules:[PolicyRule]|list=atomic
RoleBinding apiVersion:string kind:string metadata:ObjectMeta roleRef!:RoleRef subjects:[Subject]|list=atomic
RoleRef |map=atomic apiGroup:string kind!:string name!:string
RollingUpdateDaemonSet maxSurge:intOrString maxUnavailable:intOrString
RollingUpdateDeployment maxSurge:intOrString maxUnavailable:intOrString
RollingUpdateStatefulSetStrategy maxUnavailable:intOrString partition:int32
RuntimeClass apiVersion:string handler!:string kind:string metadata:ObjectMeta overhead:Overhead scheduling:Scheduling
SELinuxOptions level:string role:string type:string user:string
Scale apiVersion:string kind:string metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
ScaleIOPersistentVolumeSource fsType:string gateway!:string protectionDomain:string readOnly:boolean secretRef!:SecretReference sslEnabled:boolean storageMode:string storagePool:string system!:string volumeName:string
ScaleIOVolumeSource fsType:string gateway!:string protectionDomain:string readOnly:boolean secretRef!:LocalObjectReference sslEnabled:boolean storageMode:string storagePool:string system!:string volumeName:string
ScaleSpec replicas:int32
ScaleStatus replicas!:int32 selector:string
Scheduling nodeSelector:{string}|map=atomic tolerations:[Toleration]|list=atomic
ScopeSelector |map=atomic matchExpressions:[ScopedResourceSelectorRequirement]|list=atomic
ScopedResourceSelectorRequirement operator!:string scopeName!:string values:[string]|list=atomic
SeccompProfile localhostProfile:string type!:string
Secret apiVersion:string data:{bytes} immutable:boolean kind:string metadata:ObjectMeta stringData:{string} type:string
SecretEnvSource name:string optional:boolean
SecretKeySelector |map=atomic key!:string name:string optional:boolean
SecretProjection items:[KeyToPath]|list=atomic name:string optional:boolean
SecretReference |map=atomic name:string namespace:string
SecretVolumeSource defaultMode:int32 items:[KeyToPath]|list=atomic optional:boolean secretName:string
SecurityContext allowPrivilegeEscalation:boolean appArmorProfile:AppArmorProfile capabilities:Capabilities privileged:boolean procMount:string readOnlyRootFilesystem:boolean runAsGroup:int64 runAsNonRoot:boolean runAsUser:int64 seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions
SelectableField jsonPath!:string
SelfSubjectAccessReview apiVersion:string kind:string metadata:ObjectMeta spec!:SelfSubjectAccessReviewSpec status:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec nonResourceAttributes:NonResourceAttributes resourceAttributes:ResourceAttributes
SelfSubjectReview apiVersion:string kind:string metadata:ObjectMeta status:SelfSubjectReviewStatus
SelfSubjectReviewStatus userInfo:UserInfo
SelfSubjectRulesReview apiVersion:string kind:string metadata:ObjectMeta spec!:SelfSubjectRulesReviewSpec status:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec namespace:string
Service apiVersion:string kind:string metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
ServiceAccount apiVersion:string automountServiceAccountToken:boolean imagePullSecrets:[LocalObjectReference]|list=atomic kind:string metadata:ObjectMeta secrets:[ObjectReference]|key=name|merge|list=map:name
ServiceAccountTokenProjection audience:string expirationSeconds:int64 path!:string
ServiceBackendPort |map=atomic name:string number:int32
ServicePort appProtocol:string name:string nodePort:int32 port!:int32 protocol:string|default=TCP targetPort:intOrString
ServiceSpec allocateLoadBalancerNodePorts:boolean clusterIP:string clusterIPs:[string]|list=atomic externalIPs:[string]|list=atomic externalName:string externalTrafficPolicy:string healthCheckNodePort:int32 internalTrafficPolicy:string ipFamilies:[string]|list=atomic ipFamilyPolicy:string loadBalancerClass:string loadBalancerIP:string loadBalancerSourceRanges:[string]|list=atomic ports:[ServicePort]|key=port|merge|list=map:port,protocol publishNotReadyAddresses:boolean selector:{string}|map=atomic sessionAffinity:string sessionAffinityConfig:SessionAffinityConfig trafficDistribution:string type:string
ServiceStatus conditions:[Condition]|key=type|merge|list=map:type loadBalancer:LoadBalancerStatus
SessionAffinityConfig clientIP:ClientIPConfig
SleepAction seconds!:int64
StatefulSet apiVersion:string kind:string metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
StatefulSetCondition lastTransitionTime:time message:string reason:string status!:string type!:string
StatefulSetOrdinals start:int32
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:string whenScaled:string
StatefulSetSpec minReadySeconds:int32 ordinals:StatefulSetOrdinals persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy:string replicas:int32 revisionHistoryLimit:int32 selector!:LabelSelector serviceName:string template!:PodTemplateSpec updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:[PersistentVolumeClaim]|list=atomic
StatefulSetStatus availableReplicas:int32 collisionCount:int32 conditions:[StatefulSetCondition]|key=type|merge|list=map:type currentReplicas:int32 currentRevision:string observedGeneration:int64 readyReplicas:int32 replicas!:int32 updateRevision:string updatedReplicas:int32
StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type:string
Status apiVersion:string code:int32 details:StatusDetails kind:string message:string metadata:ListMeta reason:string status:string
StatusCause field:string message:string reason:string
StatusDetails causes:[StatusCause]|list=atomic group:string kind:string name:string retryAfterSeconds:int32 uid:string
StorageClass allowVolumeExpansion:boolean allowedTopologies:[TopologySelectorTerm]|list=atomic apiVersion:string kind:string metadata:ObjectMeta mountOptions:[string]|list=atomic parameters:{string} provisioner!:string reclaimPolicy:string volumeBindingMode:string
StorageOSPersistentVolumeSource fsType:string readOnly:boolean secretRef:ObjectReference volumeName:string volumeNamespace:string
StorageOSVolumeSource fsType:string readOnly:boolean secretRef:LocalObjectReference volumeName:string volumeNamespace:string
Subject |map=atomic apiGroup:string kind!:string name!:string namespace:string
SubjectAccessReview apiVersion:string kind:string metadata:ObjectMeta spec!:SubjectAccessReviewSpec status:SubjectAccessReviewStatus
SubjectAccessReviewSpec extra:{[string]} groups:[string]|list=atomic nonResourceAttributes:NonResourceAttributes resourceAttributes:ResourceAttributes uid:string user:string
SubjectAccessReviewStatus allowed!:boolean denied:boolean evaluationError:string reason:string
SubjectRulesReviewStatus evaluationError:string incomplete!:boolean nonResourceRules!:[NonResourceRule]|list=atomic resourceRules!:[ResourceRule]|list=atomic
SuccessPolicy rules!:[SuccessPolicyRule]|list=atomic
SuccessPolicyRule succeededCount:int32 succeededIndexes:string
Sysctl name!:string value!:string
TCPSocketAction host:string port!:intOrString
Taint effect!:string key!:string timeAdded:time value:string
TokenRequest apiVersion:string kind:string metadata:ObjectMeta spec!:TokenRequestSpec status:TokenRequestStatus
TokenRequestSpec audiences!:[string]|list=atomic boundObjectRef:BoundObjectReference expirationSeconds:int64
TokenRequestStatus expirationTimestamp!:time token!:string
TokenReview apiVersion:string kind:string metadata:ObjectMeta spec!:TokenReviewSpec status:TokenReviewStatus
TokenReviewSpec audiences:[string]|list=atomic token:string
TokenReviewStatus audiences:[string]|list=atomic authenticated:boolean error:string user:UserInfo
Toleration effect:string key:string operator:string tolerationSeconds:int64 value:string
TopologySelectorLabelRequirement key!:string values!:[string]|list=atomic
TopologySelectorTerm |map=atomic matchLabelExpressions:[TopologySelectorLabelRequirement]|list=atomic
TopologySpreadConstraint labelSelector:LabelSelector matchLabelKeys:[string]|list=atomic maxSkew!:int32 minDomains:int32 nodeAffinityPolicy:string nodeTaintsPolicy:string topologyKey!:string whenUnsatisfiable!:string
TypedLocalObjectReference |map=atomic apiGroup:string kind!:string name!:string
TypedObjectReference apiGroup:string kind!:string name!:string namespace:string
UncountedTerminatedPods failed:[string]|list=set succeeded:[string]|list=set
UserInfo extra:{[string]} groups:[string]|list=atomic uid:string username:string
ValidationRule fieldPath:string message:string messageExpression:string optionalOldSelf:boolean reason:string rule!:string
Volume awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource iscsi:ISCSIVolumeSource name!:string nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource secret:SecretVolumeSource storageos:StorageOSVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource
VolumeAttachment apiVersion:string kind:string metadata:ObjectMeta spec!:VolumeAttachmentSpec status:VolumeAttachmentStatus
VolumeAttachmentSource inlineVolumeSpec:PersistentVolumeSpec persistentVolumeName:string
VolumeAttachmentSpec attacher!:string nodeName!:string source!:VolumeAttachmentSource
VolumeAttachmentStatus attachError:VolumeError attached!:boolean attachmentMetadata:{string} detachError:VolumeError
VolumeDevice devicePath!:string name!:string
VolumeError message:string time:time
VolumeMount mountPath!:string mountPropagation:string name!:string readOnly:boolean recursiveReadOnly:string subPath:string subPathExpr:string
VolumeMountStatus mountPath!:string name!:string readOnly:boolean recursiveReadOnly:string
VolumeNodeAffinity required:NodeSelector
VolumeNodeResources count:int32
VolumeProjection clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection secret:SecretProjection serviceAccountToken:ServiceAccountTokenProjection
VolumeResourceRequirements limits:{quantity} requests:{quantity}
VsphereVirtualDiskVolumeSource fsType:string storagePolicyID:string storagePolicyName:string volumePath!:string
WebhookClientConfig caBundle:bytes service:apiextensions.ServiceReference url:string
WebhookConversion clientConfig:WebhookClientConfig conversionReviewVersions!:[string]|list=atomic
WeightedPodAffinityTerm podAffinityTerm!:PodAffinityTerm weight!:int32
WindowsSecurityContextOptions gmsaCredentialSpec:string gmsaCredentialSpecName:string hostProcess:boolean runAsUserName:string
apiextensions.ServiceReference name!:string namespace!:string path:string port:int32
autoscalingv1.HorizontalPodAutoscaler apiVersion:string kind:string metadata:ObjectMeta spec!:autoscalingv1.HorizontalPodAutoscalerSpec status:autoscalingv1.HorizontalPodAutoscalerStatus
autoscalingv1.HorizontalPodAutoscalerSpec maxReplicas!:int32 minReplicas:int32 scaleTargetRef!:CrossVersionObjectReference targetCPUUtilizationPercentage:int32
autoscalingv1.HorizontalPodAutoscalerStatus currentCPUUtilizationPercentage:int32 currentReplicas!:int32 desiredReplicas!:int32 lastScaleTime:time observedGeneration:int64
core.EndpointPort |map=atomic appProtocol:string name:string port!:int32 protocol:string
events.Event action:string apiVersion:string deprecatedCount:int32 deprecatedFirstTimestamp:time deprecatedLastTimestamp:time deprecatedSource:EventSource eventTime!:microTime kind:string metadata:ObjectMeta note:string reason:string regarding:ObjectReference related:ObjectReference reportingController:string reportingInstance:string series:events.EventSeries type:string
events.EventSeries count!:int32 lastObservedTime!:microTime
storage.TokenRequest audience!:string expirationSeconds:int64
`;
