package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Conditions of requests that came so far.
const (
	passed    = "Validation=True ValidationPassed"
	profiling = "Profiling=False ProfilingRunning"
	profiled  = "Profiling=True ProfilingCompleted"
	failed    = "Profiling=False ProfilingFailed"
	generated = "SpecGenerated=True SpecGenerated"
	garbage   = "SpecGenerated=False GenerationFailed"
	serves    = "DeploymentReady=True DeploymentReady"
	deleted   = "DeploymentReady=False DeploymentDeleted"
	taken     = "DeploymentReady=False NameTaken"
)

// made is the name of the graph that the example's result makes.
const made = "vllm-disagg"

// untilRequest waits until a request is in a state, with these conditions. It is ready
// in the state Ready alone, and always synced.
func (s *scenario) untilRequest(name, state string, conditions ...string) {
	s.Helper()
	s.until(fmt.Sprintf("request %s is %s, %s", name, state, strings.Join(conditions, ", ")), func(ctx context.Context) error {
		return s.isRequest(ctx, name, state, append(conditions, "Synced=True ReconcileSuccess")...)
	})
}

func (s *scenario) isRequest(ctx context.Context, name, state string, conditions ...string) error {
	o, err := s.client.Get(ctx, s.ref(harness.Request(), name))
	if err != nil {
		return err
	}
	var errs []error
	if got := text(o, "status", "state"); got != state {
		errs = append(errs, fmt.Errorf("status.state is %q", got))
	}
	if got := readiness(o); (got == "True") != (state == "Ready") {
		errs = append(errs, fmt.Errorf("Ready is %q", got))
	}
	for _, want := range conditions {
		kind, _, _ := strings.Cut(want, "=")
		c := harness.ConditionOf(o, kind)
		if got := fmt.Sprintf("%s=%s %s", kind, c.Status, c.Reason); got != want {
			errs = append(errs, fmt.Errorf("%s: %s", got, c.Message))
		}
	}
	return errors.Join(errs...)
}

// explains waits until a condition of a request says something.
func (s *scenario) explains(request, condition, want string) {
	s.Helper()
	s.until(fmt.Sprintf("%s of %s says %q", condition, request, want), func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Request(), request, condition)
		if err == nil && !strings.Contains(c.Message, want) {
			err = fmt.Errorf("it says %q", c.Message)
		}
		if err == nil {
			s.notef("%s=%s %s: %s", condition, c.Status, c.Reason, c.Message)
		}
		return err
	})
}

// ever counts the objects that there ever were.
func (r *record) ever() int {
	uids := map[string]bool{}
	for _, o := range r.sightings() {
		uids[string(o.GetUID())] = true
	}
	return len(uids)
}

// ran asserts how many Jobs, and graphs, there ever were.
func (s *scenario) ran(jobs, graphs *record, wantJobs, wantGraphs int) {
	s.Helper()
	if diff := cmp.Diff([]int{wantJobs, wantGraphs}, []int{jobs.ever(), graphs.ever()}); diff != "" {
		s.Errorf("Jobs and graphs that were ever made: -want, +got:\n%s", diff)
	}
}

// recordRuns records all Jobs and graphs.
func (s *scenario) recordRuns() (*record, *record) {
	s.Helper()
	return s.record(harness.Job()), s.record(harness.Graph())
}

// rests waits until nothing is written any more while nothing happens. After a start
// Crossplane looks at everything once.
func (s *scenario) rests() {
	s.Helper()
	diff := ""
	for range 4 {
		before := s.requestVersions()
		time.Sleep(8 * time.Second)
		after := s.requestVersions()
		if diff = cmp.Diff(before, after); diff == "" {
			s.notef("%d objects are at rest", len(after))
			return
		}
	}
	s.Errorf("objects were written while nothing happened: -before, +after:\n%s", diff)
}

// requestVersions are those of all that a request makes, and of itself.
func (s *scenario) requestVersions() map[string]string {
	s.Helper()
	out := s.versions()
	for _, kind := range []schema.GroupVersionKind{harness.Request(), harness.Job()} {
		for _, o := range s.list(kind, "") {
			out[kind.Kind+"/"+o.GetName()] = o.GetResourceVersion()
		}
	}
	return out
}

// poke has Crossplane look at a request.
func (s *scenario) poke(request string) {
	s.Helper()
	s.patch(harness.Request(), request, fmt.Sprintf(`{"metadata":{"annotations":{"example.org/poke":%q}}}`, time.Now().String()))
}

// delete as kubectl does: what an object owns goes after it.
func (s *scenario) delete(kind schema.GroupVersionKind, name string) {
	s.Helper()
	after := metav1.DeletePropagationBackground
	s.must(s.client.Of(kind, s.namespace).Delete(s.Context(), name, metav1.DeleteOptions{PropagationPolicy: &after}))
	s.notef("%s %s deleted", kind.Kind, name)
}

// withoutAccount waits until the account of a request's profiler is gone.
func (s *scenario) withoutAccount(request string) {
	s.Helper()
	s.until("the account of its profiler is gone", func(ctx context.Context) error {
		return errors.Join(
			s.gone(ctx, s.ref(harness.Kind("", "v1", "ServiceAccount"), request+"-profiler")),
			s.gone(ctx, s.ref(harness.Kind("rbac.authorization.k8s.io", "v1", "RoleBinding"), request+"-profiler")),
		)
	})
}

// TestRequestLife takes a request from its creation to a graph that serves, and on: an
// edit of the graph by a person, autoApply switched off, the Job deleted, the graph
// deleted, the request deleted.
func TestRequestLife(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request())
	s.untilRequest(chat, "Profiling", passed, profiling)
	s.printsRequest("chat|Qwen/Qwen3-32B|vllm|Profiling|True|False|dynamographdeploymentrequests.nvidia.com")
	p := s.startProfiler(chat)
	s.rests()
	p.succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.untilReady(made)
	s.withoutAccount(chat)
	s.printsRequest("chat|Qwen/Qwen3-32B|vllm|Ready|successful|True|True|dynamographdeploymentrequests.nvidia.com")
	s.rests()
	s.ran(jobs, graphs, 1, 1)

	s.patch(harness.Graph(), made, `{"spec":{"services":{"Frontend":{"replicas":3}}}}`)
	s.notef("a person scales the graph's frontend to 3")
	s.untilReplicas(made+"-frontend", 3)
	s.patch(harness.Request(), chat, `{"spec":{"autoApply":false}}`)
	s.notef("autoApply is switched off")
	s.delete(harness.Job(), "profile-chat")
	time.Sleep(2 * time.Second)
	s.poke(chat)
	time.Sleep(2 * time.Second)
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.untilReplicas(made+"-frontend", 3)
	s.untilReady(made)
	s.ran(jobs, graphs, 1, 1)

	s.delete(harness.Graph(), made)
	s.untilRequest(chat, "DeploymentDeleted", passed, profiled, generated, deleted)
	s.patch(harness.Request(), chat, `{"spec":{"autoApply":true}}`)
	s.notef("autoApply is switched on")
	s.rests()
	s.untilRequest(chat, "DeploymentDeleted", passed, profiled, generated, deleted)
	s.ran(jobs, graphs, 1, 1)
	s.deleteRequest(chat)
}

// deleteRequest deletes a request, and waits until nothing of it is left.
func (s *scenario) deleteRequest(name string) {
	s.Helper()
	s.delete(harness.Request(), name)
	s.until("it is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Request(), name)) })
	s.until("so is all that it made", func(ctx context.Context) error {
		return s.empty(ctx, append(leftovers(), "batch/v1/Job", "nvidia.com/v1alpha1/DynamoGraphDeployment")...)
	})
}

// empty is an error until the namespace has no object of the kinds but what Kubernetes puts
// into each.
func (s *scenario) empty(ctx context.Context, kinds ...string) error {
	var left []error
	for _, kind := range kinds {
		all, err := s.client.List(ctx, kindOf(kind), s.namespace, "")
		left = append(left, err)
		for _, o := range all {
			if n := o.GetName(); n != "default" && n != "kube-root-ca.crt" {
				left = append(left, errors.New(kind+"/"+n))
			}
		}
	}
	return errors.Join(left...)
}

// printsRequest asserts what kubectl prints of the requests.
func (s *scenario) printsRequest(want string) {
	s.Helper()
	s.until("kubectl prints the request", func(ctx context.Context) error {
		columns, cells, err := cluster.Table(ctx, harness.Request(), s.namespace)
		if err != nil {
			return err
		}
		diff := cmp.Diff("Name Model Backend State DGD-State SYNCED READY COMPOSITION COMPOSITIONREVISION AGE", strings.Join(columns, " "))
		words := strings.Fields(strings.Trim(fmt.Sprint(cells[0]), "[]"))
		// The revision of the Composition and the age change.
		got := strings.ReplaceAll(strings.Join(words[:len(words)-2], "|"), "|<nil>", "")
		if diff += cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("columns and row: -want, +got:\n%s", diff)
		}
		return nil
	})
}

// TestRequestByHand leaves the graph to a person, who then has it made after all.
func TestRequestByHand(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request("autoApply: true", "autoApply: false"))
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated)
	o := s.get(harness.Request(), chat)
	if got, _, _ := unstructured.NestedString(o.Object, "status", "generatedDeployment", "metadata", "name"); got != made {
		t.Errorf("status.generatedDeployment is of %q, want %q", got, made)
	}
	s.rests()
	s.ran(jobs, graphs, 1, 0)
	s.patch(harness.Request(), chat, `{"spec":{"autoApply":true}}`)
	s.notef("autoApply is switched on")
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.untilReady(made)
	s.ran(jobs, graphs, 1, 1)
}

// TestRequestFails has a profiler fail, and the spec be corrected.
func TestRequestFails(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	requests := s.record(harness.Request())
	s.apply(s.request())
	s.startProfiler(chat).ends(1, "ValueError: no GPU fits")
	s.untilRequest(chat, "Failed", passed, failed)
	s.explains(chat, "Profiling", "ValueError: no GPU fits")
	s.withoutAccount(chat)
	s.rests()
	s.ran(jobs, graphs, 1, 0)

	s.patch(harness.Request(), chat, `{"spec":{"model":"Qwen/Qwen3-0.6B"}}`)
	s.notef("another model is asked for")
	s.untilRequest(chat, "Profiling", passed, profiling)
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.ran(jobs, graphs, 2, 1)
	for _, j := range jobs.sightings() {
		if j.deleted && j.GetUID() == s.get(harness.Job(), "profile-chat").GetUID() {
			t.Error("the second Job was deleted, too")
		}
	}
	wrong := requests.changes(chat, func(o *unstructured.Unstructured) string {
		if c := harness.ConditionOf(o, "Synced"); c.Status == "False" {
			return c.Message
		}
		return ""
	})
	s.notef("Synced was False with %q", wrong)
	if len(wrong) > 1 {
		t.Errorf("the request was not synced in between: %q", wrong)
	}
	s.warnsOnly(chat, "ProfilingJobFailed")
}

// warnsOnly asserts which warnings there were of a request.
func (s *scenario) warnsOnly(request string, want ...string) {
	s.Helper()
	got := map[string]string{}
	for _, e := range s.list(harness.Kind("", "v1", "Event"), "") {
		if text(&e, "type") == "Warning" && text(&e, "involvedObject", "kind") == "DynamoGraphDeploymentRequest" && text(&e, "involvedObject", "name") == request {
			got[text(&e, "reason")] = text(&e, "message")
		}
	}
	s.notef("warnings: %q", got)
	for _, reason := range want {
		if _, ok := got[reason]; !ok {
			s.Errorf("want a warning %s, got %v", reason, got)
		}
		delete(got, reason)
	}
	if len(got) > 0 {
		s.Errorf("want no other warnings than %v, got %v", want, got)
	}
}

// TestRequestTriedAgain changes a request that has failed, and takes the change back
// while it waits: that is a further attempt, of which the first one says nothing.
func TestRequestTriedAgain(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request())
	s.startProfiler(chat).ends(1, "the node went away")
	s.untilRequest(chat, "Failed", passed, failed)
	s.patch(harness.Request(), chat, `{"spec":{"profilingConfig":{"configMapRef":{"name":"base"}}}}`)
	s.notef("a file is named that does not exist")
	s.untilRequest(chat, "Pending", "Validation=False ValidationFailed")
	s.patch(harness.Request(), chat, `{"spec":{"profilingConfig":{"configMapRef":null}}}`)
	s.notef("and no more")
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.ran(jobs, graphs, 2, 1)
}

// TestRequestResults has profilers write what makes no graph that serves.
func TestRequestResults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason     string
		change     func(result string) string
		state      string
		conditions []string
		says       [2]string
		graphs     int
	}{
		"NoGraph": {
			reason: "nothing can be made of it", change: func(string) string { return "kind: [\n" },
			state: "Failed", conditions: []string{passed, profiled, garbage, "Synced=True ReconcileSuccess"},
			says: [2]string{"SpecGenerated", "holds no DynamoGraphDeployment"},
		},
		"Faulty": {
			reason: "the schema of graphs forbids it, which is seen before the graph is made", change: func(r string) string { return strings.Replace(r, "replicas: 2", "replicas: -2", 1) },
			state: "Failed", conditions: []string{passed, profiled, garbage, "Synced=True ReconcileSuccess"},
			says: [2]string{"SpecGenerated", "spec.services[VllmDecodeWorker].replicas"},
		},
		"UnknownFields": {
			reason: "what no graph can have is left out", change: func(r string) string {
				return strings.Replace(r, "  services:\n    Frontend:", "  colour: red\n  services:\n    Frontend:\n      fooBar: 1", 1)
			},
			state: "Ready", conditions: []string{passed, profiled, generated, serves, "Synced=True ReconcileSuccess"},
			says: [2]string{"UnsupportedFields", "spec.services.Frontend.fooBar"}, graphs: 1,
		},
		"RefusedByGraph": {
			reason: "the graph cannot be composed", change: func(r string) string {
				return strings.Replace(r, "  services:", "  backendFramework: sglang\n  services:", 1)
			},
			state: "Deploying", conditions: []string{passed, profiled, generated, "DeploymentReady=False DeploymentCreated", "Synced=True ReconcileSuccess"},
			says: [2]string{"DeploymentReady", "spec.services["}, graphs: 1,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t)
			jobs, graphs := s.recordRuns()
			s.apply(s.request())
			s.startProfiler(chat).succeeds(tc.change(s.found()))
			s.until(tc.reason, func(ctx context.Context) error { return s.isRequest(ctx, chat, tc.state, tc.conditions...) })
			s.explains(chat, tc.says[0], tc.says[1])
			s.ran(jobs, graphs, 1, tc.graphs)
			s.deleteRequest(chat)
		})
	}
}

// TestRequestJobDeleted deletes the Job while it runs: it does not run again.
func TestRequestJobDeleted(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request())
	p := s.startProfiler(chat)
	s.delete(harness.Job(), "profile-chat")
	p.remove()
	s.untilRequest(chat, "Failed", passed, failed)
	s.explains(chat, "Profiling", "")
	s.rests()
	s.ran(jobs, graphs, 1, 0)
}

// TestRequestsTogether has two requests of one namespace find the same ConfigMap at once:
// one makes it, the other one names it, and makes its own once the first is gone.
func TestRequestsTogether(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	const second, data = "talk", "planner-profile-data"
	s.apply(s.request())
	s.apply(s.request("name: chat", "name: "+second))
	a, b := s.startProfiler(chat), s.startProfiler(second)
	a.writes(resultFile, s.found())
	b.writes(resultFile, strings.Replace(s.found(), "name: "+made, "name: other", 1))
	for _, p := range []*profiler{a, b} {
		p.becomes("Running", `{"terminated":{"exitCode":0}}`)
	}
	a.ends(0, "")
	b.ends(0, "")
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.untilRequest(second, "Ready", passed, profiled, generated, serves)
	s.rests()
	first, other := chat, second
	if owner(s.get(harness.ConfigMap(), data)) != first {
		first, other = other, first
	}
	s.explains(other, "UnsupportedFields", data)
	s.ran(jobs, graphs, 2, 2)

	s.delete(harness.Request(), first)
	s.until("ConfigMap "+data+" is that of "+other, func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.ConfigMap(), data))
		if err == nil && owner(o) != other {
			err = fmt.Errorf("it is that of %s", owner(o))
		}
		return err
	})
	s.untilRequest(other, "Ready", passed, profiled, generated, serves, "UnsupportedFields=False NoFieldsIgnored")
	s.ran(jobs, graphs, 2, 2)
}

// owner of an object, the first one; empty for none.
func owner(o *unstructured.Unstructured) string {
	for _, r := range o.GetOwnerReferences() {
		return r.Name
	}
	return ""
}

// TestRequestNameTaken has a graph in the way that somebody else made.
func TestRequestNameTaken(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(strings.Replace(graph(t), "name: chat", "name: "+made, 1))
	s.untilReady(made)
	before := s.get(harness.Graph(), made)
	s.apply(s.request())
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Deploying", passed, profiled, generated, taken)
	s.explains(chat, "DeploymentReady", made)
	s.rests()
	s.untouched(before)
	s.patch(harness.Request(), chat, `{"spec":{"autoApply":false}}`)
	s.untilRequest(chat, "Ready", passed, profiled, generated, "DeploymentReady=False Pending")
	s.patch(harness.Request(), chat, `{"spec":{"autoApply":true}}`)
	s.untilRequest(chat, "Deploying", passed, profiled, generated, taken)
	s.delete(harness.Graph(), made)
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.ran(jobs, graphs, 1, 2)
}

// TestRequestInputLate has what the profiler reads come after the request.
func TestRequestInputLate(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request("    config:", "    configMapRef: {name: base, key: agg.yaml}\n    config:"))
	s.untilRequest(chat, "Pending", "Validation=False ValidationFailed")
	s.explains(chat, "Validation", "ConfigMap "+s.namespace+"/base not found")
	s.rests()
	s.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\ndata: {other: x}\n")
	s.until("its key is missing", func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Request(), chat, "Validation")
		if err == nil && !strings.Contains(c.Message, "has no key agg.yaml") {
			err = fmt.Errorf("it says %s", c.Message)
		}
		return err
	})
	s.ran(jobs, graphs, 0, 0)
	s.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\ndata: {agg.yaml: x}\n")
	s.untilRequest(chat, "Profiling", passed, profiling)
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.ran(jobs, graphs, 1, 1)
}
