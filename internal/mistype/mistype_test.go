package mistype_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/internal/mistype"
)

// TestFault has a value for each place that does not take it.
func TestFault(t *testing.T) {
	type args struct {
		want  string
		value any
	}
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Number":   {reason: "a number for a text", args: args{mistype.String, 1.5}, want: `a: Invalid value: 1.5: must be a string, not a fraction: put it in quotes`},
		"Map":      {reason: "a map is not shown", args: args{mistype.String, map[string]any{"b": "c"}}, want: `a: Invalid value: must be a string, not a map`},
		"Scalar":   {reason: "one item for a list", args: args{mistype.Array, "b"}, want: `a: Invalid value: "b": must be a list, not a string: put it in brackets`},
		"NoList":   {reason: "a map for a list", args: args{mistype.Array, map[string]any{}}, want: `a: Invalid value: must be a list, not a map: begin each item with a dash`},
		"Text":     {reason: "a text for a yes or no", args: args{mistype.Boolean, "true"}, want: `a: Invalid value: "true": must be a boolean, not a string: write true or false, without quotes`},
		"Quoted":   {reason: "a quoted number", args: args{mistype.Integer, "8"}, want: `a: Invalid value: "8": must be an integer, not a string: leave the quotes out`},
		"Word":     {reason: "a word is no number without quotes, either", args: args{mistype.Integer, "eight"}, want: `a: Invalid value: "eight": must be an integer, not a string`},
		"Quantity": {reason: "a fraction is no amount", args: args{mistype.IntegerOrString, 1.5}, want: `a: Invalid value: 1.5: must be an integer or a string, not a fraction: put it in quotes`},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if mistype.Fits(tc.args.want, tc.args.value) {
				t.Errorf("\n%s\nFits(%q, %v): want false", tc.reason, tc.args.want, tc.args.value)
			}
			got := mistype.Fault(field.NewPath("a"), tc.args.want, tc.args.value).Error()
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nFault(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFits(t *testing.T) {
	for want, values := range map[string][]any{
		"":                      {nil, "a", 1.5, []any{}},
		mistype.Array:           {[]any{}},
		mistype.Boolean:         {true},
		mistype.Integer:         {int64(1), float64(1)},
		mistype.IntegerOrString: {int64(1), "1"},
		mistype.Number:          {1.5, int64(1)},
		mistype.Object:          {map[string]any{}},
		mistype.String:          {""},
	} {
		for _, value := range values {
			if !mistype.Fits(want, value) {
				t.Errorf("Fits(%q, %v): want true", want, value)
			}
		}
	}
}
