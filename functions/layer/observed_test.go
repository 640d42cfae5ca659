package layer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const adapter = `
metadata:
  name: a
  resourceVersion: "7"
  ownerReferences: [{kind: A, name: a}, {kind: B, name: b, controller: true}]
  managedFields:
  - {manager: early, time: "2026-01-01T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
  - {manager: other, time: "2026-01-03T00:00:00Z", fieldsV1: {"f:spec": {"f:dgdRef": {}}}}
  - {manager: late, time: "2026-01-02T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}, "f:dgdRef": {}}}}
  - {manager: also, time: "2026-01-02T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
  - {manager: empty}
spec: {replicas: 3}
status: {replicas: 2}
`

func TestObject(t *testing.T) {
	o := layer.Read(layertest.Object(t, adapter))
	if diff := cmp.Diff(map[string]any{"replicas": int64(3)}, o.Spec()); diff != "" {
		t.Errorf("Spec(): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"replicas": int64(2)}, o.Status()); diff != "" {
		t.Errorf("Status(): -want, +got:\n%s", diff)
	}
	if got := o.Metadata("resourceVersion"); got != "7" {
		t.Errorf("Metadata(resourceVersion): want 7, got %q", got)
	}
	if !o.Controlled() {
		t.Error("Controlled(): want true")
	}
	if o.Leaving() || !layer.Read(layertest.Object(t, adapter, layertest.Changes{"metadata/deletionTimestamp": `"2026-01-01T00:00:00Z"`})).Leaving() {
		t.Error("Leaving(): want true for what is being deleted alone")
	}
	empty := layer.Object{}
	if empty.Spec() != nil || empty.Status() != nil || empty.Metadata("uid") != "" || empty.Controlled() || empty.Leaving() || empty.Managers("spec") != nil {
		t.Error("an object without sections: want nothing of each")
	}
}

func TestObjectManagers(t *testing.T) {
	at := func(name, day string) layer.Manager {
		return layer.Manager{Name: name, Time: "2026-01-0" + day + "T00:00:00Z"}
	}
	cases := map[string]struct {
		reason string
		args   []string
		want   []layer.Manager
	}{
		"LatestFirst": {
			reason: "who wrote last comes first, by name where two wrote at once",
			args:   []string{"spec", "replicas"},
			want:   []layer.Manager{at("also", "2"), at("late", "2"), at("early", "1")},
		},
		"Section": {reason: "whoever owns a field owns part of the section", args: []string{"spec"}, want: []layer.Manager{at("other", "3"), at("also", "2"), at("late", "2"), at("early", "1")}},
		"Nobody":  {reason: "nobody owns it", args: []string{"spec", "other"}},
		"TooDeep": {reason: "nobody owns what is below", args: []string{"spec", "replicas", "more"}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, adapter))
			if diff := cmp.Diff(tc.want, o.Managers(tc.args...)); diff != "" {
				t.Errorf("\n%s\nManagers(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestObservedHas(t *testing.T) {
	o := layer.Observed{"a": {}}
	if !o.Has("a") || o.Has("b") {
		t.Errorf("Has(...): want a and not b, got %t and %t", o.Has("a"), o.Has("b"))
	}
}

// TestReplicas reads what a spec asks for, zero included.
func TestReplicas(t *testing.T) {
	cases := map[string]struct {
		reason string
		o      layer.Object
		want   *int32
	}{
		"Asked":   {reason: "a number", o: layer.Read(layertest.Object(t, adapter)), want: ptr.To[int32](3)},
		"Zero":    {reason: "none at all is a number too", o: layer.Read(layertest.Object(t, "{metadata: {name: a}, spec: {replicas: 0}}")), want: ptr.To[int32](0)},
		"Silent":  {reason: "a spec may not say", o: layer.Read(layertest.Object(t, "{metadata: {name: a}, spec: {}}"))},
		"NoSpec":  {reason: "or not be there", o: layer.Read(layertest.Object(t, "{metadata: {name: a}}"))},
		"Text":    {reason: "a text is no number", o: layer.Read(layertest.Object(t, `{metadata: {name: a}, spec: {replicas: "3"}}`))},
		"Missing": {reason: "nor is what was not observed"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.o.Replicas()); diff != "" {
				t.Errorf("%s: Replicas() (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestBelow lists children by the prefix of their keys, always in the same order.
func TestBelow(t *testing.T) {
	observed := layer.Observed{"pvc/b": {Name: "B"}, "pvc/a": {Name: "A"}, "pvc/": {Name: "none"}, "pv/c": {}, "x/pvc/d": {}}
	type child struct{ Key, Name string }
	var got []child
	for name, o := range observed.Below("pvc/") {
		got = append(got, child{name, o.Name})
	}
	if diff := cmp.Diff([]child{{"", "none"}, {"a", "A"}, {"b", "B"}}, got); diff != "" {
		t.Errorf("Below(...): -want, +got:\n%s", diff)
	}
	for name := range observed.Below("pvc/") {
		if name != "" {
			t.Errorf("Below(...): want it to end where its reader does, got %q", name)
		}
		break
	}
}

func TestGoing(t *testing.T) {
	cases := map[string]struct {
		reason   string
		metadata string
		want     bool
	}{
		"Living":    {reason: "finalizers alone say nothing", metadata: "{name: a, finalizers: [b]}"},
		"Deleted":   {reason: "it waits for a finalizer", metadata: `{name: a, deletionTimestamp: "2026-02-02T10:00:00Z", finalizers: [b]}`, want: true},
		"Orphaning": {reason: "what it owns shall stay", metadata: `{name: a, deletionTimestamp: "2026-02-02T10:00:00Z", finalizers: [orphan]}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, "{metadata: "+tc.metadata+"}"))
			if got := o.Going(); got != tc.want {
				t.Errorf("\n%s\nGoing(): want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
