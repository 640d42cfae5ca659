package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormal(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	deployment := func(pod map[string]any) map[string]any {
		return map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "d"}, "spec": map[string]any{"template": map[string]any{"spec": pod}}}
	}
	cases := map[string]struct {
		reason      string
		object, and map[string]any
		equal       bool
	}{
		"Default":  {reason: "a default that is written out is the same", object: deployment(map[string]any{}), and: deployment(map[string]any{"restartPolicy": "Always", "terminationGracePeriodSeconds": int64(30)}), equal: true},
		"Value":    {reason: "another value is not", object: deployment(map[string]any{}), and: deployment(map[string]any{"terminationGracePeriodSeconds": int64(60)})},
		"Quantity": {reason: "amounts have one form", object: deployment(containers("1000m")), and: deployment(containers("1")), equal: true},
		"Unread":   {reason: "what cannot be read stays as it is", object: deployment(map[string]any{"containers": "a"}), and: deployment(map[string]any{"containers": "b"})},
		"Others":   {reason: "so does what others define", object: map[string]any{"apiVersion": "a/v1", "kind": "B", "spec": "c"}, and: map[string]any{"apiVersion": "a/v1", "kind": "B", "spec": "d"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := cmp.Equal(v.Normal(tc.object), v.Normal(tc.and)); got != tc.equal {
				t.Errorf("\n%s\nNormal(...): want equal %t, got:\n%s", tc.reason, tc.equal, cmp.Diff(v.Normal(tc.object), v.Normal(tc.and)))
			}
		})
	}
}

// containers is a pod that asks for an amount of CPUs.
func containers(cpu string) map[string]any {
	return map[string]any{"containers": []any{map[string]any{"name": "c", "resources": map[string]any{"limits": map[string]any{"cpu": cpu}}}}}
}
