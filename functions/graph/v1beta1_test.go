package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// recent is chat in the form of v1beta1, as core sends it.
const recent = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team, generation: 3}
spec:
  components:
  - name: Worker
    type: worker
    replicas: 2
    podTemplate: {spec: {containers: [{name: main, image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm]}]}}
  - name: Frontend
    type: frontend
    podTemplate: {spec: {containers: [{name: main, image: example.org/dynamo:1}]}}
`

// encoded are the children of a result as they are sent, by key.
func encoded(t *testing.T, out layer.Out) map[string]map[string]any {
	t.Helper()
	all, err := layer.Encode(out.Children)
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]map[string]any{}
	for _, e := range all {
		sent[e.Key] = e.Object
	}
	return sent
}

// TestComposeForms: a graph makes the same of both forms, so that one which changes its
// form restarts nothing.
func TestComposeForms(t *testing.T) {
	old := compose(t, in(t))
	out := compose(t, layertest.In(layertest.Object(t, recent)))
	if diff := cmp.Diff(encoded(t, old), encoded(t, out)); diff != "" {
		t.Errorf("Compose(...): -children of v1alpha1, +of v1beta1:\n%s", diff)
	}
	if diff := cmp.Diff(layertest.Status(t, old), layertest.Status(t, out)); diff != "" {
		t.Errorf("Compose(...): -status of v1alpha1, +of v1beta1:\n%s", diff)
	}
	if diff := cmp.Diff(messages(old), messages(out)); diff != "" {
		t.Errorf("Compose(...): -events of v1alpha1, +of v1beta1:\n%s", diff)
	}
}

// TestFaultsOfComponents: what is wrong is told where the user wrote it.
func TestFaultsOfComponents(t *testing.T) {
	const main = "spec.components[Worker].podTemplate.spec.containers[main]"
	component := func(text string) changes { return changes{"spec/components": "[{name: Worker, " + text + "}]"} }
	cases := map[string]struct {
		reason string
		args   changes
		want   string
	}{
		"NoComponents": {
			reason: "a graph has at least one",
			args:   changes{"spec/components": "[]"},
			want:   "spec.components: Required value: a graph has at least one service: add one",
		},
		"NoTemplate": {
			reason: "a component without a template has no image",
			args:   component("type: worker"),
			want:   main + ".image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image",
		},
		"SidecarsAlone": {
			reason: "nor has one whose template has no main container",
			args:   component("podTemplate: {spec: {containers: [{name: log, image: l:1}]}}"),
			want:   main + ".image: Required value: name the image of the main container",
		},
		"TwoMains": {
			reason: "a list without a schema takes two containers of one name",
			args:   component("podTemplate: {spec: {containers: [{name: main, image: i:1, command: [x]}, {name: main, image: i:1}]}}"),
			want:   main + `.name: Duplicate value: "main"`,
		},
		"NoSidecar": {
			reason: "a frontend that is no container",
			args:   component("frontendSidecar: front, podTemplate: {spec: {containers: [{name: main, image: i:1, command: [x]}], initContainers: [{name: front, image: i:1}]}}"),
			want:   `spec.components[Worker].frontendSidecar: Invalid value: "front": is no container of spec.components[Worker].podTemplate.spec.containers: add it there, or name one of them`,
		},
		"Case": {
			reason: "two names that make one",
			args: changes{"spec/components": "[{name: worker, podTemplate: {spec: {containers: [{name: main, image: i:1, command: [x]}]}}}, " +
				"{name: Worker, podTemplate: {spec: {containers: [{name: main, image: i:1, command: [x]}]}}}]"},
			want: `spec.components[Worker]: Invalid value: "Worker": its objects would be called "chat-worker", as those of service "worker" are: rename one of the two`,
		},
		"Resources": {
			reason: "amounts of the main container",
			args:   component("podTemplate: {spec: {containers: [{name: main, image: i:1, command: [x], resources: {requests: {nvidia.com/gpu: 1}}}]}}"),
			want:   main + `.resources.requests[nvidia.com/gpu]: Invalid value: "1": requests of an extended resource need an equal limit: set the limit to it`,
		},
		"Label": {
			reason: "labels of its pods",
			args:   component(`podTemplate: {metadata: {labels: {a: "b c"}}, spec: {containers: [{name: main, image: i:1, command: [x]}]}}`),
			want: `spec.components[Worker].podTemplate.metadata.labels[a]: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ` +
				`and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, layertest.In(layertest.Object(t, recent, tc.args)))
			if diff := cmp.Diff(tc.want, condition(t, out, "Valid").Message); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want fault, +got:\n%s", tc.reason, diff)
			}
			checkRefused(t, out)
		})
	}
}

// TestUnsupportedOfComponents: what later runtimes brought is accepted and named.
func TestUnsupportedOfComponents(t *testing.T) {
	out := compose(t, layertest.In(layertest.Object(t, recent, changes{"spec/components": `
- name: Worker
  roles: [{name: leader}]
  experimental: {flagsInjection: Manual}
  warpDrive: {}
  ingress: {enabled: false}
  podTemplate: {spec: {containers: [{name: main, image: i:1, command: [x]}]}}
`})))
	want := "accepted, and not acted on: spec.components[Worker].experimental.flagsInjection, spec.components[Worker].ingress (v1beta1 has none: " +
		`to keep a frontend from being exposed by the settings, give it annotation dynamo.fn.crossplane.io/expose: "false"), ` +
		"spec.components[Worker].roles, spec.components[Worker].warpDrive"
	if diff := cmp.Diff(want, condition(t, out, "UnsupportedFields").Message); diff != "" {
		t.Errorf("UnsupportedFields (-want, +got):\n%s", diff)
	}
}

// TestPlannerForms: planners since 1.3 do not see the services of v1alpha1.
func TestPlannerForms(t *testing.T) {
	planner := func(tag string) changes {
		return changes{"spec/services/Planner": "{componentType: planner, extraPodSpec: {mainContainer: {image: 'example.org/planner:" + tag + "', command: [python3], args: [-m, dynamo.planner]}}}"}
	}
	const warning = "spec.services[Planner]: a planner of runtime 1.3.0 reads graphs in the form of v1beta1 alone, and sees nothing to scale in this one: " +
		"write the graph with components, or use a planner of 1.2"
	cases := map[string]struct {
		reason string
		in     layer.In
		want   string
	}{
		"Old":     {reason: "planners of 1.2 read services", in: in(t, planner("1.2.1"))},
		"Unknown": {reason: "of an image without a version nothing is known", in: in(t, planner("latest"))},
		"Recent":  {reason: "those of 1.3 do not", in: in(t, planner("1.3.0")), want: warning},
		"Components": {
			reason: "and read components",
			in: layertest.In(layertest.Object(t, recent, changes{"spec/components": "[{name: Planner, type: planner, " +
				"podTemplate: {spec: {containers: [{name: main, image: 'example.org/planner:1.3.0', command: [python3], args: [-m, dynamo.planner]}]}}}]"})),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, condition(t, compose(t, tc.in), "Valid").Message); diff != "" {
				t.Errorf("\n%s\nValid (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAdaptersOfComponents: the block of v1beta1 makes the adapter that the switch of
// v1alpha1 makes, and an adapter that names a component scales it.
func TestAdaptersOfComponents(t *testing.T) {
	old := compose(t, in(t, changes{worker + "scalingAdapter": "{enabled: true}"}))
	out := compose(t, layertest.In(layertest.Object(t, recent, changes{"spec/components": `
- name: Worker
  type: worker
  replicas: 2
  scalingAdapter: {}
  podTemplate: {spec: {containers: [{name: main, image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm]}]}}
`})))
	const key = "scalingadapter/Worker"
	if diff := cmp.Diff(encoded(t, old)[key], encoded(t, out)[key]); diff != "" {
		t.Errorf("the adapter (-of v1alpha1, +of v1beta1):\n%s", diff)
	}

	scaled := layertest.In(layertest.Object(t, recent))
	scaled.Answers.Objects = map[string][]layer.Object{"adapters": {layer.Read(layertest.Object(t,
		"{metadata: {name: peak}, spec: {replicas: 5, dgdRef: {name: chat, componentName: Worker}}}"))}}
	spec, _ := encoded(t, compose(t, scaled))["component/Worker"]["spec"].(map[string]any)
	if spec["replicas"] != int64(5) {
		t.Errorf("want the 5 replicas that the adapter asks for, got %v", spec["replicas"])
	}
}
