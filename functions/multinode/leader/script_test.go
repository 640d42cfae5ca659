package leader

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

func TestScript(t *testing.T) {
	cases := map[string]struct {
		reason   string
		graph    string
		observed layer.Observed
		want     map[string]string
		ready    bool
	}{
		"Graph":      {reason: "the graph's name is its only label", graph: "chat", want: map[string]string{"nvidia.com/dynamo-graph-deployment-name": "chat"}},
		"Standalone": {reason: "a component without a graph has none to name"},
		"Exists":     {reason: "it is ready as soon as it exists", observed: layer.Observed{KeyScript: {}}, ready: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Script("chat", tc.graph, tc.observed)
			want := &corev1.ConfigMap{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
				ObjectMeta: metav1.ObjectMeta{Name: "chat-wait-leader-script", Labels: tc.want},
				Data:       map[string]string{"wait-for-leader.py": script},
			}
			if diff := cmp.Diff(want, got.Object); diff != "" || got.Ready != tc.ready || got.Key != "configmap/wait-leader" {
				t.Errorf("%s: Script(...): key %s, ready %t, -want, +got:\n%s", tc.reason, got.Key, got.Ready, diff)
			}
		})
	}
}
