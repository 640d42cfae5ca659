package meta

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
)

func TestMerge(t *testing.T) {
	cases := map[string]struct {
		reason string
		layers []map[string]string
		want   map[string]string
	}{
		"None":      {reason: "Nothing is nil, not an empty map"},
		"AllEmpty":  {reason: "Empty layers are nothing", layers: []map[string]string{nil, {}, nil}},
		"One":       {reason: "One layer as it is", layers: []map[string]string{{"a": "1"}}, want: map[string]string{"a": "1"}},
		"Disjoint":  {reason: "Layers add up", layers: []map[string]string{{"a": "1"}, nil, {"b": "2"}}, want: map[string]string{"a": "1", "b": "2"}},
		"LaterWins": {reason: "A later layer wins", layers: []map[string]string{{"a": "1"}, {"a": "2"}, {"a": "3"}}, want: map[string]string{"a": "3"}},
		"EmptyWins": {reason: "An empty value is a value", layers: []map[string]string{{"a": "1"}, {"a": ""}}, want: map[string]string{"a": ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Merge(tc.layers...)); diff != "" {
				t.Errorf("%s: Merge(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMergeCopies(t *testing.T) {
	base := map[string]string{"a": "1"}
	Merge(base, map[string]string{"a": "2"})["b"] = "3"
	Merge(base)["c"] = "4"
	if diff := cmp.Diff(map[string]string{"a": "1"}, base); diff != "" {
		t.Errorf("Merge(...) changed its argument (-want, +got):\n%s", diff)
	}
}

func TestPick(t *testing.T) {
	all := map[string]string{"a": "1", "b": "", "c": "3"}
	cases := map[string]struct {
		reason string
		m      map[string]string
		keys   []string
		want   map[string]string
	}{
		"NoMap":   {reason: "Nothing of nothing", keys: []string{"a"}},
		"NoKeys":  {reason: "Nothing asked for", m: all},
		"Absent":  {reason: "What is not there is not picked", m: all, keys: []string{"x"}},
		"Present": {reason: "Only what is asked for", m: all, keys: []string{"c", "x"}, want: map[string]string{"c": "3"}},
		"Empty":   {reason: "An empty value is there", m: all, keys: []string{"b"}, want: map[string]string{"b": ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Pick(tc.m, tc.keys)); diff != "" {
				t.Errorf("%s: Pick(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestInherited(t *testing.T) {
	want := []string{
		"nvidia.com/enable-metrics",
		"nvidia.com/dynamo-discovery-backend",
		"nvidia.com/dynamo-kube-discovery-mode",
		"nvidia.com/vllm-distributed-executor-backend",
		"dynamo.fn.crossplane.io/expose",
	}
	if diff := cmp.Diff(want, Inherited()); diff != "" {
		t.Errorf("Inherited() (-want, +got):\n%s", diff)
	}
}

// TestKeys pins the keys, which the runtime, dashboards and published manifests
// spell out.
func TestKeys(t *testing.T) {
	cases := map[string]string{
		LabelComponent:               "nvidia.com/dynamo-component",
		LabelComponentType:           "nvidia.com/dynamo-component-type",
		LabelSubComponentType:        "nvidia.com/dynamo-sub-component-type",
		LabelNamespace:               "nvidia.com/dynamo-namespace",
		LabelGraph:                   "nvidia.com/dynamo-graph-deployment-name",
		LabelSelector:                "nvidia.com/selector",
		LabelMetricsEnabled:          "nvidia.com/metrics-enabled",
		LabelDiscoveryBackend:        "nvidia.com/dynamo-discovery-backend",
		LabelDiscoveryEnabled:        "nvidia.com/dynamo-discovery-enabled",
		AnnotationEnableMetrics:      "nvidia.com/enable-metrics",
		AnnotationDiscoveryMode:      "nvidia.com/dynamo-kube-discovery-mode",
		AnnotationNoPullSecrets:      "nvidia.com/disable-image-pull-secret-discovery",
		AnnotationVLLMExecutor:       "nvidia.com/vllm-distributed-executor-backend",
		AnnotationDeploymentStrategy: "nvidia.com/deployment-strategy",
		AnnotationMaxSurge:           "nvidia.com/deployment-rolling-update-max-surge",
		AnnotationMaxUnavailable:     "nvidia.com/deployment-rolling-update-max-unavailable",
		LabelApp:                     "app",
		LabelProfiledRequest:         "dgdr",
		LabelManagedBy:               "nvidia.com/managed-by",
		LabelRequestName:             "dgdr.nvidia.com/name",
		LabelRequestNamespace:        "dgdr.nvidia.com/namespace",
		AnnotationSpecHash:           "dynamo.fn.crossplane.io/spec-hash",
		AnnotationSettingsHash:       "dynamo.fn.crossplane.io/settings-hash",
		AnnotationOtherSettings:      "dynamo.fn.crossplane.io/other-settings-hash",
		AnnotationHandedDown:         "dynamo.fn.crossplane.io/handed-down",
		AnnotationClaimedGPUs:        "dynamo.fn.crossplane.io/claimed-gpus",
		AnnotationBackendFramework:   "dynamo.fn.crossplane.io/backend-framework",
	}
	for got, want := range cases {
		if got != want {
			t.Errorf("key is %q, want %q", got, want)
		}
		if msgs := validation.IsQualifiedName(got); len(msgs) > 0 {
			t.Errorf("key %q: %v", got, msgs)
		}
	}
}
