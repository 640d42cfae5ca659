package main

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

// podFragments are fields of pods that published manifests have seldom or never.
// Not all of them are right.
const podFragments = `
restartPolicy: Never
activeDeadlineSeconds: 0
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: gpu, operator: In}]}]}}}
containers: [{name: side, image: "example.org/side:1", env: [{name: A, value: "1"}, {name: A, value: "2"}]}]
dnsConfig: {nameservers: [none]}
dnsPolicy: Somewhere
enableServiceLinks: false
hostAliases: [{ip: 1.2.3, hostnames: [a]}]
hostNetwork: true
hostPID: true
hostname: A_b
imagePullSecrets: [{name: a}, {name: a}]
initContainers: [{name: Init, image: "example.org/init:1"}]
nodeName: a b
nodeSelector: {gpu: a b}
overhead: {cpu: -1}
preemptionPolicy: Sometimes
priority: 5
priorityClassName: A b
readinessGates: [{conditionType: a b}]
resourceClaims: [{name: gpu}]
runtimeClassName: A_b
schedulerName: ""
schedulingGates: [{name: a b}]
securityContext: {runAsUser: -1}
serviceAccountName: A_b
setHostnameAsFQDN: true
shareProcessNamespace: true
subdomain: A_b
terminationGracePeriodSeconds: -1
tolerations: [{key: a, operator: Exists, value: b}]
topologySpreadConstraints: [{maxSkew: 0, topologyKey: a, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: "b c"}}}]
volumes: [{name: data, emptyDir: {}, hostPath: {path: /data}}]
`

// containerFragments are such fields of containers.
const containerFragments = `
env: [{name: "1", valueFrom: {fieldRef: {fieldPath: status.nothing}}}]
envFrom: [{prefix: "=", secretRef: {name: a}}]
imagePullPolicy: Allways
lifecycle: {preStop: {exec: {command: []}}}
livenessProbe: {httpGet: {path: /, port: 0}}
ports: [{containerPort: 8080}, {containerPort: 8080}]
readinessProbe: {periodSeconds: -5}
resources: {limits: {hugepages-2Mi: 1Gi}}
restartPolicy: Always
securityContext: {allowPrivilegeEscalation: false, privileged: true}
startupProbe: {successThreshold: 3}
stdin: true
terminationMessagePolicy: Sometimes
volumeDevices: [{name: a, devicePath: /dev/a}]
volumeMounts: [{name: data, mountPath: "a:b"}]
workingDir: relative
`

// serviceFragments are such fields of services.
const serviceFragments = `
annotations: {"bad key": a}
componentType: frontend
envFromSecret: A_b
envs: [{name: "A B", value: x}]
extraPodMetadata: {labels: {a/b/c: d}, annotations: {"-a": b}}
frontendSidecar: {image: " ", envs: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}
ingress: {enabled: true, host: A_b, ingressControllerClassName: nginx}
labels: {team: a b}
livenessProbe: {exec: {command: [a]}, httpGet: {path: /, port: 1}}
modelRef: {name: a b}
multinode: {nodeCount: 2}
resources: {limits: {custom: {rdma: "1"}, gpuType: h100, gpu: "1"}, claims: [{name: gpu}]}
sharedMemory: {size: 1m}
volumeMounts: [{name: Bad.Name, mountPoint: relative}, {name: b, mountPoint: /dev/shm}]
`

// graphFragments are such fields of graphs.
const graphFragments = `
annotations: {"bad key": a}
envs: [{name: "=", value: x}]
labels: {team: a b}
pvcs: [{name: Data_1, create: true, size: 1Gi, storageClass: A_b, volumeAccessMode: RWX}]
`

// fragments that may be added to the map at a key.
func fragments(key string, m map[string]any) []map[string]any {
	var texts []string
	if _, ok := m["componentType"]; ok {
		texts = append(texts, serviceFragments)
	}
	if _, ok := m["services"]; ok {
		texts = append(texts, graphFragments)
	}
	switch key {
	case "extraPodSpec":
		texts = append(texts, podFragments)
	case "mainContainer":
		texts = append(texts, containerFragments)
	}
	var out []map[string]any
	for _, t := range texts {
		f := map[string]any{}
		if err := yaml.Unmarshal([]byte(strings.TrimSpace(t)), &f); err != nil {
			panic(err) // A constant of this file.
		}
		// JSON has no integers; a manifest has.
		out = append(out, integers(f))
	}
	return out
}

func integers(m map[string]any) map[string]any {
	out, _ := whole(m).(map[string]any)
	return out
}

func whole(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = whole(e)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			out = append(out, whole(e))
		}
		return out
	case float64:
		return int64(v)
	}
	return runtime.DeepCopyJSONValue(v)
}
