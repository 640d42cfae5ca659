package discovery

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestOf(t *testing.T) {
	cases := map[string]struct {
		reason      string
		backend     string
		annotations map[string]string
		want        Discovery
	}{
		"Default":       {reason: "Kubernetes, by pod", want: Discovery{Kubernetes: true}},
		"Kubernetes":    {reason: "By the settings", backend: "kubernetes", want: Discovery{Kubernetes: true}},
		"Etcd":          {reason: "By the settings", backend: "etcd"},
		"Annotation":    {reason: "The annotation wins", backend: "kubernetes", annotations: map[string]string{meta.AnnotationDiscoveryBackend: "etcd"}},
		"Back":          {reason: "Both ways", backend: "etcd", annotations: map[string]string{meta.AnnotationDiscoveryBackend: "kubernetes"}, want: Discovery{Kubernetes: true}},
		"Container":     {reason: "By container", annotations: map[string]string{meta.AnnotationDiscoveryMode: "container"}, want: Discovery{Kubernetes: true, PerContainer: true}},
		"ContainerEtcd": {reason: "Etcd knows no containers", backend: "etcd", annotations: map[string]string{meta.AnnotationDiscoveryMode: "container"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := dynamo.Component{Annotations: tc.annotations}
			if diff := cmp.Diff(tc.want, Of(c, settings.Settings{DiscoveryBackend: tc.backend})); diff != "" {
				t.Errorf("%s: Of(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
