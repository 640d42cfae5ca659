package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// healthyGraphs is how many graphs are created at once: Crossplane writes the children
// of each in a random order, and one in eight showed what an order can do.
const healthyGraphs = 40

// more gives a graph what some have: a planner, which has an account and rights of its
// own, an adapter and a claim.
const more = `
spec:
  pvcs: [{name: %s, create: true, size: 1Gi, storageClass: "", volumeAccessMode: ReadWriteOnce}]
  services:
    Planner:
      componentType: planner
      extraPodSpec: {mainContainer: {image: "example.org/planner:1", command: [python3], args: ["-m", "dynamo.planner.planner_sla"]}}
    Worker: {scalingAdapter: {enabled: true}}
`

// TestHealthyGraphsWarnOfNothing creates graphs with which nothing is wrong: no event
// of their namespace is a Warning.
func TestHealthyGraphsWarnOfNothing(t *testing.T) {
	s := newScenario(t)
	s.patience = 6 * time.Minute
	for i := range healthyGraphs {
		o := s.objects(graph(t))[0]
		o.SetName(fmt.Sprintf("chat-%02d", i))
		if i%2 > 0 {
			change, err := harness.Objects(fmt.Sprintf(more, o.GetName()))
			s.must(err)
			merge(o.Object, change[0].Object)
		}
		s.must(s.client.Create(t.Context(), o))
	}
	s.notef("%d graphs created", healthyGraphs)
	s.until("all are ready", func(ctx context.Context) error {
		time.Sleep(time.Second) // Reading all of them more often would be a load of its own.
		graphs, err := s.client.List(ctx, harness.Graph(), s.namespace, "")
		if err != nil {
			return err
		}
		return firstUnsettled(graphs)
	})
	all, err := s.warnings(t.Context())
	s.must(err)
	for _, e := range all {
		// The API server's own repair of cluster IPs takes a Service that was made while
		// it looked for one without an address.
		if !strings.HasPrefix(e, "ClusterIPNotAllocated ") {
			t.Error(e)
		}
	}
}

// firstUnsettled is an error while one of the graphs is not ready.
func firstUnsettled(graphs []unstructured.Unstructured) error {
	for i := range graphs {
		if err := settled(&graphs[i]); err != nil {
			return err
		}
	}
	return nil
}

// warnings of the namespace, each as the reason, whose it is and what it says.
func (s *scenario) warnings(ctx context.Context) ([]string, error) {
	events, err := s.client.List(ctx, harness.Kind("", "v1", "Event"), s.namespace, "")
	var out []string
	for i := range events {
		if text(&events[i], "type") == "Warning" {
			out = append(out, describeEvent(&events[i]))
		}
	}
	slices.Sort(out)
	return out, err
}

func describeEvent(e *unstructured.Unstructured) string {
	return strings.Join([]string{text(e, "reason"), text(e, "involvedObject", "kind"), text(e, "involvedObject", "name"), text(e, "message")}, " ")
}
