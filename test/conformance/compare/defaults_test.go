package compare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutDefaults(t *testing.T) {
	type fields = map[string]any
	cases := map[string]struct {
		reason string
		args   fields
		want   fields
	}{
		"Default": {
			reason: "What the API server would put there says nothing.",
			args:   fields{"restartPolicy": "Always", "nodeName": "a"},
			want:   fields{"nodeName": "a"},
		},
		"Else": {
			reason: "Another value does.",
			args:   fields{"restartPolicy": "Never"},
			want:   fields{"restartPolicy": "Never"},
		},
		"PullPolicy": {
			reason: "The default of a pull policy follows from the tag.",
			args: fields{"containers": []any{
				fields{"image": "a:latest", "imagePullPolicy": "Always"}, fields{"image": "a:1", "imagePullPolicy": "Always"},
			}},
			want: fields{"containers": []any{fields{"image": "a:latest"}, fields{"image": "a:1", "imagePullPolicy": "Always"}}},
		},
		"Empty": {
			reason: "A block that becomes empty is none.",
			args:   fields{"readinessProbe": fields{"periodSeconds": int64(10)}},
			want:   fields{},
		},
		"Order": {
			reason: "Lists keep the order of their items.",
			args:   fields{"volumes": []any{fields{"name": "b"}, fields{"name": "a"}}},
			want:   fields{"volumes": []any{fields{"name": "b"}, fields{"name": "a"}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, WithoutDefaults(tc.args)); diff != "" {
				t.Errorf("%s\nWithoutDefaults(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
