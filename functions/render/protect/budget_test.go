package protect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// assert compares an object, as it is sent, with a manifest.
func assert(t *testing.T, reason, want string, o runtime.Object) {
	t.Helper()
	got, err := object.Desired(o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(layertest.Object(t, want), got); diff != "" {
		t.Errorf("%s (-want, +got):\n%s", reason, diff)
	}
}

// overNodes spreads a replica over nodes.
func overNodes(c *dynamo.Component) { c.Nodes = 4 }

func TestBudget(t *testing.T) {
	cases := map[string]struct {
		reason   string
		settings settings.Disruption
		args     []podtest.Option
		want     string
	}{
		"Default": {
			reason: "one pod at a time, and pods that do not serve at any time",
			want: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: chat-worker
  labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-graph-deployment-name: chat, nvidia.com/dynamo-namespace: team-a-chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {nvidia.com/selector: chat-worker}}
  unhealthyPodEvictionPolicy: AlwaysAllow
`,
		},
		"Percentage": {
			reason:   "as the site says",
			settings: settings.Disruption{MaxUnavailable: ptr.To(intstr.FromString("25%"))},
			want: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: chat-worker
  labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-graph-deployment-name: chat, nvidia.com/dynamo-namespace: team-a-chat}
spec:
  maxUnavailable: 25%
  selector: {matchLabels: {nvidia.com/selector: chat-worker}}
  unhealthyPodEvictionPolicy: AlwaysAllow
`,
		},
		"OverNodes": {
			reason: "the pods of all nodes count: a follower that goes takes its replica along",
			args:   []podtest.Option{overNodes, podtest.Standalone},
			want: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: chat-worker
  labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-namespace: team-a-chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {leaderworkerset.sigs.k8s.io/name: chat-worker-0}}
  unhealthyPodEvictionPolicy: AlwaysAllow
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			assert(t, tc.reason, tc.want, Budget(podtest.Component(tc.args...), tc.settings))
		})
	}
}
