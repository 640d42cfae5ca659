package bench

import (
	"maps"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
)

// TestRequests checks that what is measured is the usual case: everything
// exists, all is ready, and the function has nothing to tell of it.
func TestRequests(t *testing.T) {
	for _, c := range calls(t) {
		t.Run(c.name, func(t *testing.T) {
			rsp := answer(t, function(), c.request)
			if len(rsp.GetResults()) > 0 {
				t.Errorf("results of a composite that is as it should be: %v", rsp.GetResults())
			}
			if got := rsp.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_TRUE {
				t.Errorf("composite is %s", got)
			}
			for key, r := range rsp.GetDesired().GetResources() {
				if r.GetReady() != fnv1.Ready_READY_TRUE {
					t.Errorf("%s is %s", key, r.GetReady())
				}
				if _, ok := c.request.GetObserved().GetResources()[key]; !ok {
					t.Errorf("%s is composed and not observed", key)
				}
			}
			if diff := cmp.Diff(status(c.request.GetObserved()), status(rsp.GetDesired())); diff != "" {
				t.Errorf("the status is not settled: -observed, +desired:\n%s", diff)
			}
		})
	}
}

// TestManagedFields checks that every observed object comes with those of its
// managers, as core sends them.
func TestManagedFields(t *testing.T) {
	for _, c := range calls(t) {
		t.Run(c.name, func(t *testing.T) {
			all := map[string]*fnv1.Resource{"composite": c.request.GetObserved().GetComposite()}
			maps.Copy(all, c.request.GetObserved().GetResources())
			for key, r := range all {
				o := r.GetResource().AsMap()
				want := 1
				if _, ok := o["status"]; ok {
					want = 2
				}
				managers, _ := o["metadata"].(object)["managedFields"].([]any)
				if len(managers) != want {
					t.Errorf("%s has %d managers, want %d", key, len(managers), want)
				}
			}
		})
	}
}

// TestTemplate checks that the template composes what the function composes,
// but for what only the function puts on it: hashes, and which Compositions go with a
// graph's.
func TestTemplate(t *testing.T) {
	for _, c := range calls(t) {
		t.Run(c.name, func(t *testing.T) {
			want := answer(t, function(), c.request).GetDesired()
			got := answer(t, c.template, c.request).GetDesired()
			if diff := cmp.Diff(children(want), children(got)); diff != "" {
				t.Errorf("children: -function, +template:\n%s", diff)
			}
			if diff := cmp.Diff(status(want), status(got)); diff != "" {
				t.Errorf("status: -function, +template:\n%s", diff)
			}
		})
	}
}

// TestTemplateBeforeChildrenExist checks that the template works from what it
// is told, as the function does: without children nothing that runs pods is ready.
func TestTemplateBeforeChildrenExist(t *testing.T) {
	for _, c := range calls(t) {
		t.Run(c.name, func(t *testing.T) {
			req := proto.CloneOf(c.request)
			req.GetObserved().Resources = nil
			for _, found := range req.GetRequiredResources() {
				found.Items = nil
			}
			want := children(answer(t, function(), req).GetDesired())
			got := children(answer(t, c.template, req).GetDesired())
			for key, o := range want {
				kind, _, _ := strings.Cut(key, "/")
				if runs := kind == "component" || kind == "deployment"; o.Ready == runs {
					t.Errorf("%s, which does not exist: got ready %t", key, o.Ready)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-function, +template:\n%s", diff)
			}
		})
	}
}

// child is a desired child as JSON types.
type child struct {
	Ready  bool
	Object object
}

// children are the desired ones without what only the function puts on them.
func children(s *fnv1.State) map[string]child {
	out := make(map[string]child, len(s.GetResources()))
	for key, r := range s.GetResources() {
		o := r.GetResource().AsMap()
		metadata := o["metadata"].(object)
		if annotations, ok := metadata["annotations"].(object); ok {
			for _, own := range []string{meta.AnnotationSpecHash, meta.AnnotationSettingsHash, meta.AnnotationHandedDown} {
				delete(annotations, own)
			}
			if len(annotations) == 0 {
				delete(metadata, "annotations")
			}
		}
		if spec, ok := o["spec"].(object); ok {
			delete(spec, "crossplane")
		}
		out[key] = child{Ready: r.GetReady() == fnv1.Ready_READY_TRUE, Object: o}
	}
	return out
}

// status of the composite without the conditions, which core writes itself.
func status(s *fnv1.State) object {
	out, _ := s.GetComposite().GetResource().AsMap()["status"].(object)
	for _, own := range []string{"conditions", "settingsHash", "graphSettingsHash"} {
		delete(out, own)
	}
	return out
}

// answer is the response to a copy of the request: runners may share memory
// with theirs.
func answer(t *testing.T, r runner, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	t.Helper()
	rsp, err := r.RunFunction(t.Context(), proto.CloneOf(req))
	if err != nil || len(rsp.GetResults()) > 0 {
		t.Fatalf("RunFunction(...): %v, %v", rsp.GetResults(), err)
	}
	return rsp
}
