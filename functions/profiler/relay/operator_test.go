package relay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadOfOperator(t *testing.T) {
	type want struct {
		Report     Report
		OfOperator bool
	}
	cases := map[string]struct {
		reason string
		data   map[string]any
		want   want
	}{
		"Nothing": {reason: "an empty ConfigMap is nobody's"},
		"Ours":    {reason: "our relay names the attempt", data: map[string]any{"profiler_attempt": "a"}},
		"Early": {
			reason: "where there is a file it is a result", data: map[string]any{"a.yaml": "x"},
			want: want{OfOperator: true, Report: Report{State: Success, Results: map[string]string{"a.yaml": "x"}}},
		},
		"OtherFile": {reason: "of those that are results", data: map[string]any{"b.yaml": "x"}, want: want{OfOperator: true}},
		"Failed": {
			reason: "what says that it failed has no result", data: map[string]any{"a.yaml": "x", "profiler_status": "failed", "profiler_error": "no"},
			want: want{OfOperator: true, Report: Report{State: Failed, Error: "no"}},
		},
		"Current": {
			reason: "later ones say how it went", data: map[string]any{"a.yaml": "x", "profiler_status": "success", "phase": "Done", "message": "m"},
			want: want{OfOperator: true, Report: Report{State: Success, Phase: "Done", Message: "m", Results: map[string]string{"a.yaml": "x"}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := want{OfOperator: IsOfOperator(tc.data), Report: ReadOfOperator(tc.data, "a.yaml")}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nReadOfOperator(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
