package near_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/internal/near"
)

func TestName(t *testing.T) {
	type args struct {
		name  string
		known []string
	}

	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Missing":  {reason: "a letter is missing", args: args{"replica", []string{"image", "replicas"}}, want: "replicas"},
		"Swapped":  {reason: "two letters are swapped", args: args{"sepc", []string{"spec", "status"}}, want: "spec"},
		"Replaced": {reason: "another letter", args: args{"replicaz", []string{"replicas"}}, want: "replicas"},
		"Case":     {reason: "capitals are no difference", args: args{"PodTemplate", []string{"podTemplate"}}, want: "podTemplate"},
		"Nearest":  {reason: "of several near ones the nearest", args: args{"labelsx", []string{"label", "labels"}}, want: "labels"},
		"Order":    {reason: "of two that are as near the first, in whichever order they come", args: args{"envz", []string{"envs", "env"}}, want: "env"},
		"Far":      {reason: "nothing is like it", args: args{"colour", []string{"replicas"}}},
		"Short":    {reason: "of a short name everything is like something", args: args{"ab", []string{"cd"}}},
		"None":     {reason: "nothing is known", args: args{"replicas", nil}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, near.Name(tc.args.name, tc.args.known)); diff != "" {
				t.Errorf("%s\nName(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
