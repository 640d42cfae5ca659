package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// edit is what a person makes of a field of a graph that nobody else has edited.
type edit struct {
	path  string
	value any
}

// patch is the edit as a merge patch.
func (e edit) patch() string {
	path := strings.Split(e.path, "/")
	value := fmt.Sprint(e.value)
	if text, ok := e.value.(string); ok {
		value = fmt.Sprintf("%q", text)
	}
	for i := len(path) - 1; i >= 0; i-- {
		value = fmt.Sprintf("{%q:%s}", path[i], value)
	}
	return value
}

// edits are some of the example's graph.
func edits() []edit {
	var out []edit
	for i, service := range []string{"Frontend", "VllmPrefillWorker", "VllmDecodeWorker", "Planner"} {
		at := "spec/services/" + service
		out = append(out,
			edit{at + "/replicas", int64(3 + i)},
			edit{at + "/extraPodSpec/mainContainer/image", fmt.Sprintf("example.org/runtime:%d", i)},
		)
	}
	return append(out,
		edit{"spec/services/VllmPrefillWorker/resources/limits/gpu", "4"},
		edit{"spec/services/VllmDecodeWorker/resources/limits/gpu", "8"},
	)
}

// TestRequestGraphEdited has a person edit a generated graph, field by field and faster
// than Crossplane looks, while the request changes, too: all of it stays.
func TestRequestGraphEdited(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		before func(s *scenario, i int)
	}{
		"InARow": {reason: "one edit wakes the request, which the next one must not lose to", before: func(*scenario, int) {}},
		"BesideTheRequest": {reason: "the request is edited just before", before: func(s *scenario, i int) {
			s.patch(harness.Request(), chat, fmt.Sprintf(`{"spec":{"autoApply":%t}}`, i%2 == 1))
			time.Sleep(time.Duration(i%8) * 20 * time.Millisecond)
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t)
			jobs, graphs := s.recordRuns()
			s.apply(s.request())
			s.startProfiler(chat).succeeds(s.found())
			s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
			for i, e := range edits() {
				tc.before(s, i)
				s.patch(harness.Graph(), made, e.patch())
			}
			s.notef("a person has edited %d fields of the graph", len(edits()))
			s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
			s.poke(chat)
			s.rests()
			graph := s.get(harness.Graph(), made)
			for _, e := range edits() {
				got, _, _ := unstructured.NestedFieldNoCopy(graph.Object, strings.Split(e.path, "/")...)
				if diff := cmp.Diff(e.value, got); diff != "" {
					t.Errorf("%s: %s: -want, +got:\n%s", tc.reason, e.path, diff)
				}
			}
			s.ran(jobs, graphs, 1, 1)
		})
	}
}
