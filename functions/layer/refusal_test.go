package layer_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// synced is a composite of generation 2 with its condition Synced, in YAML.
func synced(t *testing.T, condition string) map[string]any {
	t.Helper()
	return layertest.Object(t, `
metadata: {name: chat-worker, generation: 2}
status: {conditions: [{type: Ready, status: "False"}, `+condition+`]}
`)
}

func TestReadUnsynced(t *testing.T) {
	head := `{type: Synced, status: "False", reason: ReconcileError, observedGeneration: 2, message: `
	cases := map[string]struct {
		reason string
		args   string
		want   layer.Unsynced
	}{
		"None":   {reason: "a composite that core has not looked at"},
		"Synced": {reason: "everything was taken", args: `{type: Synced, status: "True", reason: ReconcileSuccess, observedGeneration: 2}`},
		"One": {
			reason: "an object that is invalid: core went on with the others",
			args:   head + `"Unsynced resources: deployment/main"}`,
			want:   layer.Unsynced{Keys: []string{"deployment/main"}},
		},
		"Two": {
			reason: "several",
			args:   head + `"Unsynced resources: deployment/main, ingress/main"}`,
			want:   layer.Unsynced{Keys: []string{"deployment/main", "ingress/main"}},
		},
		"Three": {
			reason: "three have an and before the last",
			args:   head + `"Unsynced resources: a/one, b/two, and c/three"}`,
			want:   layer.Unsynced{Keys: []string{"a/one", "b/two", "c/three"}},
		},
		"Many": {
			reason: "of more than three core names the first",
			args:   head + `"Unsynced resources: a/one, b/two, c/three, and 2 more"}`,
			want:   layer.Unsynced{Keys: []string{"a/one", "b/two", "c/three"}},
		},
		"OlderGeneration": {
			reason: "what was said of an older spec",
			args:   `{type: Synced, status: "False", reason: ReconcileError, observedGeneration: 1, message: "Unsynced resources: deployment/main"}`,
		},
		"Forbidden": {
			reason: "an object that is refused otherwise: core stopped there",
			args: head + `"cannot compose resources: cannot apply composed resource \"deployment/main\": deployments.apps \"chat-worker\" is forbidden: ` +
				`ValidatingAdmissionPolicy 'a' with binding 'a' denied request: no workers"}`,
			want: layer.Unsynced{
				Keys:    []string{"deployment/main"},
				Refusal: `deployments.apps "chat-worker" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'a' denied request: no workers`,
			},
		},
		"Rights": {
			reason: "core adds rights that it takes itself to lack, whatever the reason was",
			args: head + `"[cannot compose resources: cannot apply composed resource \"service/main\": services \"a\" is forbidden: no, ` +
				`system:serviceaccount:crossplane-system:crossplane is not allowed to [get, list] resource services/status.v1 in namespace team]"}`,
			want: layer.Unsynced{Keys: []string{"service/main"}, Refusal: `services "a" is forbidden: no`},
		},
		"Fatal": {
			reason: "the function composed nothing",
			args:   head + `"cannot compose resources: pipeline step \"dynamo\" returned a fatal result: input: unknown field"}`,
			want:   layer.Unsynced{Fatal: "input: unknown field"},
		},
		"Else": {
			reason: "another failure says nothing of objects",
			args:   head + `"cannot compose resources: cannot get existing composed resources: timeout"}`,
			want:   layer.Unsynced{Reason: "ReconcileError", Failure: "cannot get existing composed resources: timeout"},
		},
		"Stopped": {
			reason: "one that does not pass by itself is marked",
			args:   head + `"cannot compose resources: cannot observe: encountered composed resource without required \"a\" annotation"}`,
			want: layer.Unsynced{
				Reason: "ReconcileError", Stopped: true,
				Failure: `cannot observe: encountered composed resource without required "a" annotation`,
			},
		},
		"Paused": {
			reason: "nor does a pause",
			args:   `{type: Synced, status: "False", reason: ReconcilePaused, observedGeneration: 2, message: paused}`,
			want:   layer.Unsynced{Reason: "ReconcilePaused", Failure: "paused"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := layer.ReadUnsynced(layer.Read(synced(t, tc.args)))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: ReadUnsynced(...): -want, +got:\n%s", tc.reason, diff)
			}
			want := layer.Unsynced{}
			if tc.want.Refusal == "" {
				want.Keys = tc.want.Keys
			}
			if diff := cmp.Diff(want, layer.In{Composite: synced(t, tc.args)}.Refused()); diff != "" {
				t.Errorf("%s: In.Refused(): what core stopped at is not said of oneself: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestUnsyncedParts(t *testing.T) {
	all := layer.Unsynced{Keys: []string{"deployment/main", "ingress/main"}}
	if diff := cmp.Diff(layer.Unsynced{Keys: []string{"ingress/main"}}, all.Without("deployment/main")); diff != "" {
		t.Errorf("Without(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(layer.Unsynced{Keys: []string{"deployment/main"}}, all.Only("deployment/main", "service/main")); diff != "" {
		t.Errorf("Only(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"deployment/main", "ingress/main"}, all.Keys); diff != "" {
		t.Errorf("the original was changed: -want, +got:\n%s", diff)
	}
	if all.Has("service/main") || !all.Has("ingress/main") {
		t.Error("Has(...): want it of the keys alone")
	}
}

func TestExplain(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   layer.Unsynced
		want   string
	}{
		"Events": {
			reason: "core keeps what the API server said in events",
			args:   layer.Unsynced{Keys: []string{"deployment/main", "ingress/main"}},
			want:   "the API server does not take deployment/main, ingress/main: see the events of this graph",
		},
		"Refusal": {
			reason: "or tells it",
			args:   layer.Unsynced{Keys: []string{"service/main"}, Refusal: "no"},
			want:   "the API server does not take service/main: no",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.args.Explain("this graph")); diff != "" {
				t.Errorf("%s: Explain(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRefuseChildren(t *testing.T) {
	type want struct {
		ready    bool
		children []bool
		pace     time.Duration
	}
	cases := map[string]struct {
		reason string
		args   []string
		want   want
	}{
		"None":  {reason: "all were taken", want: want{true, []bool{true, true}, time.Minute}},
		"One":   {reason: "one was not, though an older object is there", args: []string{"b"}, want: want{false, []bool{true, false}, 30 * time.Second}},
		"Other": {reason: "one that is no longer wanted", args: []string{"c"}, want: want{true, []bool{true, true}, time.Minute}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := layer.Out{Ready: true, Pace: time.Minute, Children: []layer.Child{{Key: "a", Ready: true}, {Key: "b", Ready: true}}}
			out.Refuse(layer.Unsynced{Keys: tc.args})
			got := want{out.Ready, []bool{out.Children[0].Ready, out.Children[1].Ready}, out.Pace}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Refuse(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
