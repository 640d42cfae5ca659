package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// TestColumns looks at what `kubectl get dgd,dcd,dgdsa` prints of a graph that
// serves. Core puts its own columns behind ours.
func TestColumns(t *testing.T) {
	s := newScenario(t)
	s.apply(s.file("scaled.yaml"))
	s.untilReady(chat)
	const core = " SYNCED READY COMPOSITION COMPOSITIONREVISION AGE"
	cases := map[string]struct {
		kind    schema.GroupVersionKind
		columns string
		rows    []string
	}{
		"Graph": {
			kind:    harness.Graph(),
			columns: "Name Backend State" + core,
			rows:    []string{"chat|vllm|successful|True|True|dynamographdeployments.nvidia.com"},
		},
		"Component": {
			kind:    harness.Component(),
			columns: "Name Available Backend" + core,
			rows: []string{
				"chat-frontend|True|vllm|True|True|dynamocomponentdeployments.nvidia.com",
				"chat-worker|True|vllm|True|True|dynamocomponentdeployments.nvidia.com",
			},
		},
		"Adapter": {
			kind:    harness.Adapter(),
			columns: "Name DGD Service Replicas" + core,
			rows:    []string{"chat-worker|chat|Worker|2|True|True|dynamographdeploymentscalingadapters.nvidia.com"},
		},
		"AdapterOfV1Beta1": {
			kind:    harness.Adapter().GroupKind().WithVersion("v1beta1"),
			columns: "Name DGD Component Replicas" + core,
			rows:    []string{"chat-worker|chat|Worker|2|True|True|dynamographdeploymentscalingadapters.nvidia.com"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			columns, cells, err := cluster.Table(t.Context(), tc.kind, s.namespace)
			s.must(err)
			if diff := cmp.Diff(tc.columns, strings.Join(columns, " ")); diff != "" {
				t.Errorf("columns: -want, +got:\n%s", diff)
			}
			var rows []string
			for _, row := range cells {
				words := strings.Fields(strings.Trim(fmt.Sprint(row), "[]"))
				// The revision of the Composition and the age change.
				rows = append(rows, strings.Join(words[:len(words)-2], "|"))
			}
			if diff := cmp.Diff(tc.rows, rows); diff != "" {
				t.Errorf("rows: -want, +got:\n%s", diff)
			}
		})
	}
}
