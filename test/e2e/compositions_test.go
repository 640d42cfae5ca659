package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// release is the label by which tests tell which settings a pod was made with.
const release = "example.org/release"

// TestCompositionsFleet rolls new pod defaults out over a fleet of four graphs that
// share a pair of Compositions of the site's own. Two of them take no update by
// themselves; one of those is moved by hand.
func TestCompositionsFleet(t *testing.T) {
	s := newScenario(t)
	s.applyCompositions("one")
	policies := map[string]string{"auto-a": "Automatic", "auto-b": "Automatic", "still-a": "Manual", "still-b": "Manual"}
	for name, policy := range policies {
		s.apply(chosen(graph(t), name, policy))
	}
	for name := range policies {
		s.untilReady(name)
	}
	first := s.revisions("one", policies)
	still := []map[string]string{s.podsOf("still-a"), s.podsOf("still-b")}

	s.applyCompositions("two")
	s.notef("both Compositions have other pod defaults")
	s.untilRolled("auto-a", "two")
	s.untilRolled("auto-b", "two")
	// Whatever wakes the others, they go on with what they have.
	s.patch(harness.Graph(), "still-b", `{"spec":{"services":{"Worker":{"replicas":3}}}}`)
	s.untilReady("still-b")
	s.untilRolled("still-b", "one")
	s.kept(still[0], "still-a")
	s.kept(still[1], "still-b")

	s.patch(harness.Graph(), "still-a", `{"spec":{"crossplane":{"compositionRevisionRef":{"name":"`+
		text(s.get(harness.Graph(), "auto-a"), "spec", "crossplane", "compositionRevisionRef", "name")+`"}}}}`)
	s.notef("still-a is moved to the revision that the others have")
	s.untilRolled("still-a", "two")
	s.kept(still[1], "still-b")
	second := s.revisions("two", map[string]string{"auto-a": "Automatic", "auto-b": "Automatic", "still-a": "Manual"})
	if first == second {
		t.Errorf("components that moved have the revision %q that they had", first)
	}
	if left := s.revisions("one", map[string]string{"still-b": "Manual"}); left != first {
		t.Errorf("components that stay have revision %q, want %q", left, first)
	}
	s.tellsNot("composed with other settings")
}

// TestCompositionsByHand: a component whose Composition somebody chose by hand keeps it,
// whatever wakes its graph, and says that it is composed otherwise.
func TestCompositionsByHand(t *testing.T) {
	s := ready(t)
	s.applyCompositions("one")
	c := s.get(harness.Component(), worker)
	if got := crossplaneOf(c, "compositionRef", "name"); got != "dynamocomponentdeployments.nvidia.com" || !toldByGraph(c) {
		t.Errorf("%s has Composition %q, and its graph says so: %t, want that of the packages by its graph", worker, got, toldByGraph(c))
	}
	s.chooseByHand("site-components")
	s.untilWarns("composed with other settings than graph")
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Worker":{"replicas":3}}}}`)
	s.untilReady(chat)
	for _, p := range s.list(harness.Pod(), "nvidia.com/dynamo-component=Worker") {
		if got := p.GetLabels()[release]; got != "one" {
			t.Errorf("pod %s is of release %q: the choice by hand does not count", p.GetName(), got)
		}
	}
	s.chooseByHand("dynamocomponentdeployments.nvidia.com")
	s.untilWarns("")
	s.untilRolled(chat, "")
}

// chooseByHand gives the component of the worker another Composition, as a person does:
// again where Crossplane has just then written what it had read before.
func (s *scenario) chooseByHand(composition string) {
	s.Helper()
	patch := fmt.Sprintf(`{"spec":{"crossplane":{"compositionRef":{"name":%q}}}}`, composition)
	s.until(worker+" has Composition "+composition+" by hand", func(ctx context.Context) error {
		if err := s.client.Patch(ctx, s.ref(harness.Component(), worker), patch); err != nil {
			return err
		}
		time.Sleep(2 * time.Second)
		c, err := s.client.Get(ctx, s.ref(harness.Component(), worker))
		if err == nil && crossplaneOf(c, "compositionRef", "name") != composition {
			err = errors.New("it was overwritten")
		}
		return err
	})
}

// toldByGraph says whether a graph wrote the Composition of a component.
func toldByGraph(c *unstructured.Unstructured) bool {
	for _, m := range c.GetManagedFields() {
		if strings.HasPrefix(m.Manager, "apiextensions.crossplane.io/composed/") && strings.Contains(m.FieldsV1.GetRawString(), "f:compositionRef") {
			return true
		}
	}
	return false
}

// untilWarns waits until the component of the worker warns of a text, or of nothing.
func (s *scenario) untilWarns(want string) {
	s.Helper()
	s.until(fmt.Sprintf("Valid of %s says %q", worker, want), func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Component(), worker, "Valid")
		if err == nil && (c.Status != "True" || !strings.Contains(c.Message, want) || (want == "" && c.Message != "")) {
			err = fmt.Errorf("it is %+v", c)
		}
		return err
	})
}

// Where a graph tells its children their Composition.
const (
	handsDown    = "functions/graph/components.go"
	handsDownNow = "	s.handDown(&out)\n"
)

// TestCompositionsTakeover makes a graph with a build of the function that tells
// children nothing of their Composition, and goes on with the present one: nothing is
// made again, and nothing restarts.
func TestCompositionsTakeover(t *testing.T) {
	s := newScenario(t)
	present := s.runs(buildChanged(t, handsDown, handsDownNow, ""))
	s.apply(strings.Replace(graph(t), "componentType: worker", "componentType: worker\n      scalingAdapter: {enabled: true}", 1))
	s.untilReady(chat)
	if c := s.get(harness.Component(), worker); toldByGraph(c) {
		t.Fatalf("the older build tells %s its Composition: the test shows nothing", worker)
	}
	before := s.workloads()
	generation := s.get(harness.Deployment(), worker).GetGeneration()

	s.runs(present)
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"example.org/poke":"true"}}}`)
	s.until("the graph tells its children their Composition", func(ctx context.Context) error {
		for _, ref := range []harness.Ref{s.ref(harness.Component(), frontend), s.ref(harness.Component(), worker), s.ref(harness.Adapter(), worker)} {
			o, err := s.client.Get(ctx, ref)
			if err != nil {
				return err
			}
			if !toldByGraph(o) {
				return fmt.Errorf("%s is not told", ref)
			}
		}
		return nil
	})
	s.untilReady(chat)
	s.same(before)
	if got := s.get(harness.Deployment(), worker).GetGeneration(); got != generation {
		t.Errorf("the Deployment's generation is %d, want %d: its spec was written", got, generation)
	}
}

// chosen is a graph of another name that chooses the site's Composition.
func chosen(manifest, name, policy string) string {
	named := strings.Replace(manifest, "name: chat", "name: "+name, 1)
	return strings.Replace(named, "spec:\n", "spec:\n  crossplane: {compositionRef: {name: site-graphs}, compositionUpdatePolicy: "+policy+"}\n", 1)
}

// applyCompositions applies the site's Compositions, whose pods have a label of that
// value. They go after the test.
func (s *scenario) applyCompositions(label string) {
	s.Helper()
	raw, err := os.ReadFile("testdata/compositions.yaml")
	s.must(err)
	all, err := harness.Objects(strings.ReplaceAll(string(raw), "release: one", "release: "+label))
	s.must(err)
	s.must(s.client.Apply(s.Context(), all...))
	if label == "one" {
		s.Cleanup(func() {
			for _, o := range all {
				_ = s.client.Delete(context.Background(), harness.RefOf(o))
			}
		})
	}
}

// podsOf are the UIDs of the pods of a graph that are not on their way out, by name.
func (s *scenario) podsOf(graph string) map[string]string {
	s.Helper()
	out := map[string]string{}
	for _, p := range s.list(harness.Pod(), "nvidia.com/dynamo-graph-deployment-name="+graph) {
		if p.GetDeletionTimestamp() == nil {
			out[p.GetName()] = string(p.GetUID())
		}
	}
	return out
}

// kept checks that a graph still has pods.
func (s *scenario) kept(before map[string]string, graph string) {
	s.Helper()
	after := s.podsOf(graph)
	for name, uid := range before {
		if after[name] != uid {
			s.Errorf("%s: pod %s was replaced", graph, name)
		}
	}
}

// untilRolled waits until all pods of a graph have the label of a release, and the
// graph is ready.
func (s *scenario) untilRolled(graph, label string) {
	s.Helper()
	s.until("all pods of "+graph+" are of release "+label, func(ctx context.Context) error {
		g, err := s.client.Get(ctx, s.ref(harness.Graph(), graph))
		if err != nil {
			return err
		}
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "nvidia.com/dynamo-graph-deployment-name="+graph)
		if err != nil {
			return err
		}
		if len(pods) == 0 {
			return errors.New("there are none")
		}
		for i := range pods {
			if got := pods[i].GetLabels()[release]; got != label {
				return fmt.Errorf("%s is of release %q", pods[i].GetName(), got)
			}
		}
		return settled(g)
	})
}

// revisions checks that the components of graphs have the Composition, the policy and
// the settings that they should, and returns the revision that they share.
func (s *scenario) revisions(label string, policies map[string]string) string {
	s.Helper()
	found := map[string]bool{}
	revision := ""
	for name, policy := range policies {
		components := s.list(harness.Component(), "nvidia.com/dynamo-graph-deployment-name="+name)
		if len(components) != 2 {
			s.Errorf("%s has %d components, want 2", name, len(components))
		}
		for i := range components {
			c := &components[i]
			got := map[string]string{"composition": crossplaneOf(c, "compositionRef", "name"), "policy": crossplaneOf(c, "compositionUpdatePolicy")}
			if diff := cmp.Diff(map[string]string{"composition": "site-components", "policy": policy}, got); diff != "" {
				s.Errorf("%s: -want, +got:\n%s", c.GetName(), diff)
			}
			revision = crossplaneOf(c, "compositionRevisionRef", "name")
			found[revision] = true
		}
	}
	if len(found) != 1 {
		s.Errorf("components of release %s have the revisions %v, want one", label, found)
	}
	return revision
}

func crossplaneOf(o *unstructured.Unstructured, fields ...string) string {
	return text(o, append([]string{"spec", "crossplane"}, fields...)...)
}

// tellsNot checks that no event of the namespace has a text.
func (s *scenario) tellsNot(what string) {
	s.Helper()
	for _, e := range s.list(harness.Kind("", "v1", "Event"), "") {
		if strings.Contains(text(&e, "message"), what) {
			s.Errorf("event of %s: %s", text(&e, "involvedObject", "name"), text(&e, "message"))
		}
	}
}
