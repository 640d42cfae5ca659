package names

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
)

// TestRequest pins names: a changed one profiles a model once more.
func TestRequest(t *testing.T) {
	type named struct{ Job, Output, Account string }
	long, dotted := strings.Repeat("r", 55), strings.Repeat("r", 53)+".r"
	cases := map[string]struct {
		reason  string
		request string
		want    named
	}{
		"Short":   {reason: "named after the request", request: "chat", want: named{"profile-chat", "dgdr-output-chat", "chat-profiler"}},
		"Longest": {reason: "the longest name that a request may have", request: long, want: named{"profile-" + long, "dgdr-output-" + long, strings.Repeat("r", 54) + "-9046f8ed"}},
		"Dotted":  {reason: "no name ends with a dot before its hash", request: dotted, want: named{"profile-" + dotted, "dgdr-output-" + dotted, strings.Repeat("r", 53) + "-4aa9deb1"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := named{ProfilingJob(tc.request), ProfilingOutput(tc.request), ProfilerAccount(tc.request)}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: names (-want, +got):\n%s", tc.reason, diff)
			}
			for _, label := range []string{got.Job, got.Account} {
				if faults := validation.IsValidLabelValue(label); len(faults) > 0 {
					t.Errorf("%q is a label of pods or accounts: %v", label, faults)
				}
			}
			if faults := validation.IsDNS1123Subdomain(got.Output); len(faults) > 0 {
				t.Errorf("no object may be called %q: %v", got.Output, faults)
			}
		})
	}
}
