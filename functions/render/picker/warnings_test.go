package picker

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

func TestWarnings(t *testing.T) {
	serving := func(port int32) []corev1.Container {
		return []corev1.Container{{Name: "front", Ports: []corev1.ContainerPort{{ContainerPort: port}}}}
	}
	warning := []string{"spec.services[Worker].frontendSidecar: the pool of the graph's endpoint picker sends requests to port 8000 of these pods, " +
		"where nothing listens: add a frontendSidecar"}
	cases := map[string]struct {
		reason string
		change func(*dynamo.Component)
		want   []string
	}{
		"Alone":       {reason: "requests reach nobody", change: func(*dynamo.Component) {}, want: warning},
		"NotPicked":   {reason: "no pool has its pods", change: func(c *dynamo.Component) { c.Picked = false }},
		"Sidecar":     {reason: "the frontend listens", change: func(c *dynamo.Component) { c.Pod.Sidecar = &dynamo.Sidecar{Image: "f:1"} }},
		"OwnSidecar":  {reason: "so does one that the user wrote", change: func(c *dynamo.Component) { c.Pod.Spec.Containers = serving(8000) }},
		"OtherPort":   {reason: "elsewhere does not help", change: func(c *dynamo.Component) { c.Pod.Spec.Containers = serving(8080) }, want: warning},
		"MainListens": {reason: "the main container may serve itself", change: func(c *dynamo.Component) { c.Pod.Main = &serving(8000)[0] }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := dynamo.Component{Type: dynamo.TypeWorker, Picked: true, At: dynamo.Paths{
				Spec: field.NewPath("spec", "services").Key("Worker"),
				Form: convert.Form(),
			}}
			tc.change(&c)
			if diff := cmp.Diff(tc.want, Warnings(c)); diff != "" {
				t.Errorf("\n%s\nWarnings(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWarningsOfReplicas(t *testing.T) {
	cases := map[string]struct {
		reason   string
		tag      string
		replicas int32
		want     []string
	}{
		"One":   {reason: "one knows all", tag: "1.5.0", replicas: 1},
		"Two":   {reason: "two know half of it each", tag: "1.5.0", replicas: 2, want: []string{"spec.replicas: endpoint pickers of runtime 1.5.0 do not tell each other of the load that they send to workers: run one, or an image of 1.6 or later"}},
		"Later": {reason: "later ones tell each other", tag: "1.6.0", replicas: 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := component("")
			c.Picker, c.Replicas, c.Pod.Main = nil, tc.replicas, &corev1.Container{Image: "frontend:" + tc.tag}
			if diff := cmp.Diff(tc.want, Warnings(c)); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
