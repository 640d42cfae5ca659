package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// past are conditions and a restart that were true before a fault, and are not now.
const past = `
conditions:
- {type: ServicesReady, status: "True", reason: AllResourcesReady, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}
- {type: ClaimsKept, status: "True", reason: NoLongerMade, message: "claims that are gone", lastTransitionTime: "2026-01-01T00:00:00Z"}
- {type: RestartCompleted, status: "False", reason: Restarting, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}
restart: {observedID: r, phase: Completed}
`

// TestComposeHeldConditions looks at every condition of a graph under each kind of fault,
// with and without children: each says what is observed, and none what was said before.
func TestComposeHeldConditions(t *testing.T) {
	const (
		badName  = `metadata.name: Invalid value: "2chat": must begin with a letter, since Services are named after it: choose another name`
		badInput = `input: Invalid value: "Settings": broken`
	)
	valid := func(message string) layer.Condition {
		return layer.Condition{Type: "Valid", Status: "False", Reason: "InvalidSpec", Message: message}
	}
	services := func(reason, message string) layer.Condition {
		return layer.Condition{Type: "ServicesReady", Status: "False", Reason: reason, Message: message}
	}
	common := []layer.Condition{
		{Type: "RestartCompleted", Status: "True", Reason: "Completed"},
		{Type: "UnsupportedFields", Status: "False", Reason: "NoFieldsIgnored"},
	}
	nothingKept := layer.Condition{Type: "ClaimsKept", Status: "False", Reason: "NothingKept"}
	kept := layer.Condition{
		Type: "ClaimsKept", Status: "True", Reason: "NoLongerMade",
		Message: `claim "cache" is no longer in spec.pvcs: it goes with the graph, or with annotation dynamo.fn.crossplane.io/delete-claims: "true"`,
	}
	broken := field.ErrorList{field.Invalid(field.NewPath("input"), "Settings", "broken")}

	cases := map[string]struct {
		reason   string
		args     changes
		settings field.ErrorList
		reports  reports
		claim    string
		fatal    bool
		want     []layer.Condition
	}{
		"SpecWithout": {
			reason: "an invalid graph that has composed nothing", args: changes{"metadata/name": "2chat"}, fatal: true,
			want: append(common, valid(badName), services("SomeResourcesNotReady", "2chat-frontend: NotCreated, 2chat-worker: NotCreated"), nothingKept),
		},
		"SettingsWithout": {
			reason: "broken settings of one", settings: broken, fatal: true,
			want: append(common, valid(badInput), services("SomeResourcesNotReady", "chat-frontend: NotCreated, chat-worker: NotCreated"), nothingKept),
		},
		"SettingsWith": {
			reason: "broken settings of one that runs in part", settings: broken, reports: reports{"Frontend": available, "Worker": failing("FailedCreate", "no room")},
			want: append(common, valid(badInput), services("FailedCreate", "chat-worker: FailedCreate (no room)"), nothingKept),
		},
		"SpecWith": {
			reason: "an invalid edit that also adds a service", reports: reports{"Frontend": available, "Worker": available},
			args: changes{"spec/services/New": "{componentType: worker}"},
			want: append(common, valid(noImage), services("SomeResourcesNotReady", "chat-new: NotCreated"), nothingKept),
		},
		"Claims": {
			reason: "claims stay while a graph is at fault, also those that may go", settings: broken, claim: bound,
			args:    changes{"metadata/annotations": "{dynamo.fn.crossplane.io/delete-claims: 'true'}"},
			reports: reports{"Frontend": available, "Worker": starting},
			want:    append(common, valid(badInput), services("PodsNotReady", "chat-worker: PodsNotReady"), kept),
		},
		"ClaimsAlone": {
			reason: "nothing runs, and a claim is kept", settings: broken, claim: bound,
			want: append(common, valid(badInput), services("SomeResourcesNotReady", "chat-frontend: NotCreated, chat-worker: NotCreated"), kept),
		},
		"NoServices": {
			reason: "a graph that names none", args: changes{"spec/services": "{}"}, fatal: true,
			want: append(common, valid("spec.services: Required value: a graph has at least one service: add one"), services("SomeResourcesNotReady", ""), nothingKept),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, chat))
			if tc.reports != nil {
				in = observed(t, tc.reports)
			}
			if tc.claim != "" {
				in.Observed["pvc/cache"] = layer.Read(layertest.Object(t, tc.claim))
			}
			in.Composite = layertest.Object(t, chat, tc.args)
			in.Composite["status"] = layertest.Object(t, past)
			in.SettingsFaults = tc.settings

			out := compose(t, in)

			if diff := cmp.Diff(byType(tc.want), byType(out.Conditions)); diff != "" {
				t.Errorf("%s: Compose(...): -want conditions, +got:\n%s", tc.reason, diff)
			}
			if (out.Fatal != "") != tc.fatal || out.Ready {
				t.Errorf("%s: Compose(...): want fatal %t and not ready, got %q and %t", tc.reason, tc.fatal, out.Fatal, out.Ready)
			}
		})
	}
}

const noImage = `spec.services[New].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings`

func byType(all []layer.Condition) map[string]layer.Condition {
	out := map[string]layer.Condition{}
	for _, c := range all {
		out[c.Type] = c
	}
	return out
}
