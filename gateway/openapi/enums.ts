/** Generated from the `+enum` marks of Kubernetes v1.30's types: which fields take one of a few words, and which words. */

/** One type a line: its definition, then its fields, parted by `; `, each with its words in alphabetical order. */
const text = `
io.k8s.api.apps.v1.DaemonSetUpdateStrategy type=OnDelete,RollingUpdate
io.k8s.api.apps.v1.DeploymentStrategy type=Recreate,RollingUpdate
io.k8s.api.apps.v1.StatefulSetSpec podManagementPolicy=OrderedReady,Parallel
io.k8s.api.apps.v1.StatefulSetUpdateStrategy type=OnDelete,RollingUpdate
io.k8s.api.autoscaling.v2.MetricSpec type=ContainerResource,External,Object,Pods,Resource
io.k8s.api.autoscaling.v2.MetricStatus type=ContainerResource,External,Object,Pods,Resource
io.k8s.api.batch.v1.CronJobSpec concurrencyPolicy=Allow,Forbid,Replace
io.k8s.api.batch.v1.JobSpec completionMode=Indexed,NonIndexed; podReplacementPolicy=Failed,TerminatingOrFailed
io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement operator=In,NotIn
io.k8s.api.batch.v1.PodFailurePolicyRule action=Count,FailIndex,FailJob,Ignore
io.k8s.api.certificates.v1.CertificateSigningRequestSpec usages=any,cert sign,client auth,code signing,content commitment,crl sign,data encipherment,decipher only,digital signature,email protection,encipher only,ipsec end system,ipsec tunnel,ipsec user,key agreement,key encipherment,microsoft sgc,netscape sgc,ocsp signing,s/mime,server auth,signing,timestamping
io.k8s.api.core.v1.AppArmorProfile type=Localhost,RuntimeDefault,Unconfined
io.k8s.api.core.v1.AzureDiskVolumeSource cachingMode=None,ReadOnly,ReadWrite; kind=Dedicated,Managed,Shared
io.k8s.api.core.v1.Container imagePullPolicy=Always,IfNotPresent,Never; terminationMessagePolicy=FallbackToLogsOnError,File
io.k8s.api.core.v1.ContainerPort protocol=SCTP,TCP,UDP
io.k8s.api.core.v1.EndpointPort protocol=SCTP,TCP,UDP
io.k8s.api.core.v1.EphemeralContainer imagePullPolicy=Always,IfNotPresent,Never; terminationMessagePolicy=FallbackToLogsOnError,File
io.k8s.api.core.v1.HTTPGetAction scheme=HTTP,HTTPS
io.k8s.api.core.v1.HostPathVolumeSource type=,BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket
io.k8s.api.core.v1.ModifyVolumeStatus status=InProgress,Infeasible,Pending
io.k8s.api.core.v1.NamespaceStatus phase=Active,Terminating
io.k8s.api.core.v1.NodeSelectorRequirement operator=DoesNotExist,Exists,Gt,In,Lt,NotIn
io.k8s.api.core.v1.NodeStatus phase=Pending,Running,Terminated
io.k8s.api.core.v1.PersistentVolumeClaimSpec accessModes=ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod; volumeMode=Block,Filesystem
io.k8s.api.core.v1.PersistentVolumeClaimStatus accessModes=ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod; phase=Bound,Lost,Pending
io.k8s.api.core.v1.PersistentVolumeSpec accessModes=ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod; persistentVolumeReclaimPolicy=Delete,Recycle,Retain; volumeMode=Block,Filesystem
io.k8s.api.core.v1.PersistentVolumeStatus phase=Available,Bound,Failed,Pending,Released
io.k8s.api.core.v1.PodSecurityContext fsGroupChangePolicy=Always,OnRootMismatch
io.k8s.api.core.v1.PodSpec dnsPolicy=ClusterFirst,ClusterFirstWithHostNet,Default,None; preemptionPolicy=Never,PreemptLowerPriority; restartPolicy=Always,Never,OnFailure
io.k8s.api.core.v1.PodStatus phase=Failed,Pending,Running,Succeeded,Unknown; qosClass=BestEffort,Burstable,Guaranteed
io.k8s.api.core.v1.PortStatus protocol=SCTP,TCP,UDP
io.k8s.api.core.v1.ResourceQuotaSpec scopes=BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating
io.k8s.api.core.v1.ScopedResourceSelectorRequirement operator=DoesNotExist,Exists,In,NotIn; scopeName=BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating
io.k8s.api.core.v1.SeccompProfile type=Localhost,RuntimeDefault,Unconfined
io.k8s.api.core.v1.SecurityContext procMount=Default,Unmasked
io.k8s.api.core.v1.ServicePort protocol=SCTP,TCP,UDP
io.k8s.api.core.v1.ServiceSpec externalTrafficPolicy=Cluster,Local; internalTrafficPolicy=Cluster,Local; ipFamilies=,IPv4,IPv6; ipFamilyPolicy=PreferDualStack,RequireDualStack,SingleStack; sessionAffinity=ClientIP,None; type=ClusterIP,ExternalName,LoadBalancer,NodePort
io.k8s.api.core.v1.Taint effect=NoExecute,NoSchedule,PreferNoSchedule
io.k8s.api.core.v1.Toleration effect=NoExecute,NoSchedule,PreferNoSchedule; operator=Equal,Exists
io.k8s.api.core.v1.TopologySpreadConstraint nodeAffinityPolicy=Honor,Ignore; nodeTaintsPolicy=Honor,Ignore; whenUnsatisfiable=DoNotSchedule,ScheduleAnyway
io.k8s.api.core.v1.VolumeMount mountPropagation=Bidirectional,HostToContainer,None
io.k8s.api.discovery.v1.EndpointSlice addressType=FQDN,IPv4,IPv6
io.k8s.api.networking.v1.HTTPIngressPath pathType=Exact,ImplementationSpecific,Prefix
io.k8s.api.networking.v1.NetworkPolicySpec policyTypes=Egress,Ingress
io.k8s.api.policy.v1.PodDisruptionBudgetSpec unhealthyPodEvictionPolicy=AlwaysAllow,IfHealthyBudget
io.k8s.api.storage.v1.StorageClass volumeBindingMode=Immediate,WaitForFirstConsumer
`;

const byType = new Map<string, ReadonlyMap<string, readonly string[]>>();
for (const line of text.trim().split('\n')) {
  const blank = line.indexOf(' ');
  const fields = line.slice(blank + 1).split('; ');
  byType.set(line.slice(0, blank), new Map(fields.map(readField)));
}

function readField(field: string): [string, readonly string[]] {
  const [name = '', words = ''] = field.split('=');
  return [name, words.split(',')];
}

/** Gives the words that a field, or the items of a list, may be; undefined where any text will do. */
export function enumOf(definition: string, field: string): readonly string[] | undefined {
  return byType.get(definition)?.get(field);
}
