package component_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// guarded are settings of a site that keeps drains and strangers off, and watches.
func guarded() settings.Settings {
	s := settings.Default()
	s.Disruption.Budgets, s.NetworkPolicy.Enabled, s.Monitoring.PodMonitors = true, true, true
	return s
}

// added are the keys of a result that settings of the site add.
func added(out layer.Out) []string {
	return slices.DeleteFunc(layertest.Keys(out), func(key string) bool {
		kind, _, _ := strings.Cut(key, "/")
		return !slices.Contains([]string{"poddisruptionbudget", "networkpolicy", "podmonitor", "httproute"}, kind)
	})
}

func TestComposeProtection(t *testing.T) {
	type args struct {
		manifest string
		changes  changes
		settings settings.Settings
		answers  layer.Answers
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Nothing": {reason: "a site that sets nothing gets nothing", args: args{manifest: composed, settings: settings.Default()}, want: []string{}},
		"OfGraph": {
			reason: "a component has a budget and a policy; the PodMonitor is its graph's",
			args:   args{manifest: composed, settings: guarded(), answers: answered(true, "podmonitor")},
			want:   []string{"poddisruptionbudget/main", "networkpolicy/main"},
		},
		"OneReplica": {
			reason: "of one replica nothing can be kept",
			args:   args{manifest: composed, changes: changes{"spec/replicas": "1"}, settings: guarded()},
			want:   []string{"networkpolicy/main"},
		},
		"Parked": {
			reason: "nor of none",
			args:   args{manifest: composed, changes: changes{"spec/replicas": "0"}, settings: guarded()},
			want:   []string{"networkpolicy/main"},
		},
		"Standalone": {
			reason: "a component without a graph has all of them",
			args:   args{manifest: standalone, changes: changes{"spec/replicas": "2"}, settings: guarded(), answers: answered(true, "podmonitor")},
			want:   []string{"poddisruptionbudget/main", "networkpolicy/main", "podmonitor/main"},
		},
		"NoPodMonitors": {
			reason: "as far as the cluster has the kinds",
			args:   args{manifest: standalone, settings: guarded(), answers: answered(false, "podmonitor")},
			want:   []string{"networkpolicy/main"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, tc.args.manifest, tc.args.changes))
			in.Settings, in.Answers = tc.args.settings, tc.args.answers
			if diff := cmp.Diff(tc.want, added(compose(t, in))); diff != "" {
				t.Errorf("%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeProtectionComesAndGoes: a budget stays when a component is scaled down, and
// all goes when the site turns it off.
func TestComposeProtectionComesAndGoes(t *testing.T) {
	in := layertest.In(layertest.Object(t, standalone, changes{"spec/replicas": "2"}))
	in.Settings, in.Answers = guarded(), answered(true, "podmonitor")
	out := compose(t, in)
	all := added(out)

	down := layertest.Next(t, in, out, nil)
	down.Composite["spec"].(map[string]any)["replicas"] = int64(1)
	if diff := cmp.Diff(all, added(compose(t, down))); diff != "" {
		t.Errorf("scaled down: -before, +after:\n%s", diff)
	}

	for name, answers := range map[string]layer.Answers{"NoAnswer": {}, "Lapse": answered(false, "podmonitor")} {
		lapsed := layertest.Next(t, in, out, nil)
		lapsed.Answers = answers
		if diff := cmp.Diff(all, added(compose(t, lapsed))); diff != "" {
			t.Errorf("%s: -before, +after:\n%s", name, diff)
		}
	}

	off := layertest.Next(t, in, out, nil)
	off.Settings = settings.Default()
	if diff := cmp.Diff([]string{}, added(compose(t, off))); diff != "" {
		t.Errorf("turned off: -want, +got:\n%s", diff)
	}
}

// TestComposeBudgetLeft: a budget that an earlier component of the name has left has an owner
// again, whatever the number of replicas now.
func TestComposeBudgetLeft(t *testing.T) {
	cases := map[string]struct {
		reason, metadata string
		want             []string
	}{
		"None":   {reason: "without one there is nothing to keep", want: []string{"networkpolicy/main"}},
		"Left":   {reason: "it is taken over", metadata: "annotations: {crossplane.io/composition-resource-name: poddisruptionbudget/main}", want: []string{"poddisruptionbudget/main", "networkpolicy/main"}},
		"Others": {reason: "that of others is theirs", metadata: "labels: {a: b}", want: []string{"networkpolicy/main"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, composed, changes{"spec/replicas": "1"}))
			in.Settings = guarded()
			if _, asked := compose(t, in).Needs.Objects["PodDisruptionBudget/chat-worker"]; !asked {
				t.Errorf("%s\nCompose(...): want the budget asked for", tc.reason)
			}
			if tc.metadata != "" {
				left := layertest.Object(t, "{kind: PodDisruptionBudget, metadata: {name: chat-worker, "+tc.metadata+"}}")
				in.Answers.Objects = map[string][]layer.Object{"PodDisruptionBudget/chat-worker": {layer.Read(left)}}
			}
			if diff := cmp.Diff(tc.want, added(compose(t, in))); diff != "" {
				t.Errorf("%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeReadyWhenProtected: a component that serves goes on being ready when the site
// turns on what pods do not need.
func TestComposeReadyWhenProtected(t *testing.T) {
	in := running(t, composed, rollout(2, 2, 2, 2, "True"))
	if out := compose(t, in); !out.Ready {
		t.Fatalf("Compose(...): want the component ready, got %v", conditionsOf(out))
	}
	in.Settings = guarded()
	out := compose(t, in)
	if got := added(out); !out.Ready || len(got) != 2 {
		t.Errorf("Compose(...): want the component ready beside %v, got %v", got, conditionsOf(out))
	}
}

// TestComposeWithoutPodMonitors: a component serves without its PodMonitor, and says so.
func TestComposeWithoutPodMonitors(t *testing.T) {
	in := layertest.In(layertest.Object(t, standalone))
	in.Settings.Monitoring.PodMonitors, in.Answers = true, answered(false, "podmonitor")
	next := layertest.Next(t, in, compose(t, in), map[string]string{"deployment/main": rollout(1, 1, 1, 1, "True")})
	out := compose(t, next)
	if !out.Ready {
		t.Error("Compose(...): want the component ready")
	}
	const want = "accepted, and not acted on: input.monitoring.podMonitors (the cluster lacks PodMonitor of monitoring.coreos.com/v1: install the Prometheus operator)"
	for _, c := range out.Conditions {
		if c.Type == "UnsupportedFields" && c.Message != want {
			t.Errorf("UnsupportedFields: want %q, got %q", want, c.Message)
		}
	}
	if got := layertest.Status(t, out)["missingKinds"]; got != nil {
		t.Errorf("status.missingKinds: want none, which its graph would wait for, got %v", got)
	}
}

// TestComposeProtectionOfOthers: what somebody else made under the name of what the site
// adds stays theirs, and the component serves all the same.
func TestComposeProtectionOfOthers(t *testing.T) {
	site := guarded()
	site.Ingress.Route = settings.Route{Name: "public"}
	in := layertest.In(layertest.Object(t, composed, changes{"spec/componentType": "frontend"}))
	in.Settings, in.Answers = site, answered(true, "httproute")
	asked := compose(t, in).Needs.Objects
	want := map[string]string{
		"HTTPRoute/chat-worker": "chat-worker", "NetworkPolicy/chat-worker": "chat-worker", "PodDisruptionBudget/chat-worker": "chat-worker",
	}
	got := map[string]string{}
	in.Answers.Objects = map[string][]layer.Object{}
	for need, s := range asked {
		if kind, _, _ := strings.Cut(need, "/"); slices.Contains([]string{"HTTPRoute", "NetworkPolicy", "PodDisruptionBudget"}, kind) {
			got[need] = s.Name
			in.Answers.Objects[need] = []layer.Object{layer.Read(layertest.Object(t, "{kind: "+kind+", metadata: {name: chat-worker}}"))}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Compose(...): needs -want, +got:\n%s", diff)
	}

	out := compose(t, in)
	if diff := cmp.Diff([]string{}, added(out)); diff != "" {
		t.Errorf("Compose(...): children -want, +got:\n%s", diff)
	}
	for _, c := range out.Conditions {
		for _, kind := range slices.Sorted(maps.Keys(want)) {
			kind, _, _ = strings.Cut(kind, "/")
			warning := kind + ` "chat-worker" exists and was made by somebody else: it is left as it is; delete it to have it made`
			if c.Type == layer.TypeValid && !strings.Contains(c.Message, warning) {
				t.Errorf("Valid: want %q in %q", warning, c.Message)
			}
		}
	}
	next := layertest.Next(t, in, out, map[string]string{"deployment/main": rollout(2, 2, 2, 2, "True")})
	if got := compose(t, next); !got.Ready {
		t.Errorf("Compose(...): want the component ready beside what others made, got %v, children %v", got.Conditions, got.Children)
	}
}

// TestComposeProtectionAtFault: what is there stays while a component is at fault.
func TestComposeProtectionAtFault(t *testing.T) {
	in := layertest.In(layertest.Object(t, composed))
	in.Settings = guarded()
	out := compose(t, in)
	next := layertest.Next(t, in, out, nil)
	next.Composite["spec"].(map[string]any)["extraPodSpec"] = map[string]any{"mainContainer": map[string]any{"name": "main"}}
	if diff := cmp.Diff(added(out), slices.Sorted(slices.Values(added(compose(t, next)))), sorted()); diff != "" {
		t.Errorf("Compose(...): -before, +at fault:\n%s", diff)
	}
}

// sorted compares lists without regard to their order.
func sorted() cmp.Option {
	return cmp.Transformer("sorted", func(in []string) string { return strings.Join(slices.Sorted(slices.Values(in)), " ") })
}

// TestComposeClosedToPrometheus: of a component in a graph, the graph tells.
func TestComposeClosedToPrometheus(t *testing.T) {
	for name, tc := range map[string]struct {
		manifest string
		want     bool
	}{"Standalone": {standalone, true}, "OfAGraph": {composed, false}} {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, tc.manifest))
			in.Settings.Monitoring.PodMonitors, in.Settings.NetworkPolicy.Enabled = true, true
			got := strings.Join(compose(t, in).Found.Warnings, "; ")
			if told := strings.Contains(got, "keeps Prometheus from the pods"); told != tc.want {
				t.Errorf("Compose(...): want it told: %t, got %q", tc.want, got)
			}
		})
	}
}
