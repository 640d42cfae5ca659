package layer_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func faultAt(path string) *field.Error { return field.Required(field.NewPath(path), "give it") }

func TestFindingsConditions(t *testing.T) {
	fault, collision := faultAt("a"), faultAt("b")
	type want struct {
		valid, unsupported layer.Condition
		fatal              bool
	}
	none := layer.Condition{Type: "UnsupportedFields", Status: layer.False, Reason: "NoFieldsIgnored"}
	cases := map[string]struct {
		reason string
		args   layer.Findings
		want   want
	}{
		"None": {
			reason: "nothing to say",
			want:   want{layer.Condition{Type: "Valid", Status: layer.True, Reason: "Valid"}, none, false},
		},
		"Faults": {
			reason: "every fault is named",
			args:   layer.Findings{Faults: field.ErrorList{fault, faultAt("c")}, Warnings: []string{"w"}},
			want:   want{layer.Condition{Type: "Valid", Status: layer.False, Reason: "InvalidSpec", Message: "a: Required value: give it; c: Required value: give it"}, none, true},
		},
		"OneFaultTwice": {
			reason: "services that inherit one fault share it",
			args:   layer.Findings{Faults: field.ErrorList{fault, faultAt("a")}},
			want:   want{layer.Condition{Type: "Valid", Status: layer.False, Reason: "InvalidSpec", Message: "a: Required value: give it"}, none, true},
		},
		"Collisions": {
			reason: "collisions have a reason of their own",
			args:   layer.Findings{Collisions: field.ErrorList{collision}},
			want:   want{layer.Condition{Type: "Valid", Status: layer.False, Reason: "NameCollision", Message: "b: Required value: give it"}, none, true},
		},
		"FaultsAndCollisions": {
			reason: "faults come first",
			args:   layer.Findings{Faults: field.ErrorList{fault}, Collisions: field.ErrorList{collision}},
			want:   want{layer.Condition{Type: "Valid", Status: layer.False, Reason: "InvalidSpec", Message: "a: Required value: give it; b: Required value: give it"}, none, true},
		},
		"Warnings": {
			reason: "warnings keep nothing from being composed",
			args:   layer.Findings{Warnings: []string{"w", "x"}},
			want:   want{layer.Condition{Type: "Valid", Status: layer.True, Reason: "Valid", Message: "w; x"}, none, false},
		},
		"Ignored": {
			reason: "ignored fields are named",
			args:   layer.Findings{Ignored: []string{"spec.a", "spec.b"}},
			want: want{
				layer.Condition{Type: "Valid", Status: layer.True, Reason: "Valid"},
				layer.Condition{Type: "UnsupportedFields", Status: layer.True, Reason: "FieldsIgnored", Message: "accepted, and not acted on: spec.a, spec.b"},
				false,
			},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := want{tc.args.Valid(), tc.args.Unsupported(), tc.args.Fatal()}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFindingsReport(t *testing.T) {
	found := layer.Findings{Warnings: []string{"w"}}
	valid := layer.Event{Warning: true, Reason: "Valid", Message: "w"}
	was := func(status metav1.ConditionStatus, reason, message string) []metav1.Condition {
		return []metav1.Condition{{Type: "Other", Status: status, Reason: reason, Message: message}, {Type: "Valid", Status: status, Reason: reason, Message: message}}
	}
	cases := map[string]struct {
		reason string
		args   []metav1.Condition
		want   []layer.Event
	}{
		"New":          {reason: "nothing was said", want: []layer.Event{valid}},
		"Same":         {reason: "all was said", args: was("True", "Valid", "w")},
		"OtherMessage": {reason: "the message is new", args: was("True", "Valid", "v"), want: []layer.Event{valid}},
		"OtherReason":  {reason: "the reason is new", args: was("True", "InvalidSpec", "w"), want: []layer.Event{valid}},
		"OtherStatus":  {reason: "the status is new", args: was("False", "Valid", "w"), want: []layer.Event{valid}},
		"OtherType":    {reason: "another condition said it", args: was("True", "Valid", "w")[:1], want: []layer.Event{valid}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := layer.Out{Events: nil}
			found.Report(&out, tc.args)
			if diff := cmp.Diff(tc.want, out.Events); diff != "" {
				t.Errorf("\n%s\nReport(...): -want events, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]layer.Condition{found.Valid(), found.Unsupported()}, out.Conditions); diff != "" {
				t.Errorf("\n%s\nReport(...): -want conditions, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFindingsRefuse(t *testing.T) {
	invalid := layer.Findings{Faults: field.ErrorList{faultAt("a")}, Ignored: []string{"spec.a"}}
	waiting := layer.Findings{Warnings: []string{"w"}, Ignored: []string{"spec.a"}}
	some := layer.Observed{"a": {}}
	type args struct {
		found    layer.Findings
		observed layer.Observed
	}
	type want struct {
		Fatal    string
		Children []string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"Invalid":        {reason: "what exists is kept", args: args{invalid, some}, want: want{Children: []string{"a"}}},
		"InvalidAtFirst": {reason: "with nothing to keep it is fatal, so that no later step takes it for ready", args: args{invalid, nil}, want: want{Fatal: "a: Required value: give it", Children: []string{}}},
		"Waiting":        {reason: "so it is where a feature is not there, whatever the warnings say", args: args{waiting, nil}, want: want{Fatal: "accepted, and not acted on: spec.a", Children: []string{}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			full := layer.Out{Children: []layer.Child{{Key: "a"}}, Ready: true, Pace: time.Second, Status: "s"}
			out := tc.args.found.Refuse(layer.In{Observed: tc.args.observed}, full, nil)

			if diff := cmp.Diff(tc.want, want{out.Fatal, layertest.Keys(out)}); diff != "" {
				t.Errorf("\n%s\nRefuse(...): -want, +got:\n%s", tc.reason, diff)
			}
			conditions := []layer.Condition{tc.args.found.Valid(), tc.args.found.Unsupported()}
			if diff := cmp.Diff(conditions, out.Conditions); diff != "" {
				t.Errorf("\n%s\nRefuse(...): -want conditions, +got:\n%s", tc.reason, diff)
			}
			if out.Ready || out.Pace != layer.PaceSteady || out.Status != "s" {
				t.Errorf("\n%s\nRefuse(...): want it not ready, a steady pace and the status given, got %+v", tc.reason, out)
			}
		})
	}
}
