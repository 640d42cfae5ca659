package steps

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/resource"
	"github.com/google/go-cmp/cmp"
)

func TestPatcher(t *testing.T) {
	const (
		copies    = `"patches": [{"type": "FromCompositeFieldPath", "fromFieldPath": "metadata.namespace", "toFieldPath": "metadata.labels[example.org/from]"}]`
		lacks     = `"patches": [{"type": "FromCompositeFieldPath", "fromFieldPath": "spec.absent", "toFieldPath": "metadata.labels[example.org/from]"}]`
		available = `"readinessChecks": [{"type": "MatchCondition", "matchCondition": {"type": "Available", "status": "True"}}]`
		refused   = `"readinessChecks": [{"type": "MatchCondition", "matchCondition": {"type": "Available", "status": "False"}}]`
	)
	cases := map[string]struct {
		reason string
		args   string
		fault  string
		labels map[string]any
		ready  fnv1.Ready
	}{
		"Unchecked": {
			reason: "without a check condition Ready decides, which the child has not, and what was said before is lost",
			args:   `{"name": "earlier", ` + copies + `}`, labels: map[string]any{"example.org/from": "ns"},
		},
		"Checked": {
			reason: "a check that holds makes it ready, whatever was said before",
			args:   `{"name": "earlier", ` + copies + `, ` + available + `}`, labels: map[string]any{"example.org/from": "ns"}, ready: fnv1.Ready_READY_TRUE,
		},
		"Fails":  {reason: "a check that does not hold leaves it open", args: `{"name": "earlier", ` + refused + `}`},
		"Absent": {reason: "a field that the composite lacks patches nothing", args: `{"name": "earlier", ` + lacks + `}`},
		"Nobody": {reason: "there is nothing to patch", args: `{"name": "other", ` + copies + `}`, fault: "no earlier step composes it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := called(t, Patcher{}, resource.MustStructJSON(`{"resources": [`+tc.args+`]}`))
			if fault := faultOf(rsp); (tc.fault == "") != (fault == "") || !strings.Contains(fault, tc.fault) {
				t.Fatalf("%s: want fault %q, got %q", tc.reason, tc.fault, fault)
			}
			if tc.fault != "" {
				return
			}
			child := rsp.GetDesired().GetResources()["earlier"]
			if diff := cmp.Diff(tc.labels, mapOf(child.GetResource().GetFields()["metadata"].GetStructValue(), "labels")); diff != "" {
				t.Errorf("%s: -want labels, +got:\n%s", tc.reason, diff)
			}
			if child.GetReady() != tc.ready {
				t.Errorf("%s: ready is %s, want %s", tc.reason, child.GetReady(), tc.ready)
			}
			if got := rsp.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_UNSPECIFIED {
				t.Errorf("%s: want nothing said of the composite, got %s", tc.reason, got)
			}
		})
	}
}
