/** Generated layouts of the API's protobuf messages.
 *
 * They are taken from the Go types of Kubernetes v1.30 (Apache-2.0), whose tags number the fields. A message is its fields, parted
 * by blanks; a field is `name`, `?` where Go has a pointer, `!` where JSON has the field even if it is empty, `=number:type`.
 * `[T]` is a list, `{T}` a map; `=2.3` is field 3 of the message in field 2, whose fields JSON has in place. `layout.ts` reads them.
 */

/** The fields of each message: its name, then each field. One message a line. */
export const messages = `
AWSElasticBlockStoreVolumeSource volumeID!=1:string fsType=2:string partition=3:int32 readOnly=4:boolean
Affinity nodeAffinity?=1:NodeAffinity podAffinity?=2:PodAffinity podAntiAffinity?=3:PodAntiAffinity
AggregationRule clusterRoleSelectors=1:[LabelSelector]
AppArmorProfile type!=1:string localhostProfile?=2:string
AttachedVolume name!=1:string devicePath!=2:string
AzureDiskVolumeSource diskName!=1:string diskURI!=2:string cachingMode?=3:string fsType?=4:string readOnly?=5:boolean kind?=6:string
AzureFilePersistentVolumeSource secretName!=1:string shareName!=2:string readOnly=3:boolean secretNamespace?!=4:string
AzureFileVolumeSource secretName!=1:string shareName!=2:string readOnly=3:boolean
Binding metadata!=1:ObjectMeta target!=2:ObjectReference
BoundObjectReference kind=1:string apiVersion=2:string name=3:string uid=4:string
CSIDriver metadata!=1:ObjectMeta spec!=2:CSIDriverSpec
CSIDriverSpec attachRequired?=1:boolean podInfoOnMount?=2:boolean volumeLifecycleModes=3:[string] storageCapacity?=4:boolean fsGroupPolicy?=5:string tokenRequests=6:[storage.TokenRequest] requiresRepublish?=7:boolean seLinuxMount?=8:boolean preventPodSchedulingIfMissing?=11:boolean
CSINode metadata!=1:ObjectMeta spec!=2:CSINodeSpec
CSINodeDriver name!=1:string nodeID!=2:string topologyKeys!=3:[string] allocatable?=4:VolumeNodeResources
CSINodeSpec drivers!=1:[CSINodeDriver]
CSIPersistentVolumeSource driver!=1:string volumeHandle!=2:string readOnly=3:boolean fsType=4:string volumeAttributes=5:{string} controllerPublishSecretRef?=6:SecretReference nodeStageSecretRef?=7:SecretReference nodePublishSecretRef?=8:SecretReference controllerExpandSecretRef?=9:SecretReference nodeExpandSecretRef?=10:SecretReference
CSIStorageCapacity metadata!=1:ObjectMeta nodeTopology?=2:LabelSelector storageClassName!=3:string capacity?=4:quantity maximumVolumeSize?=5:quantity
CSIVolumeSource driver!=1:string readOnly?=2:boolean fsType?=3:string volumeAttributes=4:{string} nodePublishSecretRef?=5:LocalObjectReference
Capabilities add=1:[string] drop=2:[string]
CephFSPersistentVolumeSource monitors!=1:[string] path=2:string user=3:string secretFile=4:string secretRef?=5:SecretReference readOnly=6:boolean
CephFSVolumeSource monitors!=1:[string] path=2:string user=3:string secretFile=4:string secretRef?=5:LocalObjectReference readOnly=6:boolean
CertificateSigningRequest metadata!=1:ObjectMeta spec!=2:CertificateSigningRequestSpec status!=3:CertificateSigningRequestStatus
CertificateSigningRequestCondition type!=1:string status!=6:string reason=2:string message=3:string lastUpdateTime!=4:time lastTransitionTime!=5:time
CertificateSigningRequestSpec request!=1:bytes signerName!=7:string expirationSeconds?=8:int32 usages=5:[string] username=2:string uid=3:string groups=4:[string] extra=6:{[string]}
CertificateSigningRequestStatus conditions=1:[CertificateSigningRequestCondition] certificate=2:bytes
CinderPersistentVolumeSource volumeID!=1:string fsType=2:string readOnly=3:boolean secretRef?=4:SecretReference
CinderVolumeSource volumeID!=1:string fsType=2:string readOnly=3:boolean secretRef?=4:LocalObjectReference
ClientIPConfig timeoutSeconds?=1:int32
ClusterRole metadata!=1:ObjectMeta rules!=2:[PolicyRule] aggregationRule?=3:AggregationRule
ClusterRoleBinding metadata!=1:ObjectMeta subjects=2:[Subject] roleRef!=3:RoleRef
ClusterTrustBundleProjection name?=1:string signerName?=2:string labelSelector?=3:LabelSelector optional?=5:boolean path!=4:string
ComponentCondition type!=1:string status!=2:string message=3:string error=4:string
ComponentStatus metadata!=1:ObjectMeta conditions=2:[ComponentCondition]
Condition type!=1:string status!=2:string observedGeneration=3:int64 lastTransitionTime!=4:time reason!=5:string message!=6:string
ConfigMap metadata!=1:ObjectMeta immutable?=4:boolean data=2:{string} binaryData=3:{bytes}
ConfigMapEnvSource name=1.1:string optional?=2:boolean
ConfigMapKeySelector name=1.1:string key!=2:string optional?=3:boolean
ConfigMapNodeConfigSource namespace!=1:string name!=2:string uid=3:string resourceVersion=4:string kubeletConfigKey!=5:string
ConfigMapProjection name=1.1:string items=2:[KeyToPath] optional?=4:boolean
ConfigMapVolumeSource name=1.1:string items=2:[KeyToPath] defaultMode?=3:int32 optional?=4:boolean
Container name!=1:string image=2:string command=3:[string] args=4:[string] workingDir=5:string ports=6:[ContainerPort] envFrom=19:[EnvFromSource] env=7:[EnvVar] resources!=8:ResourceRequirements resizePolicy=23:[ContainerResizePolicy] restartPolicy?=24:string volumeMounts=9:[VolumeMount] volumeDevices=21:[VolumeDevice] livenessProbe?=10:Probe readinessProbe?=11:Probe startupProbe?=22:Probe lifecycle?=12:Lifecycle terminationMessagePath=13:string terminationMessagePolicy=20:string imagePullPolicy=14:string securityContext?=15:SecurityContext stdin=16:boolean stdinOnce=17:boolean tty=18:boolean
ContainerImage names!=1:[string] sizeBytes=2:int64
ContainerPort name=1:string hostPort=2:int32 containerPort!=3:int32 protocol=4:string hostIP=5:string
ContainerResizePolicy resourceName!=1:string restartPolicy!=2:string
ContainerResourceMetricSource name!=1:string target!=2:MetricTarget container!=3:string
ContainerResourceMetricStatus name!=1:string current!=2:MetricValueStatus container!=3:string
ContainerState waiting?=1:ContainerStateWaiting running?=2:ContainerStateRunning terminated?=3:ContainerStateTerminated
ContainerStateRunning startedAt!=1:time
ContainerStateTerminated exitCode!=1:int32 signal=2:int32 reason=3:string message=4:string startedAt!=5:time finishedAt!=6:time containerID=7:string
ContainerStateWaiting reason=1:string message=2:string
ContainerStatus name!=1:string state!=2:ContainerState lastState!=3:ContainerState ready!=4:boolean restartCount!=5:int32 image!=6:string imageID!=7:string containerID=8:string started?=9:boolean allocatedResources=10:{quantity} resources?=11:ResourceRequirements volumeMounts=12:[VolumeMountStatus]
ControllerRevision metadata!=1:ObjectMeta data!=2:any revision!=3:int64
CronJob metadata!=1:ObjectMeta spec!=2:CronJobSpec status!=3:CronJobStatus
CronJobSpec schedule!=1:string timeZone?=8:string startingDeadlineSeconds?=2:int64 concurrencyPolicy=3:string suspend?=4:boolean jobTemplate!=5:JobTemplateSpec successfulJobsHistoryLimit?=6:int32 failedJobsHistoryLimit?=7:int32
CronJobStatus active=1:[ObjectReference] lastScheduleTime?=4:time lastSuccessfulTime?=5:time
CrossVersionObjectReference kind!=1:string name!=2:string apiVersion=3:string
CustomResourceColumnDefinition name!=1:string type!=2:string format=3:string description=4:string priority=5:int32 jsonPath!=6:string
CustomResourceConversion strategy!=1:string webhook?=2:WebhookConversion
CustomResourceDefinition metadata!=1:ObjectMeta spec!=2:CustomResourceDefinitionSpec status!=3:CustomResourceDefinitionStatus
CustomResourceDefinitionCondition type!=1:string status!=2:string lastTransitionTime!=3:time reason=4:string message=5:string
CustomResourceDefinitionNames plural!=1:string singular=2:string shortNames=3:[string] kind!=4:string listKind=5:string categories=6:[string]
CustomResourceDefinitionSpec group!=1:string names!=3:CustomResourceDefinitionNames scope!=4:string versions!=7:[CustomResourceDefinitionVersion] conversion?=9:CustomResourceConversion preserveUnknownFields=10:boolean
CustomResourceDefinitionStatus conditions!=1:[CustomResourceDefinitionCondition] acceptedNames!=2:CustomResourceDefinitionNames storedVersions!=3:[string]
CustomResourceDefinitionVersion name!=1:string served!=2:boolean storage!=3:boolean deprecated=7:boolean deprecationWarning?=8:string schema?=4:CustomResourceValidation subresources?=5:CustomResourceSubresources additionalPrinterColumns=6:[CustomResourceColumnDefinition] selectableFields=9:[SelectableField]
CustomResourceSubresourceScale specReplicasPath!=1:string statusReplicasPath!=2:string labelSelectorPath?=3:string
CustomResourceSubresourceStatus
CustomResourceSubresources status?=1:CustomResourceSubresourceStatus scale?=2:CustomResourceSubresourceScale
CustomResourceValidation openAPIV3Schema?=1:JSONSchemaProps
DaemonEndpoint Port!=1:int32
DaemonSet metadata!=1:ObjectMeta spec!=2:DaemonSetSpec status!=3:DaemonSetStatus
DaemonSetCondition type!=1:string status!=2:string lastTransitionTime!=3:time reason=4:string message=5:string
DaemonSetSpec selector?!=1:LabelSelector template!=2:PodTemplateSpec updateStrategy!=3:DaemonSetUpdateStrategy minReadySeconds=4:int32 revisionHistoryLimit?=6:int32
DaemonSetStatus currentNumberScheduled!=1:int32 numberMisscheduled!=2:int32 desiredNumberScheduled!=3:int32 numberReady!=4:int32 observedGeneration=5:int64 updatedNumberScheduled=6:int32 numberAvailable=7:int32 numberUnavailable=8:int32 collisionCount?=9:int32 conditions=10:[DaemonSetCondition]
DaemonSetUpdateStrategy type=1:string rollingUpdate?=2:RollingUpdateDaemonSet
DeleteOptions gracePeriodSeconds?=1:int64 preconditions?=2:Preconditions orphanDependents?=3:boolean propagationPolicy?=4:string dryRun=5:[string]
Deployment metadata!=1:ObjectMeta spec!=2:DeploymentSpec status!=3:DeploymentStatus
DeploymentCondition type!=1:string status!=2:string lastUpdateTime!=6:time lastTransitionTime!=7:time reason=4:string message=5:string
DeploymentSpec replicas?=1:int32 selector?!=2:LabelSelector template!=3:PodTemplateSpec strategy!=4:DeploymentStrategy minReadySeconds=5:int32 revisionHistoryLimit?=6:int32 paused=7:boolean progressDeadlineSeconds?=9:int32
DeploymentStatus observedGeneration=1:int64 replicas=2:int32 updatedReplicas=3:int32 readyReplicas=7:int32 availableReplicas=4:int32 unavailableReplicas=5:int32 conditions=6:[DeploymentCondition] collisionCount?=8:int32
DeploymentStrategy type=1:string rollingUpdate?=2:RollingUpdateDeployment
DownwardAPIProjection items=1:[DownwardAPIVolumeFile]
DownwardAPIVolumeFile path!=1:string fieldRef?=2:ObjectFieldSelector resourceFieldRef?=3:ResourceFieldSelector mode?=4:int32
DownwardAPIVolumeSource items=1:[DownwardAPIVolumeFile] defaultMode?=2:int32
EmptyDirVolumeSource medium=1:string sizeLimit?=2:quantity
Endpoint addresses!=1:[string] conditions!=2:EndpointConditions hostname?=3:string targetRef?=4:ObjectReference deprecatedTopology=5:{string} nodeName?=6:string zone?=7:string hints?=8:EndpointHints
EndpointAddress ip!=1:string hostname=3:string nodeName?=4:string targetRef?=2:ObjectReference
EndpointConditions ready?=1:boolean serving?=2:boolean terminating?=3:boolean
EndpointHints forZones=1:[ForZone]
EndpointPort name?=1:string protocol?=2:string port?=3:int32 appProtocol?=4:string
EndpointSlice metadata!=1:ObjectMeta addressType!=4:string endpoints!=2:[Endpoint] ports!=3:[EndpointPort]
EndpointSubset addresses=1:[EndpointAddress] notReadyAddresses=2:[EndpointAddress] ports=3:[core.EndpointPort]
Endpoints metadata!=1:ObjectMeta subsets=2:[EndpointSubset]
EnvFromSource prefix=1:string configMapRef?=2:ConfigMapEnvSource secretRef?=3:SecretEnvSource
EnvVar name!=1:string value=2:string valueFrom?=3:EnvVarSource
EnvVarSource fieldRef?=1:ObjectFieldSelector resourceFieldRef?=2:ResourceFieldSelector configMapKeyRef?=3:ConfigMapKeySelector secretKeyRef?=4:SecretKeySelector
EphemeralContainer name!=1.1:string image=1.2:string command=1.3:[string] args=1.4:[string] workingDir=1.5:string ports=1.6:[ContainerPort] envFrom=1.19:[EnvFromSource] env=1.7:[EnvVar] resources!=1.8:ResourceRequirements resizePolicy=1.23:[ContainerResizePolicy] restartPolicy?=1.24:string volumeMounts=1.9:[VolumeMount] volumeDevices=1.21:[VolumeDevice] livenessProbe?=1.10:Probe readinessProbe?=1.11:Probe startupProbe?=1.22:Probe lifecycle?=1.12:Lifecycle terminationMessagePath=1.13:string terminationMessagePolicy=1.20:string imagePullPolicy=1.14:string securityContext?=1.15:SecurityContext stdin=1.16:boolean stdinOnce=1.17:boolean tty=1.18:boolean targetContainerName=2:string
EphemeralVolumeSource volumeClaimTemplate?=1:PersistentVolumeClaimTemplate
Event metadata!=1:ObjectMeta involvedObject!=2:ObjectReference reason=3:string message=4:string source!=5:EventSource firstTimestamp!=6:time lastTimestamp!=7:time count=8:int32 type=9:string eventTime!=10:microTime series?=11:EventSeries action=12:string related?=13:ObjectReference reportingComponent!=14:string reportingInstance!=15:string
EventSeries count=1:int32 lastObservedTime!=2:microTime
EventSource component=1:string host=2:string
Eviction metadata!=1:ObjectMeta deleteOptions?=2:DeleteOptions
ExecAction command=1:[string]
ExternalDocumentation description=1:string url=2:string
ExternalMetricSource metric!=1:MetricIdentifier target!=2:MetricTarget
ExternalMetricStatus metric!=1:MetricIdentifier current!=2:MetricValueStatus
FCVolumeSource targetWWNs=1:[string] lun?=2:int32 fsType=3:string readOnly=4:boolean wwids=5:[string]
FlexPersistentVolumeSource driver!=1:string fsType=2:string secretRef?=3:SecretReference readOnly=4:boolean options=5:{string}
FlexVolumeSource driver!=1:string fsType=2:string secretRef?=3:LocalObjectReference readOnly=4:boolean options=5:{string}
FlockerVolumeSource datasetName=1:string datasetUUID=2:string
ForZone name!=1:string
GCEPersistentDiskVolumeSource pdName!=1:string fsType=2:string partition=3:int32 readOnly=4:boolean
GRPCAction port!=1:int32 service?!=2:string
GitRepoVolumeSource repository!=1:string revision=2:string directory=3:string
GlusterfsPersistentVolumeSource endpoints!=1:string path!=2:string readOnly=3:boolean endpointsNamespace?=4:string
GlusterfsVolumeSource endpoints!=1:string path!=2:string readOnly=3:boolean
HPAScalingPolicy type!=1:string value!=2:int32 periodSeconds!=3:int32
HPAScalingRules stabilizationWindowSeconds?=3:int32 selectPolicy?=1:string policies=2:[HPAScalingPolicy]
HTTPGetAction path=1:string port!=2:intOrString host=3:string scheme=4:string httpHeaders=5:[HTTPHeader]
HTTPHeader name!=1:string value!=2:string
HTTPIngressPath path=1:string pathType?!=3:string backend!=2:IngressBackend
HTTPIngressRuleValue paths!=1:[HTTPIngressPath]
HorizontalPodAutoscaler metadata!=1:ObjectMeta spec!=2:HorizontalPodAutoscalerSpec status!=3:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerBehavior scaleUp?=1:HPAScalingRules scaleDown?=2:HPAScalingRules
HorizontalPodAutoscalerCondition type!=1:string status!=2:string lastTransitionTime!=3:time reason=4:string message=5:string
HorizontalPodAutoscalerSpec scaleTargetRef!=1:CrossVersionObjectReference minReplicas?=2:int32 maxReplicas!=3:int32 metrics=4:[MetricSpec] behavior?=5:HorizontalPodAutoscalerBehavior
HorizontalPodAutoscalerStatus observedGeneration?=1:int64 lastScaleTime?=2:time currentReplicas=3:int32 desiredReplicas!=4:int32 currentMetrics!=5:[MetricStatus] conditions=6:[HorizontalPodAutoscalerCondition]
HostAlias ip!=1:string hostnames=2:[string]
HostIP ip!=1:string
HostPathVolumeSource path!=1:string type?=2:string
IPBlock cidr!=1:string except=2:[string]
ISCSIPersistentVolumeSource targetPortal!=1:string iqn!=2:string lun!=3:int32 iscsiInterface=4:string fsType=5:string readOnly=6:boolean portals=7:[string] chapAuthDiscovery=8:boolean chapAuthSession=11:boolean secretRef?=10:SecretReference initiatorName?=12:string
ISCSIVolumeSource targetPortal!=1:string iqn!=2:string lun!=3:int32 iscsiInterface=4:string fsType=5:string readOnly=6:boolean portals=7:[string] chapAuthDiscovery=8:boolean chapAuthSession=11:boolean secretRef?=10:LocalObjectReference initiatorName?=12:string
Ingress metadata!=1:ObjectMeta spec!=2:IngressSpec status!=3:IngressStatus
IngressBackend service?=4:IngressServiceBackend resource?=3:TypedLocalObjectReference
IngressClass metadata!=1:ObjectMeta spec!=2:IngressClassSpec
IngressClassParametersReference apiGroup?=1:string kind!=2:string name!=3:string scope?!=4:string namespace?=5:string
IngressClassSpec controller=1:string parameters?=2:IngressClassParametersReference
IngressLoadBalancerIngress ip=1:string hostname=2:string ports=4:[IngressPortStatus]
IngressLoadBalancerStatus ingress=1:[IngressLoadBalancerIngress]
IngressPortStatus port!=1:int32 protocol!=2:string error?=3:string
IngressRule host=1:string http?=2.1:HTTPIngressRuleValue
IngressServiceBackend name!=1:string port!=2:ServiceBackendPort
IngressSpec ingressClassName?=4:string defaultBackend?=1:IngressBackend tls=2:[IngressTLS] rules=3:[IngressRule]
IngressStatus loadBalancer!=1:IngressLoadBalancerStatus
IngressTLS hosts=1:[string] secretName=2:string
JSONSchemaProps id=1:string $schema=2:string $ref?=3:string description=4:string type=5:string format=6:string title=7:string default?=8:any maximum?=9:number exclusiveMaximum=10:boolean minimum?=11:number exclusiveMinimum=12:boolean maxLength?=13:int64 minLength?=14:int64 pattern=15:string maxItems?=16:int64 minItems?=17:int64 uniqueItems=18:boolean multipleOf?=19:number enum=20:[any] maxProperties?=21:int64 minProperties?=22:int64 required=23:[string] items?=24:JSONSchemaPropsOrArray allOf=25:[JSONSchemaProps] oneOf=26:[JSONSchemaProps] anyOf=27:[JSONSchemaProps] not?=28:JSONSchemaProps properties=29:{JSONSchemaProps} additionalProperties?=30:JSONSchemaPropsOrBool patternProperties=31:{JSONSchemaProps} dependencies=32:{JSONSchemaPropsOrStringArray} additionalItems?=33:JSONSchemaPropsOrBool definitions=34:{JSONSchemaProps} externalDocs?=35:ExternalDocumentation example?=36:any nullable=37:boolean x-kubernetes-preserve-unknown-fields?=38:boolean x-kubernetes-embedded-resource=39:boolean x-kubernetes-int-or-string=40:boolean x-kubernetes-list-map-keys=41:[string] x-kubernetes-list-type?=42:string x-kubernetes-map-type?=43:string x-kubernetes-validations=44:[ValidationRule]
JSONSchemaPropsOrArray schema?=1:JSONSchemaProps jSONSchemas=2:[JSONSchemaProps]
JSONSchemaPropsOrBool allows=1:boolean schema?=2:JSONSchemaProps
JSONSchemaPropsOrStringArray schema?=1:JSONSchemaProps property=2:[string]
Job metadata!=1:ObjectMeta spec!=2:JobSpec status!=3:JobStatus
JobCondition type!=1:string status!=2:string lastProbeTime!=3:time lastTransitionTime!=4:time reason=5:string message=6:string
JobSpec parallelism?=1:int32 completions?=2:int32 activeDeadlineSeconds?=3:int64 podFailurePolicy?=11:PodFailurePolicy successPolicy?=16:SuccessPolicy backoffLimit?=7:int32 backoffLimitPerIndex?=12:int32 maxFailedIndexes?=13:int32 selector?=4:LabelSelector manualSelector?=5:boolean template!=6:PodTemplateSpec ttlSecondsAfterFinished?=8:int32 completionMode?=9:string suspend?=10:boolean podReplacementPolicy?=14:string managedBy?=15:string
JobStatus conditions=1:[JobCondition] startTime?=2:time completionTime?=3:time active=4:int32 succeeded=5:int32 failed=6:int32 terminating?=11:int32 completedIndexes=7:string failedIndexes?=10:string uncountedTerminatedPods?=8:UncountedTerminatedPods ready?=9:int32
JobTemplateSpec metadata!=1:ObjectMeta spec!=2:JobSpec
KeyToPath key!=1:string path!=2:string mode?=3:int32
LabelSelector matchLabels=1:{string} matchExpressions=2:[LabelSelectorRequirement]
LabelSelectorRequirement key!=1:string operator!=2:string values=3:[string]
Lease metadata!=1:ObjectMeta spec!=2:LeaseSpec
LeaseSpec holderIdentity?=1:string leaseDurationSeconds?=2:int32 acquireTime?=3:microTime renewTime?=4:microTime leaseTransitions?=5:int32
Lifecycle postStart?=1:LifecycleHandler preStop?=2:LifecycleHandler
LifecycleHandler exec?=1:ExecAction httpGet?=2:HTTPGetAction tcpSocket?=3:TCPSocketAction sleep?=4:SleepAction
LimitRange metadata!=1:ObjectMeta spec!=2:LimitRangeSpec
LimitRangeItem type!=1:string max=2:{quantity} min=3:{quantity} default=4:{quantity} defaultRequest=5:{quantity} maxLimitRequestRatio=6:{quantity}
LimitRangeSpec limits!=1:[LimitRangeItem]
ListMeta selfLink=1:string resourceVersion=2:string continue=3:string remainingItemCount?=4:int64
LoadBalancerIngress ip=1:string hostname=2:string ipMode?=3:string ports=4:[PortStatus]
LoadBalancerStatus ingress=1:[LoadBalancerIngress]
LocalObjectReference name=1:string
LocalSubjectAccessReview metadata!=1:ObjectMeta spec!=2:SubjectAccessReviewSpec status!=3:SubjectAccessReviewStatus
LocalVolumeSource path!=1:string fsType?=2:string
ManagedFieldsEntry manager=1:string operation=2:string apiVersion=3:string time?=4:time fieldsType=6:string fieldsV1?=7:any subresource=8:string
MetricIdentifier name!=1:string selector?=2:LabelSelector
MetricSpec type!=1:string object?=2:ObjectMetricSource pods?=3:PodsMetricSource resource?=4:ResourceMetricSource containerResource?=7:ContainerResourceMetricSource external?=5:ExternalMetricSource
MetricStatus type!=1:string object?=2:ObjectMetricStatus pods?=3:PodsMetricStatus resource?=4:ResourceMetricStatus containerResource?=7:ContainerResourceMetricStatus external?=5:ExternalMetricStatus
MetricTarget type!=1:string value?=2:quantity averageValue?=3:quantity averageUtilization?=4:int32
MetricValueStatus value?=1:quantity averageValue?=2:quantity averageUtilization?=3:int32
ModifyVolumeStatus targetVolumeAttributesClassName=1:string status!=2:string
NFSVolumeSource server!=1:string path!=2:string readOnly=3:boolean
Namespace metadata!=1:ObjectMeta spec!=2:NamespaceSpec status!=3:NamespaceStatus
NamespaceCondition type!=1:string status!=2:string lastTransitionTime!=4:time reason=5:string message=6:string
NamespaceSpec finalizers=1:[string]
NamespaceStatus phase=1:string conditions=2:[NamespaceCondition]
NetworkPolicy metadata!=1:ObjectMeta spec!=2:NetworkPolicySpec
NetworkPolicyEgressRule ports=1:[NetworkPolicyPort] to=2:[NetworkPolicyPeer]
NetworkPolicyIngressRule ports=1:[NetworkPolicyPort] from=2:[NetworkPolicyPeer]
NetworkPolicyPeer podSelector?=1:LabelSelector namespaceSelector?=2:LabelSelector ipBlock?=3:IPBlock
NetworkPolicyPort protocol?=1:string port?=2:intOrString endPort?=3:int32
NetworkPolicySpec podSelector!=1:LabelSelector ingress=2:[NetworkPolicyIngressRule] egress=3:[NetworkPolicyEgressRule] policyTypes=4:[string]
Node metadata!=1:ObjectMeta spec!=2:NodeSpec status!=3:NodeStatus
NodeAddress type!=1:string address!=2:string
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution?=1:NodeSelector preferredDuringSchedulingIgnoredDuringExecution=2:[PreferredSchedulingTerm]
NodeCondition type!=1:string status!=2:string lastHeartbeatTime!=3:time lastTransitionTime!=4:time reason=5:string message=6:string
NodeConfigSource configMap?=2:ConfigMapNodeConfigSource
NodeConfigStatus assigned?=1:NodeConfigSource active?=2:NodeConfigSource lastKnownGood?=3:NodeConfigSource error=4:string
NodeDaemonEndpoints kubeletEndpoint!=1:DaemonEndpoint
NodeRuntimeHandler name!=1:string features?=2:NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts?=1:boolean
NodeSelector nodeSelectorTerms!=1:[NodeSelectorTerm]
NodeSelectorRequirement key!=1:string operator!=2:string values=3:[string]
NodeSelectorTerm matchExpressions=1:[NodeSelectorRequirement] matchFields=2:[NodeSelectorRequirement]
NodeSpec podCIDR=1:string podCIDRs=7:[string] providerID=3:string unschedulable=4:boolean taints=5:[Taint] configSource?=6:NodeConfigSource externalID=2:string
NodeStatus capacity=1:{quantity} allocatable=2:{quantity} phase=3:string conditions=4:[NodeCondition] addresses=5:[NodeAddress] daemonEndpoints!=6:NodeDaemonEndpoints nodeInfo!=7:NodeSystemInfo images=8:[ContainerImage] volumesInUse=9:[string] volumesAttached=10:[AttachedVolume] config?=11:NodeConfigStatus runtimeHandlers=12:[NodeRuntimeHandler]
NodeSystemInfo machineID!=1:string systemUUID!=2:string bootID!=3:string kernelVersion!=4:string osImage!=5:string containerRuntimeVersion!=6:string kubeletVersion!=7:string kubeProxyVersion!=8:string operatingSystem!=9:string architecture!=10:string
NonResourceAttributes path=1:string verb=2:string
NonResourceRule verbs!=1:[string] nonResourceURLs=2:[string]
ObjectFieldSelector apiVersion=1:string fieldPath!=2:string
ObjectMeta name=1:string generateName=2:string namespace=3:string selfLink=4:string uid=5:string resourceVersion=6:string generation=7:int64 creationTimestamp!=8:time deletionTimestamp?=9:time deletionGracePeriodSeconds?=10:int64 labels=11:{string} annotations=12:{string} ownerReferences=13:[OwnerReference] finalizers=14:[string] managedFields=17:[ManagedFieldsEntry]
ObjectMetricSource describedObject!=1:CrossVersionObjectReference target!=2:MetricTarget metric!=3:MetricIdentifier
ObjectMetricStatus metric!=1:MetricIdentifier current!=2:MetricValueStatus describedObject!=3:CrossVersionObjectReference
ObjectReference kind=1:string namespace=2:string name=3:string uid=4:string apiVersion=5:string resourceVersion=6:string fieldPath=7:string
Overhead podFixed=1:{quantity}
OwnerReference apiVersion!=5:string kind!=1:string name!=3:string uid!=4:string controller?=6:boolean blockOwnerDeletion?=7:boolean
PartialObjectMetadata metadata!=1:ObjectMeta
PersistentVolume metadata!=1:ObjectMeta spec!=2:PersistentVolumeSpec status!=3:PersistentVolumeStatus
PersistentVolumeClaim metadata!=1:ObjectMeta spec!=2:PersistentVolumeClaimSpec status!=3:PersistentVolumeClaimStatus
PersistentVolumeClaimCondition type!=1:string status!=2:string lastProbeTime!=3:time lastTransitionTime!=4:time reason=5:string message=6:string
PersistentVolumeClaimSpec accessModes=1:[string] selector?=4:LabelSelector resources!=2:VolumeResourceRequirements volumeName=3:string storageClassName?=5:string volumeMode?=6:string dataSource?=7:TypedLocalObjectReference dataSourceRef?=8:TypedObjectReference volumeAttributesClassName?=9:string
PersistentVolumeClaimStatus phase=1:string accessModes=2:[string] capacity=3:{quantity} conditions=4:[PersistentVolumeClaimCondition] allocatedResources=5:{quantity} allocatedResourceStatuses=7:{string} currentVolumeAttributesClassName?=8:string modifyVolumeStatus?=9:ModifyVolumeStatus
PersistentVolumeClaimTemplate metadata!=1:ObjectMeta spec!=2:PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource claimName!=1:string readOnly=2:boolean
PersistentVolumeSpec capacity=1:{quantity} gcePersistentDisk?=2.1:GCEPersistentDiskVolumeSource awsElasticBlockStore?=2.2:AWSElasticBlockStoreVolumeSource hostPath?=2.3:HostPathVolumeSource glusterfs?=2.4:GlusterfsPersistentVolumeSource nfs?=2.5:NFSVolumeSource rbd?=2.6:RBDPersistentVolumeSource iscsi?=2.7:ISCSIPersistentVolumeSource cinder?=2.8:CinderPersistentVolumeSource cephfs?=2.9:CephFSPersistentVolumeSource fc?=2.10:FCVolumeSource flocker?=2.11:FlockerVolumeSource flexVolume?=2.12:FlexPersistentVolumeSource azureFile?=2.13:AzureFilePersistentVolumeSource vsphereVolume?=2.14:VsphereVirtualDiskVolumeSource quobyte?=2.15:QuobyteVolumeSource azureDisk?=2.16:AzureDiskVolumeSource photonPersistentDisk?=2.17:PhotonPersistentDiskVolumeSource portworxVolume?=2.18:PortworxVolumeSource scaleIO?=2.19:ScaleIOPersistentVolumeSource local?=2.20:LocalVolumeSource storageos?=2.21:StorageOSPersistentVolumeSource csi?=2.22:CSIPersistentVolumeSource accessModes=3:[string] claimRef?=4:ObjectReference persistentVolumeReclaimPolicy=5:string storageClassName=6:string mountOptions=7:[string] volumeMode?=8:string nodeAffinity?=9:VolumeNodeAffinity volumeAttributesClassName?=10:string
PersistentVolumeStatus phase=1:string message=2:string reason=3:string lastPhaseTransitionTime?=4:time
PhotonPersistentDiskVolumeSource pdID!=1:string fsType=2:string
Pod metadata!=1:ObjectMeta spec!=2:PodSpec status!=3:PodStatus
PodAffinity requiredDuringSchedulingIgnoredDuringExecution=1:[PodAffinityTerm] preferredDuringSchedulingIgnoredDuringExecution=2:[WeightedPodAffinityTerm]
PodAffinityTerm labelSelector?=1:LabelSelector namespaces=2:[string] topologyKey!=3:string namespaceSelector?=4:LabelSelector matchLabelKeys=5:[string] mismatchLabelKeys=6:[string]
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution=1:[PodAffinityTerm] preferredDuringSchedulingIgnoredDuringExecution=2:[WeightedPodAffinityTerm]
PodCondition type!=1:string status!=2:string lastProbeTime!=3:time lastTransitionTime!=4:time reason=5:string message=6:string
PodDNSConfig nameservers=1:[string] searches=2:[string] options=3:[PodDNSConfigOption]
PodDNSConfigOption name=1:string value?=2:string
PodDisruptionBudget metadata!=1:ObjectMeta spec!=2:PodDisruptionBudgetSpec status!=3:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable?=1:intOrString selector?=2:LabelSelector maxUnavailable?=3:intOrString unhealthyPodEvictionPolicy?=4:string
PodDisruptionBudgetStatus observedGeneration=1:int64 disruptedPods=2:{time} disruptionsAllowed!=3:int32 currentHealthy!=4:int32 desiredHealthy!=5:int32 expectedPods!=6:int32 conditions=7:[Condition]
PodFailurePolicy rules!=1:[PodFailurePolicyRule]
PodFailurePolicyOnExitCodesRequirement containerName?=1:string operator!=2:string values!=3:[int32]
PodFailurePolicyOnPodConditionsPattern type!=1:string status!=2:string
PodFailurePolicyRule action!=1:string onExitCodes?=2:PodFailurePolicyOnExitCodesRequirement onPodConditions=3:[PodFailurePolicyOnPodConditionsPattern]
PodIP ip!=1:string
PodOS name!=1:string
PodReadinessGate conditionType!=1:string
PodResourceClaim name!=1:string
PodResourceClaimStatus name!=1:string resourceClaimName?=2:string
PodSchedulingGate name!=1:string
PodSecurityContext seLinuxOptions?=1:SELinuxOptions windowsOptions?=8:WindowsSecurityContextOptions runAsUser?=2:int64 runAsGroup?=6:int64 runAsNonRoot?=3:boolean supplementalGroups=4:[int64] fsGroup?=5:int64 sysctls=7:[Sysctl] fsGroupChangePolicy?=9:string seccompProfile?=10:SeccompProfile appArmorProfile?=11:AppArmorProfile
PodSpec volumes=1:[Volume] initContainers=20:[Container] containers!=2:[Container] ephemeralContainers=34:[EphemeralContainer] restartPolicy=3:string terminationGracePeriodSeconds?=4:int64 activeDeadlineSeconds?=5:int64 dnsPolicy=6:string nodeSelector=7:{string} serviceAccountName=8:string serviceAccount=9:string automountServiceAccountToken?=21:boolean nodeName=10:string hostNetwork=11:boolean hostPID=12:boolean hostIPC=13:boolean shareProcessNamespace?=27:boolean securityContext?=14:PodSecurityContext imagePullSecrets=15:[LocalObjectReference] hostname=16:string subdomain=17:string affinity?=18:Affinity schedulerName=19:string tolerations=22:[Toleration] hostAliases=23:[HostAlias] priorityClassName=24:string priority?=25:int32 dnsConfig?=26:PodDNSConfig readinessGates=28:[PodReadinessGate] runtimeClassName?=29:string enableServiceLinks?=30:boolean preemptionPolicy?=31:string overhead=32:{quantity} topologySpreadConstraints=33:[TopologySpreadConstraint] setHostnameAsFQDN?=35:boolean os?=36:PodOS hostUsers?=37:boolean schedulingGates=38:[PodSchedulingGate] resourceClaims=39:[PodResourceClaim]
PodStatus phase=1:string conditions=2:[PodCondition] message=3:string reason=4:string nominatedNodeName=11:string hostIP=5:string hostIPs=16:[HostIP] podIP=6:string podIPs=12:[PodIP] startTime?=7:time initContainerStatuses=10:[ContainerStatus] containerStatuses=8:[ContainerStatus] qosClass=9:string ephemeralContainerStatuses=13:[ContainerStatus] resize=14:string resourceClaimStatuses=15:[PodResourceClaimStatus]
PodTemplate metadata!=1:ObjectMeta template!=2:PodTemplateSpec
PodTemplateSpec metadata!=1:ObjectMeta spec!=2:PodSpec
PodsMetricSource metric!=1:MetricIdentifier target!=2:MetricTarget
PodsMetricStatus metric!=1:MetricIdentifier current!=2:MetricValueStatus
PolicyRule verbs!=1:[string] apiGroups=2:[string] resources=3:[string] resourceNames=4:[string] nonResourceURLs=5:[string]
PortStatus port!=1:int32 protocol!=2:string error?=3:string
PortworxVolumeSource volumeID!=1:string fsType=2:string readOnly=3:boolean
Preconditions uid?=1:string resourceVersion?=2:string
PreferredSchedulingTerm weight!=1:int32 preference!=2:NodeSelectorTerm
PriorityClass metadata!=1:ObjectMeta value!=2:int32 globalDefault=3:boolean description=4:string preemptionPolicy?=5:string
Probe exec?=1.1:ExecAction httpGet?=1.2:HTTPGetAction tcpSocket?=1.3:TCPSocketAction grpc?=1.4:GRPCAction initialDelaySeconds=2:int32 timeoutSeconds=3:int32 periodSeconds=4:int32 successThreshold=5:int32 failureThreshold=6:int32 terminationGracePeriodSeconds?=7:int64
ProjectedVolumeSource sources!=1:[VolumeProjection] defaultMode?=2:int32
QuobyteVolumeSource registry!=1:string volume!=2:string readOnly=3:boolean user=4:string group=5:string tenant=6:string
RBDPersistentVolumeSource monitors!=1:[string] image!=2:string fsType=3:string pool=4:string user=5:string keyring=6:string secretRef?=7:SecretReference readOnly=8:boolean
RBDVolumeSource monitors!=1:[string] image!=2:string fsType=3:string pool=4:string user=5:string keyring=6:string secretRef?=7:LocalObjectReference readOnly=8:boolean
ReplicaSet metadata!=1:ObjectMeta spec!=2:ReplicaSetSpec status!=3:ReplicaSetStatus
ReplicaSetCondition type!=1:string status!=2:string lastTransitionTime!=3:time reason=4:string message=5:string
ReplicaSetSpec replicas?=1:int32 minReadySeconds=4:int32 selector?!=2:LabelSelector template!=3:PodTemplateSpec
ReplicaSetStatus replicas!=1:int32 fullyLabeledReplicas=2:int32 readyReplicas=4:int32 availableReplicas=5:int32 observedGeneration=3:int64 conditions=6:[ReplicaSetCondition]
ReplicationController metadata!=1:ObjectMeta spec!=2:ReplicationControllerSpec status!=3:ReplicationControllerStatus
ReplicationControllerCondition type!=1:string status!=2:string lastTransitionTime!=3:time reason=4:string message=5:string
ReplicationControllerSpec replicas?=1:int32 minReadySeconds=4:int32 selector=2:{string} template?=3:PodTemplateSpec
ReplicationControllerStatus replicas!=1:int32 fullyLabeledReplicas=2:int32 readyReplicas=4:int32 availableReplicas=5:int32 observedGeneration=3:int64 conditions=6:[ReplicationControllerCondition]
ResourceAttributes namespace=1:string verb=2:string group=3:string version=4:string resource=5:string subresource=6:string name=7:string
ResourceClaim name!=1:string
ResourceFieldSelector containerName=1:string resource!=2:string divisor!=3:quantity
ResourceMetricSource name!=1:string target!=2:MetricTarget
ResourceMetricStatus name!=1:string current!=2:MetricValueStatus
ResourceQuota metadata!=1:ObjectMeta spec!=2:ResourceQuotaSpec status!=3:ResourceQuotaStatus
ResourceQuotaSpec hard=1:{quantity} scopes=2:[string] scopeSelector?=3:ScopeSelector
ResourceQuotaStatus hard=1:{quantity} used=2:{quantity}
ResourceRequirements limits=1:{quantity} requests=2:{quantity} claims=3:[ResourceClaim]
ResourceRule verbs!=1:[string] apiGroups=2:[string] resources=3:[string] resourceNames=4:[string]
Role metadata!=1:ObjectMeta rules!=2:[PolicyRule]
RoleBinding metadata!=1:ObjectMeta subjects=2:[Subject] roleRef!=3:RoleRef
RoleRef apiGroup!=1:string kind!=2:string name!=3:string
RollingUpdateDaemonSet maxUnavailable?=1:intOrString maxSurge?=2:intOrString
RollingUpdateDeployment maxUnavailable?=1:intOrString maxSurge?=2:intOrString
RollingUpdateStatefulSetStrategy partition?=1:int32 maxUnavailable?=2:intOrString
RuntimeClass metadata!=1:ObjectMeta handler!=2:string overhead?=3:Overhead scheduling?=4:Scheduling
SELinuxOptions user=1:string role=2:string type=3:string level=4:string
Scale metadata!=1:ObjectMeta spec!=2:ScaleSpec status!=3:ScaleStatus
ScaleIOPersistentVolumeSource gateway!=1:string system!=2:string secretRef?!=3:SecretReference sslEnabled=4:boolean protectionDomain=5:string storagePool=6:string storageMode=7:string volumeName=8:string fsType=9:string readOnly=10:boolean
ScaleIOVolumeSource gateway!=1:string system!=2:string secretRef?!=3:LocalObjectReference sslEnabled=4:boolean protectionDomain=5:string storagePool=6:string storageMode=7:string volumeName=8:string fsType=9:string readOnly=10:boolean
ScaleSpec replicas=1:int32
ScaleStatus replicas!=1:int32 selector=2:string
Scheduling nodeSelector=1:{string} tolerations=2:[Toleration]
ScopeSelector matchExpressions=1:[ScopedResourceSelectorRequirement]
ScopedResourceSelectorRequirement scopeName!=1:string operator!=2:string values=3:[string]
SeccompProfile type!=1:string localhostProfile?=2:string
Secret metadata!=1:ObjectMeta immutable?=5:boolean data=2:{bytes} stringData=4:{string} type=3:string
SecretEnvSource name=1.1:string optional?=2:boolean
SecretKeySelector name=1.1:string key!=2:string optional?=3:boolean
SecretProjection name=1.1:string items=2:[KeyToPath] optional?=4:boolean
SecretReference name=1:string namespace=2:string
SecretVolumeSource secretName=1:string items=2:[KeyToPath] defaultMode?=3:int32 optional?=4:boolean
SecurityContext capabilities?=1:Capabilities privileged?=2:boolean seLinuxOptions?=3:SELinuxOptions windowsOptions?=10:WindowsSecurityContextOptions runAsUser?=4:int64 runAsGroup?=8:int64 runAsNonRoot?=5:boolean readOnlyRootFilesystem?=6:boolean allowPrivilegeEscalation?=7:boolean procMount?=9:string seccompProfile?=11:SeccompProfile appArmorProfile?=12:AppArmorProfile
SelectableField jsonPath!=1:string
SelfSubjectAccessReview metadata!=1:ObjectMeta spec!=2:SelfSubjectAccessReviewSpec status!=3:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec resourceAttributes?=1:ResourceAttributes nonResourceAttributes?=2:NonResourceAttributes
SelfSubjectReview metadata!=1:ObjectMeta status!=2:SelfSubjectReviewStatus
SelfSubjectReviewStatus userInfo!=1:UserInfo
SelfSubjectRulesReview metadata!=1:ObjectMeta spec!=2:SelfSubjectRulesReviewSpec status!=3:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec namespace=1:string
Service metadata!=1:ObjectMeta spec!=2:ServiceSpec status!=3:ServiceStatus
ServiceAccount metadata!=1:ObjectMeta secrets=2:[ObjectReference] imagePullSecrets=3:[LocalObjectReference] automountServiceAccountToken?=4:boolean
ServiceAccountTokenProjection audience=1:string expirationSeconds?=2:int64 path!=3:string
ServiceBackendPort name=1:string number=2:int32
ServicePort name=1:string protocol=2:string appProtocol?=6:string port!=3:int32 targetPort!=4:intOrString nodePort=5:int32
ServiceSpec ports=1:[ServicePort] selector=2:{string} clusterIP=3:string clusterIPs=18:[string] type=4:string externalIPs=5:[string] sessionAffinity=7:string loadBalancerIP=8:string loadBalancerSourceRanges=9:[string] externalName=10:string externalTrafficPolicy=11:string healthCheckNodePort=12:int32 publishNotReadyAddresses=13:boolean sessionAffinityConfig?=14:SessionAffinityConfig ipFamilies=19:[string] ipFamilyPolicy?=17:string allocateLoadBalancerNodePorts?=20:boolean loadBalancerClass?=21:string internalTrafficPolicy?=22:string trafficDistribution?=23:string
ServiceStatus loadBalancer!=1:LoadBalancerStatus conditions=2:[Condition]
SessionAffinityConfig clientIP?=1:ClientIPConfig
SleepAction seconds!=1:int64
StatefulSet metadata!=1:ObjectMeta spec!=2:StatefulSetSpec status!=3:StatefulSetStatus
StatefulSetCondition type!=1:string status!=2:string lastTransitionTime!=3:time reason=4:string message=5:string
StatefulSetOrdinals start!=1:int32
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted=1:string whenScaled=2:string
StatefulSetSpec replicas?=1:int32 selector?!=2:LabelSelector template!=3:PodTemplateSpec volumeClaimTemplates=4:[PersistentVolumeClaim] serviceName!=5:string podManagementPolicy=6:string updateStrategy!=7:StatefulSetUpdateStrategy revisionHistoryLimit?=8:int32 minReadySeconds=9:int32 persistentVolumeClaimRetentionPolicy?=10:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals?=11:StatefulSetOrdinals
StatefulSetStatus observedGeneration=1:int64 replicas!=2:int32 readyReplicas=3:int32 currentReplicas=4:int32 updatedReplicas=5:int32 currentRevision=6:string updateRevision=7:string collisionCount?=9:int32 conditions=10:[StatefulSetCondition] availableReplicas!=11:int32
StatefulSetUpdateStrategy type=1:string rollingUpdate?=2:RollingUpdateStatefulSetStrategy
Status metadata!=1:ListMeta status=2:string message=3:string reason=4:string details?=5:StatusDetails code=6:int32
StatusCause reason=1:string message=2:string field=3:string
StatusDetails name=1:string group=2:string kind=3:string uid=6:string causes=4:[StatusCause] retryAfterSeconds=5:int32
StorageClass metadata!=1:ObjectMeta provisioner!=2:string parameters=3:{string} reclaimPolicy?=4:string mountOptions=5:[string] allowVolumeExpansion?=6:boolean volumeBindingMode?=7:string allowedTopologies=8:[TopologySelectorTerm]
StorageOSPersistentVolumeSource volumeName=1:string volumeNamespace=2:string fsType=3:string readOnly=4:boolean secretRef?=5:ObjectReference
StorageOSVolumeSource volumeName=1:string volumeNamespace=2:string fsType=3:string readOnly=4:boolean secretRef?=5:LocalObjectReference
Subject kind!=1:string apiGroup=2:string name!=3:string namespace=4:string
SubjectAccessReview metadata!=1:ObjectMeta spec!=2:SubjectAccessReviewSpec status!=3:SubjectAccessReviewStatus
SubjectAccessReviewSpec resourceAttributes?=1:ResourceAttributes nonResourceAttributes?=2:NonResourceAttributes user=3:string groups=4:[string] extra=5:{[string]} uid=6:string
SubjectAccessReviewStatus allowed!=1:boolean denied=4:boolean reason=2:string evaluationError=3:string
SubjectRulesReviewStatus resourceRules!=1:[ResourceRule] nonResourceRules!=2:[NonResourceRule] incomplete!=3:boolean evaluationError=4:string
SuccessPolicy rules!=1:[SuccessPolicyRule]
SuccessPolicyRule succeededIndexes?=1:string succeededCount?=2:int32
Sysctl name!=1:string value!=2:string
TCPSocketAction port!=1:intOrString host=2:string
Taint key!=1:string value=2:string effect!=3:string timeAdded?=4:time
TokenRequest metadata!=1:ObjectMeta spec!=2:TokenRequestSpec status!=3:TokenRequestStatus
TokenRequestSpec audiences!=1:[string] expirationSeconds?!=4:int64 boundObjectRef?!=3:BoundObjectReference
TokenRequestStatus token!=1:string expirationTimestamp!=2:time
TokenReview metadata!=1:ObjectMeta spec!=2:TokenReviewSpec status!=3:TokenReviewStatus
TokenReviewSpec token=1:string audiences=2:[string]
TokenReviewStatus authenticated=1:boolean user!=2:UserInfo audiences=4:[string] error=3:string
Toleration key=1:string operator=2:string value=3:string effect=4:string tolerationSeconds?=5:int64
TopologySelectorLabelRequirement key!=1:string values!=2:[string]
TopologySelectorTerm matchLabelExpressions=1:[TopologySelectorLabelRequirement]
TopologySpreadConstraint maxSkew!=1:int32 topologyKey!=2:string whenUnsatisfiable!=3:string labelSelector?=4:LabelSelector minDomains?=5:int32 nodeAffinityPolicy?=6:string nodeTaintsPolicy?=7:string matchLabelKeys=8:[string]
TypedLocalObjectReference apiGroup?!=1:string kind!=2:string name!=3:string
TypedObjectReference apiGroup?!=1:string kind!=2:string name!=3:string namespace?=4:string
UncountedTerminatedPods succeeded=1:[string] failed=2:[string]
UserInfo username=1:string uid=2:string groups=3:[string] extra=4:{[string]}
ValidationRule rule!=1:string message=2:string messageExpression=3:string reason?=4:string fieldPath=5:string optionalOldSelf?=6:boolean
Volume name!=1:string hostPath?=2.1:HostPathVolumeSource emptyDir?=2.2:EmptyDirVolumeSource gcePersistentDisk?=2.3:GCEPersistentDiskVolumeSource awsElasticBlockStore?=2.4:AWSElasticBlockStoreVolumeSource gitRepo?=2.5:GitRepoVolumeSource secret?=2.6:SecretVolumeSource nfs?=2.7:NFSVolumeSource iscsi?=2.8:ISCSIVolumeSource glusterfs?=2.9:GlusterfsVolumeSource persistentVolumeClaim?=2.10:PersistentVolumeClaimVolumeSource rbd?=2.11:RBDVolumeSource flexVolume?=2.12:FlexVolumeSource cinder?=2.13:CinderVolumeSource cephfs?=2.14:CephFSVolumeSource flocker?=2.15:FlockerVolumeSource downwardAPI?=2.16:DownwardAPIVolumeSource fc?=2.17:FCVolumeSource azureFile?=2.18:AzureFileVolumeSource configMap?=2.19:ConfigMapVolumeSource vsphereVolume?=2.20:VsphereVirtualDiskVolumeSource quobyte?=2.21:QuobyteVolumeSource azureDisk?=2.22:AzureDiskVolumeSource photonPersistentDisk?=2.23:PhotonPersistentDiskVolumeSource projected?=2.26:ProjectedVolumeSource portworxVolume?=2.24:PortworxVolumeSource scaleIO?=2.25:ScaleIOVolumeSource storageos?=2.27:StorageOSVolumeSource csi?=2.28:CSIVolumeSource ephemeral?=2.29:EphemeralVolumeSource
VolumeAttachment metadata!=1:ObjectMeta spec!=2:VolumeAttachmentSpec status!=3:VolumeAttachmentStatus
VolumeAttachmentSource persistentVolumeName?=1:string inlineVolumeSpec?=2:PersistentVolumeSpec
VolumeAttachmentSpec attacher!=1:string source!=2:VolumeAttachmentSource nodeName!=3:string
VolumeAttachmentStatus attached!=1:boolean attachmentMetadata=2:{string} attachError?=3:VolumeError detachError?=4:VolumeError
VolumeDevice name!=1:string devicePath!=2:string
VolumeError time!=1:time message=2:string
VolumeMount name!=1:string readOnly=2:boolean recursiveReadOnly?=7:string mountPath!=3:string subPath=4:string mountPropagation?=5:string subPathExpr=6:string
VolumeMountStatus name!=1:string mountPath!=2:string readOnly=3:boolean recursiveReadOnly?=4:string
VolumeNodeAffinity required?=1:NodeSelector
VolumeNodeResources count?=1:int32
VolumeProjection secret?=1:SecretProjection downwardAPI?=2:DownwardAPIProjection configMap?=3:ConfigMapProjection serviceAccountToken?=4:ServiceAccountTokenProjection clusterTrustBundle?=5:ClusterTrustBundleProjection
VolumeResourceRequirements limits=1:{quantity} requests=2:{quantity}
VsphereVirtualDiskVolumeSource volumePath!=1:string fsType=2:string storagePolicyName=3:string storagePolicyID=4:string
WebhookClientConfig url?=3:string service?=1:apiextensions.ServiceReference caBundle=2:bytes
WebhookConversion clientConfig?=2:WebhookClientConfig conversionReviewVersions!=3:[string]
WeightedPodAffinityTerm weight!=1:int32 podAffinityTerm!=2:PodAffinityTerm
WindowsSecurityContextOptions gmsaCredentialSpecName?=1:string gmsaCredentialSpec?=2:string runAsUserName?=3:string hostProcess?=4:boolean
apiextensions.ServiceReference namespace!=1:string name!=2:string path?=3:string port?=4:int32
autoscalingv1.HorizontalPodAutoscaler metadata!=1:ObjectMeta spec!=2:autoscalingv1.HorizontalPodAutoscalerSpec status!=3:autoscalingv1.HorizontalPodAutoscalerStatus
autoscalingv1.HorizontalPodAutoscalerSpec scaleTargetRef!=1:CrossVersionObjectReference minReplicas?=2:int32 maxReplicas!=3:int32 targetCPUUtilizationPercentage?=4:int32
autoscalingv1.HorizontalPodAutoscalerStatus observedGeneration?=1:int64 lastScaleTime?=2:time currentReplicas!=3:int32 desiredReplicas!=4:int32 currentCPUUtilizationPercentage?=5:int32
core.EndpointPort name=1:string port!=2:int32 protocol=3:string appProtocol?=4:string
events.Event metadata!=1:ObjectMeta eventTime!=2:microTime series?=3:events.EventSeries reportingController=4:string reportingInstance=5:string action=6:string reason=7:string regarding!=8:ObjectReference related?=9:ObjectReference note=10:string type=11:string deprecatedSource!=12:EventSource deprecatedFirstTimestamp!=13:time deprecatedLastTimestamp!=14:time deprecatedCount=15:int32
events.EventSeries count!=1:int32 lastObservedTime!=2:microTime
storage.TokenRequest audience!=1:string expirationSeconds?=2:int64
`;
