package changes

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrite(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, now []string
		want     string
	}{
		"Nothing": {reason: "the counts come first, and alone", old: []string{service}, now: []string{service}, want: "Pods: none restart\nObjects: 0 added, 0 removed, 0 changed, 1 unchanged\n"},
		"Restart": {
			reason: "fields that restart pods come first",
			old:    []string{deployment, set},
			now:    []string{strings.NewReplacer("replicas: 2", "paused: true, replicas: 1", "image: a", "image: b").Replace(deployment), strings.Replace(set, "replicas: 2", "replicas: 1", 1)},
			want: `Pods: 2 of 1 workload restart, 1 workload scaled
Objects: 0 added, 0 removed, 2 changed, 0 unchanged

Pods restart
  Deployment n/d: 2 pods, 1 afterwards
    spec.template.spec.containers[main].image: a -> b
    spec.paused: added true (restarts nothing)
    spec.replicas: 2 -> 1 (restarts nothing)

Scaled, which restarts nothing
  LeaderWorkerSet n/s: 6 to 3 pods
    spec.replicas: 2 -> 1
`,
		},
		"Replaced": {
			reason: "what replaces another workload is told once",
			old:    []string{deployment, service}, now: []string{set},
			want: `Pods: 2 of 1 workload replaced
Objects: 1 added, 2 removed, 0 changed, 0 unchanged

Pods end
  Deployment n/d: 2 pods, replaced by LeaderWorkerSet n/s: 6 pods

Other objects
  Service n/d removed
`,
		},
		"Removed": {
			reason: "values that went, and came, and are not shown",
			old:    []string{"{kind: A, metadata: {name: x, a: b}, env: [{name: VAR, value: a}]}"}, now: []string{"{kind: A, metadata: {name: x}, env: [{name: VAR, value: b}]}"},
			want: `Pods: none restart
Objects: 0 added, 0 removed, 1 changed, 0 unchanged

Other objects
  A x changed
    env[VAR].value: changed (not shown)
    metadata.a: removed b
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := &strings.Builder{}
			if err := Write(b, Compare(objects(t, "c", tc.old...), objects(t, "c", tc.now...), asIs)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Errorf("\n%s\nWrite(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// broken takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no room") }

// TestWriteErrors: what cannot be printed is said.
func TestWriteErrors(t *testing.T) {
	for _, write := range []func() error{
		func() error { return Write(broken{}, Report{}) },
		func() error { return WriteJSON(broken{}, Report{}) },
	} {
		if err := write(); err == nil || err.Error() != "cannot print the changes: no room" {
			t.Errorf("want an error about the output, got %v", err)
		}
	}
}

// TestWriteJSON: a program finds empty lists and counts, and not nothing.
func TestWriteJSON(t *testing.T) {
	b := &strings.Builder{}
	if err := WriteJSON(b, Compare(nil, nil, asIs)); err != nil {
		t.Fatal(err)
	}
	want := `{
  "restart": false,
  "counts": {
    "added": 0,
    "removed": 0,
    "changed": 0,
    "unchanged": 0,
    "workloads": {},
    "pods": {}
  },
  "changes": []
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("WriteJSON(...): -want, +got:\n%s", diff)
	}
}
