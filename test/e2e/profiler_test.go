package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// resultFile is what the profiler writes when it has found a graph.
const resultFile = "config_with_planner.yaml"

// profiler is the pod of a request's Job. The test plays the kubelet and the profiler;
// the relay is the pod's own, with a token of the pod's account.
type profiler struct {
	*scenario

	pod    harness.Ref
	output string
	relay  *harness.Process
}

// startProfiler waits for the pod of a request's Job, and has it run.
func (s *scenario) startProfiler(request string) *profiler {
	s.Helper()
	p := &profiler{scenario: s, output: s.TempDir()}
	s.until("the Job of "+request+" has a pod", func(ctx context.Context) error {
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "job-name=profile-"+request)
		if err != nil {
			return err
		}
		for i := range pods {
			if text(&pods[i], "status", "phase") == "Pending" && text(&pods[i], "spec", "nodeName") == harness.Unmanaged {
				p.pod = harness.RefOf(&pods[i])
				return nil
			}
		}
		return fmt.Errorf("none of %d pods is scheduled", len(pods))
	})
	p.becomes("Running", `{"running":{}}`)
	var err error
	p.relay, err = cluster.RunContainer(s.Context(), p.pod, "output-copier", "OUTPUT_PATH="+p.output)
	s.must(err)
	s.Cleanup(p.remove)
	return p
}

// becomes is another phase of the pod, and state of the profiler's container.
func (p *profiler) becomes(phase, state string) {
	p.Helper()
	const status = `{"status":{"phase":%q,"containerStatuses":[{"name":"profiler","image":"x","imageID":"x","ready":false,"restartCount":0,"state":%s}]}}`
	p.patch(harness.Pod(), p.pod.Name, fmt.Sprintf(status, phase, state), "status")
}

// writes a file of the profiler.
func (p *profiler) writes(name, content string) {
	p.Helper()
	p.must(os.WriteFile(filepath.Join(p.output, name), []byte(content), 0o600))
}

// ends is the end of the profiler, and then that of the relay and the pod.
func (p *profiler) ends(code int, message string) {
	p.Helper()
	state := fmt.Sprintf(`{"terminated":{"exitCode":%d,"reason":"Completed","message":%q}}`, code, message)
	p.becomes("Running", state)
	p.until("the relay has ended", func(context.Context) error {
		got, err := p.relay.ExitCode()
		if err == nil && got != 0 {
			p.Fatalf("the relay ended with %d", got)
		}
		return err
	})
	phase := "Succeeded"
	if code != 0 {
		phase = "Failed"
	}
	p.becomes(phase, state)
}

// succeeds is a profiler that writes a result.
func (p *profiler) succeeds(result string) {
	p.Helper()
	p.writes(resultFile, result)
	p.ends(0, "")
}

// remove ends the pod as a kubelet does with one that is deleted.
func (p *profiler) remove() {
	ctx := context.WithoutCancel(p.Context())
	_ = p.relay.Stop()
	atOnce := metav1.DeleteOptions{GracePeriodSeconds: new(int64)}
	_ = p.client.Of(harness.Pod(), p.namespace).Delete(ctx, p.pod.Name, atOnce)
	if said, err := os.ReadFile(p.relay.Log); err == nil && p.Failed() {
		p.Logf("the relay of %s said:\n%s", p.pod.Name, said)
	}
}

// request of testdata with some texts replaced: pairs of old and new.
func (s *scenario) request(replace ...string) string {
	s.Helper()
	raw, err := os.ReadFile("testdata/request.yaml")
	s.must(err)
	out := string(raw)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(out, replace[i]) {
			s.Fatalf("testdata/request.yaml has no %q", replace[i])
		}
		out = strings.ReplaceAll(out, replace[i], replace[i+1])
	}
	return out
}

// found is what a profiler found: the example's result.
func (s *scenario) found() string {
	s.Helper()
	raw, err := os.ReadFile(root + "/examples/request/result.yaml")
	s.must(err)
	return string(raw)
}
