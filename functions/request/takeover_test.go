package request_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

const (
	byRequest  = "ownerReferences: [{kind: DynamoGraphDeploymentRequest, name: chat, uid: u1, controller: true}]"
	byElder    = "ownerReferences: [{kind: DynamoGraphDeploymentRequest, name: chat, uid: u0, controller: true}]"
	ofRequest  = "labels: {dgdr.nvidia.com/name: chat, dgdr.nvidia.com/namespace: team}"
	theirJob   = `{apiVersion: batch/v1, kind: Job, metadata: {name: profile-chat, ` + byRequest + `}, status: {conditions: [{type: Complete, status: "True"}]}}`
	theirGraph = `{apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, metadata: {name: chat-dgd, %s}, spec: {components: []}, status: {state: %s}}`
)

// takenOver is a world in which an operator has left a request with a status, and objects.
func takenOver(t *testing.T, manifest, status string, left ...string) *world {
	t.Helper()
	w := &world{t: t, in: layertest.In(layertest.Object(t, manifest, layertest.Changes{"status": status})), others: map[string]layer.Object{}}
	for _, text := range left {
		o := layer.Read(layertest.Object(t, text))
		w.others[o.Kind+"/"+o.Name] = o
	}
	w.run()
	return w
}

// theirOutput is what the operator has published.
func theirOutput(t *testing.T, metadata string, data map[string]string) string {
	t.Helper()
	return fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: dgdr-output-chat, %s}, data: %s}", metadata, mustJSON(t, data))
}

// TestTakeover: what an operator has profiled is not profiled again, and nothing that it
// has found is lost.
func TestTakeover(t *testing.T) {
	found := theirOutput(t, byRequest, map[string]string{"profiler_status": "success", "phase": "Done", betaFile: betaResult})
	early := theirOutput(t, "labels: {dgdr.nvidia.com/name: chat}", map[string]string{file: result})
	graph := func(metadata, state string) string { return fmt.Sprintf(theirGraph, metadata, state) }
	type want struct {
		State, Phase, Graph string
		Keys                []string
		Generated           bool
	}
	cases := map[string]struct {
		reason, manifest, status string
		left                     []string
		want                     want
	}{
		"Deployed": {
			reason: "its graph serves", manifest: beta, status: "{phase: Deployed, dgdName: chat-dgd, observedGeneration: 1}",
			left: []string{theirJob, found, graph(byRequest, "successful")},
			want: want{State: "Ready", Phase: "Deployed", Graph: "chat-dgd", Keys: keys(), Generated: true},
		},
		"Degraded": {
			reason: "its graph may be on the way", manifest: beta, status: "{phase: Deployed, dgdName: chat-dgd}",
			left: []string{theirJob, found, graph(byRequest, "pending")},
			want: want{State: "Deploying", Phase: "Deploying", Graph: "chat-dgd", Keys: keys(), Generated: true},
		},
		"StatusAlone": {
			reason: "all else has been deleted, and so has the graph", manifest: beta, status: "{phase: Deployed}",
			want: want{State: "DeploymentDeleted", Phase: "Failed", Graph: "chat-dgd", Keys: keys()},
		},
		"ReadyBeta": {
			reason: "no graph was asked for", manifest: beta + "  autoApply: false\n", status: "{phase: Ready}", left: []string{theirJob, found},
			want: want{State: "Ready", Phase: "Ready", Graph: "chat-dgd", Keys: keys(resultData), Generated: true},
		},
		"Ready": {
			reason: "early operators let graphs and results outlive their request", manifest: manifest,
			status: "{state: Ready, deployment: {created: true, name: chat-dgd, namespace: team, state: successful}}",
			left:   []string{theirJob, early, graph(ofRequest, "successful")},
			want:   want{State: "Ready", Phase: "Deployed", Graph: "chat-dgd", Keys: keys(), Generated: true},
		},
		"OfOthers": {
			reason: "a graph of another request does not count", manifest: manifest,
			status: "{state: Ready, deployment: {created: true, name: chat-dgd, namespace: team, state: successful}}",
			left:   []string{graph(byElder, "successful")},
			want:   want{State: "DeploymentDeleted", Phase: "Failed", Graph: "chat-dgd", Keys: keys()},
		},
		"Failed": {
			reason: "what has failed is not tried again by itself", manifest: beta, status: "{phase: Failed}", left: []string{theirJob},
			want: want{State: "Failed", Phase: "Failed", Keys: keys()},
		},
		"Deploying": {
			reason: "its graph is about to serve", manifest: beta, status: "{phase: Deploying, dgdName: chat-dgd}",
			left: []string{graph(ofRequest, "successful")},
			want: want{State: "Ready", Phase: "Deployed", Graph: "chat-dgd", Keys: keys()},
		},
		"GraphDeleted": {
			reason: "a graph that somebody has deleted is not made again, though there is a result", manifest: beta, left: []string{theirJob, found},
			status: `{phase: Ready, dgdName: chat-dgd, conditions: [{type: DeploymentReady, status: "False", reason: DeploymentDeleted}]}`,
			want:   want{State: "DeploymentDeleted", Phase: "Failed", Graph: "chat-dgd", Keys: keys(resultData), Generated: true},
		},
		"NoStatus": {
			reason: "where the status is lost, what the request controls tells", manifest: beta, status: "{}",
			left: []string{theirJob, found, graph(ofRequest, "successful")},
			want: want{State: "Ready", Phase: "Deployed", Graph: "chat-dgd", Keys: keys(resultData), Generated: true},
		},
		"PendingWithJob": {
			reason: "and where it is of before", manifest: beta + "  autoApply: false\n", status: "{phase: Pending}", left: []string{theirJob, found},
			want: want{State: "Ready", Phase: "Ready", Graph: "chat-dgd", Keys: keys(resultData), Generated: true},
		},
		"ResultAlone": {
			reason: "the result alone does", manifest: beta + "  autoApply: false\n", status: "{}", left: []string{found},
			want: want{State: "Ready", Phase: "Ready", Graph: "chat-dgd", Keys: keys(resultData), Generated: true},
		},
		"Profiling": {
			reason: "a Job that goes on is followed to its end", manifest: beta + "  autoApply: false\n", status: "{phase: Profiling}",
			left: []string{theirJob, found},
			want: want{State: "Ready", Phase: "Ready", Graph: "chat-dgd", Keys: keys(resultData), Generated: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := takenOver(t, tc.manifest, tc.status, tc.left...)
			status, _ := w.in.Composite["status"].(map[string]any)
			got := want{Keys: w.look().Keys, Generated: status["profilingResults"] != nil}
			got.State, _ = status["state"].(string)
			got.Phase, _ = status["phase"].(string)
			got.Graph, _ = status["dgdName"].(string)
			slices.Sort(tc.want.Keys)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nrequest: -want, +got:\n%s", tc.reason, diff)
			}
			if events := strings.Join(w.events, " "); strings.Contains(events, "ProfilingJobCreated") {
				t.Errorf("%s\nit is profiled again: %s", tc.reason, events)
			}
		})
	}
}

// TestTakeoverKeepsData: the ConfigMap of the operator is taken over, and never goes.
func TestTakeoverKeepsData(t *testing.T) {
	found := theirOutput(t, byRequest, map[string]string{"profiler_status": "success", betaFile: betaResult})
	w := &world{t: t, others: map[string]layer.Object{}}
	w.in = layertest.In(layertest.Object(t, beta, layertest.Changes{"status": "{phase: Deployed, dgdName: chat-dgd}"}))
	w.others["ConfigMap/dgdr-output-chat"] = layer.Read(layertest.Object(t, found))
	for range 4 {
		w.reconcile()
		if !slices.Contains(layertest.Keys(w.out), request.KeyOutput) {
			t.Fatalf("the ConfigMap is left out, and deleted: %v", layertest.Keys(w.out))
		}
		w.put(request.KeyOutput, "data", w.others["ConfigMap/dgdr-output-chat"].Data())
	}
}

// TestTakeoverCorrected: a request that failed under the operator starts over once its spec
// is corrected, and its old Job is out of the way.
func TestTakeoverCorrected(t *testing.T) {
	w := takenOver(t, beta, "{phase: Failed}", theirJob)
	w.edit(layertest.Changes{"spec/model": "acme/chat-7b"})
	w.says(request.TypeProfiling, "the Dynamo operator made Job profile-chat: delete it, and the request goes on")
	delete(w.others, "Job/profile-chat")
	w.run()
	if got := w.look(); got.State != "Profiling" || !slices.Contains(got.Keys, request.KeyJob) {
		t.Errorf("it is not profiled: %s, %v", got.State, got.Keys)
	}
}

// TestTakeoverBindingOfOthers: what stands under the names of the account of the Job's pod
// is used as it is. Core would stop for good where it may not change the role of a binding.
func TestTakeoverBindingOfOthers(t *testing.T) {
	const binding = "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: chat-profiler, %s}, " +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: mine}}"
	cases := map[string]struct {
		reason, metadata, says string
	}{
		"Others":  {reason: "somebody made it", metadata: "labels: {}", says: `RoleBinding "chat-profiler" exists and was made by somebody else: it is used as it is`},
		"Request": {reason: "it belongs to the request, with another role", metadata: byRequest, says: `RoleBinding "chat-profiler" exists and`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := takenOver(t, beta, "{}", fmt.Sprintf(binding, tc.metadata))
			want := []string{request.KeyAccount, request.KeyOutput, request.KeyJob}
			if diff := cmp.Diff(want, layertest.Keys(w.out)); diff != "" {
				t.Errorf("\n%s\nchildren: -want, +got:\n%s", tc.reason, diff)
			}
			w.says(request.TypeValidation, tc.says)
		})
	}
}
