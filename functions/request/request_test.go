package request_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

func fault() field.ErrorList {
	return field.ErrorList{field.Invalid(field.NewPath("input", "discovery"), "x", "is wrong")}
}

// TestFatal: a request at fault that has made nothing yet makes nothing.
func TestFatal(t *testing.T) {
	cases := map[string]struct {
		reason   string
		changes  layertest.Changes
		settings field.ErrorList
		want     string
	}{
		"OtherNamespace": {
			reason:  "no composite can make an object in another namespace",
			changes: layertest.Changes{"spec/deploymentOverrides/namespace": "other"},
			want: `spec.deploymentOverrides.namespace: Invalid value: "other": must be the namespace of the request: ` +
				`make the request in the namespace where the graph shall be`,
		},
		"Name": {
			reason:  "nor one of an impossible name",
			changes: layertest.Changes{"spec/deploymentOverrides/name": "A_b"},
			want: `spec.deploymentOverrides.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric ` +
				`characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is ` +
				`'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
		},
		"Labels": {
			reason:  "nor with labels that no object has",
			changes: layertest.Changes{"spec/deploymentOverrides/labels": `{team: "not valid!"}`},
			want: `spec.deploymentOverrides.labels: Invalid value: "not valid!": a valid label must be an empty string or consist of alphanumeric ` +
				`characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', ` +
				`regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
		},
		"Image": {
			reason:  "nor a pod of what is no image",
			changes: layertest.Changes{"spec/profilingConfig/profilerImage": `" has space"`},
			want: `spec.profilingConfig.profilerImage: Invalid value: " has space": is no name of an image: ` +
				`write it as registry/repository:tag, the repository in lower case`,
		},
		"Settings": {
			reason:   "settings that cannot be read decide on the Job",
			settings: fault(),
			want:     `input.discovery: Invalid value: "x": is wrong`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, manifest, tc.changes))
			in.SettingsFaults = tc.settings
			out, err := request.Compose(in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, out.Fatal); diff != "" {
				t.Errorf("\n%s\nfatal: -want, +got:\n%s", tc.reason, diff)
			}
			if len(out.Children) > 0 || out.Ready {
				t.Errorf("\n%s\nwant no children and not ready, got %v", tc.reason, layertest.Keys(out))
			}
		})
	}
}

// TestSettingsWhileProfiled: what is under way does not depend on settings any more.
func TestSettingsWhileProfiled(t *testing.T) {
	w := newWorld(t)
	w.in.SettingsFaults = fault()
	w.succeed(map[string]string{file: result})
	w.serve("successful")
	if got := w.look(); got.State != "Ready" || !got.Ready {
		t.Errorf("with broken settings: want Ready, got %+v", got)
	}
}

// TestFaultAfterFailure: an edit that makes a failed request invalid loses nothing of
// what is there.
func TestFaultAfterFailure(t *testing.T) {
	w := newWorld(t)
	w.publish(map[string]any{"profiler_status": "failed"})
	w.events = nil
	w.edit(layertest.Changes{"spec/deploymentOverrides/namespace": "other"})
	want := seen{
		State: "Failed", Conditions: []string{notDone, notPassed},
		Keys: append(keys(request.KeyJob), request.KeyBinding, request.KeyAccount), Events: []string{"ValidationFailed"},
	}
	if diff := cmp.Diff(want, w.look()); diff != "" {
		t.Errorf("life: -want, +got:\n%s", diff)
	}
}

// TestJobStaysAsItIs: a Job is never rendered twice, whatever a later version of the
// function or other settings would make of it.
func TestJobStaysAsItIs(t *testing.T) {
	w := newWorld(t)
	const mark = "someone/else"
	w.put(request.KeyJob, "spec", map[string]any{"backoffLimit": int64(0), "mark": mark})
	w.in.Settings.NATSAddress = "nats://elsewhere"
	w.run()
	spec, _ := layertest.Objects(t, w.out)[request.KeyJob]["spec"].(map[string]any)
	if spec["mark"] != mark {
		t.Errorf("the Job is rendered again: want what was observed, got %v", spec)
	}
}

// TestGraph is what a graph is made with.
func TestGraph(t *testing.T) {
	w := newWorld(t, layertest.Changes{
		"spec/deploymentOverrides/name":        "chat",
		"spec/deploymentOverrides/labels":      "{team: search, nvidia.com/managed-by: us, dgdr.nvidia.com/name: mine}",
		"spec/deploymentOverrides/annotations": "{note: kept}",
	})
	w.succeed(map[string]string{file: result})
	want := layertest.Object(t, `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  labels: {team: search, nvidia.com/managed-by: us, dgdr.nvidia.com/name: chat, dgdr.nvidia.com/namespace: team}
  annotations: {note: kept}
spec:
  services:
    Frontend: {componentType: frontend, replicas: 1}
`)
	if diff := cmp.Diff(want, layertest.Status(t, w.out)["generatedDeployment"]); diff != "" {
		t.Errorf("generated graph: -want, +got:\n%s", diff)
	}
	w.says(request.TypeSpecGenerated, "spec.deploymentOverrides.labels[dgdr.nvidia.com/name] stays")
	for _, key := range []string{"apiVersion", "kind", "spec"} {
		if diff := cmp.Diff(want[key], layertest.Objects(t, w.out)[request.KeyGraph][key]); diff != "" {
			t.Errorf("%s of the graph: -want, +got:\n%s", key, diff)
		}
	}
}

// TestGraphEdited: what people change of a graph stays.
func TestGraphEdited(t *testing.T) {
	w := newWorld(t)
	w.succeed(map[string]string{file: result})
	edited := layertest.Object(t, `{services: {Frontend: {componentType: frontend, replicas: 7}}}`)
	w.put(request.KeyGraph, "spec", edited)
	w.run()
	if diff := cmp.Diff(edited, layertest.Objects(t, w.out)[request.KeyGraph]["spec"]); diff != "" {
		t.Errorf("the graph: -want, +got:\n%s", diff)
	}
}

// TestGraphIsGuarded: what people change of a graph, or of a ConfigMap of it, just when
// core is about to write it once more makes core look again.
func TestGraphIsGuarded(t *testing.T) {
	cases := map[string]struct {
		reason string
		do     func(w *world)
	}{
		"Deployed": {reason: "it is followed", do: func(*world) {}},
		"Waiting":  {reason: "settings are waited for", do: func(w *world) { w.in.Waiting = true }},
		"Held": {reason: "the request is at fault, of which nothing is known but its children", do: func(w *world) {
			delete(w.in.Composite, "status")
			_ = unstructured.SetNestedField(w.in.Composite, "other", "spec", "deploymentOverrides", "namespace")
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.succeed(map[string]string{file: result})
			for _, key := range []string{request.KeyGraph, resultData, request.KeyJob} {
				w.in.Observed[key] = layer.Read(layertest.Object(t, string(mustJSON(t, w.in.Observed[key].Whole())), layertest.Changes{
					"metadata/resourceVersion": `"12"`,
					"metadata/managedFields":   "[{manager: apiextensions.crossplane.io/composed/u1, operation: Apply}]",
				}))
			}
			tc.do(w)
			got := map[string]any{}
			for key, fields := range layertest.Objects(t, w.compose()) {
				if version := (&unstructured.Unstructured{Object: fields}).GetResourceVersion(); version != "" {
					got[key] = version
				}
			}
			if diff := cmp.Diff(map[string]any{request.KeyGraph: "12", resultData: "12"}, got); diff != "" {
				t.Errorf("\n%s\nresourceVersion of children: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestResultIsNamed: what nothing comes of is said.
func TestResultIsNamed(t *testing.T) {
	cases := map[string]struct {
		reason, file   string
		condition, say string
	}{
		"UnknownField": {
			reason:    "a field that the API server would drop",
			file:      "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: a}, spec: {services: {W: {color: red}}}}",
			condition: layer.TypeUnsupportedFields,
			say:       `of the generated graph: unknown field "spec.services.W.color"`,
		},
		"OtherKind": {
			reason:    "an object that is not made",
			file:      result + "---\n{apiVersion: v1, kind: Secret, metadata: {name: s}}",
			condition: layer.TypeUnsupportedFields,
			say:       "of the result: Secret/s, which is not made",
		},
		"OtherVersion": {
			reason:    "a graph that nothing could be made of",
			file:      "{apiVersion: nvidia.com/v2, kind: DynamoGraphDeployment, metadata: {name: a}}",
			condition: request.TypeSpecGenerated,
			say:       `the graph is of "nvidia.com/v2": only nvidia.com/v1alpha1 and nvidia.com/v1beta1 are served`,
		},
		"Labels": {
			reason:    "nor of one with labels that nothing can have",
			file:      "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: a, labels: {team: b c}}, spec: {services: {W: {}}}}",
			condition: request.TypeSpecGenerated,
			say:       `the graph has metadata.labels: Invalid value: "b c"`,
		},
		"OtherType": {
			reason:    "nor of one with a value of another type",
			file:      "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: a}, spec: {services: {W: {replicas: many}}}}",
			condition: request.TypeSpecGenerated,
			say:       "spec.services[W].replicas: Invalid value: must be an integer of at most 32 bits",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.succeed(map[string]string{file: tc.file})
			w.says(tc.condition, tc.say)
		})
	}
}

// TestUnknownFields: what no graph can have is named and left out of the graph, of either
// form and whenever it is made. The API server refuses a graph that has any of it.
func TestUnknownFields(t *testing.T) {
	const head = "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: a, colour: red}\ncolour: red\n"
	cases := map[string]struct {
		reason, file, want string
		names              []string
	}{
		"Services": {
			reason: "of a graph of services",
			file:   head + "spec: {colour: red, services: {Frontend: {fooBar: 1, replicas: 1, resources: {}}}}",
			want:   "{services: {Frontend: {replicas: 1, resources: {}}}}",
			names:  []string{`"spec.colour"`, `"spec.services.Frontend.fooBar"`},
		},
		"Components": {
			reason: "and of one of components, which are open by themselves, whatever version it says",
			file:   head + "spec: {colour: red, components: [{name: w, later: {a: b}, roles: [{name: r, later: 1}], multinode: {nodeCount: 2, fooBar: 1}}]}",
			want:   "{components: [{name: w, later: {a: b}, roles: [{name: r, later: 1}], multinode: {nodeCount: 2}}]}",
			names:  []string{`"spec.colour"`, `"spec.components[0].later"`, `"spec.components[0].multinode.fooBar"`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, layertest.Changes{"spec/autoApply": "false"})
			w.succeed(map[string]string{file: tc.file})
			want := layertest.Object(t, tc.want)
			recorded, _ := layertest.Status(t, w.out)["generatedDeployment"].(map[string]any)
			if diff := cmp.Diff(object.InStatus(want), recorded["spec"]); diff != "" {
				t.Errorf("\n%s\nstatus.generatedDeployment: -want, +got:\n%s", tc.reason, diff)
			}
			w.edit(layertest.Changes{"spec/autoApply": "true"})
			if diff := cmp.Diff(want, layertest.Objects(t, w.out)[request.KeyGraph]["spec"]); diff != "" {
				t.Errorf("\n%s\ngraph: -want, +got:\n%s", tc.reason, diff)
			}
			for _, field := range tc.names {
				w.says(layer.TypeUnsupportedFields, field)
			}
		})
	}
}

// TestUnknownFieldsRecorded: what an earlier version of the function has recorded with
// such fields is made without them.
func TestUnknownFieldsRecorded(t *testing.T) {
	w := newWorld(t, layertest.Changes{"spec/autoApply": "false"})
	w.succeed(map[string]string{file: result})
	w.remove(request.KeyOutput)
	recorded := dig(w.in.Composite, "status", "generatedDeployment", "spec").(map[string]any)
	recorded["colour"] = "red"
	w.edit(layertest.Changes{"spec/autoApply": "true"})
	want := layertest.Object(t, "{services: {Frontend: {componentType: frontend, replicas: 1}}}")
	if diff := cmp.Diff(want, layertest.Objects(t, w.out)[request.KeyGraph]["spec"]); diff != "" {
		t.Errorf("graph: -want, +got:\n%s", diff)
	}
}

// TestQuiet: a request at rest says and wants the same, and tells no event twice.
func TestQuiet(t *testing.T) {
	w := newWorld(t)
	w.succeed(map[string]string{file: result})
	w.serve("successful")
	before, _ := layer.Encode(w.out.Children)
	w.events = nil
	w.run()
	after, _ := layer.Encode(w.out.Children)
	if diff := cmp.Diff(before, after); diff != "" || len(w.events) > 0 {
		t.Errorf("at rest: -before, +after:\n%s\nevents: %v", diff, w.events)
	}
}

// TestTied repeats the selector of a Job, which ties it to the Job that was observed:
// one that is deleted just then is not made anew.
func TestTied(t *testing.T) {
	cases := map[string]struct {
		reason string
		do     func(w *world)
	}{
		"Profiling": {reason: "it runs", do: func(*world) {}},
		"Deployed":  {reason: "it is complete", do: func(w *world) { w.succeed(map[string]string{file: result}) }},
		"Held": {reason: "it is one of a request at fault", do: func(w *world) {
			w.publish(map[string]any{"profiler_status": "failed"})
			w.edit(layertest.Changes{"spec/deploymentOverrides/namespace": "other"})
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tc.do(w)
			const selector = "{matchLabels: {batch.kubernetes.io/controller-uid: j1}}"
			job := layertest.Object(t, string(mustJSON(t, w.in.Observed[request.KeyJob].Whole())), layertest.Changes{"spec/selector": selector})
			w.in.Observed[request.KeyJob] = layer.Read(job)
			got, _, _ := unstructured.NestedMap(layertest.Objects(t, w.compose())[request.KeyJob], "spec", "selector")
			if diff := cmp.Diff(layertest.Object(t, selector), got); diff != "" {
				t.Errorf("\n%s\nselector: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestEarlierJob waits until the Job of an earlier attempt is gone, and says so.
func TestEarlierJob(t *testing.T) {
	w := newWorld(t)
	w.publish(map[string]any{"profiler_status": "failed"})
	earlier := w.in.Observed[request.KeyJob]
	w.in.Composite = layertest.Object(t, string(mustJSON(t, w.in.Composite)), layertest.Changes{"spec/model": "acme/chat-7b"})
	for range 3 {
		w.reconcile()
		if w.out.Status.(*v1alpha1.DynamoGraphDeploymentRequestStatus).State != v1alpha1.RequestStatePending {
			t.Fatalf("want the request to wait, got %+v", w.out.Status)
		}
		if slices.Contains(layertest.Keys(w.out), request.KeyJob) {
			t.Fatal("want neither Job, got one")
		}
		w.in.Observed[request.KeyJob] = earlier // Its pods take their time.
	}
	w.says(request.TypeProfiling, "the Job of the attempt before ends first")
	delete(w.in.Observed, request.KeyJob)
	leaving := layertest.Object(t, string(mustJSON(t, earlier.Whole())), layertest.Changes{"metadata/deletionTimestamp": "x"})
	w.others["Job/profile-chat"] = layer.Read(leaving) // Core does not observe what it has deleted.
	w.run()
	w.says(request.TypeProfiling, "if that lasts, a pod of Job profile-chat does not end")
	if got := w.message(request.TypeSucceeded); !strings.Contains(got, "ends first") {
		t.Errorf("want the summary to say so, too, got %q", got)
	}
	delete(w.others, "Job/profile-chat")
	delete(w.in.Observed, request.KeyJob)
	w.run()
	if got := w.look().State; got != "Profiling" {
		t.Errorf("want the request to be profiled then, got %s", got)
	}
}

// TestSilence: a pod that never starts reports nothing. The request says so until one does.
func TestSilence(t *testing.T) {
	w := newWorld(t)
	w.says(request.TypeProfiling, "no pod of Job profile-chat has reported yet: if that lasts, its events and those of its pods say why")
	w.publish(map[string]any{"profiler_status": "running"})
	if got := w.message(request.TypeProfiling); got != "" {
		t.Errorf("want nothing said of a profiler that runs, got %q", got)
	}
}

// TestResultLost: whoever deletes what the relay has published is told what is lost, and
// takes nothing back of what has been said of it.
func TestResultLost(t *testing.T) {
	const lost = "ConfigMap dgdr-output-chat does not hold the result any more"
	w := newWorld(t, layertest.Changes{"spec/deploymentOverrides/labels": "{dgdr.nvidia.com/name: mine}"})
	w.succeed(map[string]string{file: result})
	w.serve("successful")
	before := w.message(request.TypeSpecGenerated)
	published := w.in.Observed[request.KeyOutput]
	w.remove(request.KeyOutput)
	w.run()
	w.says(request.TypeSpecGenerated, before+"; "+lost)
	if got := strings.Count(w.message(request.TypeSpecGenerated), lost); got != 1 {
		t.Errorf("want it said once, got %d times", got)
	}
	w.in.Observed[request.KeyOutput] = published
	w.run()
	if got := w.message(request.TypeSpecGenerated); got != before {
		t.Errorf("once it is restored: want %q, got %q", before, got)
	}
}

// TestLastWords of a profiler stay when what it has published is deleted.
func TestLastWords(t *testing.T) {
	w := newWorld(t)
	w.publish(map[string]any{"profiler_status": "failed", "profiler_error": "no GPU fits"})
	w.put(request.KeyJob, "status", layertest.Object(t, `{conditions: [{type: Failed, status: "True", message: Job has reached the specified backoff limit}]}`))
	w.run()
	w.remove(request.KeyOutput)
	w.run()
	w.says(request.TypeProfiling, "profiling failed: no GPU fits")
}

// TestEarlierConditions hands a request the conditions of an earlier state, as core does
// between its two writes: it says again what is true.
func TestEarlierConditions(t *testing.T) {
	cases := map[string]struct {
		reason string
		do     func(w *world)
	}{
		"Profiling": {reason: "an input was waited for", do: func(*world) {}},
		"Failed":    {reason: "the profiler ran", do: func(w *world) { w.publish(map[string]any{"profiler_status": "failed", "profiler_error": "no GPU"}) }},
		"JobFailed": {reason: "the profiler ran", do: func(w *world) {
			w.put(request.KeyJob, "status", layertest.Object(w.t, `{conditions: [{type: Failed, status: "True", message: evicted}]}`))
			w.run()
		}},
		"JobDeleted": {reason: "the profiler ran", do: func(w *world) { w.remove(request.KeyJob) }},
		"Garbage":    {reason: "the profiler ran", do: func(w *world) { w.succeed(map[string]string{file: "kind: [\n"}) }},
		"Deploying":  {reason: "the profiler ran", do: func(w *world) { w.succeed(map[string]string{file: result}) }},
		"Ready": {reason: "the graph did not serve yet", do: func(w *world) {
			w.succeed(map[string]string{file: result})
			w.serve("successful")
		}},
		"Deleted": {reason: "the graph served", do: func(w *world) {
			w.succeed(map[string]string{file: result})
			w.remove(request.KeyGraph)
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tc.do(w)
			want, before := w.look(), w.messages()
			status := w.in.Composite["status"].(map[string]any)
			all, _ := status["conditions"].([]any)
			for i, c := range all {
				earlier := map[string]any{"status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}
				earlier["type"] = c.(map[string]any)["type"]
				earlier["reason"] = map[string]string{
					request.TypeValidation:      request.ReasonValidationFailed,
					request.TypeProfiling:       request.ReasonProfilingRunning,
					request.TypeSpecGenerated:   request.ReasonPending,
					request.TypeDeploymentReady: request.ReasonDeploymentCreated,
				}[earlier["type"].(string)]
				all[i] = earlier
			}
			w.run()
			got := w.look()
			want.Events, got.Events = nil, nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("\n%s\nlife: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(before, w.messages()); diff != "" {
				t.Errorf("\n%s\nmessages: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
