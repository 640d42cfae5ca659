package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/graph"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func TestComposeComponents(t *testing.T) {
	type args struct {
		changes changes
		key     string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Frontend": {
			reason: "a component is the service's fields, its name in the graph and labels to find it by",
			args:   args{key: "component/Frontend"},
			want: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata:
  name: chat-frontend
  labels:
    nvidia.com/dynamo-component: Frontend
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: team-chat
spec:
  serviceName: Frontend
  componentType: frontend
  replicas: 1
  extraPodSpec: {mainContainer: {name: main, image: "example.org/dynamo:1"}}
`,
		},
		"UserFieldsOverTheGraphs": {
			reason: "variables, labels and annotations of the graph reach the component, and the service's own win",
			args: args{key: "component/Frontend", changes: changes{
				"metadata/annotations":   `{nvidia.com/enable-metrics: "false", nvidia.com/dynamo-kube-discovery-mode: pod, other.example/note: stays, nvidia.com/deployment-strategy: Recreate}`,
				"spec/annotations":       "{a: graph, b: graph, nvidia.com/dynamo-kube-discovery-mode: container}",
				"spec/labels":            "{a: graph, b: graph}",
				"spec/envs":              "[{name: A, value: graph}, {name: B, value: graph}]",
				"spec/backendFramework":  "vllm",
				frontend + "annotations": "{b: service, c: service}",
				frontend + "labels":      "{b: service}",
				frontend + "envs":        "[{name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: C, value: service}]",
			}},
			want: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata:
  name: chat-frontend
  labels:
    nvidia.com/dynamo-component: Frontend
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: team-chat
spec:
  serviceName: Frontend
  componentType: frontend
  replicas: 1
  backendFramework: vllm
  annotations:
    a: graph
    b: service
    c: service
    nvidia.com/dynamo-kube-discovery-mode: container
    nvidia.com/enable-metrics: "false"
  labels: {a: graph, b: service}
  envs:
  - {name: A, value: graph}
  - {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
  - {name: C, value: service}
  extraPodSpec: {mainContainer: {name: main, image: "example.org/dynamo:1"}}
`,
		},
		"EngineOfSiblings": {
			reason: "a worker whose command line starts no engine is told that of its siblings by annotation, since backendFramework cannot change",
			args:   args{key: "component/Quiet_Worker", changes: changes{"spec/services/Quiet_Worker": "{subComponentType: decode, componentType: worker, extraPodSpec: {mainContainer: {image: i, name: my-own}}}"}},
			want: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata:
  name: chat-quiet-worker
  annotations: {dynamo.fn.crossplane.io/backend-framework: vllm}
  labels:
    nvidia.com/dynamo-component: Quiet_Worker
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: team-chat
spec:
  serviceName: Quiet_Worker
  componentType: worker
  replicas: 1
  subComponentType: decode
  extraPodSpec: {mainContainer: {name: main, image: i}}
`,
		},
		"EverythingIsCopied": {
			reason: "fields that only the component layer reads are handed down",
			args: args{key: "component/Worker", changes: changes{
				worker + "replicas":              "0",
				worker + "globalDynamoNamespace": "true",
				worker + "resources":             `{limits: {gpu: "2"}, requests: {gpu: "2"}}`,
				worker + "sharedMemory":          "{size: 16Gi}",
				worker + "envFromSecret":         "hf-token",
				worker + "volumeMounts":          "[{name: cache, mountPoint: /cache}]",
				worker + "extraPodMetadata":      "{labels: {a: b}}",
			}},
			want: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata:
  name: chat-worker
  labels:
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: dynamo
spec:
  serviceName: Worker
  componentType: worker
  replicas: 0
  globalDynamoNamespace: true
  resources: {limits: {gpu: "2"}, requests: {gpu: "2"}}
  sharedMemory: {size: 16Gi}
  envFromSecret: hf-token
  volumeMounts: [{name: cache, mountPoint: /cache}]
  extraPodMetadata: {labels: {a: b}}
  extraPodSpec: {mainContainer: {name: main, image: "example.org/dynamo:1", command: [python3], args: [-m, dynamo.vllm]}}
`,
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, in(t, tc.args.changes))
			got := layertest.Objects(t, out)[tc.args.key]

			hash := takeHash(got)
			if len(hash) != 16 {
				t.Errorf("\n%s\nCompose(...): want a spec hash of 16 digits, got %q", tc.reason, hash)
			}
			if diff := cmp.Diff(layertest.Object(t, tc.want), got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// takeHash removes the spec hash from an object, and the hash of the settings, which
// every component has.
func takeHash(o map[string]any) string {
	metadata, _ := o["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	hash, _ := annotations["dynamo.fn.crossplane.io/spec-hash"].(string)
	delete(annotations, "dynamo.fn.crossplane.io/spec-hash")
	delete(annotations, "dynamo.fn.crossplane.io/settings-hash")
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	return hash
}

func TestComposeSiblings(t *testing.T) {
	const quiet = "{componentType: worker, extraPodSpec: {mainContainer: {image: i}}}"
	const sglang = "{componentType: worker, extraPodSpec: {mainContainer: {image: i, command: [python3], args: [-m, dynamo.sglang]}}}"

	cases := map[string]struct {
		reason string
		args   changes
		want   any
	}{
		"OneEngine":     {reason: "one engine found", args: changes{"spec/services/Quiet": quiet}, want: "vllm"},
		"TwoEngines":    {reason: "with two engines nobody knows", args: changes{"spec/services/Quiet": quiet, "spec/services/Other": sglang}},
		"Declared":      {reason: "the declared engine is in the spec", args: changes{"spec/services/Quiet": quiet, "spec/backendFramework": "vllm"}},
		"NotAWorker":    {reason: "only workers have an engine", args: changes{"spec/services/Quiet": plain}},
		"FoundByItself": {reason: "a command line speaks for itself", args: changes{"spec/services/Quiet": "{componentType: worker, extraPodSpec: {mainContainer: {image: i, command: [python3, -m, dynamo.vllm]}}}"}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := layertest.Objects(t, compose(t, in(t, tc.args)))["component/Quiet"]
			annotations, _ := got["metadata"].(map[string]any)["annotations"].(map[string]any)
			if diff := cmp.Diff(tc.want, annotations["dynamo.fn.crossplane.io/backend-framework"]); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want engine, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposeKeys(t *testing.T) {
	const etcd = "{nvidia.com/dynamo-discovery-backend: etcd}"
	type args struct {
		changes  changes
		settings string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Plain": {
			reason: "components in the order of their names, then the account of pods that discover each other through Kubernetes",
			want:   []string{"component/Frontend", "component/Worker", "serviceaccount/discovery", "rolebinding/discovery"},
		},
		"ServiceNamesAsWritten": {
			reason: "keys carry the names as written",
			args:   args{changes: changes{"spec/services": "{My_Service.v2: " + plain + "}"}},
			want:   []string{"component/My_Service.v2", "serviceaccount/discovery", "rolebinding/discovery"},
		},
		"Claims": {
			reason: "a claim that is to be created is, one that exists is only named",
			args: args{changes: changes{
				"spec/pvcs": "[{name: new, create: true, size: 1Gi, storageClass: fast, volumeAccessMode: ReadWriteMany}, {name: old}, {name: older, create: false}]",
			}},
			want: []string{"component/Frontend", "component/Worker", "pvc/new", "serviceaccount/discovery", "rolebinding/discovery"},
		},
		"EtcdBySettings": {
			reason: "pods that find each other through etcd need no rights",
			args:   args{settings: "etcd"},
			want:   []string{"component/Frontend", "component/Worker"},
		},
		"EtcdByGraphMetadata": {
			reason: "the annotation of the graph wins over the settings",
			args:   args{changes: changes{"metadata/annotations": etcd}},
			want:   []string{"component/Frontend", "component/Worker"},
		},
		"EtcdByGraphAnnotations": {
			reason: "spec.annotations reach every service",
			args:   args{changes: changes{"spec/annotations": etcd}},
			want:   []string{"component/Frontend", "component/Worker"},
		},
		"KubernetesByOneService": {
			reason: "one service that needs the account is enough",
			args:   args{settings: "etcd", changes: changes{frontend + "annotations": "{nvidia.com/dynamo-discovery-backend: kubernetes}"}},
			want:   []string{"component/Frontend", "component/Worker", "serviceaccount/discovery", "rolebinding/discovery"},
		},
		"EtcdByOneService": {
			reason: "the other services still need the account",
			args:   args{changes: changes{frontend + "extraPodMetadata": "{annotations: " + etcd + "}"}},
			want:   []string{"component/Frontend", "component/Worker", "serviceaccount/discovery", "rolebinding/discovery"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := in(t, tc.args.changes)
			if tc.args.settings != "" {
				in.Settings.DiscoveryBackend = tc.args.settings
			}
			if diff := cmp.Diff(tc.want, layertest.Keys(compose(t, answered(t, in)))); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want keys, +got keys:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposeDiscovery(t *testing.T) {
	want := map[string]string{
		"serviceaccount/discovery": `
apiVersion: v1
kind: ServiceAccount
metadata:
  name: chat-k8s-service-discovery
  labels: {app.kubernetes.io/component: rbac, app.kubernetes.io/managed-by: function-dynamo, app.kubernetes.io/name: chat-k8s-service-discovery}
`,
		"rolebinding/discovery": `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: chat-k8s-service-discovery-binding
  labels: {app.kubernetes.io/component: rbac, app.kubernetes.io/managed-by: function-dynamo, app.kubernetes.io/name: chat-k8s-service-discovery}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "function-dynamo:discovery"}
subjects: [{kind: ServiceAccount, name: chat-k8s-service-discovery, namespace: team}]
`,
	}

	got := layertest.Objects(t, compose(t, in(t)))
	for key, manifest := range want {
		if diff := cmp.Diff(layertest.Object(t, manifest), got[key]); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", key, diff)
		}
	}
}

func TestComposeErrors(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
	}{
		"NoMetadata": {reason: "what has no metadata that can be read is no object", args: changes{"metadata/labels": "5"}},
		"NoStatus":   {reason: "what has a status of another kind is no graph", args: changes{"status": "{services: 5}"}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if out, err := graph.Compose(in(t, tc.args)); err == nil {
				t.Errorf("\n%s\nCompose(...): want an error, got %v", tc.reason, out)
			}
		})
	}
}
