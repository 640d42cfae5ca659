package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// restartAll kills Crossplane and the function, and starts both again.
func (s *scenario) restartAll(when string) {
	s.Helper()
	s.must(cluster.Core.Kill())
	s.must(cluster.Function.Kill())
	s.must(cluster.Function.Start(s.Context()))
	s.must(cluster.Core.Start(s.Context()))
	s.must(cluster.AwaitFunction(s.Context()))
	s.must(cluster.AwaitCore(s.Context()))
	s.notef("Crossplane and the function were killed while the request was %s, and started", when)
}

// TestRequestRestarted kills Crossplane and the function in each state of a request.
// Whatever happened in between is found afterwards, and nothing runs twice.
func TestRequestRestarted(t *testing.T) {
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request("    config:", "    configMapRef: {name: base}\n    config:"))
	s.untilRequest(chat, "Pending", "Validation=False ValidationFailed")
	s.restartAll("Pending")
	s.untilRequest(chat, "Pending", "Validation=False ValidationFailed")
	s.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\ndata: {disagg.yaml: x}\n")
	s.untilRequest(chat, "Profiling", passed, profiling)
	p := s.startProfiler(chat)
	s.restartAll("Profiling")
	s.untilRequest(chat, "Profiling", passed, profiling)

	s.must(cluster.Function.Kill())
	s.notef("function killed while it profiles")
	p.succeeds(s.found())
	s.delete(harness.Job(), "profile-chat")
	s.must(cluster.Function.Start(s.Context()))
	s.must(cluster.AwaitFunction(s.Context()))
	s.poke(chat)
	s.until("the graph is there", func(ctx context.Context) error {
		_, err := s.client.Get(ctx, s.ref(harness.Graph(), made))
		return err
	})
	s.restartAll("Deploying")
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.untilReady(made)
	before := s.uids(harness.Graph(), harness.Component(), harness.Deployment())
	s.restartAll("Ready")
	s.poke(chat)
	s.rests()
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	if diff := cmp.Diff(before, s.uids(harness.Graph(), harness.Component(), harness.Deployment())); diff != "" {
		t.Errorf("what served was replaced: -before, +after:\n%s", diff)
	}

	s.must(cluster.Core.Kill())
	s.notef("Crossplane killed")
	s.delete(harness.Graph(), made)
	s.must(cluster.Core.Start(s.Context()))
	s.must(cluster.AwaitCore(s.Context()))
	s.untilRequest(chat, "DeploymentDeleted", passed, profiled, generated, deleted)
	s.restartAll("DeploymentDeleted")
	s.poke(chat)
	s.rests()
	s.untilRequest(chat, "DeploymentDeleted", passed, profiled, generated, deleted)
	s.ran(jobs, graphs, 1, 1)
}

// TestRequestRestartedFailed does the same where profiling has failed.
func TestRequestRestartedFailed(t *testing.T) {
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request())
	s.startProfiler(chat).ends(1, "ValueError: no GPU fits")
	s.untilRequest(chat, "Failed", passed, failed)
	s.restartAll("Failed")
	s.delete(harness.Job(), "profile-chat")
	s.poke(chat)
	s.rests()
	s.untilRequest(chat, "Failed", passed, failed)
	s.explains(chat, "Profiling", "ValueError: no GPU fits")
	s.ran(jobs, graphs, 1, 0)
}

// whileCalled has something happen while Crossplane waits for the function, which it
// has told what there was before.
func (s *scenario) whileCalled(request string, do func()) {
	s.Helper()
	s.must(cluster.Function.Freeze())
	s.poke(request)
	time.Sleep(2 * time.Second)
	do()
	time.Sleep(time.Second)
	s.must(cluster.Function.Thaw())
	s.notef("the function was frozen meanwhile")
}

// TestRequestJobDeletedInCall deletes a Job just when Crossplane is about to apply it once
// more as it was: that does not make it anew.
func TestRequestJobDeletedInCall(t *testing.T) {
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(s.request())
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.untilReady(made)
	s.rests()
	s.whileCalled(chat, func() { s.delete(harness.Job(), "profile-chat") })
	time.Sleep(3 * time.Second)
	s.poke(chat)
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.rests()
	s.ran(jobs, graphs, 1, 1)
}

// TestRequestRights takes away what Crossplane may do beyond its chart: a request says
// what is missing, and goes on when it is back.
func TestRequestRights(t *testing.T) {
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	giveBack := s.takeRights("create batch/jobs")
	s.apply(s.request())
	s.untilForbidden(harness.Request(), chat)
	giveBack()
	s.untilRequest(chat, "Profiling", passed, profiling)
	s.startProfiler(chat).succeeds(s.found())
	s.untilRequest(chat, "Ready", passed, profiled, generated, serves)
	s.ran(jobs, graphs, 1, 1)
}

// TestRequestTrials has the profiler try out graphs, with its own account: they come to
// serve, are reached where it looks for them, and go with it or with the request.
func TestRequestTrials(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	s.apply(s.request())
	p := s.startProfiler(chat)
	account, err := cluster.ClientOf(t.Context(), p.pod)
	s.must(err)
	own := string(s.get(harness.Request(), chat).GetUID())
	trials := s.objects(strings.ReplaceAll(manifest(t, "trials.yaml"), "uid: UID", "uid: "+own))
	for _, o := range trials {
		s.must(account.Create(t.Context(), o))
	}
	for _, each := range []struct{ graph, worker string }{
		{"agg-1a2b", "vllmdecodeworker"}, {"sglang-agg-3c4d", "decode"}, {"trtllm-agg-5e6f", "trtllmworker"},
	} {
		s.until("the profiler sees that "+each.graph+" serves", func(ctx context.Context) error {
			o, err := account.Get(ctx, s.ref(harness.Graph(), each.graph))
			if err != nil {
				return err
			}
			return settled(o)
		})
		s.isReachedAs(each.graph)
		for _, service := range []string{"frontend", each.worker} {
			pods, err := account.List(t.Context(), harness.Pod(), s.namespace, "nvidia.com/selector="+each.graph+"-"+service)
			s.must(err)
			if len(pods) == 0 {
				t.Errorf("no pods have the label nvidia.com/selector=%s-%s", each.graph, service)
			}
			for i := range pods {
				if n := len(containers(&pods[i])); n != 1 {
					t.Errorf("%s has %d containers: whose log is meant?", pods[i].GetName(), n)
				}
			}
		}
	}
	if right := "update nvidia.com/dynamographdeploymentrequests/finalizers"; !s.may(t.Context(), "system:serviceaccount:"+s.namespace+":chat-profiler", right) {
		t.Errorf("where owner references are checked, the profiler's account needs the right to %s", right)
	}
	s.must(account.Delete(t.Context(), s.ref(harness.Graph(), "agg-1a2b")))
	s.until("the profiler deletes one", func(ctx context.Context) error {
		return s.gone(ctx, s.ref(harness.Graph(), "agg-1a2b"))
	})
	p.ends(1, "ValueError: it ended before it deleted the other one")
	s.untilRequest(chat, "Failed", passed, failed)
	s.deleteRequest(chat)
}

// isReachedAs asserts that a graph's frontend is reached at the Service that profilers
// send their traffic to.
func (s *scenario) isReachedAs(graph string) {
	s.Helper()
	service := s.get(harness.Kind("", "v1", "Service"), graph+"-frontend")
	ports, _, _ := unstructured.NestedSlice(service.Object, "spec", "ports")
	port, _ := ports[0].(map[string]any)
	if port["port"] != int64(8000) {
		s.Errorf("%s-frontend listens at %v, want 8000", graph, port)
	}
	selector, _, _ := unstructured.NestedStringMap(service.Object, "spec", "selector")
	pods := s.list(harness.Pod(), labels.FormatLabels(selector))
	if len(pods) != 1 || readiness(&pods[0]) != "True" {
		s.Errorf("%d pods are behind %s-frontend, want one that is ready", len(pods), graph)
	}
}

func containers(pod *unstructured.Unstructured) []any {
	all, _, _ := unstructured.NestedSlice(pod.Object, "spec", "containers")
	return all
}
