package pod_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// podLabels are those of a worker's pods.
func podLabels() map[string]string {
	return map[string]string{
		"nvidia.com/dynamo-component":             "Worker",
		"nvidia.com/dynamo-component-type":        "worker",
		"nvidia.com/dynamo-namespace":             "team-a-chat",
		"nvidia.com/dynamo-graph-deployment-name": "chat",
		"nvidia.com/dynamo-discovery-backend":     "kubernetes",
		"nvidia.com/dynamo-discovery-enabled":     "true",
		"nvidia.com/metrics-enabled":              "true",
		"nvidia.com/selector":                     "chat-worker",
	}
}

func TestLabels(t *testing.T) {
	with := func(more ...string) map[string]string {
		out := podLabels()
		for i := 0; i+1 < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	without := func(keys ...string) map[string]string {
		out := podLabels()
		for _, k := range keys {
			delete(out, k)
		}
		return out
	}

	cases := map[string]struct {
		reason   string
		settings settings.Settings
		options  []podtest.Option
		want     map[string]string
	}{
		"Worker":  {reason: "What every worker has", want: podLabels()},
		"NoType":  {reason: "Without a type there is no label of it", options: []podtest.Option{podtest.OfType("", "")}, want: without("nvidia.com/dynamo-component-type")},
		"SubType": {reason: "A sub type has one of its own", options: []podtest.Option{podtest.OfType("worker", "embed")}, want: with("nvidia.com/dynamo-sub-component-type", "embed")},
		"Prefill": {
			reason:  "A prefill worker has both",
			options: []podtest.Option{podtest.OfType(dynamo.TypePrefill, dynamo.TypePrefill)},
			want:    with("nvidia.com/dynamo-component-type", "prefill", "nvidia.com/dynamo-sub-component-type", "prefill"),
		},
		"Standalone":   {reason: "Without a graph there is no label of it", options: []podtest.Option{podtest.Standalone}, want: without("nvidia.com/dynamo-graph-deployment-name")},
		"Etcd":         {reason: "Etcd needs no labels", settings: podtest.Etcd(), want: without("nvidia.com/dynamo-discovery-backend", "nvidia.com/dynamo-discovery-enabled")},
		"NoMetrics":    {reason: "Metrics can be turned off", options: []podtest.Option{podtest.Annotated(meta.AnnotationEnableMetrics, "false")}, want: without("nvidia.com/metrics-enabled")},
		"MetricsOther": {reason: "By false only", options: []podtest.Option{podtest.Annotated(meta.AnnotationEnableMetrics, "no")}, want: podLabels()},
		"User":         {reason: "The user's are added", options: []podtest.Option{podtest.Labelled("team", "a")}, want: with("team", "a")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Render(t, tc.settings, tc.options...)
			if diff := cmp.Diff(tc.want, got.Labels); diff != "" {
				t.Errorf("%s: labels (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLabelsStay lets the user set every label of ours to something else.
func TestLabelsStay(t *testing.T) {
	var options []podtest.Option
	for key := range podLabels() {
		options = append(options, podtest.Labelled(key, "mine"))
	}
	options = append(options, podtest.Labelled("nvidia.com/dynamo-sub-component-type", "mine"), podtest.OfType("prefill", "prefill"))
	want := podLabels()
	want["nvidia.com/dynamo-component-type"], want["nvidia.com/dynamo-sub-component-type"] = "prefill", "prefill"
	if diff := cmp.Diff(want, podtest.Render(t, settings.Settings{}, options...).Labels); diff != "" {
		t.Errorf("labels that the user may not override (-want, +got):\n%s", diff)
	}
}

// TestWorkloadLabels are part of the pods' and have nothing that changes with
// annotations.
func TestWorkloadLabels(t *testing.T) {
	c := podtest.Component(podtest.OfType("prefill", "prefill"), podtest.Labelled("team", "a"))
	want := map[string]string{
		"nvidia.com/dynamo-component":             "Worker",
		"nvidia.com/dynamo-namespace":             "team-a-chat",
		"nvidia.com/dynamo-graph-deployment-name": "chat",
		"nvidia.com/dynamo-sub-component-type":    "prefill",
		"team":                                    "a",
	}
	got := metadata.WorkloadLabels(c)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("WorkloadLabels(...) (-want, +got):\n%s", diff)
	}
	all := metadata.PodLabels(c, discovery.Discovery{Kubernetes: true}, dynamo.RoleSingle)
	maps.DeleteFunc(got, func(k, v string) bool { return all[k] == v })
	if len(got) > 0 {
		t.Errorf("pods lack labels of their workload: %v", got)
	}
}

func TestAnnotations(t *testing.T) {
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    map[string]string
	}{
		"None":    {reason: "None of our own"},
		"Exposed": {reason: "None that may change while pods run", options: []podtest.Option{podtest.Annotated(meta.AnnotationExpose, "false")}},
		"User":    {reason: "The user's, those that steer us too", options: []podtest.Option{podtest.Annotated("note", "x"), podtest.Annotated(meta.AnnotationEnableMetrics, "false")}, want: map[string]string{"note": "x", "nvidia.com/enable-metrics": "false"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.Render(t, settings.Settings{}, tc.options...).Annotations); diff != "" {
				t.Errorf("%s: annotations (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
