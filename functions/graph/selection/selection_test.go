package selection_test

import (
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/selection"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// manual is a graph with the stock Composition that stays with its revision g2, whose
// settings have label release: two.
const manual = "{compositionRef: {name: dynamographdeployments.nvidia.com}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: g2}}"

// automatic is the same graph with the other policy.
const automatic = "{compositionRef: {name: dynamographdeployments.nvidia.com}, compositionUpdatePolicy: Automatic, compositionRevisionRef: {name: g2}}"

// input of the graph's step.
const input = `{"apiVersion":"dynamo.fn.crossplane.io/v1beta1","kind":"Settings","podDefaults":{"labels":{"release":"two"}},"compositions":{"scalingAdapter":"other"}}`

// graphOf is a graph with a block spec.crossplane, and with revisions by name, each
// with its number and its pipeline.
func graphOf(t *testing.T, crossplane string, c settings.Compositions, revisions ...string) selection.Graph {
	t.Helper()
	in := layertest.In(layertest.Object(t, "{kind: DynamoGraphDeployment}", layertest.Changes{"spec/crossplane": crossplane}))
	in.Settings.Compositions = c
	in.Input = []byte(input)
	in.Answers.Objects = map[string][]layer.Object{}
	for name := range selection.Read(in).Needs() {
		in.Answers.Objects[name] = nil
		for _, r := range revisions {
			in.Answers.Objects[name] = append(in.Answers.Objects[name], layer.Read(layertest.Object(t, r)))
		}
	}
	return selection.Read(in)
}

// revision of the components' Composition whose pods have a label.
func revision(name, number, release string) string {
	return "{metadata: {name: " + name + "}, spec: {revision: " + number + ", pipeline: [" +
		"{step: before, input: {apiVersion: other.example/v1, kind: Settings, podDefaults: 1}}, " +
		"{step: dynamo, input: {apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, podDefaults: {labels: {release: " + release + "}}}}]}}"
}

// child is an observed component with a block spec.crossplane, what the graph noted on
// it, and who wrote its compositionRef.
func child(t *testing.T, crossplane, note, manager string) *layer.Object {
	t.Helper()
	changes := layertest.Changes{"spec/crossplane": crossplane}
	if note != "" {
		changes["metadata/annotations/dynamo.fn.crossplane.io~1handed-down"] = note
	}
	if manager != "" {
		changes["metadata/managedFields"] = "[{manager: " + manager + ", fieldsV1: {f:spec: {f:crossplane: {f:compositionRef: {f:name: {}}}}}}]"
	}
	o := layer.Read(layertest.Object(t, "{kind: DynamoComponentDeployment, metadata: {name: chat-worker}}", changes))
	return &o
}

const (
	stock = selection.StockComponent
	ours  = "apiextensions.crossplane.io/composed/0123"
)

// told is what a child is told.
func told(composition, policy, revision, note string) selection.Told {
	return selection.Told{Selection: layer.Selection{Composition: composition, Policy: policy, Revision: revision}, Note: note}
}

// TestStock holds the names to those that the package installs.
func TestStock(t *testing.T) {
	cases := map[string]string{
		"dynamographdeployments":               selection.StockGraph,
		"dynamocomponentdeployments":           selection.StockComponent,
		"dynamographdeploymentscalingadapters": selection.StockAdapter,
	}
	for plural, want := range cases {
		t.Run(plural, func(t *testing.T) {
			composition, definition := readFile(t, apis.CompositionsFolder, plural), readFile(t, apis.DefinitionsFolder, plural)
			name, _, _ := unstructured.NestedString(composition, "metadata", "name")
			chosen, _, _ := unstructured.NestedString(definition, "spec", "defaultCompositionRef", "name")
			if diff := cmp.Diff([]string{want, want}, []string{name, chosen}); diff != "" {
				t.Errorf("name of the Composition and default of the definition: -want, +got:\n%s", diff)
			}
		})
	}
}

func readFile(t *testing.T, folder, plural string) map[string]any {
	t.Helper()
	raw, err := apis.Files.ReadFile(path.Join(folder, plural+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return layertest.Object(t, string(raw))
}

func TestPair(t *testing.T) {
	type want struct{ Component, Adapter selection.Told }
	cases := map[string]struct {
		reason     string
		crossplane string
		settings   settings.Compositions
		want       want
	}{
		"Nothing": {
			reason:     "a manifest that no cluster has seen chooses nothing, and neither does its graph",
			crossplane: "{}",
		},
		"Stock": {
			reason:     "what belongs together in this repository needs no setting; the policy Automatic is not said, since core has it by itself",
			crossplane: automatic,
			want:       want{told(stock, "", "", stock), told(selection.StockAdapter, "", "", selection.StockAdapter)},
		},
		"StockAndSettings": {
			reason:     "what a site says wins",
			crossplane: automatic,
			settings:   settings.Compositions{Component: "mine"},
			want:       want{told("mine", "", "", "mine"), told(selection.StockAdapter, "", "", selection.StockAdapter)},
		},
		"Site": {
			reason:     "a site's own Composition hands down what its settings name",
			crossplane: "{compositionRef: {name: site}}",
			settings:   settings.Compositions{Component: "mine", ScalingAdapter: "scale"},
			want:       want{told("mine", "", "", "mine"), told("scale", "", "", "scale")},
		},
		"SiteWithoutSettings": {
			reason:     "what goes with another Composition is not known",
			crossplane: "{compositionRef: {name: site}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: g2}}",
		},
		"Manual": {
			reason:     "adapters read no settings: only components stay with a revision",
			crossplane: manual,
			want: want{
				told(stock, "Manual", "c2", stock+",c2,g2"),
				told(selection.StockAdapter, "", "", selection.StockAdapter),
			},
		},
		"Channel": {
			reason:     "a graph that core moves among labelled revisions need not have the newest: its components follow it",
			crossplane: strings.Replace(automatic, "{", "{compositionRevisionSelector: {matchLabels: {channel: stable}}, ", 1),
			want: want{
				told(stock, "Manual", "c2", stock+",c2,g2"),
				told(selection.StockAdapter, "", "", selection.StockAdapter),
			},
		},
		"ManualWithoutRevision": {
			reason:     "core has not told yet which revision the graph has",
			crossplane: "{compositionRef: {name: dynamographdeployments.nvidia.com}, compositionUpdatePolicy: Manual}",
			want:       want{told(stock, "", "", stock), told(selection.StockAdapter, "", "", selection.StockAdapter)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			g := graphOf(t, tc.crossplane, tc.settings, revision("c2", "2", "two"))
			if diff := cmp.Diff(tc.want, want{g.Component(nil), g.Adapter(nil)}); diff != "" {
				t.Errorf("\n%s\nComponent(nil), Adapter(nil): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestOthers is about children whose Composition is not the one that goes with the
// graph's: who gave it to them decides.
func TestOthers(t *testing.T) {
	mine := told(stock, "", "", stock)
	cases := map[string]struct {
		reason             string
		has, note, manager string
		settings           settings.Compositions
		want               selection.Told
	}{
		"SameByCore": {reason: "a component of an older release has it by default already: from now on the graph says so, too", has: stock, manager: "crossplane", want: mine},
		"SameByUser": {reason: "so it does where a user wrote the same", has: stock, manager: "kubectl-edit", want: mine},
		"None":       {reason: "core has not chosen yet", has: "", want: mine},
		"OtherByCore": {reason: "core chose the default before there was a pair", has: "default", manager: "crossplane",
			settings: settings.Compositions{Component: stock}, want: mine},
		"OtherDefault": {reason: "a site's definition has another default, and its settings name none: an upgrade must change nothing", has: "default", manager: "crossplane",
			want: told("", "", "", "")},
		"OtherByUs":       {reason: "the pair was another one", has: "before", note: "before", manager: ours, want: mine},
		"OtherByUser":     {reason: "a user chose it by hand", has: "theirs", manager: "kubectl-edit", want: told("", "", "", "")},
		"ChangedByUser":   {reason: "also after the graph had said something else", has: "theirs", note: stock, manager: "kubectl-edit", want: told("", "", "", stock)},
		"ChangedByCore":   {reason: "a definition enforces another one: saying it again would be a fight without end", has: "enforced", note: stock, manager: "crossplane", want: told("", "", "", stock)},
		"OtherPairByUser": {reason: "a choice by hand outlives another pair", has: "theirs", note: "before", manager: "kubectl-edit", want: told("", "", "", "before")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			crossplane := "{}"
			if tc.has != "" {
				crossplane = "{compositionRef: {name: " + tc.has + "}, compositionUpdatePolicy: Automatic, compositionRevisionRef: {name: c1}}"
			}
			got := graphOf(t, automatic, tc.settings).Component(child(t, crossplane, tc.note, tc.manager))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nComponent(...): -want, +got:\n%s", tc.reason, diff)
			}
			if tc.want.Composition != "" {
				return
			}
			got = graphOf(t, manual, tc.settings, revision("c2", "2", "two")).Component(child(t, crossplane, tc.note, tc.manager))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nComponent(...) of a graph that stays, whose revisions are of another Composition: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRevisions(t *testing.T) {
	const automaticAt, manualAt = "Automatic", "Manual"
	type args struct {
		// policy and revision that the component has, and what was noted on it.
		policy, revision, note string
		revisions              []string
	}
	one, two, again := revision("c1", "1", "one"), revision("c2", "2", "two"), revision("c3", "3", "two")
	noted := func(revision, of string) string { return stock + "," + revision + "," + of }
	cases := map[string]struct {
		reason string
		args   args
		want   selection.Told
	}{
		"BecameManual": {
			reason: "a component that has the right settings stays where it is, though there is a newer revision of them",
			args:   args{automaticAt, "c2", stock, []string{one, two, again}},
			want:   told(stock, manualAt, "c2", noted("c2", "g2")),
		},
		"BecameManualAtAnotherRevision": {
			reason: "one that has others gets the newest with the right ones",
			args:   args{automaticAt, "c1", stock, []string{two, one, again}},
			want:   told(stock, manualAt, "c3", noted("c3", "g2")),
		},
		"PinnedByHand": {
			reason: "a component that somebody pinned before its graph said anything of revisions stays until the graph moves",
			args:   args{manualAt, "c1", "", []string{one, two}},
			want:   told(stock, manualAt, "c1", noted("c1", "g2")),
		},
		"Stays": {
			reason: "nothing moves while the graph does not, not even to a newer revision with the same settings",
			args:   args{manualAt, "c2", noted("c2", "g2"), []string{two, again}},
			want:   told(stock, manualAt, "c2", noted("c2", "g2")),
		},
		"GraphMoved": {
			reason: "with another revision of the graph the component gets the newest that goes with it",
			args:   args{manualAt, "c1", noted("c1", "g1"), []string{one, again, two}},
			want:   told(stock, manualAt, "c3", noted("c3", "g2")),
		},
		"GraphMovedWithTheSameSettings": {
			reason: "also where the settings are the same: another step may have changed",
			args:   args{manualAt, "c2", noted("c2", "g1"), []string{again, two}},
			want:   told(stock, manualAt, "c3", noted("c3", "g2")),
		},
		"MovedByHand": {
			reason: "somebody moved the component: it keeps that until the graph moves",
			args:   args{manualAt, "c3", noted("c2", "g2"), []string{two, again}},
			want:   told(stock, manualAt, "", noted("c2", "g2")),
		},
		"MadeAutomaticByHand": {
			reason: "somebody lets core move the component: core writes its revision then",
			args:   args{automaticAt, "c3", noted("c2", "g2"), []string{two, again}},
			want:   told(stock, "", "", noted("c2", "g2")),
		},
		"Lost": {
			reason: "a revision that somebody took away comes back",
			args:   args{manualAt, "", noted("c2", "g2"), []string{two, again}},
			want:   told(stock, manualAt, "c2", noted("c2", "g2")),
		},
		"GraphMovedAndNothingSuits": {
			reason: "until a revision suits the component stays, and the graph remembers why it is there",
			args:   args{manualAt, "c1", noted("c1", "g1"), []string{one}},
			want:   selection.Told{Selection: layer.Selection{Composition: stock, Policy: manualAt, Revision: "c1"}, Note: noted("c1", "g1"), Unmatched: true},
		},
		"MovedByHandAndNothingSuits": {
			reason: "also where somebody else had moved it: that is not ours to say",
			args:   args{manualAt, "c3", noted("c1", "g1"), []string{one}},
			want:   selection.Told{Selection: layer.Selection{Composition: stock, Policy: manualAt}, Note: noted("c1", "g1"), Unmatched: true},
		},
		"BecameManualAndNothingSuits": {
			reason: "core chose what it has, and stops moving it",
			args:   args{automaticAt, "c1", stock, []string{one}},
			want:   selection.Told{Selection: layer.Selection{Composition: stock, Policy: manualAt}, Note: stock, Unmatched: true},
		},
		"OtherPair": {
			reason: "what was noted of another Composition says nothing of this one",
			args:   args{manualAt, "c1", "before,c1,g2", []string{one, two}},
			want:   told(stock, manualAt, "c2", noted("c2", "g2")),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			composition := stock
			if strings.HasPrefix(tc.args.note, "before") {
				composition = "before"
			}
			crossplane := "{compositionRef: {name: " + composition + "}, compositionUpdatePolicy: " + tc.args.policy
			if tc.args.revision != "" {
				crossplane += ", compositionRevisionRef: {name: " + tc.args.revision + "}"
			}
			got := graphOf(t, manual, settings.Compositions{}, tc.args.revisions...).Component(child(t, crossplane+"}", tc.args.note, ours))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nComponent(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestBecomesAutomatic: what was said of revisions is taken back.
func TestBecomesAutomatic(t *testing.T) {
	was := child(t, "{compositionRef: {name: "+stock+"}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: c1}}", stock+",c1,g1", ours)
	got := graphOf(t, automatic, settings.Compositions{}).Component(was)
	if diff := cmp.Diff(told(stock, "", "", stock), got); diff != "" {
		t.Errorf("Component(...): -want, +got:\n%s", diff)
	}
}

// TestMatchingRevisions is about which revisions have the settings of the graph's own
// step: the component that does not exist yet gets the first of them.
func TestMatchingRevisions(t *testing.T) {
	const head = "{metadata: {name: c}, spec: {revision: 1, pipeline: ["
	cases := map[string]struct {
		reason    string
		revisions []string
		want      string
		unmatched bool
	}{
		"None":      {reason: "the Composition does not exist, of which core complains"},
		"Newest":    {reason: "the number counts, not the order", revisions: []string{revision("a", "7", "two"), revision("b", "10", "two"), revision("c", "9", "two")}, want: "b"},
		"SameTwice": {reason: "of two with one number the first by name", revisions: []string{revision("b", "1", "two"), revision("a", "1", "two")}, want: "a"},
		"Others":    {reason: "other settings do not go with the graph's", revisions: []string{revision("a", "1", "one")}, unmatched: true},
		"Broken":    {reason: "nor do broken ones", revisions: []string{head + "{input: {apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, podDefaults: 1}}]}}"}, unmatched: true},
		"NoInput":   {reason: "a step without input has the defaults, which are others", revisions: []string{head + "{step: dynamo}]}}"}, unmatched: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := graphOf(t, manual, settings.Compositions{}, tc.revisions...).Component(nil)
			if got.Revision != tc.want || got.Unmatched != tc.unmatched || got.Policy != "Manual" {
				t.Errorf("\n%s\nComponent(nil): want Manual, revision %q, unmatched %t, got %+v", tc.reason, tc.want, tc.unmatched, got)
			}
		})
	}
}

// TestDefaults: a graph whose step has no input goes with components whose step has none.
func TestDefaults(t *testing.T) {
	in := layertest.In(layertest.Object(t, "{kind: DynamoGraphDeployment}", layertest.Changes{"spec/crossplane": manual}))
	in.Answers.Objects = map[string][]layer.Object{}
	for name := range selection.Read(in).Needs() {
		in.Answers.Objects[name] = []layer.Object{layer.Read(layertest.Object(t, "{metadata: {name: c}, spec: {revision: 1, pipeline: [{step: dynamo}]}}"))}
	}
	if got := selection.Read(in).Component(nil); got.Revision != "c" {
		t.Errorf("Component(nil): want revision c, got %+v", got)
	}
}

func TestNeeds(t *testing.T) {
	revisions := map[string]layer.Selector{"revisions": {
		API:    layer.API{APIVersion: "apiextensions.crossplane.io/v1", Kind: "CompositionRevision"},
		Labels: map[string]string{"crossplane.io/composition-name": stock},
	}}
	cases := map[string]struct {
		reason     string
		crossplane string
		want       map[string]layer.Selector
	}{
		"Manual":    {reason: "a graph that stays asks for the revisions of its components' Composition", crossplane: manual, want: revisions},
		"Automatic": {reason: "core finds the newest by itself", crossplane: automatic},
		"NoPair":    {reason: "the Composition is not known", crossplane: strings.Replace(manual, "dynamographdeployments.nvidia.com", "site", 1)},
		"Nothing":   {reason: "nothing is chosen yet", crossplane: "{}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, graphOf(t, tc.crossplane, settings.Compositions{}).Needs()); diff != "" {
				t.Errorf("\n%s\nNeeds(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestUnanswered: while core has not told the revisions nothing is said of them, and no
// warning is given.
func TestUnanswered(t *testing.T) {
	in := layertest.In(layertest.Object(t, "{kind: DynamoGraphDeployment}", layertest.Changes{"spec/crossplane": manual}))
	was := child(t, "{compositionRef: {name: "+stock+"}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: c1}}", stock+",c1,g1", ours)
	if diff := cmp.Diff(told(stock, "Manual", "c1", stock+",c1,g1"), selection.Read(in).Component(was)); diff != "" {
		t.Errorf("Component(...): -want, +got:\n%s", diff)
	}
}

func TestAnnotations(t *testing.T) {
	if got := (selection.Told{}).Annotations(); got != nil {
		t.Errorf("Annotations(): want none without a note, got %v", got)
	}
	want := map[string]string{"dynamo.fn.crossplane.io/handed-down": stock}
	if diff := cmp.Diff(want, told(stock, "", "", stock).Annotations()); diff != "" {
		t.Errorf("Annotations(): -want, +got:\n%s", diff)
	}
}
