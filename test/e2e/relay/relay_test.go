package relay

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	result     = "config_with_planner.yaml"
	final      = "final_config.yaml"
	statusFile = "profiler_status.yaml"
)

// lines is a text of so many bytes, with all that YAML may stumble over.
func lines(size int) string {
	const line = "- {odd: \"\\\u0085\u2028\U0001f600\x7f\té\", even: 'it''s'} # $(POD_NAME) $$\n"
	return strings.Repeat(line, size/len(line)+1)[:size-1] + "\n"
}

// TestOutcomes is each way in which a profiler can end.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		result string
		end    func(*profile)
		want   map[string]string
	}{
		"Result": {
			reason: "a result of 300 KiB, which an annotation could not hold", result: lines(300 << 10),
			end:  func(p *profile) { p.ends(0, "Completed", "") },
			want: map[string]string{"profiler_status": "success", result: lines(300 << 10)},
		},
		"LargeResult": {
			reason: "the largest that is published", result: lines(1000000),
			end:  func(p *profile) { p.ends(0, "Completed", "") },
			want: map[string]string{"profiler_status": "success", result: lines(1000000)},
		},
		"Failure": {
			reason: "it failed, and its log ends with why",
			end:    func(p *profile) { p.ends(1, "Error", "Traceback:\nValueError: no GPU fits\n") },
			want:   map[string]string{"profiler_status": "failed", "profiler_error": "the profiler ended with exit code 1: ValueError: no GPU fits"},
		},
		"NoResult": {
			reason: "it ended well without a result",
			end:    func(p *profile) { p.ends(0, "Completed", "") },
			want:   map[string]string{"profiler_status": "failed", "profiler_error": "the profiler ended without writing config_with_planner.yaml"},
		},
		"Garbage": {
			reason: "it wrote something else", result: "\x00\xff",
			end:  func(p *profile) { p.ends(0, "Completed", "") },
			want: map[string]string{"profiler_status": "failed", "profiler_error": "config_with_planner.yaml is not UTF-8: byte 1 is wrong"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProfile(t, "legacy")
			p.untilPublished("it runs", map[string]string{"profiler_status": "running"})
			if tc.result != "" {
				p.writes(result, tc.result)
			}
			tc.end(p)
			p.untilPublished(tc.reason, tc.want)
			p.untilEnded(0)
			p.isComposed()
		})
	}
}

// isComposed asserts that what the ConfigMap is composed from stays, and that
// composing it again takes nothing away.
func (p *profile) isComposed() {
	p.Helper()
	before, err := cluster.Client.Get(p.Context(), p.configMap())
	p.must(err)
	p.apply(configMap)
	after, err := cluster.Client.Get(p.Context(), p.configMap())
	p.must(err)
	if diff := cmp.Diff(before.Object["data"], after.Object["data"]); diff != "" || after.GetLabels()["dgdr.nvidia.com/name"] != "chat" {
		p.Errorf("labels %v; data: -before, +after:\n%s", after.GetLabels(), short(diff))
	}
}

// TestProgress is a profiler that says how far it is.
func TestProgress(t *testing.T) {
	t.Parallel()
	p := newProfile(t, "current")
	p.untilPublished("it runs", map[string]string{"profiler_status": "running"})
	p.writes(statusFile, "status: running\nphase: SweepingPrefill\nmessage: ''\n")
	p.untilPublished("it sweeps", map[string]string{"profiler_status": "running", "phase": "SweepingPrefill"})
	before, err := cluster.Client.Get(p.Context(), p.configMap())
	p.must(err)
	time.Sleep(12 * time.Second)
	after, err := cluster.Client.Get(p.Context(), p.configMap())
	p.must(err)
	if before.GetResourceVersion() != after.GetResourceVersion() {
		t.Error("the ConfigMap is written although nothing changed")
	}
	p.writes(final, "kind: Graph\n")
	p.writes(statusFile, "status: success\nphase: Done\n")
	p.ends(0, "Completed", "")
	p.untilPublished("it is done", map[string]string{
		"profiler_status": "success", "phase": "Done", final: "kind: Graph\n", statusFile: "status: success\nphase: Done\n",
	})
	p.untilEnded(0)
}

// TestNextAttempt is a second run: nothing of the first is left.
func TestNextAttempt(t *testing.T) {
	t.Parallel()
	p := newProfile(t, "legacy")
	p.writes(result, "kind: Graph\n")
	p.ends(0, "Completed", "")
	p.untilPublished("the first has a result", map[string]string{"profiler_status": "success", result: "kind: Graph\n"})
	p.untilEnded(0)
	p.start("profile-again", "legacy")
	p.untilPublished("the second runs", map[string]string{"profiler_status": "running"})
}

// TestPodEnded ends the pod before the profiler is done.
func TestPodEnded(t *testing.T) {
	t.Parallel()
	p := newProfile(t, "legacy")
	p.untilPublished("it runs", map[string]string{"profiler_status": "running"})
	p.deletePod()
	p.must(p.relay.Stop())
	p.untilPublished("it was ended", map[string]string{"profiler_status": "failed", "profiler_error": "the pod was ended before the profiler"})
	p.untilEnded(0)
}

// TestRequestDeleted ends the pod because all that belongs to it is deleted.
func TestRequestDeleted(t *testing.T) {
	t.Parallel()
	p := newProfile(t, "legacy")
	p.untilPublished("it runs", map[string]string{"profiler_status": "running"})
	p.must(cluster.Client.Delete(t.Context(), p.configMap()))
	p.deletePod()
	p.must(p.relay.Stop())
	p.untilEnded(1)
	if _, err := cluster.Client.Get(t.Context(), p.configMap()); err == nil {
		t.Error("the relay made the ConfigMap anew, which nobody owns")
	}
}

// TestAPIServerAway takes the API server away for a minute, as profilers end: one
// whose end nobody has seen, and one whose result could not be published yet. The
// other tests wait for it, since the API server is theirs as well.
func TestAPIServerAway(t *testing.T) {
	var profiles []*profile
	for _, name := range []string{"unseen", "unpublished"} {
		p := newProfileIn(t, "away-"+name, "legacy")
		p.untilPublished("it runs", map[string]string{"profiler_status": "running"})
		p.writes(result, "kind: Graph\n")
		profiles = append(profiles, p)
	}
	unseen, unpublished := profiles[0], profiles[1]
	unpublished.must(cluster.Client.Delete(t.Context(), unpublished.configMap()))
	unpublished.ends(0, "Completed", "")
	unpublished.untilSaid("not found")
	unseen.ends(0, "Completed", "")

	unseen.must(cluster.APIServer.Stop())
	unseen.Log("the API server is away")
	time.Sleep(time.Minute)
	unseen.must(cluster.APIServer.Start(t.Context()))
	unseen.must(cluster.AwaitAPIServer(t.Context()))

	unpublished.apply(configMap)
	for _, p := range profiles {
		p.untilPublished("the result is there", map[string]string{"profiler_status": "success", result: "kind: Graph\n"})
		p.untilEnded(0)
	}
}
