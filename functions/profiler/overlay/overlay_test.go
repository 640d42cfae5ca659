package overlay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const listed = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg, labels: {a: b}}
spec:
  components:
  - name: Frontend
    type: frontend
    podTemplate:
      spec:
        containers:
        - {name: main, image: i, args: [--a, --b], env: [{name: A, value: a}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}
        - {name: side, image: s}
        tolerations: [{key: a}]
  - {name: Worker, type: worker, replicas: 1}
`

const mapped = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg}
spec: {services: {Frontend: {replicas: 1}, Worker: {replicas: 1, extraPodSpec: {mainContainer: {args: [--a]}}}}}
`

var at = field.NewPath("spec", "overrides", "dgd")

func TestApply(t *testing.T) {
	cases := map[string]struct {
		reason, graph, overlay, want string
	}{
		"Nothing": {reason: "an overlay that says nothing", graph: listed, overlay: `{}`, want: listed},
		"Env": {
			reason: "variables by name, as a whole", graph: listed,
			overlay: `{spec: {components: [{name: Frontend, podTemplate: {spec: {containers: [{name: main, env: [{name: B, value: b}, {name: DYN_ROUTER_MODE, value: kv}]}]}}}]}}`,
			want: `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg, labels: {a: b}}
spec:
  components:
  - name: Frontend
    type: frontend
    podTemplate:
      spec:
        containers:
        - {name: main, image: i, args: [--a, --b], env: [{name: A, value: a}, {name: B, value: b}, {name: DYN_ROUTER_MODE, value: kv}]}
        - {name: side, image: s}
        tolerations: [{key: a}]
  - {name: Worker, type: worker, replicas: 1}
`,
		},
		"Lists": {
			reason: "lists without names as a whole, and containers that are new", graph: listed,
			overlay: `
spec:
  components:
  - {name: Worker, replicas: 2}
  - name: Frontend
    podTemplate: {spec: {tolerations: [{key: c}], containers: [{name: main, args: [--c], volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]}, {name: new, image: n}]}}
`,
			want: `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg, labels: {a: b}}
spec:
  components:
  - name: Frontend
    type: frontend
    podTemplate:
      spec:
        containers:
        - name: main
          image: i
          args: [--c]
          env: [{name: A, value: a}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
          volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]
        - {name: side, image: s}
        - {name: new, image: n}
        tolerations: [{key: c}]
  - {name: Worker, type: worker, replicas: 2}
`,
		},
		"Empty": {
			reason: "an empty list empties what may be empty, and neither components nor containers", graph: listed,
			overlay: `
spec:
  components:
  - {name: Frontend, podTemplate: {spec: {tolerations: [], initContainers: [], containers: [{name: main, env: []}, {name: side, env: []}]}}}
  - {name: Worker, podTemplate: {spec: {containers: []}}}
`,
			want: `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg, labels: {a: b}}
spec:
  components:
  - name: Frontend
    type: frontend
    podTemplate:
      spec:
        containers:
        - {name: main, image: i, args: [--a, --b], env: []}
        - {name: side, image: s, env: []}
        initContainers: []
        tolerations: []
  - {name: Worker, type: worker, replicas: 1, podTemplate: {spec: {containers: []}}}
`,
		},
		"NoComponents": {reason: "nor can all components go", graph: listed, overlay: `{spec: {components: []}}`, want: listed},
		"Services": {
			reason: "the other form", graph: mapped,
			overlay: `{spec: {backendFramework: vllm, services: {Worker: {extraPodSpec: {mainContainer: {args: [--b]}}}}}}`,
			want: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg}
spec: {backendFramework: vllm, services: {Frontend: {replicas: 1}, Worker: {replicas: 1, extraPodSpec: {mainContainer: {args: [--b]}}}}}
`,
		},
		"Metadata": {
			reason: "of metadata what a new object may have", graph: mapped,
			overlay: `{metadata: {name: chat, namespace: other, uid: u, labels: {c: d}, annotations: {e: f}}, status: {state: x}}`,
			want: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, labels: {c: d}, annotations: {e: f}}
spec: {services: {Frontend: {replicas: 1}, Worker: {replicas: 1, extraPodSpec: {mainContainer: {args: [--a]}}}}}
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			graph, overlay := layertest.Object(t, tc.graph), layertest.Object(t, tc.overlay)
			got, faults := Apply(graph, overlay, at)
			if diff := cmp.Diff(layertest.Object(t, tc.want), got); diff != "" || len(faults) > 0 {
				t.Errorf("%s: Apply(...): faults %v, -want, +got:\n%s", tc.reason, faults, diff)
			}
			if diff := cmp.Diff(layertest.Object(t, tc.graph), graph); diff != "" {
				t.Errorf("%s: the graph: -before, +after:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(layertest.Object(t, tc.overlay), overlay); diff != "" {
				t.Errorf("%s: the overlay: -before, +after:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestApplyFaults(t *testing.T) {
	cases := map[string]struct {
		reason, graph, overlay string
		want                   []string
	}{
		"Component": {
			reason: "a component of no graph", graph: listed, overlay: `{spec: {components: [{name: frontend}, {name: Worker}]}}`,
			want: []string{`spec.overrides.dgd.spec.components[frontend]: Unsupported value: "frontend": supported values: "Frontend", "Worker"`},
		},
		"Nameless": {
			reason: "one that says not which it is", graph: listed, overlay: `{spec: {components: [{replicas: 2}]}}`,
			want: []string{`spec.overrides.dgd.spec.components[]: Unsupported value: "": supported values: "Frontend", "Worker"`},
		},
		"Service": {
			reason: "and in the other form", graph: mapped, overlay: `{spec: {services: {Planner: {}}}}`,
			want: []string{`spec.overrides.dgd.spec.services[Planner]: Unsupported value: "Planner": supported values: "Frontend", "Worker"`},
		},
		"OtherForm": {
			reason: "two forms do not merge", graph: listed, overlay: `{spec: {services: {Worker: {}}}}`,
			want: []string{`spec.overrides.dgd.spec.services: Forbidden: the generated graph has components, and no services: write under components what to change of them`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := Apply(layertest.Object(t, tc.graph), layertest.Object(t, tc.overlay), at)
			if diff := cmp.Diff(tc.want, texts(faults)); diff != "" {
				t.Errorf("%s: Apply(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestExamine(t *testing.T) {
	cases := map[string]struct {
		reason, overlay string
		want            []string
	}{
		"Right": {reason: "either version", overlay: `{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, spec: {}}`},
		"Untyped": {
			reason: "what form it has is said", overlay: `{spec: {services: {}}}`,
			want: []string{
				"spec.overrides.dgd.apiVersion: Required value: must be nvidia.com/v1alpha1 or nvidia.com/v1beta1",
				"spec.overrides.dgd.kind: Required value: must be DynamoGraphDeployment",
			},
		},
		"Other": {
			reason: "of a graph", overlay: `{apiVersion: v1, kind: Pod, spec: [], metadata: a}`,
			want: []string{
				`spec.overrides.dgd.apiVersion: Unsupported value: "v1": supported values: "nvidia.com/v1alpha1", "nvidia.com/v1beta1"`,
				`spec.overrides.dgd.kind: Unsupported value: "Pod": supported values: "DynamoGraphDeployment"`,
				`spec.overrides.dgd.metadata: Invalid value: must be an object`,
				`spec.overrides.dgd.spec: Invalid value: must be an object`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, texts(Examine(layertest.Object(t, tc.overlay), at))); diff != "" {
				t.Errorf("%s: Examine(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if faults := Examine(nil, at); len(faults) > 0 {
		t.Errorf("Examine(nil): want nothing, got %v", faults)
	}
}

func TestListIgnored(t *testing.T) {
	cases := map[string]struct {
		reason, overlay string
		want            []string
	}{
		"Taken": {reason: "all of it counts", overlay: `{apiVersion: a, kind: b, spec: {}, metadata: {name: a, labels: {a: b}, annotations: {}}}`},
		"Other": {
			reason: "what only a graph has that exists", overlay: `{status: {}, metadata: {uid: a, namespace: b}}`,
			want: []string{
				"spec.overrides.dgd.status",
				"spec.overrides.dgd.metadata.namespace (the graph is made in the namespace of the request)",
				"spec.overrides.dgd.metadata.uid",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ListIgnored(layertest.Object(t, tc.overlay), at)); diff != "" {
				t.Errorf("%s: ListIgnored(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func texts(faults field.ErrorList) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Error())
	}
	return out
}
