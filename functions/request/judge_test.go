package request_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

// found is a result with a whole graph.
const found = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg, annotations: {team: a, nvidia.com/dgd-spec: '{"pvcs": [{"name": "stolen", "create": true}]}'}}
spec:
  components:
  - {name: Frontend, type: frontend, podTemplate: {spec: {containers: [{name: main, image: "example.org/i:1.6.0"}]}}}
  - {name: Worker, type: worker, podTemplate: {spec: {containers: [{name: main, image: "example.org/i:1.6.0"}]}}}
`

// over is an overlay with a spec.
func over(spec string) layertest.Changes {
	return layertest.Changes{"spec/overrides/dgd": "{apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, " + spec + "}"}
}

// worker is an overlay of the worker.
func worker(fields string) layertest.Changes {
	return over("spec: {components: [{name: Worker, " + fields + "}]}")
}

// TestOverlayBeforehand: what is known of an overlay without a result is told before the Job.
func TestOverlayBeforehand(t *testing.T) {
	const at = "spec.overrides.dgd."
	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		want    []string
	}{
		"Right":      {reason: "what depends on the result waits for it", changes: worker("frontendSidecar: side, modelRef: {revision: r}, podTemplate: {spec: {containers: [{name: main, volumeMounts: [{name: v, mountPath: /v}]}]}}")},
		"Component":  {reason: "one twice", changes: over("spec: {components: [{name: w, replicas: 3}, {name: w}]}"), want: []string{at + `spec.components[1].name: Duplicate value: "w"`}},
		"Nameless":   {reason: "one without a name", changes: over("spec: {components: [{replicas: 3}]}"), want: []string{at + "spec.components[0].name: Required value: name the component"}},
		"Container":  {reason: "a container twice", changes: worker("podTemplate: {spec: {containers: [{name: main}, {name: main}]}}"), want: []string{at + `spec.components[Worker].podTemplate.spec.containers[main].name: Duplicate value: "main"`}},
		"Forgotten":  {reason: "its name is forgotten", changes: worker("podTemplate: {spec: {containers: [{env: [{name: A}]}]}}"), want: []string{at + "spec.components[Worker].podTemplate.spec.containers[0].name: Required value: tells the elements of the list apart: give it, or take the element out"}},
		"Variable":   {reason: "a variable twice", changes: worker("podTemplate: {spec: {containers: [{name: main, env: [{name: A}, {name: A}]}]}}"), want: []string{at + `spec.components[Worker].podTemplate.spec.containers[main].env[1].name: Duplicate value: "A"`}},
		"Mount":      {reason: "a mount twice", changes: worker("podTemplate: {spec: {containers: [{name: main, volumeMounts: [{name: v, mountPath: /v}, {name: v, mountPath: /v}]}]}}"), want: []string{at + `spec.components[Worker].podTemplate.spec.containers[main].volumeMounts[1].mountPath: Duplicate value: "/v"`}},
		"Counts":     {reason: "numbers that are none", changes: worker("replicas: -4, multinode: {nodeCount: 1}, type: bogus"), want: []string{at + "spec.components[Worker].replicas: Invalid value: -4: must be 0 or more", at + "spec.components[Worker].multinode.nodeCount: Invalid value: 1: must be 2 or more: leave multinode out for one node", at + `spec.components[Worker].type: Unsupported value: "bogus": supported values: "frontend", "worker", "prefill", "decode", "planner", "epp", "lpx"`}},
		"Alias":      {reason: "an address twice", changes: worker("podTemplate: {spec: {hostAliases: [{ip: 1.2.3.4}, {ip: 1.2.3.4}]}}"), want: []string{at + `spec.components[Worker].podTemplate.spec.hostAliases[1].ip: Duplicate value: "1.2.3.4"`}},
		"Role":       {reason: "a role twice", changes: worker("roles: [{name: a}, {name: a}]"), want: []string{at + `spec.components[Worker].roles[1].name: Duplicate value: "a"`}},
		"Shared":     {reason: "a variable of all components twice, and an engine that there is not", changes: over("spec: {backendFramework: tgi, env: [{name: A}, {name: A}], components: [{name: Worker, minAvailable: 0}]}"), want: []string{at + `spec.env[1].name: Duplicate value: "A"`, at + `spec.backendFramework: Unsupported value: "tgi": supported values: "sglang", "vllm", "trtllm"`, at + "spec.components[Worker].minAvailable: Invalid value: 0: must be 1 or more"}},
		"Unreadable": {reason: "values of another type", changes: worker("podTemplate: x"), want: []string{at + "spec.components[Worker].podTemplate: Invalid value: must be an object"}},
		"Map":        {reason: "components by name", changes: over("spec: {components: {Worker: {replicas: 3}}}"), want: []string{at + "spec.components: Invalid value: must be a list"}},
		"Name":       {reason: "a name that no graph serves under", changes: over("metadata: {name: 4graph}"), want: []string{at + `metadata.name: Invalid value: "4graph": must begin with a letter, since Services are named after it: choose another name`}},
		"Default":    {reason: "and that of the request, where nothing else is said", changes: layertest.Changes{"metadata/name": "4chat"}, want: []string{`metadata.name: Invalid value: "4chat-dgd": must begin with a letter, since Services are named after it: choose another name, or name the graph in spec.overrides.dgd.metadata.name`}},
		"Labels":     {reason: "metadata that no object has", changes: over("metadata: {labels: {a: 5}, annotations: []}"), want: []string{at + "metadata.labels[a]: Invalid value: must be a text: put it into quotes", at + "metadata.annotations: Invalid value: must be an object"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorldOf(t, beta, tc.changes)
			if diff := cmp.Diff(tc.want, faultsOf(w.out), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nfaults: -want, +got:\n%s", tc.reason, diff)
			}
			if got := w.in.Observed.Has(request.KeyJob); got != (len(tc.want) == 0) {
				t.Errorf("%s: a Job is made: %v", tc.reason, got)
			}
		})
	}
}

func faultsOf(out layer.Out) []string {
	var all []string
	for _, f := range out.Found.Faults {
		all = append(all, f.Error())
	}
	return all
}

// TestOverlayJudged: what only the result shows is told with it, and once the overlay is
// corrected the graph is made of the same result, whatever was written in between.
func TestOverlayJudged(t *testing.T) {
	cases := map[string]struct {
		reason, overlay, want string
	}{
		"Resources": {
			reason:  "a request above its limit",
			overlay: `podTemplate: {spec: {containers: [{name: main, resources: {limits: {cpu: "1"}, requests: {cpu: "2"}}}]}}`,
			want:    `spec.overrides.dgd.spec.components[Worker].podTemplate.spec.containers[main].resources.requests[cpu]: Invalid value: "2": must not be above its limit of 1: correct it`,
		},
		"Sidecar": {
			reason: "a container that there is not", overlay: "frontendSidecar: side",
			want: `spec.overrides.dgd.spec.components[Worker].frontendSidecar: Invalid value: "side": is no container of`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorldOf(t, beta, worker(tc.overlay))
			w.succeed(map[string]string{betaFile: found})
			w.says(request.TypeSpecGenerated, tc.want)
			if got := w.look(); got.State != "Failed" || slices.Contains(got.Keys, request.KeyGraph) {
				t.Errorf("%s: want it failed, got %+v", tc.reason, got)
			}
			w.edit(worker("replicas: -4"))
			w.says(request.TypeValidation, "must be 0 or more")
			w.edit(worker("replicas: 4"))
			got := w.look()
			if got.State != "Deploying" || !slices.Contains(got.Keys, request.KeyGraph) || slices.Contains(got.Events, "ProfilingJobCreated") {
				t.Errorf("%s: want the graph without another Job, got %+v", tc.reason, got)
			}
		})
	}
}

// TestResultJudged: a result that the API server would refuse ends the request, and an overlay
// cures it.
func TestResultJudged(t *testing.T) {
	w := newWorldOf(t, beta)
	twice := strings.ReplaceAll(found, `image: "example.org/i:1.6.0"`, `image: "example.org/i:1.6.0", env: [{name: A}, {name: A}]`)
	w.succeed(map[string]string{betaFile: twice})
	w.says(request.TypeSpecGenerated, `final_config.yaml in ConfigMap dgdr-output-chat: [spec.components[Frontend].podTemplate.spec.containers[main].env[1].name: Duplicate value: "A"`)
	if got := w.look(); got.State != "Failed" || slices.Contains(got.Keys, request.KeyGraph) {
		t.Errorf("want it failed, got %+v", got)
	}
	w.edit(over("spec: {components: [{name: Frontend, podTemplate: {spec: {containers: [{name: main, env: [{name: A}]}]}}}, {name: Worker, podTemplate: {spec: {containers: [{name: main, env: []}]}}}]}"))
	if got := w.look(); got.State != "Deploying" || !slices.Contains(got.Keys, request.KeyGraph) {
		t.Errorf("want the graph, got %+v", got)
	}
}

// TestResultCured: what its layer, or the API server, would say of a graph as the profiler
// wrote it ends the request before the graph is made, and an overlay cures it.
func TestResultCured(t *testing.T) {
	cases := map[string]struct {
		reason, worker, cure, want string
	}{
		"Count":   {reason: "a number that is none", worker: "replicas: -1", cure: "replicas: 1", want: "spec.components[Worker].replicas: Invalid value: -1: must be 0 or more"},
		"Type":    {reason: "a value that cannot be read", worker: "replicas: two", cure: "replicas: 2", want: "spec.components[Worker].replicas: Invalid value: must be an integer of at most 32 bits"},
		"Large":   {reason: "one that does not fit", worker: "replicas: 99999999999", cure: "replicas: 2", want: "spec.components[Worker].replicas: Invalid value: must be an integer of at most 32 bits"},
		"Sidecar": {reason: "a fault that the API server does not know", worker: "frontendSidecar: side", cure: `frontendSidecar: ""`, want: `spec.components[Worker].frontendSidecar: Invalid value: "side": is no container of`},
		"Role":    {reason: "a key twice", worker: "roles: [{name: a}, {name: a}]", cure: "roles: [{name: a}]", want: `spec.components[Worker].roles[1].name: Duplicate value: "a"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorldOf(t, beta)
			w.succeed(map[string]string{betaFile: strings.ReplaceAll(found, "{name: Worker, ", "{name: Worker, "+tc.worker+", ")})
			w.says(request.TypeSpecGenerated, tc.want)
			w.says(request.TypeSpecGenerated, "put what is right over it in spec.overrides.dgd, and the graph is made of the same result")
			if got := w.look(); got.State != "Failed" || slices.Contains(got.Keys, request.KeyGraph) {
				t.Errorf("%s: want it failed, got %+v", tc.reason, got)
			}
			w.edit(worker(tc.cure))
			got := w.look()
			if got.State != "Deploying" || !slices.Contains(got.Keys, request.KeyGraph) || slices.Contains(got.Events, "ProfilingJobCreated") {
				t.Errorf("%s: want the graph without another Job, got %+v", tc.reason, got)
			}
		})
	}
}

// TestDropped: what of an overlay and of a result is not put on the graph is named.
func TestDropped(t *testing.T) {
	w := newWorldOf(t, beta, over(`status: {state: x}, data: {x: y}, metadata: {name: "", namespace: kube-system, finalizers: [a/b], labels: {a: b}}`))
	w.succeed(map[string]string{betaFile: found})
	const at = "spec.overrides.dgd."
	w.says(layer.TypeUnsupportedFields, "accepted, and not acted on: "+at+"data, "+at+"status, "+at+"metadata.finalizers, "+at+
		"metadata.namespace (the graph is made in the namespace of the request), of the generated graph: metadata.annotations[nvidia.com/dgd-spec]")
	metadata := dig(layertest.Objects(t, w.out)[request.KeyGraph], "metadata")
	if name := dig(metadata, "name"); name != "chat-dgd" {
		t.Errorf("want an empty name to count as none, got %v", name)
	}
	// The world has core's own annotation on whatever it holds.
	want := map[string]any{"team": "a", layer.AnnotationKey: request.KeyGraph}
	if diff := cmp.Diff(want, dig(metadata, "annotations")); diff != "" {
		t.Errorf("annotations: -want, +got:\n%s", diff)
	}
	if finalizers := dig(metadata, "finalizers"); finalizers != nil {
		t.Errorf("want no finalizers, got %v", finalizers)
	}
}

// TestJobRefused: a Job that the API server does not take is told.
func TestJobRefused(t *testing.T) {
	w := newWorldOf(t, beta)
	delete(w.in.Observed, request.KeyJob)
	status, _ := w.in.Composite["status"].(map[string]any)
	status["state"] = "Pending"
	conditions, _ := status["conditions"].([]any)
	status["conditions"] = append(conditions, map[string]any{
		"type": "Synced", "status": "False", "reason": "ReconcileError", "observedGeneration": int64(1), "message": "Unsynced resources: " + request.KeyJob,
	})
	w.events = nil
	w.reconcile()
	want := words{State: "Pending", Phase: "Pending", Succeeded: "False Pending", Because: "False JobCreationFailed"}
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("words: -want, +got:\n%s", diff)
	}
	w.says(request.TypeSucceeded, "the API server does not take job/profile: see the events of the request, and correct the spec or what refuses it")
	if !slices.Contains(w.events, "ProfilingJobFailed") {
		t.Errorf("want an event, got %v", w.events)
	}
}

// TestGraphRefused: what is put over a graph that the API server does not take can be
// corrected, and the graph is made of the same result.
func TestGraphRefused(t *testing.T) {
	w := newWorldOf(t, beta, over(`metadata: {name: mine}, spec: {components: [{name: Worker, replicas: 7}]}`))
	w.refused = request.KeyGraph
	w.succeed(map[string]string{betaFile: betaResult})
	got := w.look()
	if got.State != "Deploying" || !slices.Contains(got.Conditions, "DeploymentReady=False DeploymentRefused") || !slices.Contains(got.Events, "DeploymentRefused") {
		t.Errorf("want the request told of the refusal, got %+v", got)
	}
	w.says(request.TypeDeploymentReady, "the API server does not take graph/main: see the events of the request: "+
		"put what is right over it in spec.overrides.dgd, and the graph is made of the same result")

	w.edit(over(`spec: {components: [{name: worker}]}`))
	w.says(request.TypeDeploymentReady, `what is put over it now cannot be: spec.overrides.dgd.spec.components[worker]: Unsupported value: "worker"`)
	if got := replicasOf(t, w); got != int64(7) {
		t.Errorf("want the graph as it was asked for before, got %v replicas of Worker", got)
	}

	w.refused = ""
	w.edit(over(`metadata: {name: mine}, spec: {components: [{name: Worker, replicas: 2}]}`))
	got = w.look()
	if slices.Contains(got.Events, "ProfilingJobCreated") || !slices.Contains(got.Events, "DeploymentCreated") {
		t.Errorf("want the graph without another Job, got %v", got.Events)
	}
	if got := replicasOf(t, w); got != int64(2) {
		t.Errorf("want 2 replicas of Worker, got %v", got)
	}
	w.edit(over(`metadata: {name: mine}, spec: {components: [{name: Worker, replicas: 3}]}`))
	if got := replicasOf(t, w); got != int64(2) {
		t.Errorf("want a graph that exists left as it is, got %v replicas of Worker", got)
	}
}

// replicasOf are those of the second component of the graph that is wanted.
func replicasOf(t *testing.T, w *world) any {
	t.Helper()
	list, _ := dig(layertest.Objects(t, w.out)[request.KeyGraph], "spec", "components").([]any)
	if len(list) < 2 {
		t.Fatalf("want two components, got %v", list)
	}
	return dig(list[1], "replicas")
}
