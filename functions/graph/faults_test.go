package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// faults are the changes that break a rule each, and what is said of it.
func faults() map[string]struct {
	reason string
	args   changes
	want   string
} {
	main := worker + "extraPodSpec/mainContainer/"
	return map[string]struct {
		reason string
		args   changes
		want   string
	}{
		"Name": {
			reason: "Services begin with a letter",
			args:   changes{"metadata/name": "2chat"},
			want:   `metadata.name: Invalid value: "2chat": must begin with a letter, since Services are named after it: choose another name`,
		},
		"NoServices": {
			reason: "a graph without services composes nothing",
			args:   changes{"spec/services": "{}"},
			want:   `spec.services: Required value: a graph has at least one service: add one`,
		},
		"NoForm": {
			reason: "a graph of a form that is not known here, as after a definition went back a version, drops nothing",
			args:   changes{"spec/services": ""},
			want: "spec: Required value: neither services, as in v1alpha1, nor components, as in v1beta1: " +
				"a graph has one of the two; nothing that runs is changed until it does",
		},
		"BothForms": {
			reason: "nobody can say which of two forms counts",
			args:   changes{"spec/components": "[]"},
			want:   "spec.components: Forbidden: a graph has services, as in v1alpha1, or components, as in v1beta1, and not both: remove one of the two",
		},
		"UnreadableServices": {
			reason: "services that are no object are not read",
			args:   changes{"spec/services": "5"},
			want:   "spec.services: Invalid value: must be an object",
		},
		"UnreadableComponents": {
			reason: "the form of the other version is open in the schema, so that anything may be in it",
			args:   changes{"spec/services": "", "spec/components": "[{name: Worker, replicas: many}]"},
			want:   "spec.components[Worker].replicas: Invalid value: must be an integer of at most 32 bits",
		},
		"UnreadableContainer": {
			reason: "a container that is a text is none",
			args:   changes{worker + "extraPodSpec/mainContainer": "text"},
			want:   "spec.services[Worker].extraPodSpec.mainContainer: Invalid value: must be an object",
		},
		"ServiceNameTooLong": {
			reason: "the name becomes a label value; it is named once",
			args:   changes{"spec/services/" + strings.Repeat("a", 64): plain},
			want:   `spec.services[` + strings.Repeat("a", 64) + `]: Invalid value: "` + strings.Repeat("a", 64) + `": becomes a label value: must be no more than 63 bytes`,
		},
		"CaseCollision": {
			reason: "names are lower-cased",
			args:   changes{"spec/services/WORKER": plain},
			want:   `spec.services[Worker]: Invalid value: "Worker": its objects would be called "chat-worker", as those of service "WORKER" are: rename one of the two`,
		},
		"UnderscoreCollision": {
			reason: "underscores become hyphens",
			args:   changes{"spec/services/a_b": plain, "spec/services/a-b": plain},
			want:   `spec.services[a_b]: Invalid value: "a_b": its objects would be called "chat-a-b", as those of service "a-b" are: rename one of the two`,
		},
		"DotCollision": {
			reason: "dots become hyphens in Services",
			args:   changes{"spec/services/a.b": plain, "spec/services/a_b": plain},
			want:   `spec.services[a_b]: Invalid value: "a_b": its objects would be called "chat-a-b", as those of service "a.b" are: rename one of the two`,
		},
		"DuplicateClaim": {
			reason: "two claims of one name are one object",
			args:   changes{"spec/pvcs": "[{name: a}, {name: a}]"},
			want:   `spec.pvcs[1].name: Duplicate value: "a"`,
		},
		"ClaimName": {
			reason: "a claim has a name",
			args:   changes{"spec/pvcs": "[{name: '', create: true, size: 1Gi, storageClass: s, volumeAccessMode: ReadWriteOnce}]"},
			want:   `spec.pvcs[0].name: Required value: name the claim`,
		},
		"ClaimSize": {
			reason: "a claim has a size",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: -1Gi, storageClass: s, volumeAccessMode: ReadWriteOnce}]"},
			want:   `spec.pvcs[0].size: Invalid value: "-1Gi": must be above 0 for a claim that is made`,
		},
		"ClaimNameOfNone": {
			reason: "one that an object can have: the API server would refuse the claim, and Crossplane to compose anything beside it",
			args:   changes{"spec/pvcs": "[{name: Model_Cache}]"},
			want: `spec.pvcs[0].name: Invalid value: "Model_Cache": is no name that a PersistentVolumeClaim can have: ` +
				`use lower-case letters, digits, hyphens and dots, as in model-cache`,
		},
		"MountNameOfNone": {
			reason: "so has one that a service mounts",
			args:   changes{worker + "volumeMounts": "[{name: my_models, mountPoint: /m}]"},
			want: `spec.services[Worker].volumeMounts[0].name: Invalid value: "my_models": is no name that a PersistentVolumeClaim can have: ` +
				`use lower-case letters, digits, hyphens and dots, as in model-cache`,
		},
		"AccessModeShort": {
			reason: "what kubectl prints is no access mode",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: 1Gi, storageClass: s, volumeAccessMode: RWX}]"},
			want:   `spec.pvcs[0].volumeAccessMode: Invalid value: "RWX": is no access mode: write ReadWriteMany`,
		},
		"AccessModeUnknown": {
			reason: "nor is anything else",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: 1Gi, storageClass: s, volumeAccessMode: readwritemany}]"},
			want: `spec.pvcs[0].volumeAccessMode: Invalid value: "readwritemany": is no access mode: ` +
				`write ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod`,
		},
		"AccessModeEmpty": {
			reason: "a claim that is made has one",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: 1Gi, storageClass: s, volumeAccessMode: ''}]"},
			want: `spec.pvcs[0].volumeAccessMode: Invalid value: "": is no access mode: ` +
				`write ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod`,
		},
		"TwoVolumesAtOnePath": {
			reason: "one would hide the other",
			args: changes{
				"spec/pvcs":             "[{name: a}, {name: b}]",
				worker + "volumeMounts": "[{name: a, mountPoint: /models}, {name: b, mountPoint: /models/}]",
			},
			want: `spec.services[Worker].volumeMounts[1].mountPoint: Invalid value: "/models/": volume "a" is mounted there already by ` +
				`spec.services[Worker].volumeMounts[0].mountPoint: choose another path for one of the two`,
		},
		"ImageMissing": {
			reason: "there is no default image",
			args:   changes{main + "image": ""},
			want:   `spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings`,
		},
		"MainContainerMissing": {
			reason: "nor a default container",
			args:   changes{frontend + "extraPodSpec": ""},
			want:   `spec.services[Frontend].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.frontend in the settings`,
		},
		"SecondMain": {
			reason: "the main container is made of mainContainer",
			args:   changes{worker + "extraPodSpec/containers": "[{name: other, image: i}, {name: main, image: i}]"},
			want:   `spec.services[Worker].extraPodSpec.containers[1].name: Invalid value: "main": is the name of a container that is made for you: use mainContainer to change it, or choose another name`,
		},
		"SecondSidecar": {
			reason: "the sidecar is made of frontendSidecar",
			args:   changes{worker + "extraPodSpec/containers": "[{name: sidecar-frontend, image: i}]", worker + "frontendSidecar": "{image: i}"},
			want:   `spec.services[Worker].extraPodSpec.containers[0].name: Invalid value: "sidecar-frontend": is the name of a container that is made for you: use mainContainer to change it, or choose another name`,
		},
		"ProbeWithoutHandler": {
			reason: "a type without probes has no handler to keep",
			args:   changes{worker + "componentType": "helper", worker + "livenessProbe": "{periodSeconds: 3}"},
			want:   `spec.services[Worker].livenessProbe: Required value: a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec`,
		},
		"CacheWithoutPath": {
			reason: "only vLLM has a default place for its cache",
			args:   changes{main + "args": "[-m, dynamo.sglang]", worker + "volumeMounts": "[{name: c, useAsCompilationCache: true}]", "spec/pvcs": "[{name: c}]"},
			want:   `spec.services[Worker].volumeMounts[0].mountPoint: Required value: engine "sglang" has no default place for a compilation cache: give the path`,
		},
		"TypeIsNoLabel": {
			reason: "the type becomes a label value",
			args:   changes{worker + "componentType": "my helper"},
			want: `spec.services[Worker].componentType: Invalid value: "my helper": becomes a label value: a valid label must be an empty string or consist of ` +
				`alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', ` +
				`regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
		},
		"SubTypeIsNoLabel": {
			reason: "the sub type becomes a label value",
			args:   changes{worker + "subComponentType": strings.Repeat("x", 64)},
			want:   `spec.services[Worker].subComponentType: Invalid value: "` + strings.Repeat("x", 64) + `": becomes a label value: must be no more than 63 bytes`,
		},
		"EngineContradicts": {
			reason: "what is declared and what starts must agree",
			args:   changes{"spec/backendFramework": "sglang"},
			want:   `spec.backendFramework: Invalid value: "sglang": spec.services[Worker].extraPodSpec.mainContainer of service "Worker" starts dynamo.vllm: change one of the two`,
		},
		"TwoEnginesInOneLine": {
			reason: "one container runs one engine",
			args:   changes{main + "command": "[sh, -c]", main + "args": `["python3 -m dynamo.vllm & python3 -m dynamo.sglang"]`},
			want:   `spec.services[Worker].extraPodSpec.mainContainer: Invalid value: "sglang, vllm": the command line starts several engines: start one, or say which with backendFramework`,
		},
		"Quantity": {
			reason: "an amount is a quantity",
			args:   changes{worker + "resources": `{limits: {cpu: "4 cores"}}`},
			want:   `spec.services[Worker].resources.limits.cpu: Invalid value: "4 cores": is no quantity: write a number with a unit, such as 500m or 64Gi`,
		},
		"NegativeAmount": {
			reason: "an amount is not negative",
			args:   changes{worker + "resources": `{limits: {gpu: "-1"}}`},
			want:   `spec.services[Worker].resources.limits.gpu: Invalid value: "-1": must not be negative`,
		},
		"PartOfAGPU": {
			reason: "GPUs are counted",
			args:   changes{worker + "resources": `{limits: {gpu: 500m}}`},
			want:   `spec.services[Worker].resources.limits.gpu: Invalid value: "500m": must be a whole number`,
		},
		"RequestAboveLimit": {
			reason: "a request stays within its limit",
			args:   changes{worker + "resources": `{limits: {memory: 1Gi}, requests: {memory: 1025Mi}}`},
			want:   `spec.services[Worker].resources.requests.memory: Invalid value: "1025Mi": must not be above its limit of 1Gi`,
		},
		"GPURequestWithoutLimit": {
			reason: "extended resources cannot be overcommitted",
			args:   changes{worker + "resources": `{requests: {gpu: "1"}}`},
			want:   `spec.services[Worker].resources.requests.gpu: Invalid value: "1": requests of an extended resource need an equal limit: set the limit to it`,
		},
		"CustomAmount": {
			reason: "an amount of any resource is a quantity",
			args:   changes{worker + "resources": `{requests: {custom: {ephemeral-storage: 40 Gi}}}`},
			want:   `spec.services[Worker].resources.requests.custom[ephemeral-storage]: Invalid value: "40 Gi": is no quantity: write a number with a unit, such as 500m or 64Gi`,
		},
		"DeploymentConfig": {
			reason: "the legacy variable is JSON",
			args:   changes{worker + "envs": "[{name: DYN_DEPLOYMENT_CONFIG, value: oops}]"},
			want: `spec.services[Worker].envs[DYN_DEPLOYMENT_CONFIG]: Invalid value: is no JSON object with an entry for each service: ` +
				`invalid character 'o' looking for beginning of value: correct it for service "Worker"`,
		},
		"ExecutorOfTheGraph": {
			reason: "the annotation of the graph's metadata is at fault, once for all services",
			args:   changes{"metadata/annotations": "{nvidia.com/vllm-distributed-executor-backend: dask}"},
			want:   `metadata.annotations[nvidia.com/vllm-distributed-executor-backend]: Unsupported value: "dask": supported values: "mp", "ray"`,
		},
		"DiscoveryModeOfAllServices": {
			reason: "spec.annotations are at fault, once for all services",
			args:   changes{"spec/annotations": "{nvidia.com/dynamo-kube-discovery-mode: node}"},
			want:   `spec.annotations[nvidia.com/dynamo-kube-discovery-mode]: Unsupported value: "node": supported values: "pod", "container"`,
		},
		"ExecutorOfAService": {
			reason: "the service's own annotation is at fault",
			args:   changes{"metadata/annotations": "{nvidia.com/vllm-distributed-executor-backend: ray}", worker + "annotations": "{nvidia.com/vllm-distributed-executor-backend: dask}"},
			want:   `spec.services[Worker].annotations[nvidia.com/vllm-distributed-executor-backend]: Unsupported value: "dask": supported values: "mp", "ray"`,
		},
		"StrategyOfAPod": {
			reason: "extraPodMetadata is at fault",
			args:   changes{worker + "extraPodMetadata": "{annotations: {nvidia.com/deployment-strategy: BlueGreen}}"},
			want:   `spec.services[Worker].extraPodMetadata.annotations[nvidia.com/deployment-strategy]: Unsupported value: "BlueGreen": supported values: "Recreate", "RollingUpdate"`,
		},
		"SurgeIsNoNumber": {
			reason: "a surge is a number or a percentage",
			args:   changes{worker + "annotations": "{nvidia.com/deployment-rolling-update-max-surge: some}"},
			want:   `spec.services[Worker].annotations[nvidia.com/deployment-rolling-update-max-surge]: Invalid value: "some": must be a number of pods or a percentage, such as 1 or 25%`,
		},
	}
}

func TestComposeFaults(t *testing.T) {
	for name, tc := range faults() {
		t.Run(name, func(t *testing.T) {
			out := compose(t, in(t, tc.args))

			if diff := cmp.Diff(tc.want, condition(t, out, "Valid").Message); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want fault, +got:\n%s", tc.reason, diff)
			}
			checkRefused(t, out)
		})
	}
}

// checkRefused checks the result for a graph at fault that has no children.
func checkRefused(t *testing.T, out layer.Out) {
	t.Helper()
	valid := condition(t, out, "Valid")
	if valid.Status != layer.False {
		t.Errorf("Compose(...): want Valid=False, got %s", valid.Status)
	}
	if out.Ready || len(out.Children) > 0 || out.Fatal != valid.Message {
		t.Errorf("Compose(...): want nothing, not ready and fatal by %q, got ready %t, children %v, fatal %q", valid.Message, out.Ready, layertest.Keys(out), out.Fatal)
	}
	if out.Pace == 0 {
		t.Error("Compose(...): want a pace")
	}
}

// checkKept checks the result for a graph at fault that has children: all of them
// are sent as they were written.
func checkKept(t *testing.T, in layer.In, out layer.Out, fault string) {
	t.Helper()
	if got := condition(t, out, "Valid"); got.Status != layer.False || got.Message != fault {
		t.Errorf("Compose(...): want Valid=False that names the fault, got %v", got)
	}
	if got := layertest.Status(t, out)["state"]; got != "failed" {
		t.Errorf("Compose(...): want state failed, got %v", got)
	}
	if out.Ready || out.Fatal != "" {
		t.Errorf("Compose(...): want it neither ready nor fatal, got ready %t, fatal %q", out.Ready, out.Fatal)
	}
	if diff := cmp.Diff(written(in.Observed), layertest.Objects(t, out)); diff != "" {
		t.Errorf("Compose(...): children: -as they were written, +got:\n%s", diff)
	}
}

// written are observed objects as core wrote them, where nothing tells which
// fields it owns.
func written(all layer.Observed) map[string]map[string]any {
	out := map[string]map[string]any{}
	for key, o := range all {
		m := (&unstructured.Unstructured{Object: o.Whole()}).DeepCopy().Object
		delete(m, "status")
		metadata := m["metadata"].(map[string]any)
		delete(metadata, "generation")
		if len(metadata["labels"].(map[string]any)) == 0 {
			delete(metadata, "labels")
		}
		out[key] = m
	}
	return out
}

// TestComposeFaultsKeep lets what runs run on, and says how it does.
func TestComposeFaultsKeep(t *testing.T) {
	for name, tc := range faults() {
		t.Run(name, func(t *testing.T) {
			in := running(t, tc.args)
			out := compose(t, in)

			checkKept(t, in, out, tc.want)
			got := condition(t, out, "ServicesReady")
			for _, name := range []string{"chat-frontend", "chat-worker"} {
				if got.Status != layer.False || !strings.Contains(got.Message, name+": PodsNotReady") {
					t.Errorf("\n%s\nCompose(...): want it said that %s has no pods, as is observed, got %v", tc.reason, name, got)
				}
			}
		})
	}
}

func TestComposeAllFaultsAtOnce(t *testing.T) {
	out := compose(t, in(t, changes{
		"metadata/name":                              "2chat",
		"spec/pvcs":                                  "[{name: a}, {name: a}]",
		"spec/services/WORKER":                       plain,
		frontend + "extraPodSpec":                    "",
		worker + "extraPodSpec/mainContainer/image":  "",
		worker + "resources":                         `{limits: {gpu: "-1", cpu: "-1"}}`,
		"spec/services/Node":                         "{componentType: planner}",
		"spec/services/Node/topologyConstraint":      "{packDomain: rack}",
		"spec/services/Frontend/volumeMounts":        "[{name: nowhere, mountPoint: /n}]",
		"spec/services/Frontend/extraPodMetadata":    "{}",
		"spec/services/Frontend/componentType":       "frontend",
		"metadata/annotations/nvidia.com~1something": "ignored",
	}))

	want := strings.Join([]string{
		`metadata.name: Invalid value: "2chat": must begin with a letter, since Services are named after it: choose another name`,
		`spec.services[Frontend].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.frontend in the settings`,
		`spec.services[Node].extraPodSpec.mainContainer.image: Required value: name the image of the main container`,
		`spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings`,
		`spec.services[Worker].resources.limits.cpu: Invalid value: "-1": must not be negative`,
		`spec.services[Worker].resources.limits.gpu: Invalid value: "-1": must not be negative`,
		`spec.pvcs[1].name: Duplicate value: "a"`,
		`spec.services[Worker]: Invalid value: "Worker": its objects would be called "2chat-worker", as those of service "WORKER" are: rename one of the two`,
	}, "; ")
	got := condition(t, out, "Valid")
	if diff := cmp.Diff(layer.Condition{Type: "Valid", Status: layer.False, Reason: "InvalidSpec", Message: want}, got); diff != "" {
		t.Errorf("Compose(...): -want, +got:\n%s", diff)
	}
	checkRefused(t, out)
}

func TestComposeFaultReasons(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   string
	}{
		"InvalidSpec":   {reason: "a fault of the spec", args: changes{"metadata/name": "2chat"}, want: "InvalidSpec"},
		"NameCollision": {reason: "only names that collide", args: changes{"spec/services/WORKER": plain}, want: "NameCollision"},
		"Both":          {reason: "the spec comes first", args: changes{"spec/services/WORKER": plain, "metadata/name": "2chat"}, want: "InvalidSpec"},
		"None":          {reason: "no fault", want: "Valid"},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, condition(t, compose(t, in(t, tc.args)), "Valid").Reason); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want reason, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposeLongNamesAreNoFault(t *testing.T) {
	long := strings.Repeat("a", 62)
	out := compose(t, in(t, changes{"spec/services": "{" + long + "x: " + plain + ", " + long + "y: " + plain + "}"}))

	if got := condition(t, out, "Valid"); got.Status != layer.True {
		t.Fatalf("Compose(...): want Valid=True, got %v", got)
	}
	seen := map[string]bool{}
	for key, o := range layertest.Objects(t, out) {
		metadata, _ := o["metadata"].(map[string]any)
		name, _ := metadata["name"].(string)
		kind, _ := o["kind"].(string)
		if len(name) > 63 || seen[kind+name] {
			t.Errorf("%s: name %q is too long, or taken", key, name)
		}
		seen[kind+name] = true
	}
}

// TestComposeFaultRemakesAdapter has an adapter deleted while its graph is at fault: it is
// made again with what runs, so that the service goes on scaling.
func TestComposeFaultRemakesAdapter(t *testing.T) {
	scaled := changes{worker + "scalingAdapter": "{enabled: true}", worker + "replicas": "2"}
	first := answered(t, in(t, scaled))
	next := layertest.Next(t, first, compose(t, first), nil)
	if !next.Observed.Has("scalingadapter/Worker") {
		t.Fatalf("want a graph with an adapter, got %v", next.Observed)
	}
	delete(next.Observed, "scalingadapter/Worker")
	next.Composite = layertest.Object(t, chat, scaled, changes{worker + "resources": `{limits: {gpu: "abc"}}`})
	out := compose(t, next)
	if out.Found.Valid().Status != layer.False {
		t.Fatal("want the graph at fault")
	}
	spec, _ := layertest.Objects(t, out)["scalingadapter/Worker"]["spec"].(map[string]any)
	if spec["replicas"] != int64(2) {
		t.Errorf("want the adapter with 2 replicas, got %v among %v", spec, layertest.Keys(out))
	}
}
