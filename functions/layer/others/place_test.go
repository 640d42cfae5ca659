package others

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// place of the Service of component chat-worker.
func place() Place {
	return Place{
		API: layer.API{APIVersion: "v1", Kind: "Service"}, Name: "chat-worker", Key: "service/main",
		Owner:  layer.Controller{Kind: "DynamoComponentDeployment", Name: "chat-worker", UID: "u1"},
		Labels: map[string]string{"nvidia.com/dynamo-component": "Worker", "nvidia.com/dynamo-namespace": "team-chat", "team": "a"},
	}
}

const (
	byUs    = "ownerReferences: [{kind: DynamoComponentDeployment, name: chat-worker, uid: u1, controller: true}]"
	byElder = "ownerReferences: [{kind: DynamoComponentDeployment, name: chat-worker, uid: u0, controller: true}]"
	byOther = "ownerReferences: [{kind: ConfigMap, name: chat-worker, uid: u1, controller: true}]"
	owned   = "ownerReferences: [{kind: DynamoComponentDeployment, name: chat-worker, uid: u1}]"
	marks   = "labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-namespace: team-chat}"
	key     = "annotations: {crossplane.io/composition-resource-name: service/main}"
)

func TestLook(t *testing.T) {
	anyUID := place()
	anyUID.Owner.UID = ""
	bare := place()
	bare.Labels = nil
	formed := place()
	formed.Foreign = []string{"podTemplate"}
	cases := map[string]struct {
		reason string
		place  Place
		found  string
		want   Occupant
	}{
		"Foreign":     {reason: "what nobody controls is not ours", place: place(), found: "{}", want: Other},
		"Owned":       {reason: "an owner that is no controller made it not", place: place(), found: "{" + owned + "}", want: Other},
		"OfOther":     {reason: "nor does anybody else's", place: place(), found: "{" + byOther + "}", want: Other},
		"OtherOfOurs": {reason: "whatever it is labelled as", place: place(), found: "{" + byOther + ", " + key + ", " + marks + "}", want: Other},
		"Ours":        {reason: "what we control is ours, if core has lost its reference", place: place(), found: "{" + byUs + "}", want: Nobody},
		"OursGoing":   {reason: "as it is today while it is deleted", place: place(), found: "{deletionTimestamp: x, " + byUs + "}", want: Nobody},
		"Elder":       {reason: "that of an earlier owner of the name goes with it", place: place(), found: "{" + byElder + "}", want: Leaving},
		"AnyOwner":    {reason: "unless we do not know the owner", place: anyUID, found: "{" + byElder + "}", want: Nobody},
		"Going":       {reason: "what is deleted need not be talked of", place: place(), found: "{deletionTimestamp: x}", want: Leaving},
		"Orphan":      {reason: "core's annotation stays on what was orphaned", place: place(), found: "{" + key + "}", want: Nobody},
		"OtherKey": {
			reason: "of another child it says nothing", place: place(), want: Other,
			found: "{annotations: {crossplane.io/composition-resource-name: service/model}}",
		},
		"Operator":   {reason: "labels of the runtime say for which component it was made", place: place(), found: "{" + marks + "}", want: Nobody},
		"OtherGraph": {reason: "and for which graph", place: place(), found: "{labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-namespace: team-other}}", want: Other},
		"OneLabel":   {reason: "one does not do", place: place(), found: "{labels: {nvidia.com/dynamo-component: Worker}}", want: Other},
		"OtherForm": {
			reason: "what cannot be written in our form is not ours to write, though we control it", place: formed, want: Other,
			found: "{" + byUs + "}, spec: {podTemplate: {}}",
		},
		"OtherFormGoing": {reason: "until it goes", place: formed, found: "{deletionTimestamp: x, " + byElder + "}, spec: {podTemplate: {}}", want: Leaving},
		"SameForm":       {reason: "fields of both forms do not tell", place: formed, found: "{" + byUs + "}, spec: {replicas: 1}", want: Nobody},
		"NoLabels":       {reason: "what has none is not known by them", place: bare, found: "{}", want: Other},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found := layer.Read(layertest.Object(t, "{kind: Service, metadata: "+tc.found+"}"))
			got, o := tc.place.Look(layer.Answers{Objects: map[string][]layer.Object{"Service/chat-worker": {found}}})
			if got != tc.want || o.Kind != "Service" {
				t.Errorf("\n%s\nLook(...): want %d, got %d with %v", tc.reason, tc.want, got, o)
			}
		})
	}
	for name, a := range map[string]layer.Answers{"Unanswered": {}, "Absent": {Objects: map[string][]layer.Object{"Service/chat-worker": {}}}} {
		if got, _ := place().Look(a); got != Nobody {
			t.Errorf("%s: Look(...): want nobody, got %d", name, got)
		}
	}
}

func TestNeeds(t *testing.T) {
	want := map[string]layer.Selector{"Service/chat-worker": {API: layer.API{APIVersion: "v1", Kind: "Service"}, Namespace: "team", Name: "chat-worker"}}
	if diff := cmp.Diff(want, Needs("team", place())); diff != "" {
		t.Errorf("Needs(...): -want, +got:\n%s", diff)
	}
}

func TestDescribe(t *testing.T) {
	cases := map[string]struct {
		reason, object, want string
	}{
		"Nobodys": {reason: "whose it is", object: "{kind: Service, metadata: {name: a}}", want: `Service "a" exists and was made by somebody else`},
		"Others": {
			reason: "or whose controller says so", want: `Service "a" exists and belongs to ConfigMap "chat-worker"`,
			object: "{kind: Service, metadata: {name: a, " + byOther + "}}",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Describe(layer.Read(layertest.Object(t, tc.object))); got != tc.want {
				t.Errorf("\n%s\nDescribe(...): want %s, got %s", tc.reason, tc.want, got)
			}
		})
	}
}
