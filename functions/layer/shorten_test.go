package layer_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

func TestShorten(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Empty": {reason: "nothing is nothing"},
		"Quota": {
			reason: "what a quota has given changes with everything in the namespace; what is asked for and what there is do not",
			args:   `pods "chat-worker-7d9f6c5b8-x2x4z" is forbidden: exceeded quota: small, requested: limits.cpu=1,pods=1, used: limits.cpu=3,pods=2, limited: limits.cpu=3,pods=2`,
			want:   "pods are forbidden: exceeded quota: small, requested: limits.cpu=1,pods=1, limited: limits.cpu=3,pods=2",
		},
		"QuotaOfObjects": {
			reason: "the same of other objects, whose names stay",
			args:   `deployments.apps "chat-worker" is forbidden: exceeded quota: few, requested: count/deployments.apps=1, used: count/deployments.apps=4, limited: count/deployments.apps=4`,
			want:   `deployments.apps "chat-worker" is forbidden: exceeded quota: few, requested: count/deployments.apps=1, limited: count/deployments.apps=4`,
		},
		"PodSecurity": {
			reason: "names in the rest are those of containers",
			args:   `pods "chat-worker-7d9f6c5b8-x2x4z" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "main" must set it)`,
			want:   `pods are forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "main" must set it)`,
		},
		"NameAgain": {
			reason: "who refuses a pod may name it again",
			args:   `pods "chat-worker-7d9f6c5b8-x2x4z" is forbidden: admission webhook "w" denied the request: chat-worker-7d9f6c5b8-x2x4z has no owner`,
			want:   `pods are forbidden: admission webhook "w" denied the request: it has no owner`,
		},
		"Invalid": {
			reason: "an invalid pod",
			args:   `Pod "chat-worker-7d9f6c5b8-x2x4z" is invalid: spec.priority: Invalid value: 1: must be 0`,
			want:   "pods are invalid: spec.priority: Invalid value: 1: must be 0",
		},
		"ReplicaSet": {
			reason: "a ReplicaSet has a name that changes too",
			args:   `Failed to create new replica set "chat-worker-7d9f6c5b8": replicasets.apps "chat-worker-7d9f6c5b8" is forbidden: exceeded quota: none, requested: count/replicasets.apps=1, used: count/replicasets.apps=0, limited: count/replicasets.apps=0`,
			want:   "replica sets are forbidden: exceeded quota: none, requested: count/replicasets.apps=1, limited: count/replicasets.apps=0",
		},
		"Lines": {reason: "one line", args: "  first\nsecond", want: "first"},
		"Else":  {reason: "anything else is left as it is", args: `Internal error occurred: failed calling webhook "w"`, want: `Internal error occurred: failed calling webhook "w"`},
		"Long":  {reason: "no more than fits", args: strings.Repeat("a", 600), want: strings.Repeat("a", 509) + "..."},
		"Fits":  {reason: "all that fits", args: strings.Repeat("a", 512), want: strings.Repeat("a", 512)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := layer.Shorten(tc.args)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Shorten(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(got, layer.Shorten(got)); diff != "" {
				t.Errorf("%s: a short message is not shortened again: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLimit cuts between characters, never in one.
func TestLimit(t *testing.T) {
	for extra := range 4 {
		got := layer.Limit(strings.Repeat("a", extra) + strings.Repeat("ü", 2000))
		if len(got) > 2048 || len(got) < 2045 || !utf8.ValidString(got) || !strings.HasSuffix(got, "ü...") {
			t.Errorf("Limit(...): want nearly 2048 bytes of whole characters, got %d", len(got))
		}
	}
}
