package layer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func TestManagers(t *testing.T) {
	o := layer.Read(layertest.Object(t, `
metadata:
  name: a
  managedFields:
  - {manager: early, time: "2026-01-01T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
  - {manager: late, time: "2026-01-02T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}, "f:size": {}}}}
  - {manager: b, time: "2026-01-01T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
  - {manager: other, time: "2026-01-03T00:00:00Z", fieldsV1: {"f:status": {"f:replicas": {}}}}
`))
	cases := map[string]struct {
		reason string
		object layer.Object
		path   []string
		want   []layer.Manager
	}{
		"Several": {
			reason: "Who wrote last comes first; of one time the first by name",
			object: o,
			path:   []string{"spec", "replicas"},
			want: []layer.Manager{
				{Name: "late", Time: "2026-01-02T00:00:00Z"},
				{Name: "b", Time: "2026-01-01T00:00:00Z"},
				{Name: "early", Time: "2026-01-01T00:00:00Z"},
			},
		},
		"One":     {reason: "Each field has owners of its own", object: o, path: []string{"spec", "size"}, want: []layer.Manager{{Name: "late", Time: "2026-01-02T00:00:00Z"}}},
		"Nobody":  {reason: "A field that nobody wrote has no owner", object: o, path: []string{"spec", "color"}},
		"Unknown": {reason: "An object without managed fields has none either", object: layer.Object{}, path: []string{"spec"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.object.Managers(tc.path...)); diff != "" {
				t.Errorf("%s\nManagers(...): -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestController(t *testing.T) {
	type want struct {
		controller layer.Controller
		ok         bool
	}
	cases := map[string]struct {
		reason string
		refs   string
		want   want
	}{
		"Controller": {
			reason: "A controlling reference counts",
			refs:   "[{name: a}, {kind: Graph, name: b, uid: u, controller: true}]",
			want:   want{layer.Controller{Kind: "Graph", Name: "b", UID: "u"}, true},
		},
		"OwnerOnly":  {reason: "An owner that does not control does not", refs: "[{name: a, controller: false}]"},
		"None":       {reason: "Nor does nobody", refs: "[]"},
		"Unreadable": {reason: "Nor what is no reference", refs: "[a, {controller: yes please}]"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, `{metadata: {name: a}}`, layertest.Changes{"metadata/ownerReferences": tc.refs}))
			got, ok := o.Controller()
			if diff := cmp.Diff(tc.want, want{got, ok}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s\nController(): -want, +got:\n%s", tc.reason, diff)
			}
			if got := o.Controlled(); got != tc.want.ok {
				t.Errorf("%s\nControlled(): want %t, got %t", tc.reason, tc.want.ok, got)
			}
		})
	}
}

func TestControlledBy(t *testing.T) {
	cases := map[string]struct {
		reason string
		refs   string
		want   bool
	}{
		"Controller":   {reason: "Kind and name of the controller", refs: "[{kind: K, name: a}, {kind: K, name: b, controller: true}]", want: true},
		"OwnerOnly":    {reason: "An owner that does not control does not", refs: "[{kind: K, name: b}]"},
		"OfOtherName":  {reason: "Nor does another of that kind", refs: "[{kind: K, name: a, controller: true}]"},
		"OfOtherKind":  {reason: "Nor one of another kind", refs: "[{kind: L, name: b, controller: true}]"},
		"Uncontrolled": {reason: "Nor does nobody", refs: "[]"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, `{metadata: {name: a}}`, layertest.Changes{"metadata/ownerReferences": tc.refs}))
			if got := o.ControlledBy("K", "b"); got != tc.want {
				t.Errorf("%s\nControlledBy(...): want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
