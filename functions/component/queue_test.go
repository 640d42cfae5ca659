package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// queued is what names a queue on a workload.
type queued struct{ label, made, pod string }

// lookAtQueue reads what names a queue on the Deployment among the children.
func lookAtQueue(t *testing.T, out layer.Out) queued {
	t.Helper()
	object := layertest.Objects(t, out)[workload.KeyDeployment]
	text := func(path ...string) string {
		found, _, err := unstructured.NestedString(object, path...)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	return queued{
		label: text("metadata", "labels", "kueue.x-k8s.io/queue-name"),
		made:  text("metadata", "annotations", "dynamo.fn.crossplane.io/queue"),
		pod:   text("spec", "template", "metadata", "labels", "kueue.x-k8s.io/queue-name"),
	}
}

// TestComposeQueue has workloads that are made in a queue of Kueue, and that exist in one.
func TestComposeQueue(t *testing.T) {
	status := rollout(2, 2, 2, 2, "")
	named := changes{"spec/labels": "{kueue.x-k8s.io/queue-name: mine}"}
	cases := map[string]struct {
		reason string
		in     layer.In
		// now is the queue of the settings.
		now  string
		want queued
	}{
		"None":    {reason: "without a setting there is none", in: layertest.In(layertest.Object(t, composed))},
		"Made":    {reason: "a workload is made in it, and its pods are left to Kueue", in: layertest.In(layertest.Object(t, composed)), now: "gpus", want: queued{label: "gpus", made: "gpus"}},
		"Running": {reason: "what exists outside of it stays there: Kueue refuses to move it", in: running(t, composed, status), now: "gpus"},
		"Kept":    {reason: "what exists in one stays in it", in: madeIn(t, "old", status), now: "gpus", want: queued{label: "old", made: "old"}},
		"Unset":   {reason: "also without the setting", in: madeIn(t, "old", status), want: queued{label: "old", made: "old"}},
		"Left": {
			reason: "so does what outlived an earlier component, which is taken over",
			in:     finding(t, composed, "Deployment", "annotations: {crossplane.io/composition-resource-name: deployment/main, dynamo.fn.crossplane.io/queue: old}"), now: "gpus",
			want: queued{label: "old", made: "old"},
		},
		"LeftOutside": {
			reason: "in whichever queue it is", now: "gpus",
			in: finding(t, composed, "Deployment", "annotations: {crossplane.io/composition-resource-name: deployment/main}"),
		},
		"LeftAlone": {
			reason: "also of a component on its own", now: "gpus",
			in: finding(t, standalone, "Deployment", "annotations: {crossplane.io/composition-resource-name: deployment/main}"),
		},
		"Users": {reason: "the user's own label wins, and is on pods, too, as all of theirs", in: layertest.In(layertest.Object(t, composed, named)), now: "gpus", want: queued{label: "mine", pod: "mine"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.in.Settings.Queue = tc.now
			if diff := cmp.Diff(tc.want, lookAtQueue(t, compose(t, tc.in)), cmp.AllowUnexported(queued{})); diff != "" {
				t.Errorf("%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// madeIn is what the layer is told of a component whose Deployment was made in a queue.
func madeIn(t *testing.T, queue, status string) layer.In {
	t.Helper()
	out := running(t, composed, status)
	o := out.Observed[workload.KeyDeployment]
	o.Annotations["dynamo.fn.crossplane.io/queue"] = queue
	out.Observed[workload.KeyDeployment] = o
	return out
}

// finding is what the layer is told of a new component whose cluster has an object of its name.
func finding(t *testing.T, manifest, kind, metadata string) layer.In {
	t.Helper()
	in := layertest.In(layertest.Object(t, manifest))
	in.Settings.Queue = "gpus"
	for need, s := range compose(t, in).Needs.Objects {
		if s.Kind == kind {
			found := layer.Read(layertest.Object(t, "{kind: "+kind+", metadata: {name: "+s.Name+", "+metadata+"}}"))
			in.Answers.Objects = map[string][]layer.Object{need: {found}}
		}
	}
	if in.Answers.Objects == nil {
		t.Fatalf("Compose(...): want a %s asked for", kind)
	}
	return in
}

// TestComposeQueueOverNodes: the group of a component over several nodes keeps its queue, too.
func TestComposeQueueOverNodes(t *testing.T) {
	in := layertest.In(layertest.Object(t, composed, changes{"spec/multinode": "{nodeCount: 2}"}))
	in.Settings.Queue, in.Answers = "gpus", answered(true, "leaderworkerset")
	var need string
	for n, s := range compose(t, in).Needs.Objects {
		if s.Kind == "LeaderWorkerSet" {
			need = n
		}
	}
	left := "{kind: LeaderWorkerSet, metadata: {name: chat-worker, annotations: {crossplane.io/composition-resource-name: leaderworkerset/main, dynamo.fn.crossplane.io/queue: old}}}"
	in.Answers.Objects = map[string][]layer.Object{need: {layer.Read(layertest.Object(t, left))}}
	metadata, _ := layertest.Objects(t, compose(t, in))[workload.KeyLeaderWorkerSet]["metadata"].(map[string]any)
	labels, _ := metadata["labels"].(map[string]any)
	if got := labels["kueue.x-k8s.io/queue-name"]; got != "old" {
		t.Errorf("Compose(...): asked for %q, want the group in its queue, got %v", need, got)
	}
}
