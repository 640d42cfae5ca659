package scaling

import (
	"testing"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestSelector pins what autoscalers count pods by. They divide the metrics of
// these pods by how many there are and multiply by the replicas: a follower among
// them would ask for another replica.
func TestSelector(t *testing.T) {
	const single = "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat"
	cases := map[string]struct {
		reason  string
		service string
		want    string
	}{
		"OneNode":      {reason: "every pod serves", service: "{}", want: single},
		"SeveralNodes": {reason: "of each replica the leader serves", service: "{multinode: {nodeCount: 2}}", want: single + ",role=leader"},
		"OneOfOne":     {reason: "a replica on one node is a pod", service: "{multinode: {nodeCount: 1}}", want: single},
		"NoService":    {reason: "there is no such service", want: single},
	}
	adapter := &v1alpha1.DynamoGraphDeploymentScalingAdapter{}
	composite := layertest.Object(t, "spec: {dgdRef: {name: chat, serviceName: Worker}}")
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			services := "{}"
			if tc.service != "" {
				services = "{Worker: " + tc.service + "}"
			}
			graph := observed(t, "{kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {services: "+services+"}}")
			in := layer.In{Composite: composite, Answers: layer.Answers{Objects: map[string][]layer.Object{needGraph: {graph}}}}
			if got := makeSelector(adapter, in); got != tc.want {
				t.Errorf("\n%s\nselector(...): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
	if got := makeSelector(adapter, layer.In{Composite: composite}); got != single {
		t.Errorf("without a graph: want %q, got %q", single, got)
	}
}
