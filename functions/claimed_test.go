package functions_test

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
)

// TestClaimed: what is said of a composite behind a claim reaches the claim, and so does
// what its user connects with, beside what earlier steps say.
func TestClaimed(t *testing.T) {
	req := requestFor(t, manifests(t)["testdata/claimed-graph.yaml"])
	req.Desired = &fnv1.State{Composite: &fnv1.Resource{ConnectionDetails: map[string][]byte{"theirs": []byte("kept"), "port": []byte("1")}}}
	rsp := run(t, req)

	want := map[string][]byte{
		"theirs": []byte("kept"), "port": []byte("8000"), "host": []byte("chat-frontend.team.svc"), "url": []byte("http://chat-frontend.team.svc:8000"),
	}
	if diff := cmp.Diff(want, rsp.GetDesired().GetComposite().GetConnectionDetails()); diff != "" {
		t.Errorf("connection: -want, +got:\n%s", diff)
	}
	if len(req.GetDesired().GetComposite().GetConnectionDetails()) != 2 {
		t.Error("the request changed")
	}
	for _, c := range rsp.GetConditions() {
		if c.GetTarget() != fnv1.Target_TARGET_COMPOSITE_AND_CLAIM {
			t.Errorf("condition %s does not reach the claim", c.GetType())
		}
	}
	if len(rsp.GetConditions()) == 0 {
		t.Error("there is no condition")
	}
}

// TestUnclaimed: nothing of a composite that users write themselves is for a claim.
func TestUnclaimed(t *testing.T) {
	rsp := run(t, request(t, chat))
	for _, c := range rsp.GetConditions() {
		if c.GetTarget() == fnv1.Target_TARGET_COMPOSITE_AND_CLAIM {
			t.Errorf("condition %s is one of a claim", c.GetType())
		}
	}
	if rsp.GetDesired().GetComposite().GetConnectionDetails() != nil {
		t.Errorf("want nothing to connect with, got %v", rsp.GetDesired().GetComposite().GetConnectionDetails())
	}
}
