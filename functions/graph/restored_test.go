package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeRestoredAdapter looks at an adapter whose graph knows another one by the same
// name: its number counts only where nothing runs, or where it is what runs.
func TestComposeRestoredAdapter(t *testing.T) {
	const (
		known    = "scalingAdapters: {Worker: one, Gone: old}"
		restored = `scaling adapter "chat-worker" was deleted and came back asking for 1 replicas: it gets the 5 that run; scale it to change them`
	)
	type args struct {
		status string
		// uid and replicas of the adapter; none where uid is empty.
		uid      string
		replicas string
		// stripped says that the adapter was restored without its controller.
		stripped bool
		// changes of the graph beside the adapter.
		changes changes
		// idle says that the worker has no component.
		idle bool
	}
	type want struct {
		component any
		adapter   any
		known     map[string]any
		events    []string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"First": {
			reason: "a graph that knows none follows its own, and remembers it",
			args:   args{uid: "one", replicas: "1"},
			want:   want{component: int64(1), adapter: int64(1), known: map[string]any{"Worker": "one"}},
		},
		"Same": {
			reason: "the one that it knows scales",
			args:   args{status: known, uid: "one", replicas: "1"},
			want:   want{component: int64(1), adapter: int64(1), known: map[string]any{"Worker": "one"}},
		},
		"Restored": {
			reason: "another one that comes back with an old number gets the one that runs",
			args:   args{status: known, uid: "two", replicas: "1"},
			want:   want{component: int64(5), adapter: int64(5), known: map[string]any{"Worker": "two@7"}, events: []string{restored}},
		},
		"RestoredAlone": {
			reason: "so does one that came back without what made it the graph's child",
			args:   args{status: known, uid: "two", replicas: "1", stripped: true},
			want:   want{component: int64(5), adapter: int64(5), known: map[string]any{"Worker": "two@7"}, events: []string{restored}},
		},
		"RestoredBehind": {
			reason: "once it asks for what runs it is the one that counts",
			args:   args{status: known, uid: "two", replicas: "5"},
			want:   want{component: int64(5), adapter: int64(5), known: map[string]any{"Worker": "two"}},
		},
		"RestoredStale": {
			reason: "a cache that has not seen yet what the graph wrote changes nothing",
			args:   args{status: "scalingAdapters: {Worker: two@7}", uid: "two", replicas: "1"},
			want:   want{component: int64(5), adapter: int64(5), known: map[string]any{"Worker": "two@7"}, events: []string{restored}},
		},
		"RestoredScaled": {
			reason: "and whoever scales it from then on is heard",
			args:   args{status: "scalingAdapters: {Worker: two@6}", uid: "two", replicas: "3"},
			want:   want{component: int64(3), adapter: int64(3), known: map[string]any{"Worker": "two"}},
		},
		"RestoredWithAll": {
			reason: "where nothing runs its number is all that there is",
			args:   args{status: known, uid: "two", replicas: "1", idle: true},
			want:   want{component: int64(1), adapter: int64(1), known: map[string]any{"Worker": "two"}},
		},
		"Deleted": {
			reason: "one that the graph makes again is not known yet: whoever scales it next is heard",
			args:   args{status: known},
			want:   want{component: int64(5), adapter: int64(5)},
		},
		"AtFault": {
			reason: "a graph at fault keeps what runs as well, and what it knows",
			args:   args{status: known, uid: "two", replicas: "1", changes: changes{"spec/services/New": "{componentType: worker}"}},
			want:   want{component: int64(5), adapter: int64(5), known: map[string]any{"Worker": "two@7", "Gone": "old"}},
		},
		"AtFaultScaled": {
			reason: "and goes on scaling by the one that it knows",
			args:   args{status: known, uid: "one", replicas: "3", changes: changes{"spec/services/New": "{componentType: worker}"}},
			want:   want{component: int64(3), adapter: int64(3), known: map[string]any{"Worker": "one", "Gone": "old"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := observed(t, reports{"Frontend": available, "Worker": available},
				changes{worker + "scalingAdapter": "{enabled: true}"})
			component := in.Observed["component/Worker"].Whole()
			component["spec"].(map[string]any)["replicas"] = int64(5)
			delete(in.Observed, "scalingadapter/Worker")
			if tc.args.idle {
				delete(in.Observed, "component/Worker")
			}
			if tc.args.uid != "" {
				adapter := layertest.Object(t, byCore, changes{"metadata/uid": tc.args.uid, "metadata/generation": "7", "spec/replicas": tc.args.replicas})
				if tc.args.stripped {
					delete(adapter["metadata"].(map[string]any), "ownerReferences")
				} else {
					in.Observed["scalingadapter/Worker"] = layer.Read(adapter)
				}
				in.Answers.Objects["adapters"] = []layer.Object{layer.Read(adapter)}
			}
			in.Composite = layertest.Object(t, chat, changes{worker + "scalingAdapter": "{enabled: true}"}, tc.args.changes)
			in.Composite["status"] = layertest.Object(t, tc.args.status)

			out := compose(t, in)

			objects, status := layertest.Objects(t, out), layertest.Status(t, out)
			got := want{component: replicasOf(objects["component/Worker"]), adapter: replicasOf(objects["scalingadapter/Worker"])}
			got.known, _ = status["scalingAdapters"].(map[string]any)
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{}), cmpopts.IgnoreFields(want{}, "events")); diff != "" {
				t.Errorf("%s: Compose(...): -want, +got:\n%s", tc.reason, diff)
			}
			for _, e := range out.Events {
				if e.Reason == "AdapterRestored" {
					got.events = append(got.events, e.Message)
				}
			}
			if diff := cmp.Diff(tc.want.events, got.events); diff != "" {
				t.Errorf("%s: Compose(...): -want events, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// replicasOf a composed object; nil where it leaves them alone.
func replicasOf(o map[string]any) any {
	spec, _ := o["spec"].(map[string]any)
	return spec["replicas"]
}
