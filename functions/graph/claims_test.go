package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const (
	// bound is a claim as the API server has it; what core wrote of it is bare.
	bound = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: cache
  namespace: team
  managedFields:
  - manager: apiextensions.crossplane.io/composed/7d3
    operation: Apply
    fieldsV1: {"f:spec": {"f:accessModes": {}, "f:storageClassName": {}, "f:resources": {"f:requests": {"f:storage": {}}}}}
spec: {accessModes: [ReadWriteMany], storageClassName: fast, volumeName: pv-1, volumeMode: Filesystem, resources: {requests: {storage: 100Gi}}}
`
	bare = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteMany], storageClassName: fast, resources: {requests: {storage: 100Gi}}}
`
	// same asks for what bound is, and other for something else.
	same  = "[{name: cache, create: true, size: 102400Mi, storageClass: fast, volumeAccessMode: ReadWriteMany}]"
	other = `[{name: cache, create: true, size: 50Gi, storageClass: slow, volumeAccessMode: ReadWriteOnce}]`
	// made is other, as it is made.
	made = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 50Gi}}}
`
)

// situation of the claim called cache.
type situation struct {
	// graph is what the graph is changed to say.
	graph changes
	// observed is the claim that core observes under our key; empty for none.
	observed string
	// found is what core answers: the claim that exists, or nothing. Unanswered
	// is that it has not.
	found      string
	unanswered bool
	// owner is the controller of what is found.
	owner string
}

// input of the layer in a situation.
func (s situation) input(t *testing.T) layer.In {
	t.Helper()
	in := in(t, s.graph)
	if s.observed != "" {
		in.Observed["pvc/cache"] = layer.Read(layertest.Object(t, s.observed))
	}
	if s.unanswered {
		return in
	}
	in.Answers.Objects = map[string][]layer.Object{"pvc/cache": {}}
	if s.found != "" {
		found := layertest.Object(t, s.found, changes{"metadata/ownerReferences": s.owner})
		in.Answers.Objects["pvc/cache"] = []layer.Object{layer.Read(found)}
	}
	return in
}

// Controllers of a claim.
const (
	byUs      = "[{kind: DynamoGraphDeployment, name: chat, uid: u1, controller: true}]"
	byElder   = "[{kind: DynamoGraphDeployment, name: chat, uid: u0, controller: true}]"
	byAnother = "[{kind: DynamoGraphDeployment, name: other, uid: u2, controller: true}]"
	ownedOnly = "[{kind: DynamoGraphDeployment, name: chat, uid: u1}]"
)

// asking is a graph with a uid that says something of its claims.
func asking(pvcs string) changes { return changes{"metadata/uid": "u1", "spec/pvcs": pvcs} }

// letting is the same with the annotation that lets claims go.
func letting(value, pvcs string) changes {
	out := asking(pvcs)
	out["metadata/annotations"] = "{dynamo.fn.crossplane.io/delete-claims: '" + value + "'}"
	return out
}

// TestComposeClaims decides whether a claim is made, kept or left alone.
func TestComposeClaims(t *testing.T) {
	type want struct {
		claim string
		ready bool
	}
	cases := map[string]struct {
		reason string
		args   situation
		want   want
	}{
		"Made":       {reason: "size, class and access mode are the user's", args: situation{graph: asking(other)}, want: want{claim: made}},
		"Unanswered": {reason: "one may exist", args: situation{graph: asking(other), unanswered: true}},
		"EmptyClass": {
			reason: "an empty class is a wish of its own: no dynamic provisioning",
			args:   situation{graph: asking(`[{name: cache, create: true, size: 1Gi, storageClass: "", volumeAccessMode: ReadWriteOnce}]`)},
			want: want{claim: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}
`},
		},
		"Referenced":      {reason: "a claim that is only named is not ours", args: situation{graph: asking("[{name: cache}]"), found: bound}},
		"Found":           {reason: "nor is one that nobody controls", args: situation{graph: asking(same), found: bound}},
		"OfAnother":       {reason: "nor that of another graph", args: situation{graph: asking(same), found: bound, owner: byAnother}},
		"OfElder":         {reason: "nor that of a graph of the name that is gone: it goes with that one", args: situation{graph: asking(same), found: bound, owner: byElder}},
		"OwnedOnly":       {reason: "an owner that does not control it did not make it", args: situation{graph: asking(same), found: bound, owner: ownedOnly}},
		"Ours":            {reason: "what this graph controls is its own, also where core has lost its reference", args: situation{graph: asking(other), found: bound, owner: byUs}, want: want{bare, true}},
		"Observed":        {reason: "so is what core observes", args: situation{graph: asking(same), observed: bound, found: bound, owner: byUs}, want: want{bare, true}},
		"Edited":          {reason: "data outlives an edit: a claim that exists keeps what it has", args: situation{graph: asking(other), observed: bound, found: bound, owner: byUs}, want: want{bare, true}},
		"ObservedAlone":   {reason: "before core answers, what is observed is kept", args: situation{graph: asking(other), observed: bound, unanswered: true}, want: want{bare, true}},
		"NoLongerCreated": {reason: "a claim of ours that the graph still names is kept", args: situation{graph: asking("[{name: cache}]"), observed: bound}, want: want{bare, true}},
		"NamedLetGo":      {reason: "the annotation lets no claim go that the graph names, and may mount", args: situation{graph: letting("true", "[{name: cache}]"), observed: bound}, want: want{bare, true}},
		"Dropped":         {reason: "one that it does not name is kept, too", args: situation{graph: asking("[]"), observed: bound}, want: want{bare, true}},
		"LetGo":           {reason: "unless it may go", args: situation{graph: letting("true", "[]"), observed: bound}},
		"NotLetGo":        {reason: "only true says so", args: situation{graph: letting("yes", "[]"), observed: bound}, want: want{bare, true}},
		"LetGoOthers":     {reason: "the annotation takes nothing that is named", args: situation{graph: letting("true", other), observed: bound}, want: want{bare, true}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, tc.args.input(t))

			var wanted map[string]any
			if tc.want.claim != "" {
				wanted = layertest.Object(t, tc.want.claim)
			}
			if diff := cmp.Diff(wanted, layertest.Objects(t, out)["pvc/cache"]); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want claim, +got:\n%s", tc.reason, diff)
			}
			for _, c := range out.Children {
				if c.Key == "pvc/cache" && c.Ready != tc.want.ready {
					t.Errorf("\n%s\nCompose(...): want ready %t", tc.reason, tc.want.ready)
				}
			}
		})
	}
}

// TestComposeClaimOutsideOfACluster: a manifest in a file has no uid.
func TestComposeClaimOutsideOfACluster(t *testing.T) {
	for owner, want := range map[string]bool{byUs: true, byElder: true, byAnother: false} {
		s := situation{graph: changes{"spec/pvcs": same}, found: bound, owner: owner}
		if _, got := layertest.Objects(t, compose(t, s.input(t)))["pvc/cache"]; got != want {
			t.Errorf("controlled by %s: want the claim composed: %t", owner, want)
		}
	}
}

// TestComposeClaimWarnings says of a claim that others have made what it is.
func TestComposeClaimWarnings(t *testing.T) {
	const head, tail = `spec.pvcs[0]: claim "cache" exists and `, `, and this graph neither changes nor deletes it; set create to false, or choose another name`
	cases := map[string]struct {
		reason string
		args   situation
		want   []string
	}{
		"None":       {reason: "one that is made is nothing to say", args: situation{graph: asking(same)}},
		"Unanswered": {reason: "nor one that is not known", args: situation{graph: asking(same), unanswered: true}},
		"Ours":       {reason: "nor one of ours", args: situation{graph: asking(other), found: bound, owner: byUs}},
		"Referenced": {reason: "nor one that is only named", args: situation{graph: asking("[{name: cache}]"), found: bound}},
		"Equal": {
			reason: "it is as the graph says",
			args:   situation{graph: asking(same), found: bound},
			want:   []string{head + "was not made by this graph: it is used as it is" + tail},
		},
		"Different": {
			reason: "or it is not",
			args:   situation{graph: asking(other), found: bound},
			want: []string{head + `was not made by this graph: it is used as it is, with size 100Gi and not 50Gi, storageClass "fast" and not "slow", ` +
				`access mode ReadWriteMany and not ReadWriteOnce` + tail},
		},
		"AnyClass": {
			reason: "a graph without a class takes any, and several modes have the one that is asked for",
			args: situation{
				graph: asking("[{name: cache, create: true, size: 100Gi, volumeAccessMode: ReadWriteOnce}]"),
				found: "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: cache}, spec: {accessModes: [ReadWriteMany, ReadWriteOnce], storageClassName: a, resources: {requests: {storage: 100Gi}}}}",
			},
			want: []string{head + "was not made by this graph: it is used as it is" + tail},
		},
		"Unreadable": {
			reason: "what cannot be compared is not",
			args:   situation{graph: asking(same), found: "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: cache}, spec: {accessModes: 1}}"},
			want:   []string{head + "was not made by this graph: it is used as it is" + tail},
		},
		"OfAnother": {
			reason: "whose it is",
			args:   situation{graph: asking(same), found: bound, owner: byAnother},
			want:   []string{head + `belongs to DynamoGraphDeployment "other" and goes with it: it is used as it is` + tail},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, tc.args.input(t))
			if diff := cmp.Diff(tc.want, out.Found.Warnings, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want warnings, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeClaimsKept names the claims that are kept although the graph says
// something else.
func TestComposeClaimsKept(t *testing.T) {
	const condition = "[{type: ClaimsKept, status: 'True', reason: NoLongerMade, message: m, lastTransitionTime: '2026-01-01T00:00:00Z'}]"
	kept := func(reason, message string) *layer.Condition {
		return &layer.Condition{Type: "ClaimsKept", Status: layer.True, Reason: reason, Message: message}
	}
	cases := map[string]struct {
		reason string
		args   situation
		want   *layer.Condition
	}{
		"Made":    {reason: "nothing to say", args: situation{graph: asking(other)}},
		"Equal":   {reason: "it is as the graph says", args: situation{graph: asking(same), observed: bound}},
		"Foreign": {reason: "Valid speaks of what others have made", args: situation{graph: asking(other), found: bound}},
		"LetGo":   {reason: "it goes", args: situation{graph: letting("true", "[]"), observed: bound}},
		"Edited": {
			reason: "what the graph says and the claim is not",
			args:   situation{graph: asking("[{name: cache, create: true, size: 200Gi, storageClass: fast, volumeAccessMode: ReadWriteMany}]"), observed: bound},
			want: kept("ChangesIgnored", `spec.pvcs[0]: claim "cache" has size 100Gi and not 200Gi: a claim that exists is not changed; `+
				`edit it yourself, or correct the graph`),
		},
		"Off": {
			reason: "it is not made any more",
			args:   situation{graph: asking("[{name: cache}]"), observed: bound},
			want:   kept("NoLongerMade", `spec.pvcs[0]: claim "cache" was made by this graph: it stays without create, and goes with the graph`),
		},
		"Dropped": {
			reason: "nor named",
			args:   situation{graph: asking("[]"), observed: bound},
			want: kept("NoLongerMade", `claim "cache" is no longer in spec.pvcs: it goes with the graph, `+
				`or with annotation dynamo.fn.crossplane.io/delete-claims: "true"`),
		},
		"Settled": {
			reason: "what was said is taken back",
			args:   situation{graph: changes{"spec/pvcs": same, "status/conditions": condition}, observed: bound},
			want:   &layer.Condition{Type: "ClaimsKept", Status: layer.False, Reason: "NothingKept"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got *layer.Condition
			for _, c := range compose(t, tc.args.input(t)).Conditions {
				if c.Type == "ClaimsKept" {
					got = &c
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want condition, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeClaimsTogether: several claims have one condition, the dropped ones
// behind those that the graph names.
func TestComposeClaimsTogether(t *testing.T) {
	in := situation{graph: asking(other), observed: bound}.input(t)
	for _, name := range []string{"b", "a"} {
		in.Observed["pvc/"+name] = layer.Read(layertest.Object(t, bound, changes{"metadata/name": name}))
	}
	out := compose(t, in)

	want := `spec.pvcs[0]: claim "cache" has size 100Gi and not 50Gi, storageClass "fast" and not "slow", access mode ReadWriteMany and not ReadWriteOnce: ` +
		`a claim that exists is not changed; edit it yourself, or correct the graph; ` +
		`claim "a" is no longer in spec.pvcs: it goes with the graph, or with annotation dynamo.fn.crossplane.io/delete-claims: "true"; ` +
		`claim "b" is no longer in spec.pvcs: it goes with the graph, or with annotation dynamo.fn.crossplane.io/delete-claims: "true"`
	got := condition(t, out, "ClaimsKept")
	if diff := cmp.Diff(want, got.Message); diff != "" || got.Reason != "NoLongerMade" {
		t.Errorf("Compose(...): reason %s, -want message, +got:\n%s", got.Reason, diff)
	}
	keys := []string{"component/Frontend", "component/Worker", "pvc/cache", "pvc/a", "pvc/b", "serviceaccount/discovery", "rolebinding/discovery"}
	if diff := cmp.Diff(keys, layertest.Keys(out)); diff != "" {
		t.Errorf("Compose(...): -want keys, +got:\n%s", diff)
	}
}

// TestComposeClaimNeeds asks for the claims that are to be made, and for no other.
func TestComposeClaimNeeds(t *testing.T) {
	claim := func(name string) layer.Selector {
		return layer.Selector{API: layer.API{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, Namespace: "team", Name: name}
	}
	cases := map[string]struct {
		reason string
		args   situation
		want   map[string]layer.Selector
	}{
		"Made":       {reason: "it may exist", args: situation{graph: asking(same), unanswered: true}, want: map[string]layer.Selector{"pvc/cache": claim("cache")}},
		"Answered":   {reason: "what is asked for stays the same", args: situation{graph: asking(same), found: bound, observed: bound, owner: byUs}, want: map[string]layer.Selector{"pvc/cache": claim("cache")}},
		"Referenced": {reason: "it is only mounted", args: situation{graph: asking("[{name: cache}]")}},
		"Dropped":    {reason: "it is observed", args: situation{graph: asking("[]"), observed: bound}},
		"Nameless":   {reason: "without a name it would be all claims of the namespace", args: situation{graph: asking(`[{name: "", create: true, size: 1Gi}]`)}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got map[string]layer.Selector
			for name, s := range compose(t, tc.args.input(t)).Needs.Objects {
				if s.Kind == "PersistentVolumeClaim" {
					got = map[string]layer.Selector{name: s}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want needs, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeClaimReadiness: the graph is ready once the claim is known to exist,
// whoever made it.
func TestComposeClaimReadiness(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   situation
		want   bool
	}{
		"Missing":    {reason: "it is made now", args: situation{graph: asking(same)}},
		"Unanswered": {reason: "it may be missing", args: situation{graph: asking(same), unanswered: true}},
		"Ours":       {reason: "it exists", args: situation{graph: asking(same), observed: bound, unanswered: true}, want: true},
		"Foreign":    {reason: "it exists, too", args: situation{graph: asking(same), found: bound}, want: true},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := observed(t, reports{"Frontend": available, "Worker": available})
			claims := tc.args.input(t)
			in.Composite["spec"], in.Answers = claims.Composite["spec"], claims.Answers
			if o, ok := claims.Observed["pvc/cache"]; ok {
				in.Observed["pvc/cache"] = o
			}
			if got := compose(t, in).Ready; got != tc.want {
				t.Errorf("\n%s\nCompose(...): want ready %t", tc.reason, tc.want)
			}
		})
	}
}
