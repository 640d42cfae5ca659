package relay

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	type args struct {
		data    map[string]any
		attempt string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   Report
	}{
		"Nothing": {reason: "the relay has not started", args: args{attempt: "a"}},
		"Other": {
			reason: "what an earlier attempt published says nothing of this one",
			args:   args{data: map[string]any{"profiler_status": "success", "profiler_attempt": "b", "config.yaml": "x"}, attempt: "a"},
		},
		"Unmarked": {
			reason: "somebody else wrote a result",
			args:   args{data: map[string]any{"profiler_status": "success", "config.yaml": "x"}, attempt: "a"},
		},
		"Foreign": {
			reason: "data without a state is not the relay's",
			args:   args{data: map[string]any{"profiler_attempt": "a", "config.yaml": "x"}, attempt: "a"},
		},
		"Running": {
			reason: "how far it is",
			args:   args{data: map[string]any{"profiler_status": "running", "profiler_attempt": "a", "phase": "SweepingPrefill", "message": "1 of 3"}, attempt: "a"},
			want:   Report{State: Running, Phase: "SweepingPrefill", Message: "1 of 3"},
		},
		"Failed": {
			reason: "why; files beside it are not a result",
			args:   args{data: map[string]any{"profiler_status": "failed", "profiler_attempt": "a", "profiler_error": "no GPUs", "config.yaml": "x"}, attempt: "a"},
			want:   Report{State: Failed, Error: "no GPUs"},
		},
		"Long": {
			reason: "somebody else wrote more than the relay would",
			args: args{data: map[string]any{
				"profiler_status": "failed", "profiler_attempt": "a", "profiler_error": strings.Repeat("x", 2000), "message": 1,
			}, attempt: "a"},
			want: Report{State: Failed, Error: strings.Repeat("x", 1024) + "..."},
		},
		"Success": {
			reason: "all other keys are files",
			args:   args{data: map[string]any{"profiler_status": "success", "profiler_attempt": "a", "message": "done", "config.yaml": "x", "mocker.yaml": "y"}, attempt: "a"},
			want:   Report{State: Success, Message: "done", Results: map[string]string{"config.yaml": "x", "mocker.yaml": "y"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Read(tc.args.data, tc.args.attempt)); diff != "" {
				t.Errorf("%s: Read(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPublish holds what stands for a relay to what is read of one.
func TestPublish(t *testing.T) {
	want := Report{State: Success, Results: map[string]string{"a.yaml": "text", "b.yaml": "text"}}
	if diff := cmp.Diff(want, Read(Publish("now", "text", "a.yaml", "b.yaml"), "now")); diff != "" {
		t.Errorf("Read(Publish(...)): -want, +got:\n%s", diff)
	}
}
