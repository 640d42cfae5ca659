package request_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Conditions of requests that came so far.
const (
	passed     = "Validation=True ValidationPassed"
	running    = "Profiling=False ProfilingRunning"
	completed  = "Profiling=True ProfilingCompleted"
	specReady  = "SpecGenerated=True SpecGenerated"
	notDone    = "Profiling=False ProfilingFailed"
	noGraph    = "SpecGenerated=False GenerationFailed"
	created    = "DeploymentReady=False DeploymentCreated"
	serves     = "DeploymentReady=True DeploymentReady"
	degraded   = "DeploymentReady=False DeploymentDegraded"
	gone       = "DeploymentReady=False DeploymentDeleted"
	nameTaken  = "DeploymentReady=False NameTaken"
	notMade    = "DeploymentReady=False Pending"
	notPassed  = "Validation=False ValidationFailed"
	resultData = "configmap/result/planner-profile-data"
)

func keys(more ...string) []string { return append([]string{request.KeyOutput}, more...) }

func TestLife(t *testing.T) {
	working := append(keys(request.KeyJob), request.KeyBinding, request.KeyAccount)
	whole := keys(resultData, request.KeyGraph, request.KeyJob)
	files := map[string]string{file: result}
	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		do      func(w *world)
		want    seen
	}{
		"Profiling": {
			reason: "a new request has a Job at once",
			do:     func(*world) {},
			want: seen{
				State: "Profiling", Conditions: []string{running, passed}, Keys: working,
				Events: []string{"Initialized", "ProfilingJobCreated"},
			},
		},
		"Progress": {
			reason: "what the profiler says of itself changes no state",
			do:     func(w *world) { w.publish(map[string]any{"profiler_status": "running", "phase": "Sweeping"}) },
			want: seen{
				State: "Profiling", Conditions: []string{running, passed}, Keys: working,
				Events: []string{"Initialized", "ProfilingJobCreated"},
			},
		},
		"Deploying": {
			reason: "a result becomes a graph, and the account of the Job goes",
			do:     func(w *world) { w.succeed(files) },
			want: seen{
				State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole,
				Events: []string{"Initialized", "ProfilingJobCreated", "SpecGenerated", "DeploymentCreated"},
			},
		},
		"Ready": {
			reason: "a request whose graph serves is ready",
			do:     func(w *world) { w.succeed(files); w.events = nil; w.serve("successful") },
			want: seen{
				State: "Ready", Conditions: []string{serves, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentReady"}, Ready: true,
			},
		},
		"Degraded": {
			reason: "a graph that stops serving takes the request back",
			do: func(w *world) {
				w.succeed(files)
				w.serve("successful")
				w.events = nil
				w.serve("pending")
			},
			want: seen{
				State: "Deploying", Conditions: []string{degraded, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentDegraded"},
			},
		},
		"Recovered": {
			reason: "and forward again",
			do: func(w *world) {
				w.succeed(files)
				w.serve("successful")
				w.serve("pending")
				w.events = nil
				w.serve("successful")
			},
			want: seen{
				State: "Ready", Conditions: []string{serves, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentReady"}, Ready: true,
			},
		},
		"GraphDeleted": {
			reason: "a graph that a person deletes is not made again",
			do: func(w *world) {
				w.succeed(files)
				w.serve("successful")
				w.events = nil
				w.remove(request.KeyGraph)
			},
			want: seen{
				State: "DeploymentDeleted", Conditions: []string{gone, completed, specReady, passed}, Keys: keys(resultData, request.KeyJob),
				Events: []string{"DeploymentDeleted"},
			},
		},
		"GraphGoing": {
			reason: "one that is about to go is not repeated: it may be gone before that is written",
			do: func(w *world) {
				w.succeed(files)
				w.events = nil
				w.change(request.KeyGraph, layertest.Changes{"metadata/deletionTimestamp": "x", "metadata/finalizers": "[a]"})
			},
			want: seen{
				State: "DeploymentDeleted", Conditions: []string{gone, completed, specReady, passed}, Keys: keys(resultData, request.KeyJob),
				Events: []string{"DeploymentDeleted"},
			},
		},
		"GraphOrphaning": {
			reason: "but where what it owns shall stay, core may not delete it",
			do: func(w *world) {
				w.succeed(files)
				w.events = nil
				w.change(request.KeyGraph, layertest.Changes{"metadata/deletionTimestamp": "x", "metadata/finalizers": "[orphan]"})
			},
			want: seen{State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole},
		},
		"GraphGoneUnseen": {
			reason: "also where it has not been seen before",
			do: func(w *world) {
				w.publish(map[string]any{"profiler_status": "success", file: result})
				w.put(request.KeyGraph, "status", map[string]any{})
				delete(w.in.Composite["status"].(map[string]any), "deployment")
				w.events = nil
				w.change(request.KeyGraph, layertest.Changes{"metadata/deletionTimestamp": "x"})
			},
			want: seen{
				State: "DeploymentDeleted", Conditions: []string{gone, completed, specReady, passed},
				Keys:   append(keys(resultData, request.KeyJob), request.KeyBinding, request.KeyAccount),
				Events: []string{"DeploymentDeleted"},
			},
		},
		"ByHand": {
			reason:  "without autoApply the graph waits in the status, and the request is ready",
			changes: layertest.Changes{"spec/autoApply": "false"},
			do:      func(w *world) { w.succeed(files) },
			want: seen{
				State: "Ready", Conditions: []string{completed, specReady, passed}, Keys: keys(resultData, request.KeyJob),
				Events: []string{"Initialized", "ProfilingJobCreated", "SpecGenerated"}, Ready: true,
			},
		},
		"AppliedLater": {
			reason:  "autoApply may be switched on later",
			changes: layertest.Changes{"spec/autoApply": "false"},
			do: func(w *world) {
				w.succeed(files)
				w.events = nil
				w.edit(layertest.Changes{"spec/autoApply": "true"})
			},
			want: seen{
				State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentCreated"},
			},
		},
		"AppliedAfterOutputIsGone": {
			reason:  "also where what the relay wrote is gone",
			changes: layertest.Changes{"spec/autoApply": "false"},
			do: func(w *world) {
				w.succeed(files)
				w.events = nil
				w.remove(request.KeyOutput)
				w.edit(layertest.Changes{"spec/autoApply": "true"})
			},
			want: seen{
				State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentCreated"},
			},
		},
		"SwitchedOff": {
			reason: "switching autoApply off drops no graph",
			do: func(w *world) {
				w.succeed(files)
				w.serve("successful")
				w.events = nil
				w.edit(layertest.Changes{"spec/autoApply": "false"})
			},
			want: seen{State: "Ready", Conditions: []string{serves, completed, specReady, passed}, Keys: whole, Ready: true},
		},
		"ProfilerFails": {
			reason: "a profiler that fails ends the attempt, and its Job stays for its logs",
			do: func(w *world) {
				w.events = nil
				w.publish(map[string]any{"profiler_status": "failed", "profiler_error": "no GPU"})
				w.put(request.KeyJob, "status", layertest.Object(w.t, `{conditions: [{type: Complete, status: "True"}]}`))
				w.run()
				w.says(request.TypeProfiling, "profiling failed: no GPU")
			},
			want: seen{State: "Failed", Conditions: []string{notDone, passed}, Keys: keys(request.KeyJob), Events: []string{"ProfilingJobFailed"}},
		},
		"JobFails": {
			reason: "so does a Job that fails without a word of the relay",
			do: func(w *world) {
				w.events = nil
				w.put(request.KeyJob, "status", layertest.Object(w.t, `{conditions: [{type: Failed, status: "True", message: evicted}]}`))
				w.run()
				w.says(request.TypeProfiling, "profiling job failed: evicted")
			},
			want: seen{State: "Failed", Conditions: []string{notDone, passed}, Keys: keys(request.KeyJob), Events: []string{"ProfilingJobFailed"}},
		},
		"JobDeleted": {
			reason: "a Job that a person deletes is not made again",
			do:     func(w *world) { w.events = nil; w.remove(request.KeyJob) },
			want:   seen{State: "Failed", Conditions: []string{notDone, passed}, Keys: keys(), Events: []string{"ProfilingJobFailed"}},
		},
		"JobDeletedWithResult": {
			reason: "unless it has published its result",
			do: func(w *world) {
				w.publish(map[string]any{"profiler_status": "success", file: result})
				w.events = nil
				w.remove(request.KeyJob)
			},
			want: seen{State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: keys(resultData, request.KeyGraph)},
		},
		"JobGoneLater": {
			reason: "a finished Job that is gone stays gone",
			do: func(w *world) {
				w.succeed(files)
				w.serve("successful")
				w.events = nil
				w.remove(request.KeyJob)
			},
			want: seen{State: "Ready", Conditions: []string{serves, completed, specReady, passed}, Keys: keys(resultData, request.KeyGraph), Ready: true},
		},
		"CompleteWithoutResult": {
			reason: "a Job that is complete is waited for: its result may be on its way",
			do: func(w *world) {
				w.events = nil
				w.put(request.KeyJob, "status", layertest.Object(w.t, `{conditions: [{type: Complete, status: "True"}]}`))
				w.run()
				w.says(request.TypeProfiling, "ConfigMap dgdr-output-chat has no result of it yet")
			},
			want: seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working},
		},
		"Garbage": {
			reason: "a result without a graph fails the attempt",
			do:     func(w *world) { w.events = nil; w.succeed(map[string]string{file: "kind: [\n"}) },
			want:   seen{State: "Failed", Conditions: []string{completed, noGraph, passed}, Keys: keys(request.KeyJob), Events: []string{"GenerationFailed"}},
		},
		"NoFile": {
			reason: "and so does one without the file",
			do:     func(w *world) { w.events = nil; w.succeed(nil) },
			want:   seen{State: "Failed", Conditions: []string{completed, noGraph, passed}, Keys: keys(request.KeyJob), Events: []string{"GenerationFailed"}},
		},
		"StartedOver": {
			reason: "a corrected spec profiles again, with a Job of its own",
			do: func(w *world) {
				w.publish(map[string]any{"profiler_status": "failed"})
				w.events = nil
				w.edit(layertest.Changes{"spec/model": "acme/chat-7b"})
			},
			want: seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working, Events: []string{"ProfilingJobCreated"}},
		},
		"StartedOverAfterGeneration": {
			reason: "what was said of the earlier attempt is taken back",
			do: func(w *world) {
				w.succeed(map[string]string{file: "x"})
				w.events = nil
				w.edit(layertest.Changes{"spec/model": "acme/chat-7b"})
			},
			want: seen{
				State: "Profiling", Conditions: []string{running, "SpecGenerated=False Pending", passed}, Keys: working,
				Events: []string{"ProfilingJobCreated"},
			},
		},
		"SameAgain": {
			reason: "the same spec does not",
			do: func(w *world) {
				w.publish(map[string]any{"profiler_status": "failed"})
				w.events = nil
				w.edit(layertest.Changes{"spec/autoApply": "false", "spec/crossplane/resourceRefs": "[]"})
			},
			want: seen{State: "Failed", Conditions: []string{notDone, passed}, Keys: working},
		},
		"TriedAgain": {
			reason: "a change that is taken back while it waits is a further attempt, of which the first one says nothing",
			do: func(w *world) {
				w.publish(map[string]any{"profiler_status": "failed"})
				w.edit(layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"})
				w.says(request.TypeProfiling, "")
				w.events = nil
				w.edit(layertest.Changes{"spec/profilingConfig/configMapRef": ""})
			},
			want: seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working, Events: []string{"ProfilingJobCreated"}},
		},
		"WrongWhilePending": {
			reason:  "and so is the spec of before once a fault is taken back",
			changes: layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"},
			do: func(w *world) {
				w.edit(layertest.Changes{"spec/deploymentOverrides/namespace": "other"})
				w.says(request.TypeValidation, "must be the namespace of the request")
				w.events = nil
				w.edit(layertest.Changes{"spec/deploymentOverrides": ""})
			},
			want: seen{
				State: "Pending", Conditions: []string{notPassed}, Keys: append(keys(), request.KeyBinding, request.KeyAccount),
				Events: []string{"ValidationFailed"},
			},
		},
		"SettingsWrongWhilePending": {
			reason:  "settings that cannot be read for a while end nothing",
			changes: layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"},
			do: func(w *world) {
				w.in.SettingsFaults = fault()
				w.run()
				w.in.SettingsFaults, w.events = nil, nil
				w.exist("{apiVersion: v1, kind: ConfigMap, metadata: {name: base}, data: {disagg.yaml: x}}")
			},
			want: seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working, Events: []string{"ProfilingJobCreated"}},
		},
		"SettingsWrongWhileFailed": {
			reason: "nor do they begin anything that has failed",
			do: func(w *world) {
				w.publish(map[string]any{"profiler_status": "failed"})
				w.in.SettingsFaults = fault()
				w.run()
				w.in.SettingsFaults, w.events = nil, nil
				w.run()
			},
			want: seen{State: "Failed", Conditions: []string{notDone, passed}, Keys: working},
		},
		"NameTaken": {
			reason: "a graph of somebody else is left alone",
			do: func(w *world) {
				w.events = nil
				w.exist("{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: vllm-disagg}}")
				w.succeed(files)
			},
			want: seen{
				State: "Deploying", Conditions: []string{nameTaken, completed, specReady, passed}, Keys: keys(resultData, request.KeyJob),
				Events: []string{"SpecGenerated", "NameTaken"},
			},
		},
		"NameTakenAndSwitchedOff": {
			reason: "without autoApply nobody minds",
			do: func(w *world) {
				w.exist("{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: vllm-disagg}}")
				w.succeed(files)
				w.events = nil
				w.edit(layertest.Changes{"spec/autoApply": "false"})
			},
			want: seen{
				State: "Ready", Conditions: []string{notMade, completed, specReady, passed}, Keys: keys(resultData, request.KeyJob), Ready: true,
			},
		},
		"NameFreed": {
			reason: "until it is gone",
			do: func(w *world) {
				w.exist("{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: vllm-disagg}}")
				w.succeed(files)
				w.events, w.others = nil, nil
				w.run()
			},
			want: seen{
				State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentCreated"},
			},
		},
		"DataTaken": {
			reason: "and so is a ConfigMap",
			do: func(w *world) {
				w.exist("{apiVersion: v1, kind: ConfigMap, metadata: {name: planner-profile-data}}")
				w.events = nil
				w.succeed(files)
				w.says(layer.TypeUnsupportedFields, "ConfigMap planner-profile-data, which exists already")
			},
			want: seen{
				State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: keys(request.KeyGraph, request.KeyJob),
				Events: []string{"SpecGenerated", "FieldsIgnored", "DeploymentCreated"},
			},
		},
		"StatusLost": {
			reason: "a graph that exists stays, also where the status that tells of it could not be written",
			do: func(w *world) {
				status := w.in.Composite["status"]
				w.succeed(files)
				w.in.Composite["status"] = status
				delete(w.in.Observed, request.KeyOutput)
				w.events = nil
				w.run()
			},
			want: seen{
				State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole,
				Events: []string{"DeploymentCreated"},
			},
		},
		"ReferencesLost": {
			reason: "what the request has made is found again where core has lost the references to it",
			do: func(w *world) {
				w.succeed(files)
				w.serve("successful")
				w.events = nil
				w.lose()
			},
			want: seen{State: "Ready", Conditions: []string{serves, completed, specReady, passed}, Keys: keys(request.KeyGraph, request.KeyJob), Ready: true},
		},
		"ReferencesLostWhileProfiling": {
			reason: "and so is a Job that runs",
			do:     func(w *world) { w.events = nil; w.lose() },
			want:   seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working},
		},
		"InputGoesAfterTheJobIsMade": {
			reason:  "what the profiler reads matters only until its Job exists",
			changes: layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"},
			do: func(w *world) {
				w.others["ConfigMap/base"] = layer.Read(layertest.Object(w.t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: base}, data: {disagg.yaml: x}}"))
				w.reconcile()
				w.others = map[string]layer.Object{}
				w.events = nil
				w.run()
			},
			want: seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working, Events: []string{"ProfilingJobCreated"}},
		},
		"Tampered": {
			reason: "what was found does not change with what people write into the relay's ConfigMap",
			do: func(w *world) {
				w.succeed(files)
				w.events = nil
				w.succeed(map[string]string{file: strings.ReplaceAll(result, "vllm-disagg", "evil")})
				generated, _ := layertest.Status(w.t, w.out)["generatedDeployment"].(map[string]any)
				if name, _, _ := unstructured.NestedString(generated, "metadata", "name"); name != "vllm-disagg" {
					w.t.Errorf("the generated graph: want vllm-disagg, got %s", name)
				}
			},
			want: seen{State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole},
		},
		"Nameless": {
			reason: "a graph that could not be made fails the attempt, while it can be corrected",
			do: func(w *world) {
				w.events = nil
				w.succeed(map[string]string{file: "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {}, spec: {}}"})
				w.says(request.TypeSpecGenerated, `the graph is called ""`)
			},
			want: seen{State: "Failed", Conditions: []string{completed, noGraph, passed}, Keys: keys(request.KeyJob), Events: []string{"GenerationFailed"}},
		},
		"OwnConfigMap": {
			reason: "the relay's ConfigMap cannot be part of the result",
			do: func(w *world) {
				w.succeed(map[string]string{file: "{apiVersion: v1, kind: ConfigMap, metadata: {name: dgdr-output-chat}}\n---\n" + result})
				w.says(layer.TypeUnsupportedFields, "ConfigMap/dgdr-output-chat, which is not made")
				w.events = nil
			},
			want: seen{State: "Deploying", Conditions: []string{created, completed, specReady, passed}, Keys: whole},
		},
		"InputMissing": {
			reason:  "what the profiler reads is waited for",
			changes: layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"},
			do: func(w *world) {
				w.says(request.TypeValidation, "spec.profilingConfig.configMapRef: ConfigMap team/base not found")
			},
			want: seen{
				State: "Pending", Conditions: []string{notPassed}, Keys: append(keys(), request.KeyBinding, request.KeyAccount),
				Events: []string{"Initialized", "ValidationFailed"},
			},
		},
		"KeyMissing": {
			reason:  "with the key that it reads",
			changes: layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"},
			do: func(w *world) {
				w.exist("{apiVersion: v1, kind: ConfigMap, metadata: {name: base}, data: {other: x}}")
				w.events = nil
				w.says(request.TypeValidation, "has no key disagg.yaml")
			},
			want: seen{State: "Pending", Conditions: []string{notPassed}, Keys: append(keys(), request.KeyBinding, request.KeyAccount)},
		},
		"InputArrives": {
			reason:  "and then the request goes on",
			changes: layertest.Changes{"spec/profilingConfig/configMapRef": "{name: base}"},
			do: func(w *world) {
				w.events = nil
				w.exist("{apiVersion: v1, kind: ConfigMap, metadata: {name: base}, data: {disagg.yaml: x}}")
			},
			want: seen{State: "Profiling", Conditions: []string{running, passed}, Keys: working, Events: []string{"ProfilingJobCreated"}},
		},
		"JobOfOthers": {
			reason: "a Job of somebody else is in the way",
			do: func(w *world) {
				w.in.Observed, w.in.Composite = layer.Observed{}, layertest.Object(w.t, manifest)
				w.events = nil
				w.exist("{apiVersion: batch/v1, kind: Job, metadata: {name: profile-chat}}")
				w.says(request.TypeValidation, "there is a Job profile-chat that this request has not made")
			},
			want: seen{
				State: "Pending", Conditions: []string{notPassed}, Keys: append(keys(), request.KeyBinding, request.KeyAccount),
				Events: []string{"Initialized", "ValidationFailed"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tc.changes)
			tc.do(w)
			if diff := cmp.Diff(tc.want, w.look()); diff != "" {
				t.Errorf("\n%s\nlife: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
