package workload

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// component is a worker with an image and nothing else.
func component(change ...func(*dynamo.Component)) dynamo.Component {
	c := dynamo.Component{
		Name:            "chat-worker",
		Namespace:       "team-a",
		Graph:           "chat",
		Service:         "Worker",
		DynamoNamespace: "team-a-chat",
		Type:            dynamo.TypeWorker,
		Replicas:        2,
		Pod:             dynamo.Pod{Main: &corev1.Container{Image: "vllm:1"}},
	}
	for _, f := range change {
		f(&c)
	}
	c.Orchestrator = Choose(c.Nodes)
	c.At = dynamo.Paths{Spec: field.NewPath("spec"), Form: dynamo.Form{dynamo.FieldAnnotations: {"annotations"}}}
	return c
}

// render is the Deployment of a component.
func render(c dynamo.Component) *appsv1.Deployment {
	return Deployment{}.Render(c, templates(c)).(*appsv1.Deployment)
}

// templates makes the pods of a component as the component layer does.
func templates(c dynamo.Component) func(dynamo.Role) corev1.PodTemplateSpec {
	return func(r dynamo.Role) corev1.PodTemplateSpec { return pod.Template(c, settings.Default(), r) }
}

func annotated(pairs ...string) func(*dynamo.Component) {
	return func(c *dynamo.Component) {
		for i := 0; i+1 < len(pairs); i += 2 {
			c.Annotations = meta.Merge(c.Annotations, map[string]string{pairs[i]: pairs[i+1]})
		}
	}
}

// Short names of the annotations.
const (
	kind        = meta.AnnotationDeploymentStrategy
	surging     = meta.AnnotationMaxSurge
	unavailable = meta.AnnotationMaxUnavailable
)

// TestSelector pins the Deployment's selector. DO NOT EDIT IT CASUALLY: the
// selector of a Deployment cannot change, so that another one here makes every
// Deployment that runs fail to update, for good.
func TestSelector(t *testing.T) {
	want := map[string]string{"nvidia.com/selector": "chat-worker"}
	// None of this may reach the selector.
	c := component(
		annotated(meta.AnnotationEnableMetrics, "false", meta.AnnotationDiscoveryBackend, "etcd"),
		func(c *dynamo.Component) {
			c.Labels = map[string]string{"team": "a", "nvidia.com/selector": "mine"}
			c.SubType = "fast"
		})

	d := render(c)
	if diff := cmp.Diff(&metav1.LabelSelector{MatchLabels: want}, d.Spec.Selector); diff != "" {
		t.Errorf("selector (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, Deployment{}.PodSelector(c.Name)); diff != "" {
		t.Errorf("PodSelector(...) (-want, +got):\n%s", diff)
	}
	for k, v := range d.Spec.Selector.MatchLabels {
		if got := d.Spec.Template.Labels[k]; got != v {
			t.Errorf("the pods' label %s is %q, which the selector %q does not select", k, got, v)
		}
	}
}

func TestDeployment(t *testing.T) {
	metadata := metav1.ObjectMeta{
		Name: "chat-worker",
		Labels: map[string]string{
			"nvidia.com/dynamo-component":             "Worker",
			"nvidia.com/dynamo-namespace":             "team-a-chat",
			"nvidia.com/dynamo-graph-deployment-name": "chat",
		},
	}
	rolling := appsv1.DeploymentStrategy{
		Type:          appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: ptr.To(intstr.FromString("25%")), MaxUnavailable: ptr.To(intstr.FromString("25%"))},
	}
	of := func(change func(*appsv1.Deployment)) *appsv1.Deployment {
		out := &appsv1.Deployment{
			TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
			ObjectMeta: *metadata.DeepCopy(),
			Spec: appsv1.DeploymentSpec{
				Replicas: ptr.To(int32(2)),
				Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"nvidia.com/selector": "chat-worker"}},
				Strategy: *rolling.DeepCopy(),
			},
		}
		change(out)
		return out
	}

	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   *appsv1.Deployment
	}{
		"Plain": {reason: "What every component has", c: component(), want: of(func(*appsv1.Deployment) {})},
		"ZeroReplicas": {
			reason: "Zero replicas are written",
			c:      component(func(c *dynamo.Component) { c.Replicas = 0 }),
			want:   of(func(d *appsv1.Deployment) { d.Spec.Replicas = ptr.To(int32(0)) }),
		},
		"SubType": {
			reason: "The sub type is a label of the Deployment, the type is not",
			c:      component(func(c *dynamo.Component) { c.Type, c.SubType = "prefill", "prefill" }),
			want:   of(func(d *appsv1.Deployment) { d.Labels["nvidia.com/dynamo-sub-component-type"] = "prefill" }),
		},
		"User": {
			reason: "The user's labels and annotations",
			c:      component(annotated("note", "x"), func(c *dynamo.Component) { c.Labels = map[string]string{"team": "a"} }),
			want: of(func(d *appsv1.Deployment) {
				d.Labels["team"] = "a"
				d.Annotations = map[string]string{"note": "x"}
			}),
		},
		"Standalone": {
			reason: "Without a graph there is no label of it",
			c:      component(func(c *dynamo.Component) { c.Standalone = true }),
			want:   of(func(d *appsv1.Deployment) { delete(d.Labels, "nvidia.com/dynamo-graph-deployment-name") }),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.want.Spec.Template = pod.Template(tc.c, settings.Default(), dynamo.RoleSingle)
			if diff := cmp.Diff(tc.want, render(tc.c)); diff != "" {
				t.Errorf("%s: Deployment(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDeploymentSharesNoMap changes what was made, which may not change what it
// was made from.
func TestDeploymentSharesNoMap(t *testing.T) {
	options := []func(*dynamo.Component){
		annotated("note", "x"),
		func(c *dynamo.Component) { c.Labels = map[string]string{"team": "a"} },
	}
	c := component(options...)
	d := render(c)
	d.Labels["new"], d.Annotations["new"] = "1", "2"
	d.Spec.Template.Labels["new"], d.Spec.Template.Annotations["new"] = "3", "4"
	if diff := cmp.Diff(component(options...), c, cmpopts.IgnoreFields(dynamo.Component{}, "At")); diff != "" {
		t.Errorf("the component changed with its Deployment (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"nvidia.com/selector": "chat-worker"}, d.Spec.Selector.MatchLabels); diff != "" {
		t.Errorf("the selector changed with the labels (-before, +after):\n%s", diff)
	}
}

func TestStrategy(t *testing.T) {
	rolling := func(surge, missing intstr.IntOrString) appsv1.DeploymentStrategy {
		return appsv1.DeploymentStrategy{
			Type:          appsv1.RollingUpdateDeploymentStrategyType,
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &missing},
		}
	}
	quarter := intstr.FromString("25%")
	recreate := appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	const (
		number   = ": must be a number of pods or a percentage, such as 1 or 25%"
		of       = "spec.annotations[nvidia.com/deployment-"
		surgeAt  = of + "rolling-update-max-surge]"
		absentAt = of + "rolling-update-max-unavailable]"
	)

	cases := map[string]struct {
		reason string
		given  []string
		want   appsv1.DeploymentStrategy
		faults []string
	}{
		"Nothing":     {reason: "Rolling, by a quarter", want: rolling(quarter, quarter)},
		"Rolling":     {reason: "Rolling by name", given: []string{kind, "RollingUpdate"}, want: rolling(quarter, quarter)},
		"Numbers":     {reason: "Numbers of pods", given: []string{surging, "2", unavailable, "0"}, want: rolling(intstr.FromInt32(2), intstr.FromInt32(0))},
		"Percentages": {reason: "Percentages", given: []string{surging, "150%", unavailable, "100%"}, want: rolling(intstr.FromString("150%"), intstr.FromString("100%"))},
		"One":         {reason: "What is left out is a quarter", given: []string{surging, "0"}, want: rolling(intstr.FromInt32(0), quarter)},
		"Empty":       {reason: "Empty is left out", given: []string{surging, "", kind, ""}, want: rolling(quarter, quarter)},
		"Recreate":    {reason: "All at once", given: []string{kind, "Recreate"}, want: recreate},
		"RecreateNumbers": {
			reason: "For which numbers mean nothing, not even wrong ones",
			given:  []string{kind, "Recreate", surging, "0", unavailable, "some"},
			want:   recreate,
		},
		"Unknown": {
			reason: "There are two strategies",
			given:  []string{kind, "recreate"},
			want:   rolling(quarter, quarter),
			faults: []string{of + `strategy]: Unsupported value: "recreate": supported values: "Recreate", "RollingUpdate"`},
		},
		"NoNumbers": {
			reason: "Text is no number, and each place is named",
			given:  []string{surging, "some", unavailable, "%"},
			want:   rolling(intstr.FromString("some"), intstr.FromString("%")),
			faults: []string{surgeAt + `: Invalid value: "some"` + number, absentAt + `: Invalid value: "%"` + number},
		},
		"Negative": {
			reason: "There are no negative pods",
			given:  []string{surging, "-1", unavailable, "-1%"},
			want:   rolling(intstr.FromInt32(-1), intstr.FromString("-1%")),
			faults: []string{surgeAt + `: Invalid value: "-1"` + number, absentAt + `: Invalid value: "-1%"` + number},
		},
		"Part":    {reason: "Nor parts of them", given: []string{surging, "1.5"}, want: rolling(intstr.FromString("1.5"), quarter), faults: []string{surgeAt + `: Invalid value: "1.5"` + number}},
		"Space":   {reason: "Nor spaces", given: []string{surging, "25 %"}, want: rolling(intstr.FromString("25 %"), quarter), faults: []string{surgeAt + `: Invalid value: "25 %"` + number}},
		"Plus":    {reason: "Nor signs, which the API server refuses", given: []string{surging, "+25%"}, want: rolling(intstr.FromString("+25%"), quarter), faults: []string{surgeAt + `: Invalid value: "+25%"` + number}},
		"TooMany": {reason: "Not more than all may be missing", given: []string{unavailable, "101%"}, want: rolling(quarter, intstr.FromString("101%")), faults: []string{absentAt + `: Invalid value: "101%": must not be above 100%`}},
		"TwoZeros": {
			reason: "With two zeros nothing could ever roll",
			given:  []string{surging, "0", unavailable, "0%"},
			want:   rolling(intstr.FromInt32(0), intstr.FromString("0%")),
			faults: []string{absentAt + `: Invalid value: "0%": must not be 0 while the surge is 0: no pod could ever be replaced`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := component(annotated(tc.given...))
			if diff := cmp.Diff(tc.want, render(c).Spec.Strategy); diff != "" {
				t.Errorf("%s: strategy (-want, +got):\n%s", tc.reason, diff)
			}
			var got []string
			for _, e := range StrategyFaults(c) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tc.faults, got); diff != "" {
				t.Errorf("%s: StrategyFaults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
	t.Run("HugeNumber", func(t *testing.T) {
		// Beyond 32 bits, which would come out as another number.
		faults := StrategyFaults(component(annotated(surging, "4294967296")))
		if len(faults) != 1 {
			t.Errorf("StrategyFaults(...) is %v, want one fault", faults)
		}
	})
}
