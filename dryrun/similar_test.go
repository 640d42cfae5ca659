package dryrun_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

func TestSimilar(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   map[string]string
	}{
		"Missing":  {reason: "a letter is missing", args: changes{"spec/services/Worker/replica": "2"}, want: map[string]string{"spec.services[Worker].replica": "replicas"}},
		"Swapped":  {reason: "two letters are swapped", args: changes{"sepc": "{}"}, want: map[string]string{"sepc": "spec"}},
		"Case":     {reason: "capitals count", args: changes{"spec/services/Worker/ComponentType": "worker"}, want: map[string]string{"spec.services[Worker].ComponentType": "componentType"}},
		"Deep":     {reason: "in lists, too", args: changes{"spec/services/Worker/envs": "[{name: A, valeu: x}]"}, want: map[string]string{"spec.services[Worker].envs[0].valeu": "value"}},
		"Replaced": {reason: "another letter", args: changes{"spec/services/Worker/replicaz": "2"}, want: map[string]string{"spec.services[Worker].replicaz": "replicas"}},
		"Far":      {reason: "nothing is like it", args: changes{"spec/services/Worker/colour": "red"}, want: map[string]string{}},
		"Short":    {reason: "of a short name everything is like something", args: changes{"spec/ab": "red"}, want: map[string]string{}},
		"Known":    {reason: "nothing is unknown", want: map[string]string{}},
		"Metadata": {reason: "metadata has no schema of ours", args: changes{"metadata/lables": "{}"}, want: map[string]string{}},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := with(t, validGraph, tc.args)

			got := lookup(t, schemas, object).Admit(object).Similar
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nAdmit(...): -want similar, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
