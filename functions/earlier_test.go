package functions

import (
	"maps"
	"slices"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// TestSetChildrenBesideEarlier composes beside what an earlier step of the pipeline wants.
func TestSetChildrenBesideEarlier(t *testing.T) {
	const (
		deployment = "Deployment"
		theirs     = "certificate/site"
	)
	xr := wire.Identity{APIVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeployment", Namespace: "team", Name: "chat"}
	object := func(apiVersion, kind, namespace, name string) map[string]any {
		metadata := map[string]any{}
		for key, value := range map[string]string{"namespace": namespace, "name": name} {
			if value != "" {
				metadata[key] = value
			}
		}
		return map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}
	}
	ours := layer.Child{Key: "deployment/main", Ready: true, Fields: object("apps/v1", deployment, "", "chat")}
	kept := layer.Child{Key: theirs, Ready: true, Lifetime: layer.Kept, Fields: object("cert-manager.io/v1", "Certificate", "team", "chat")}
	type want struct {
		// ready says of each key whether it is told ready.
		ready map[string]bool
		err   string
	}
	cases := map[string]struct {
		reason  string
		earlier map[string]any
		out     layer.Out
		want    want
	}{
		"Ready": {
			reason: "nothing of an earlier step changes while the composite is ready", earlier: kept.Fields,
			out:  layer.Out{Children: []layer.Child{ours, kept}, Ready: true},
			want: want{ready: map[string]bool{theirs: true, ours.Key: true}},
		},
		"Unready": {
			reason: "one of ours says that the composite is not ready", earlier: kept.Fields,
			out:  layer.Out{Children: []layer.Child{kept, ours}},
			want: want{ready: map[string]bool{theirs: true, ours.Key: false}},
		},
		"OnlyKept": {
			reason: "where we keep nothing but what an earlier step has made, that says it", earlier: kept.Fields,
			out:  layer.Out{Children: []layer.Child{kept}},
			want: want{ready: map[string]bool{theirs: false}},
		},
		"NothingOfOurs": {
			reason: "and where we make nothing", earlier: kept.Fields,
			want: want{ready: map[string]bool{theirs: false}},
		},
		"Clash": {
			reason: "one object has one key, whatever the version", earlier: object("apps/v1beta1", deployment, "team", "chat"),
			out:  layer.Out{Children: []layer.Child{ours}, Ready: true},
			want: want{err: "certificate/site of an earlier step of the pipeline and deployment/main are both Deployment.apps team/chat: give that of the earlier step another name"},
		},
		"OtherNamespace": {
			reason: "an object of the same name elsewhere is another one", earlier: object("apps/v1", deployment, "other", "chat"),
			out:  layer.Out{Children: []layer.Child{ours}, Ready: true},
			want: want{ready: map[string]bool{theirs: true, ours.Key: true}},
		},
		"OtherGroup": {
			reason: "and so is one of another group", earlier: object("example.org/v1", deployment, "team", "chat"),
			out:  layer.Out{Children: []layer.Child{ours}, Ready: true},
			want: want{ready: map[string]bool{theirs: true, ours.Key: true}},
		},
		"Unnamed": {
			reason: "what core will name clashes with nothing", earlier: object("apps/v1", deployment, "", ""),
			out:  layer.Out{Children: []layer.Child{ours}, Ready: true},
			want: want{ready: map[string]bool{theirs: true, ours.Key: true}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := wire.Struct(tc.earlier)
			if err != nil {
				t.Fatal(err)
			}
			before := &fnv1.Resource{Resource: s, Ready: fnv1.Ready_READY_TRUE}
			rsp := &fnv1.RunFunctionResponse{Desired: &fnv1.State{Resources: map[string]*fnv1.Resource{theirs: before}}}
			got := want{ready: map[string]bool{}}
			if err := setChildren(rsp, xr, tc.out); err != nil {
				got = want{err: err.Error()}
			} else {
				for _, key := range slices.Sorted(maps.Keys(rsp.GetDesired().GetResources())) {
					got.ready[key] = rsp.GetDesired().GetResources()[key].GetReady() == fnv1.Ready_READY_TRUE
				}
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nsetChildren(...): -want, +got:\n%s", tc.reason, diff)
			}
			if before.GetReady() != fnv1.Ready_READY_TRUE {
				t.Errorf("\n%s\nsetChildren(...): want the resource of the request left as it is", tc.reason)
			}
		})
	}
}
