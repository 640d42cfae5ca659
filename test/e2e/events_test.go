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
// of each in an order of its own, and one in eight showed what the order can do.
const healthyGraphs = 40

// TestHealthyGraphsWarnOfNothing creates graphs with which nothing is wrong: no event
// of their namespace is a Warning.
func TestHealthyGraphsWarnOfNothing(t *testing.T) {
	s := newScenario(t)
	s.patience = 6 * time.Minute
	for i := range healthyGraphs {
		o := s.objects(graph(t))[0]
		o.SetName(fmt.Sprintf("chat-%02d", i))
		s.must(s.client.Create(t.Context(), o))
	}
	s.notef("%d graphs created", healthyGraphs)
	s.until("every graph is ready", seldom(func(ctx context.Context) error {
		all, err := s.client.List(ctx, harness.Graph(), s.namespace, "")
		for i := range all {
			if err == nil {
				err = settled(&all[i])
			}
		}
		return err
	}))
	warnings := map[string]int{}
	for _, e := range s.warnings() {
		warnings[e]++
	}
	for e, n := range warnings {
		t.Errorf("%d times: %s", n, e)
	}
}

// warnings of the namespace, each as the reason, whose it is and what it says.
func (s *scenario) warnings() []string {
	s.Helper()
	var out []string
	for _, e := range s.list(harness.Kind("", "v1", "Event"), "") {
		if text(&e, "type") == "Warning" {
			out = append(out, describeEvent(&e))
		}
	}
	slices.Sort(out)
	return out
}

func describeEvent(e *unstructured.Unstructured) string {
	return strings.Join([]string{text(e, "reason"), text(e, "involvedObject", "kind"), text(e, "involvedObject", "name"), text(e, "message")}, " ")
}
