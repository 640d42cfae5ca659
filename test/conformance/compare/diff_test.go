package compare

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// object returns an object of a kind that no rule knows. Fields may bring
// metadata of their own.
func object(name, fields string) string {
	if !strings.HasPrefix(fields, "metadata:") {
		fields = "metadata: {name: " + name + "}\n" + fields
	}
	return "apiVersion: v1\nkind: Thing\n" + fields + "\n---\n"
}

func objects(t *testing.T, stream string) []map[string]any {
	t.Helper()
	out, err := Objects([]byte(stream))
	if err != nil {
		t.Fatalf("Objects(%q): %v", stream, err)
	}
	return out
}

// fields are where two streams differ.
func fields(t *testing.T, want, got string) []string {
	t.Helper()
	var out []string
	for _, d := range Diff(objects(t, want), objects(t, got)) {
		out = append(out, d.Field())
	}
	return out
}

func TestDiffMatchesObjects(t *testing.T) {
	cases := map[string]struct {
		reason    string
		want, got string
		fields    []string
	}{
		"Same": {
			reason: "Equal sets have no differences, in whatever order.",
			want:   object("a", "") + object("b", ""),
			got:    object("b", "") + object("a", ""),
		},
		"Missing": {
			reason: "An expected object that is not there is one difference.",
			want:   object("a", "spec: {x: 1, y: 2}"),
			fields: []string{"Thing/a"},
		},
		"Additional": {
			reason: "So is an object that is not expected.",
			got:    object("a", "spec: {x: 1, y: 2}"),
			fields: []string{"Thing/a"},
		},
		"OtherName": {
			reason: "Another name is a missing and an additional object.",
			want:   object("a", ""),
			got:    object("b", ""),
			fields: []string{"Thing/a", "Thing/b"},
		},
		"OtherKind": {
			reason: "So is another kind of that name.",
			want:   object("a", ""),
			got:    "{apiVersion: v1, kind: Other, metadata: {name: a}}",
			fields: []string{"Other/a", "Thing/a"},
		},
		"OtherVersion": {
			reason: "Another API version is a difference of a field.",
			want:   object("a", ""),
			got:    "{apiVersion: v2, kind: Thing, metadata: {name: a}}",
			fields: []string{"Thing/a.apiVersion"},
		},
		"DynamoKinds": {
			reason: "Dynamo's own kinds are no workloads: they are not compared.",
			want:   object("a", "") + "{apiVersion: nvidia.com/v1alpha1, kind: DynamoModel, metadata: {name: m}}",
			got:    object("a", "") + "{apiVersion: nvidia.com/v1beta1, kind: DynamoModel, metadata: {name: n}}",
		},
		"SortedByKindThenName": {
			reason: "Differences come in the order of kind, name and path.",
			want:   object("b", "spec: {y: 1, x: 1}") + object("a-c", "") + "{apiVersion: v1, kind: T, metadata: {name: z}}",
			got:    object("b", "spec: {y: 2, x: 2}") + object("a", ""),
			fields: []string{"T/z", "Thing/a", "Thing/a-c", "Thing/b.spec.x", "Thing/b.spec.y"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.fields, fields(t, tc.want, tc.got)); diff != "" {
				t.Errorf("%s\nfields: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDiffDescribes(t *testing.T) {
	long := strings.Repeat("xy", 150)
	cases := map[string]struct {
		reason    string
		want, got string
		diff      Difference
		line      string
	}{
		"Changed": {
			reason: "A changed value shows both.",
			want:   "spec: {x: 1}",
			got:    "spec: {x: two}",
			diff:   Difference{Object: "Thing/a", Path: "spec.x", Want: "1", Got: "two", Message: "want 1, got two"},
			line:   "Thing/a.spec.x: want 1, got two",
		},
		"Missing": {
			reason: "A missing map shows as JSON.",
			want:   "spec: {x: {y: 1}}",
			got:    "spec: {z: 1, x: {}}",
			diff:   Difference{Object: "Thing/a", Path: "spec.x", Want: `{"y":1}`, Message: `missing, want {"y":1}`},
			line:   `Thing/a.spec.x: missing, want {"y":1}`,
		},
		"Additional": {
			reason: "An additional list shows as JSON.",
			want:   "spec: {z: 1}",
			got:    "spec: {z: 1, command: [a]}",
			diff:   Difference{Object: "Thing/a", Path: "spec.command", Got: `["a"]`, Message: `additional ["a"]`},
			line:   `Thing/a.spec.command: additional ["a"]`,
		},
		"OrderedItem": {
			reason: "An item of an ordered list is named by its place.",
			want:   "spec: {args: [a, b]}",
			got:    "spec: {args: [a, c]}",
			diff:   Difference{Object: "Thing/a", Path: "spec.args[1]", Want: "b", Got: "c", Message: "want b, got c"},
			line:   "Thing/a.spec.args[1]: want b, got c",
		},
		"OtherLength": {
			reason: "Lists of other lengths are one difference.",
			want:   "spec: {args: [a, b]}",
			got:    "spec: {args: [a]}",
			diff:   Difference{Object: "Thing/a", Path: "spec.args", Want: `["a","b"]`, Got: `["a"]`, Message: `want ["a","b"], got ["a"]`},
			line:   `Thing/a.spec.args: want ["a","b"], got ["a"]`,
		},
		"NamedItem": {
			reason: "An item with a name is called by it.",
			want:   "spec: {env: [{name: A, value: x}]}",
			got:    "spec: {env: [{name: A, value: y}]}",
			diff:   Difference{Object: "Thing/a", Path: "spec.env.@A.value", Want: "x", Got: "y", Message: "want x, got y"},
			line:   "Thing/a.spec.env.@A.value: want x, got y",
		},
		"MountedItem": {
			reason: "A mount is called by its path.",
			want:   "spec: {volumeMounts: [{name: v, mountPath: /a}]}",
			got:    "spec: {volumeMounts: [{name: w, mountPath: /a}]}",
			diff:   Difference{Object: "Thing/a", Path: "spec.volumeMounts.@/a.name", Want: "v", Got: "w", Message: "want v, got w"},
			line:   "Thing/a.spec.volumeMounts.@/a.name: want v, got w",
		},
		"NoScript": {
			reason: "A placeholder of a script wants some text.",
			want:   "spec: {args: [$SCRIPT leader]}",
			got:    "spec: {args: ['']}",
			diff:   Difference{Object: "Thing/a", Path: "spec.args[0]", Want: "$SCRIPT leader", Message: "want $SCRIPT leader, got nothing"},
			line:   "Thing/a.spec.args[0]: want $SCRIPT leader, got nothing",
		},
		"LongText": {
			reason: "A message stays short; the difference itself is whole.",
			want:   "spec: {x: " + long + "}",
			got:    `spec: {x: "a\nb"}`,
			diff:   Difference{Object: "Thing/a", Path: "spec.x", Want: long, Got: "a\nb", Message: "want " + long[:shown] + `…, got a\nb`},
			line:   "Thing/a.spec.x: want " + long[:shown] + `…, got a\nb`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Diff(objects(t, object("a", tc.want)), objects(t, object("a", tc.got)))
			got = slices.DeleteFunc(got, func(d Difference) bool { return d.Path == "spec.z" })
			if diff := cmp.Diff([]Difference{tc.diff}, got); diff != "" {
				t.Fatalf("%s\nDiff(): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.line, got[0].String()); diff != "" {
				t.Errorf("%s\nString(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDiffLeavesItsArguments(t *testing.T) {
	stream := object("a", "status: {x: 1}\nspec: {limits: {memory: 8Gi}, set: [b, a], env: [{name: A}]}")
	want, got := objects(t, stream), objects(t, stream)
	Diff(want, got)
	for name, all := range map[string][]map[string]any{"expected": want, "actual": got} {
		if diff := cmp.Diff(objects(t, stream), all); diff != "" {
			t.Errorf("Diff() changed the %s objects: -before, +after:\n%s", name, diff)
		}
	}
}

func TestDiffOfGoIntegers(t *testing.T) {
	with := func(n any) []map[string]any {
		return []map[string]any{{"apiVersion": "v1", "kind": "Thing", "metadata": map[string]any{"name": "a"}, "spec": map[string]any{"n": n}}}
	}
	cases := map[string]struct {
		reason    string
		want, got any
		equal     bool
	}{
		"IntAndInt64":     {reason: "YAML gives int, unstructured objects hold int64.", want: 3, got: int64(3), equal: true},
		"IntAndFloat64":   {reason: "JSON gives float64.", want: 3, got: float64(3), equal: true},
		"Int32":           {reason: "API types have int32.", want: int32(3), got: 3, equal: true},
		"NumberAndText":   {reason: "A number and the text that it is written with are equal.", want: 3, got: "3", equal: true},
		"Fraction":        {reason: "A fraction is not rounded.", want: 3, got: 3.5},
		"FractionAndText": {reason: "So is a fraction.", want: 3.5, got: "3.5", equal: true},
		"BooleanAndText":  {reason: "A boolean is not the text true: the API server refuses it where a text belongs.", want: "true", got: true},
		"BooleanAndOne":   {reason: "Nor is it a number.", want: 1, got: true},
		"Booleans":        {reason: "Equal booleans are equal.", want: true, got: true, equal: true},
		"OtherBoolean":    {reason: "Other ones are not.", want: true, got: false},
		"ZeroAndNothing":  {reason: "Zero is a value: replicas 0 is not replicas unset.", want: 0, got: nil},
		"FalseAndNothing": {reason: "So is false.", want: false, got: nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Diff(with(tc.want), with(tc.got)); (len(got) == 0) != tc.equal {
				t.Errorf("%s\nDiff(): want equal %t, got %v", tc.reason, tc.equal, got)
			}
		})
	}
}
