package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// watched is what the layer is told of a graph on a site with PodMonitors.
func watched(t *testing.T, answers layer.Answers) layer.In {
	t.Helper()
	out := in(t)
	out.Settings.Monitoring.PodMonitors, out.Answers = true, answers
	return out
}

// watchedByConfig is watched where an EnvironmentConfig asks for PodMonitors.
func watchedByConfig(t *testing.T) layer.In {
	t.Helper()
	out := watched(t, hasKind(false))
	var faults field.ErrorList
	out.Settings, faults = settings.Fold(settings.Default(), settings.Config("dynamo", map[string]any{
		"dynamo": map[string]any{"monitoring": map[string]any{"podMonitors": true}},
	}))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return out
}

// hasKind says that the cluster has PodMonitors, or lacks them.
func hasKind(there bool) layer.Answers {
	return layer.Answers{APIs: map[string]bool{"podmonitor": there}}
}

func hasMonitor(t *testing.T, out layer.Out) bool {
	t.Helper()
	return layertest.Objects(t, out)["podmonitor/main"] != nil
}

func TestComposePodMonitor(t *testing.T) {
	type want struct {
		Monitor   bool
		API, Asks bool
		Ignored   string
	}
	const (
		none    = "accepted, and not acted on: "
		lacking = none + "input.monitoring.podMonitors (the cluster lacks PodMonitor of monitoring.coreos.com/v1: install the Prometheus operator)"
	)
	off := watched(t, hasKind(true))
	off.Settings.Monitoring.PodMonitors = false
	cases := map[string]struct {
		reason string
		args   layer.In
		want   want
	}{
		"Off":     {reason: "a site that sets nothing asks for nothing", args: off},
		"Unknown": {reason: "core has not said whether there is such a kind", args: watched(t, layer.Answers{}), want: want{API: true}},
		"Present": {reason: "there is", args: watched(t, hasKind(true)), want: want{Monitor: true, API: true, Asks: true}},
		"Config": {
			reason: "there is none, and an EnvironmentConfig wants it", args: watchedByConfig(t),
			want: want{API: true, Ignored: strings.Replace(lacking, "input", "EnvironmentConfig[dynamo].data.dynamo", 1)},
		},
		"Absent": {reason: "there is none", args: watched(t, hasKind(false)), want: want{API: true, Ignored: lacking}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, tc.args)
			got := want{Monitor: hasMonitor(t, out)}
			_, got.API = out.Needs.APIs["podmonitor"]
			_, got.Asks = out.Needs.Objects["PodMonitor/chat"]
			for _, c := range out.Conditions {
				if c.Type == "UnsupportedFields" && c.Status == layer.True {
					got.Ignored = c.Message
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposePodMonitorStays: a lapse in an answer and a fault take nothing away; the
// site does.
func TestComposePodMonitorStays(t *testing.T) {
	first := watched(t, hasKind(true))
	out := compose(t, first)
	lapsed := layertest.Next(t, first, out, nil)
	lapsed.Answers = hasKind(false)
	faulty := layertest.Next(t, first, out, nil)
	faulty.Composite["spec"] = map[string]any{}
	off := layertest.Next(t, first, out, nil)
	off.Settings.Monitoring.PodMonitors = false
	for name, tc := range map[string]struct {
		args layer.In
		want bool
	}{"Lapse": {lapsed, true}, "Fault": {faulty, true}, "Off": {off, false}} {
		if got := hasMonitor(t, compose(t, tc.args)); got != tc.want {
			t.Errorf("%s: want a PodMonitor %t, got %t", name, tc.want, got)
		}
	}
}

// TestComposePodMonitorOfOthers: a PodMonitor that somebody else made for the graph stays
// theirs.
func TestComposePodMonitorOfOthers(t *testing.T) {
	args := watched(t, hasKind(true))
	args.Answers.Objects = map[string][]layer.Object{
		"PodMonitor/chat": {layer.Read(layertest.Object(t, "{kind: PodMonitor, metadata: {name: chat}}"))},
	}
	out := compose(t, args)
	if hasMonitor(t, out) {
		t.Error("Compose(...): want the PodMonitor of somebody else left alone")
	}
	const want = `PodMonitor "chat" exists and was made by somebody else: it is left as it is; delete it to have it made`
	if got := condition(t, out, layer.TypeValid).Message; got != want {
		t.Errorf("Valid: want %q, got %q", want, got)
	}
	if out.Pace > layer.PaceStarting {
		t.Errorf("Pace: want a look before %s, got %s", layer.PaceStarting, out.Pace)
	}
}

// TestComposeClosedToPrometheus: whoever closes pods to all but their graph, and has them
// watched, is told that nobody can.
func TestComposeClosedToPrometheus(t *testing.T) {
	const closed = "input.networkPolicy.enabled: keeps Prometheus from the pods"
	in := watched(t, hasKind(true))
	in.Settings.NetworkPolicy.Enabled = true
	out := compose(t, in)
	if got := strings.Join(out.Found.Warnings, "; "); !strings.Contains(got, closed) {
		t.Errorf("Compose(...): want a warning %q, got %q", closed, got)
	}
	if !hasMonitor(t, out) {
		t.Error("Compose(...): want the PodMonitor all the same")
	}
}
