package profiler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

func TestMakeAccount(t *testing.T) {
	golden.Assert(t, "account", profiler.MakeAccount(chat()))
}

func TestMakeBinding(t *testing.T) {
	for name, s := range map[string]settings.Settings{"binding": settings.Default(), "binding-site": site()} {
		golden.Assert(t, name, profiler.MakeBinding(chat(), s))
	}
}

// TestWarnOfRole has bindings that exist. The API server lets no role change.
func TestWarnOfRole(t *testing.T) {
	cases := map[string]struct{ reason, has, want string }{
		"New":  {reason: "there is none yet"},
		"Same": {reason: "it has the role of the settings", has: "site-profiler"},
		"Kept": {
			reason: "it has another one, which stays", has: "function-dynamo:profiler",
			want: `RoleBinding "chat-profiler" keeps ClusterRole "function-dynamo:profiler", since a binding cannot change its role: ` +
				`delete it, and it is made again for ClusterRole "site-profiler"`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := layer.Object{}
			if tc.has != "" {
				observed = layer.Read(map[string]any{"kind": "RoleBinding", "roleRef": map[string]any{"kind": "ClusterRole", "name": tc.has}})
			}
			if diff := cmp.Diff(tc.want, profiler.WarnOfRole(chat(), site(), observed)); diff != "" {
				t.Errorf("%s: WarnOfRole(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAccountsOfLongNames: the Job runs under the account that is made and bound.
func TestAccountsOfLongNames(t *testing.T) {
	b := profiler.MakeBinding(full(), settings.Default())
	want := profiler.MakeAccount(full()).Name
	job := makeJob(t, full(), settings.Default())
	if got := job.Spec.Template.Spec.ServiceAccountName; got != want || b.Subjects[0].Name != want || len(want) > 63 {
		t.Errorf("want account %q in all, got %q in the Job and %q in the binding", want, got, b.Subjects[0].Name)
	}
}
