package claim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/claim"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const (
	key   = "graph/claimed"
	kind  = "DynamoGraphDeployment/chat"
	taken = `DynamoGraphDeployment "chat" exists and was made by somebody else: it is left as it is; delete it, or give the claim another name`

	// composite behind claim chat of namespace team.
	composite = `
apiVersion: nvidia.com/v1alpha1
kind: XDynamoGraphDeployment
metadata:
  name: chat-x7k2p
  uid: u-1
  generation: 3
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels: {crossplane.io/claim-name: chat, crossplane.io/claim-namespace: team, crossplane.io/composite: chat-x7k2p, cost: "7", kueue.x-k8s.io/queue-name: q}
  annotations: {nvidia.com/enable-metrics: "false", crossplane.io/paused: "false", kubectl.kubernetes.io/restartedAt: now, example.org/a: b,
    dynamo.fn.crossplane.io/delete-claims: "true", node.k8s.io/x: later, leaderworkerset.x-k8s.io/exclusive-topology: zone,
    argocd.argoproj.io/tracking-id: "app:nvidia.com/DynamoGraphDeploymentClaim:team/chat"}
spec:
  claimRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentClaim, namespace: team, name: chat}
  compositionRef: {name: xdynamographdeployments.nvidia.com}
  compositionRevisionRef: {name: r}
  compositionUpdatePolicy: Automatic
  resourceRefs: [{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, name: chat, namespace: team}]
  writeConnectionSecretToRef: {name: s, namespace: crossplane-system}
  backendFramework: vllm
  services:
    Chat_UI: {componentType: frontend, replicas: 1}
    Worker: {componentType: worker, replicas: 2}
`
	// claimOf is that claim as Crossplane has bound it.
	claimOf = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentClaim
metadata: {name: chat, namespace: team, generation: 5}
spec:
  resourceRef: {apiVersion: nvidia.com/v1alpha1, kind: XDynamoGraphDeployment, name: chat-x7k2p}
  compositionRef: {name: xdynamographdeployments.nvidia.com}
  compositeDeletePolicy: Background
  backendFramework: vllm
  services:
    Chat_UI: {componentType: frontend, replicas: 1}
    Worker: {componentType: worker, replicas: 2}
`
	// graphOf is a graph that the composite controls.
	graphOf = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: team
  generation: 2
  ownerReferences: [{apiVersion: nvidia.com/v1alpha1, kind: XDynamoGraphDeployment, name: chat-x7k2p, uid: u-1, controller: true}]
`
	// serving is its status.
	serving = `
state: successful
observedGeneration: 2
settings: [built-in]
conditions:
- {type: Synced, status: "True", reason: ReconcileSuccess, observedGeneration: 2}
- {type: Ready, status: "True", reason: Available, observedGeneration: 2}
- {type: Responsive, status: "True", reason: WatchCircuitClosed}
- {type: Valid, status: "True", reason: Valid, message: a warning}
- {type: ServicesReady, status: "True", reason: AllResourcesReady}
- {type: RestartCompleted, status: Unknown, reason: FatalError}
`
)

// told is what the layer is told of the composite.
func told(t *testing.T, changes ...layertest.Changes) layer.In {
	t.Helper()
	in := layertest.In(layertest.Object(t, composite, changes...))
	in.Answers.Objects = map[string][]layer.Object{
		"claim": {layer.Read(layertest.Object(t, claimOf))},
		kind:    {},
	}
	return in
}

// has is what core observes of a graph, which carries the hash of what is asked for.
func has(t *testing.T, in layer.In, status string, changes ...layertest.Changes) layer.In {
	t.Helper()
	hash := layertest.Objects(t, compose(t, in))[key]["metadata"].(map[string]any)["annotations"].(map[string]any)["dynamo.fn.crossplane.io/spec-hash"].(string)
	o := layertest.Object(t, graphOf, layertest.Changes{"metadata/annotations/dynamo.fn.crossplane.io~1spec-hash": hash})
	if status != "" {
		o["status"] = layertest.Object(t, status, layertest.Changes{"observedSpecHash": hash})
	}
	raw, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	o = layertest.Object(t, string(raw), changes...)
	in.Observed = layer.Observed{key: layer.Read(o)}
	in.Answers.Objects[kind] = []layer.Object{layer.Read(o)}
	return in
}

func compose(t *testing.T, in layer.In) layer.Out {
	t.Helper()
	out, err := claim.Compose(v1alpha1.GraphKind)(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// composed is the condition of that name.
func composed(out layer.Out) layer.Condition {
	for _, c := range out.Conditions {
		if c.Type == claim.TypeComposed {
			return c
		}
	}
	return layer.Condition{}
}

func no(reason, message string) layer.Condition {
	return layer.Condition{Type: claim.TypeComposed, Status: layer.False, Reason: reason, Message: message, OfClaim: true}
}

func yes() layer.Condition {
	return layer.Condition{Type: claim.TypeComposed, Status: layer.True, Reason: "Composed", OfClaim: true}
}

func TestTarget(t *testing.T) {
	got := layertest.Objects(t, compose(t, told(t)))
	want := map[string]map[string]any{key: layertest.Object(t, `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: team
  labels: {cost: "7"}
  annotations:
    nvidia.com/enable-metrics: "false"
    example.org/a: b
    dynamo.fn.crossplane.io/delete-claims: "true"
    dynamo.fn.crossplane.io/spec-hash: 88c7a9a2b8a9f1f1
spec:
  backendFramework: vllm
  services:
    Chat_UI: {componentType: frontend, replicas: 1}
    Worker: {componentType: worker, replicas: 2}
`)}
	if diff := cmp.Diff(want, got, ignoreHash()); diff != "" {
		t.Errorf("what a claim says goes down, and nothing of Crossplane's: -want, +got:\n%s", diff)
	}
}

// ignoreHash leaves out the value of a hash.
func ignoreHash() cmp.Option {
	return cmp.FilterPath(func(p cmp.Path) bool {
		last, ok := p.Last().(cmp.MapIndex)
		return ok && last.Key().String() == "dynamo.fn.crossplane.io/spec-hash"
	}, cmp.Ignore())
}

func TestHash(t *testing.T) {
	hash := func(changes ...layertest.Changes) string {
		return compose(t, told(t, changes...)).Children[0].Hash
	}
	cases := map[string]struct {
		reason string
		args   layertest.Changes
		same   bool
	}{
		"Spec":       {reason: "the spec goes down", args: layertest.Changes{"spec/services/Worker/replicas": "3"}},
		"Label":      {reason: "labels go down", args: layertest.Changes{"metadata/labels/cost": "'8'"}},
		"Annotation": {reason: "annotations steer what is rendered", args: layertest.Changes{"metadata/annotations/nvidia.com~1enable-metrics": ""}},
		"Machinery":  {reason: "what core writes into the composite changes nothing", args: layertest.Changes{"spec/compositionRevisionRef/name": "q", "spec/resourceRefs": "[]"}, same: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := hash() == hash(tc.args); got != tc.same {
				t.Errorf("%s: want the same hash: %t, got %t", tc.reason, tc.same, got)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	api := func(kind string) layer.API { return layer.API{APIVersion: "nvidia.com/v1alpha1", Kind: kind} }
	want := layer.Needs{Objects: map[string]layer.Selector{
		"claim": {API: api("DynamoGraphDeploymentClaim"), Namespace: "team", Name: "chat"},
		kind:    {API: api("DynamoGraphDeployment"), Namespace: "team", Name: "chat"},
	}}
	cases := map[string]struct {
		reason string
		args   layer.In
		want   layer.Needs
	}{
		"Claim":    {reason: "both are asked for by name", args: told(t), want: want},
		"Observed": {reason: "needs do not change with what there is", args: has(t, told(t), serving), want: want},
		"NoName":   {reason: "all claims of all namespaces are never asked for", args: told(t, layertest.Changes{"spec/claimRef/name": ""})},
		"NoPlace":  {reason: "nor those of that name", args: told(t, layertest.Changes{"spec/claimRef/namespace": ""})},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, compose(t, tc.args).Needs); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestConnectionOfOthers: a claim of a kind that nobody connects to says that its Secret
// stays empty, and makes what it asks for.
func TestConnectionOfOthers(t *testing.T) {
	const empty = "spec.writeConnectionSecretToRef: nobody connects to a DynamoModel, and its Secret stays empty: leave it out, or claim a DynamoGraphDeployment"
	cases := map[string]struct {
		reason string
		of     string
		args   layertest.Changes
		want   []string
	}{
		"Graph": {reason: "a graph has a frontend", of: v1alpha1.GraphKind},
		"Model": {reason: "a model has none", of: v1alpha1.ModelKind, want: []string{empty}},
		"None":  {reason: "nobody asks", of: v1alpha1.ModelKind, args: layertest.Changes{"spec/writeConnectionSecretToRef": ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := told(t, layertest.Changes{"metadata/creationTimestamp": ""}, tc.args)
			in.Answers.Objects = nil
			out, err := claim.Compose(tc.of)(in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, out.Found.Warnings); diff != "" {
				t.Errorf("%s: warnings: -want, +got:\n%s", tc.reason, diff)
			}
			want := yes()
			want.Message = strings.Join(tc.want, "; ")
			if diff := cmp.Diff(want, composed(out)); diff != "" || len(out.Children) != 1 {
				t.Errorf("%s: %d children; condition: -want, +got:\n%s", tc.reason, len(out.Children), diff)
			}
		})
	}
}

// TestGuards are the two ways in which a claim could take what is not its own.
func TestGuards(t *testing.T) {
	claimed := func(in layer.In, changes ...layertest.Changes) layer.In {
		in.Answers.Objects["claim"] = []layer.Object{layer.Read(layertest.Object(t, claimOf, changes...))}
		return in
	}
	occupied := func(in layer.In, changes ...layertest.Changes) layer.In {
		in.Answers.Objects[kind] = []layer.Object{layer.Read(layertest.Object(t, graphOf, changes...))}
		return in
	}
	unanswered := told(t)
	unanswered.Answers.Objects = nil
	without := told(t)
	without.Answers.Objects["claim"] = []layer.Object{}
	nobodys := layertest.Changes{"metadata/ownerReferences": ""}
	cases := map[string]struct {
		reason string
		args   layer.In
		want   layer.Condition
		fatal  bool
		keys   []string
	}{
		"Bound":   {reason: "the claim names the composite, and nothing has its name", args: told(t), want: yes(), keys: []string{key}},
		"Unknown": {reason: "before core has told anything, nothing is made and nothing is wrong", args: unanswered, keys: []string{}},
		"NoClaim": {
			reason: "a composite that somebody has made by hand", args: without, fatal: true, keys: []string{},
			want: no("NotBound", `there is no DynamoGraphDeploymentClaim "chat" in namespace "team": delete this composite, and make a claim`),
		},
		"OtherComposite": {
			reason: "a claim belongs to one composite", args: claimed(told(t), layertest.Changes{"spec/resourceRef/name": "chat-other"}), fatal: true, keys: []string{},
			want: no("NotBound", `DynamoGraphDeploymentClaim "chat" in namespace "team" belongs to another composite (its spec.resourceRef): delete this one`),
		},
		"OtherKind": {
			reason: "of one kind", args: claimed(told(t), layertest.Changes{"spec/resourceRef/kind": "XOther"}), fatal: true, keys: []string{},
			want: no("NotBound", `DynamoGraphDeploymentClaim "chat" in namespace "team" belongs to another composite (its spec.resourceRef): delete this one`),
		},
		"UnboundClaim": {
			reason: "a claim that Crossplane has not bound yet names none", args: claimed(told(t), layertest.Changes{"spec/resourceRef": ""}), fatal: true, keys: []string{},
			want: no("NotBound", `DynamoGraphDeploymentClaim "chat" in namespace "team" belongs to another composite (its spec.resourceRef): delete this one`),
		},
		"NoClaimRef": {
			reason: "a composite is nobody's without a claim", args: told(t, layertest.Changes{"spec/claimRef": ""}), fatal: true, keys: []string{},
			want: no("NotBound", "no claim is named: Crossplane makes this kind for claims, so make a DynamoGraphDeploymentClaim in the namespace of your choice instead"),
		},
		"InFile": {reason: "of a composite in a file nothing comes in a cluster", args: func() layer.In {
			in := told(t, layertest.Changes{"metadata/creationTimestamp": ""})
			in.Answers.Objects = nil
			return in
		}(), want: yes(), keys: []string{key}},
		"Users":  {reason: "a graph that a user wrote would go with the claim", args: occupied(told(t), nobodys), want: no("NameTaken", taken), fatal: true, keys: []string{}},
		"Others": {reason: "one of another composite", args: occupied(told(t), layertest.Changes{"metadata/ownerReferences": "[{kind: DynamoGraphDeploymentRequest, name: r, uid: u, controller: true}]"}), fatal: true, keys: []string{}, want: no("NameTaken", `DynamoGraphDeployment "chat" exists and belongs to DynamoGraphDeploymentRequest "r": it is left as it is; delete it, or give the claim another name`)},
		"Leaving": {
			reason: "one that goes is waited for", args: occupied(told(t), nobodys, layertest.Changes{"metadata/deletionTimestamp": "2026-01-01T00:00:00Z"}), fatal: true, keys: []string{},
			want: no("NameTaken", `DynamoGraphDeployment "chat" is being deleted: what the claim asks for is made once it is gone`),
		},
		"Own":        {reason: "what core does not observe may be the composite's all the same", args: occupied(told(t)), want: yes(), keys: []string{key}},
		"LeftBehind": {reason: "what Crossplane made for a claim, and nobody controls any more", args: occupied(told(t), nobodys, layertest.Changes{"metadata/annotations": "{crossplane.io/composition-resource-name: graph/claimed}"}), want: yes(), keys: []string{key}},
		"ClaimGone": {
			reason: "what was made stays where the claim is gone", keys: []string{key},
			args: func() layer.In {
				in := has(t, told(t), serving)
				in.Answers.Objects["claim"] = []layer.Object{}
				return in
			}(),
			want: no("NotBound", `there is no DynamoGraphDeploymentClaim "chat" in namespace "team": delete this composite, and make a claim`),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, tc.args)
			if diff := cmp.Diff(tc.want, composed(out)); diff != "" {
				t.Errorf("%s\n-want condition, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.keys, layertest.Keys(out)); diff != "" {
				t.Errorf("%s\n-want children, +got:\n%s", tc.reason, diff)
			}
			want := ""
			if tc.fatal {
				want = tc.want.Message
			}
			if diff := cmp.Diff(want, out.Fatal); diff != "" || out.Ready {
				t.Errorf("%s\nready: %t; fatal: -want, +got:\n%s", tc.reason, out.Ready, diff)
			}
			if tc.fatal && len(out.Found.Faults) != 1 {
				t.Errorf("%s: tools are told of no fault", tc.reason)
			}
		})
	}
}

func TestReady(t *testing.T) {
	cases := map[string]struct {
		reason string
		status string
		args   layertest.Changes
		want   bool
	}{
		"Serving":     {reason: "it is ready with what is asked for", status: serving, want: true},
		"New":         {reason: "it has said nothing yet"},
		"OldSpec":     {reason: "it has not been written with what is asked for now", status: serving, args: layertest.Changes{"metadata/annotations/dynamo.fn.crossplane.io~1spec-hash": "older"}},
		"OldHash":     {reason: "its layer has not looked at it yet", status: serving, args: layertest.Changes{"status/observedSpecHash": "older"}},
		"OldStatus":   {reason: "nor at its generation", status: serving, args: layertest.Changes{"metadata/generation": "3"}},
		"OldReady":    {reason: "conditions come after the rest of a status", status: serving, args: layertest.Changes{"metadata/generation": "3", "status/observedGeneration": "3"}},
		"NotReady":    {reason: "it is not ready", status: serving, args: layertest.Changes{"status/conditions": `[{type: Ready, status: "False", observedGeneration: 2}]`}},
		"NoCondition": {reason: "core has not said it", status: serving, args: layertest.Changes{"status/conditions": "[]"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, has(t, told(t), tc.status, tc.args))
			if out.Ready != tc.want || out.Children[0].Ready != tc.want {
				t.Errorf("%s: want ready %t, got %t, and %t of the graph", tc.reason, tc.want, out.Ready, out.Children[0].Ready)
			}
			want := layer.PaceStarting
			if tc.want {
				want = layer.PaceSteady
			}
			if out.Pace != want {
				t.Errorf("%s: pace is %s, want %s", tc.reason, out.Pace, want)
			}
		})
	}
}

func TestMirror(t *testing.T) {
	out := compose(t, has(t, told(t), serving))
	want := []layer.Condition{
		{Type: "RestartCompleted", Status: layer.Unknown, Reason: "FatalError", OfClaim: true},
		{Type: "ServicesReady", Status: layer.True, Reason: "AllResourcesReady", OfClaim: true},
		{Type: "Valid", Status: layer.True, Reason: "Valid", Message: "a warning", OfClaim: true},
		yes(),
	}
	if diff := cmp.Diff(want, out.Conditions); diff != "" {
		t.Errorf("conditions of the graph reach the claim, but for Crossplane's: -want, +got:\n%s", diff)
	}
	status := map[string]any{"state": "successful", "settings": []any{"built-in"}, "observedGeneration": int64(5)}
	if diff := cmp.Diff(status, layertest.Status(t, out)); diff != "" {
		t.Errorf("so does its status, at the generation of the claim: -want, +got:\n%s", diff)
	}
}

func TestObservedGeneration(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     func(layer.In) layer.In
		args   layertest.Changes
		want   any
	}{
		"Current": {reason: "the claim's fields have come down", want: int64(5)},
		"Lagging": {reason: "the graph has not looked at them yet", args: layertest.Changes{"status/observedSpecHash": "older"}, want: int64(4)},
		"Edited": {reason: "the claim has been edited since", want: int64(4), in: func(in layer.In) layer.In {
			in.Answers.Objects["claim"] = []layer.Object{layer.Read(layertest.Object(t, claimOf, layertest.Changes{"spec/services/Worker/replicas": "9"}))}
			return in
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := has(t, told(t, layertest.Changes{"status/observedGeneration": "4"}), serving, tc.args)
			if tc.in != nil {
				in = tc.in(in)
			}
			if diff := cmp.Diff(tc.want, layertest.Status(t, compose(t, in))["observedGeneration"]); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposed(t *testing.T) {
	synced := func(status, reason, message string) layertest.Changes {
		return layertest.Changes{"status/conditions": `[{type: Synced, status: "` + status + `", reason: ` + reason + `, observedGeneration: 2, message: '` + message + `'}]`}
	}
	cases := map[string]struct {
		reason string
		own    layertest.Changes
		args   layertest.Changes
		want   layer.Condition
	}{
		"Synced": {reason: "it is there as it should be", args: synced("True", "ReconcileSuccess", ""), want: yes()},
		"Fatal": {
			reason: "its spec is at fault, and nothing is made of it",
			args:   synced("False", "ReconcileError", `cannot compose resources: pipeline step "dynamo" returned a fatal result: spec.pvcs: wrong`),
			want:   no("InvalidSpec", "spec.pvcs: wrong"),
		},
		"Refused": {
			reason: "something of it is not taken", args: synced("False", "ReconcileError", "Unsynced resources: component/Worker"),
			want: no("Refused", "the API server does not take component/Worker: see the events of DynamoGraphDeployment chat"),
		},
		"Failed": {reason: "Crossplane fails", args: synced("False", "ReconcileError", "cannot compose resources: no function"), want: no("ReconcileError", "no function")},
		"Paused": {reason: "somebody has paused it", args: synced("False", "ReconcilePaused", "paused"), want: no("ReconcilePaused", "paused")},
		"Unsynced": {
			reason: "it is not taken itself", own: layertest.Changes{"status": `{conditions: [{type: Synced, status: "False", reason: ReconcileError, observedGeneration: 3, message: "Unsynced resources: graph/claimed"}]}`},
			want: no("Refused", "the API server does not take graph/claimed: see the events of XDynamoGraphDeployment chat-x7k2p"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, has(t, told(t, tc.own), serving, tc.args))
			if diff := cmp.Diff(tc.want, composed(out)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if tc.own != nil && (out.Ready || out.Children[0].Ready || out.Pace != layer.PaceRefused) {
				t.Errorf("%s: want it unready, and tried again soon; got ready %t, pace %s", tc.reason, out.Ready, out.Pace)
			}
		})
	}
}

func TestConnection(t *testing.T) {
	at := func(host string) map[string]string {
		return map[string]string{"host": host, "port": "8000", "url": "http://" + host + ":8000"}
	}
	cases := map[string]struct {
		reason string
		args   layertest.Changes
		want   map[string]string
	}{
		"Frontend": {reason: "the Service of the frontend", want: at("chat-chat-ui.team.svc")},
		"Several":  {reason: "of several the first", args: layertest.Changes{"spec/services/A": "{componentType: frontend}"}, want: at("chat-a.team.svc")},
		"V1Beta1":  {reason: "both forms have one", args: layertest.Changes{"spec/services": "", "spec/components": "[{name: W, type: worker}, {name: F, type: frontend}]"}, want: at("chat-f.team.svc")},
		"None":     {reason: "a graph need not have one", args: layertest.Changes{"spec/services/Chat_UI": ""}},
		"Broken":   {reason: "what the graph cannot read is for the graph to say", args: layertest.Changes{"spec/services/Worker/replicas": "many"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, compose(t, told(t, tc.args)).Connection); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKinds makes each kind of its claim.
func TestKinds(t *testing.T) {
	for _, kind := range v1alpha1.Kinds() {
		t.Run(kind, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, composite, layertest.Changes{
				"kind": v1alpha1.CompositeKind(kind), "metadata/creationTimestamp": "", "spec/services": "", "spec/claimRef/kind": v1alpha1.ClaimKind(kind),
			}))
			out, err := claim.Compose(kind)(in)
			if err != nil {
				t.Fatal(err)
			}
			made := layertest.Objects(t, out)[claim.Key(kind)]
			if diff := cmp.Diff([]any{kind, map[string]any{"backendFramework": "vllm"}}, []any{made["kind"], made["spec"]}); diff != "" {
				t.Errorf("-want, +got:\n%s", diff)
			}
			if out.Connection != nil {
				t.Errorf("want nothing to connect with, got %v", out.Connection)
			}
		})
	}
}

// TestUnechoed: kinds that no layer but this one makes repeat no hash.
func TestUnechoed(t *testing.T) {
	compose := claim.Compose(v1alpha1.ModelKind)
	in := layertest.In(layertest.Object(t, composite, layertest.Changes{"kind": "XDynamoModel", "metadata/creationTimestamp": ""}))
	out, err := compose(in)
	if err != nil {
		t.Fatal(err)
	}
	in = layertest.Next(t, in, out, map[string]string{"model/claimed": `{observedGeneration: 1, conditions: [{type: Ready, status: "True", observedGeneration: 1}]}`})
	if out, err = compose(in); err != nil || !out.Ready {
		t.Errorf("want it ready, got %t (%v)", out.Ready, err)
	}
}
