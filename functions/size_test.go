package functions_test

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// TestRunFunctionSize finds out that a response which core could not take is
// said to be too large, and that one below the limit is not.
func TestRunFunctionSize(t *testing.T) {
	cases := map[string]struct {
		reason string
		bytes  int
		fatal  bool
	}{
		"Fits":     {reason: "two megabytes of variables are odd, and no fault", bytes: 2 << 20},
		"TooLarge": {reason: "above three megabytes there is no room for later steps", bytes: 3 << 20, fatal: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := run(t, request(t, chat, changes{
				"spec/envs": `[{name: BALLAST, value: "` + strings.Repeat("x", tc.bytes) + `"}]`,
			}))
			fatal := false
			for _, r := range rsp.GetResults() {
				fatal = fatal || r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL && strings.Contains(r.GetMessage(), "move some of them to a second composite")
			}
			if fatal != tc.fatal {
				t.Errorf("%s\nRunFunction(...): want fatal %t, got %t", tc.reason, tc.fatal, fatal)
			}
		})
	}
}
