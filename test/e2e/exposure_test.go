package e2e

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// TestExposure composes every kind that only some graphs have. Crossplane needs
// a right for each, and has to bind the roles of pods, planners and pickers, which
// it may do for these roles alone.
func TestExposure(t *testing.T) {
	s := newScenario(t)
	s.apply(s.file("exposed.yaml"))
	s.until("the graph says what to install", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), "open-picker", "UnsupportedFields", "install the Gateway API Inference Extension")
	})
	definitions, err := harness.Objects(s.file("optional.yaml"))
	s.must(err)
	s.must(cluster.AddDefinitions(t.Context(), definitions...))
	s.notef("InferencePools and VirtualServices are there")
	s.untilReady("open")

	got := slices.Sorted(maps.Keys(s.uids(
		harness.Kind("networking.k8s.io", "v1", "Ingress"),
		harness.Kind("networking.istio.io", "v1beta1", "VirtualService"),
		harness.Kind("inference.networking.k8s.io", "v1", "InferencePool"),
		harness.Kind("rbac.authorization.k8s.io", "v1", "RoleBinding"),
		harness.Kind("", "v1", "Service"),
	)))
	want := []string{
		"InferencePool/open-pool",
		"Ingress/open-frontend",
		"RoleBinding/open-epp", "RoleBinding/open-k8s-service-discovery-binding", "RoleBinding/open-planner",
		"Service/dynamo-model-fb68f5a6-a8010515",
		"Service/open-frontend", "Service/open-picker", "Service/open-planner", "Service/open-worker",
		"VirtualService/open-frontend",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects of the graph: -want, +got:\n%s", diff)
	}

	rights := map[string]bool{
		"open-planner: patch nvidia.com/dynamographdeploymentscalingadapters/scale": true,
		"open-planner: get nvidia.com/dynamographdeployments":                       true,
		"open-planner: patch nvidia.com/dynamographdeployments":                     true,
		"open-planner: update nvidia.com/dynamographdeployments":                    false,
		"open-planner: list /pods":                                                  true,
		"open-planner: patch /pods":                                                 false,
		"open-planner: get /secrets":                                                false,
		"open-k8s-service-discovery: watch discovery.k8s.io/endpointslices":         true,
		"open-k8s-service-discovery: create nvidia.com/dynamoworkermetadatas":       true,
		"open-k8s-service-discovery: patch /pods":                                   false,
		"open-k8s-service-discovery: get nvidia.com/dynamographdeployments":         false,
		"open-epp: list inference.networking.k8s.io/inferencepools":                 true,
		"open-epp: watch /pods":                                                     true,
		"open-epp: patch nvidia.com/dynamographdeployments":                         false,
	}
	may := map[string]bool{}
	for each := range rights {
		account, right, _ := strings.Cut(each, ": ")
		may[each] = s.may(t.Context(), "system:serviceaccount:"+s.namespace+":"+account, right)
	}
	if diff := cmp.Diff(rights, may); diff != "" {
		t.Errorf("rights of the accounts: -want, +got:\n%s", diff)
	}
}
