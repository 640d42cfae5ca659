package output_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
)

func TestRead(t *testing.T) {
	long := strings.Repeat("x", 600)
	cases := map[string]struct {
		reason string
		data   map[string]any
		want   output.Output
	}{
		"Nothing": {
			reason: "the relay has published nothing yet",
		},
		"OfAnEarlierAttempt": {
			reason: "what an earlier attempt left says nothing of this one",
			data:   map[string]any{"profiler_attempt": "before", "profiler_status": "success", "a.yaml": "x"},
		},
		"Running": {
			reason: "a profiler that runs may say what it does",
			data:   map[string]any{"profiler_attempt": "now", "profiler_status": "running", "phase": "Sweeping", "message": "3 of 9"},
			want:   output.Output{Progress: "Sweeping: 3 of 9"},
		},
		"PhaseAlone": {
			reason: "or only how far it is",
			data:   map[string]any{"profiler_attempt": "now", "profiler_status": "running", "phase": "Sweeping"},
			want:   output.Output{Progress: "Sweeping"},
		},
		"Succeeded": {
			reason: "its files are all keys that are none of the relay's",
			data:   map[string]any{"profiler_attempt": "now", "profiler_status": "success", "a.yaml": "x", "b.yaml": "", "c": int64(1)},
			want:   output.Output{Succeeded: true, Files: map[string]string{"a.yaml": "x", "b.yaml": ""}},
		},
		"Failed": {
			reason: "files of one that failed are not read",
			data:   map[string]any{"profiler_attempt": "now", "profiler_status": "failed", "profiler_error": " no GPU\n", "a.yaml": "x"},
			want:   output.Output{Failed: true, Error: "no GPU"},
		},
		"Long": {
			reason: "texts of the profiler end in conditions, which are short",
			data:   map[string]any{"profiler_attempt": "now", "profiler_status": "failed", "profiler_error": long},
			want:   output.Output{Failed: true, Error: long[:512] + "..."},
		},
		"Unknown": {
			reason: "a status of a later relay says that it has not ended",
			data:   map[string]any{"profiler_attempt": "now", "profiler_status": "paused"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, output.Read(tc.data, "now")); diff != "" {
				t.Errorf("\n%s\nRead(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPublish holds what stands for a relay to what is read of one.
func TestPublish(t *testing.T) {
	got := output.Read(output.Publish("now", "text", "a.yaml", "b.yaml"), "now")
	want := output.Output{Succeeded: true, Files: map[string]string{"a.yaml": "text", "b.yaml": "text"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Read(Publish(...)): -want, +got:\n%s", diff)
	}
}
