package origin

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLeaves(t *testing.T) {
	type object = map[string]any
	cases := map[string]struct {
		reason string
		args   object
		want   map[string]string
	}{
		"Nothing": {reason: "an empty object has no field", args: object{}, want: map[string]string{"": "map[]"}},
		"Fields":  {reason: "names are joined with dots", args: object{"spec": object{"replicas": int64(2)}}, want: map[string]string{"spec.replicas": "2"}},
		"Keys":    {reason: "keys of labels are in brackets, whatever they look like", args: object{"labels": object{"a": "b", "example.com/c": "d"}}, want: map[string]string{"labels[a]": "b", "labels[example.com/c]": "d"}},
		"Items":   {reason: "items without names have numbers", args: object{"args": []any{"a", "b"}}, want: map[string]string{"args[0]": "a", "args[1]": "b"}},
		"Named": {
			reason: "variables have names, so that one more does not make others of those behind it",
			args:   object{"env": []any{object{"name": "A", "value": "1"}}},
			want:   map[string]string{"env[A].name": "A", "env[A].value": "1"},
		},
		"Twice": {
			reason: "where a name is there twice, numbers tell items apart",
			args:   object{"env": []any{object{"name": "A"}, object{"name": "A"}}},
			want:   map[string]string{"env[0].name": "A", "env[1].name": "A"},
		},
		"Numeric": {reason: "a name that is a number would be taken for one", args: object{"ports": []any{object{"name": "1"}}}, want: map[string]string{"ports[0].name": "1"}},
		"Unknown": {reason: "other lists have numbers, also where their items have names", args: object{"subjects": []any{object{"name": "a"}}}, want: map[string]string{"subjects[0].name": "a"}},
		"Empty":   {reason: "what is empty is a value", args: object{"a": object{}, "b": []any{}}, want: map[string]string{"a": "map[]", "b": "[]"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Leaves(tc.args)); diff != "" {
				t.Errorf("\n%s\nLeaves(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	object := map[string]any{"spec": map[string]any{
		"services": map[string]any{"Worker": map[string]any{"envs": []any{map[string]any{"name": "A", "value": "1"}}, "args": []any{"x"}}},
	}}
	cases := map[string]struct {
		reason, args, want string
	}{
		"Same":    {reason: "a path of ours stays", args: "spec.services[Worker].envs[A].value", want: "spec.services[Worker].envs[A].value"},
		"Number":  {reason: "the number of an item becomes its name", args: "spec.services[Worker].envs[0].value", want: "spec.services[Worker].envs[A].value"},
		"Items":   {reason: "items without names keep their numbers", args: "spec.services[Worker].args[0]", want: "spec.services[Worker].args[0]"},
		"Dots":    {reason: "a key after a dot is one in brackets", args: "spec.services.Worker.args", want: "spec.services[Worker].args"},
		"Missing": {reason: "a path ends where the object does", args: "spec.services[Worker].colour.red", want: "spec.services[Worker]"},
		"NoItem":  {reason: "also at an item", args: "spec.services[Worker].envs[B].value", want: "spec.services[Worker].envs"},
		"Beyond":  {reason: "nothing is below a text", args: "spec.services[Worker].args[0].x", want: "spec.services[Worker].args[0]"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Canonical(object, tc.args)); diff != "" {
				t.Errorf("\n%s\nCanonical(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestUnits(t *testing.T) {
	type object = map[string]any
	in := object{
		"kind": "K",
		"spec": object{
			"replicas": int64(1), "image": "i", "flag": true, "envs": []any{"a"}, "empty": object{},
			"containers": []any{object{"name": "main", "image": "i"}},
		},
	}
	paths := []string{"spec.containers[main].image", "spec.containers[main].name", "spec.empty", "spec.envs", "spec.flag", "spec.image", "spec.replicas"}
	got := units(in, "kind")
	var names []string
	variants := map[string]int{}
	for _, u := range got {
		names = append(names, u.path)
		variants[u.path] = len(u.variants(in))
		if _, still := Leaves(u.without(in))[u.path]; still {
			t.Errorf("without(...) leaves %s in", u.path)
		}
	}
	if diff := cmp.Diff(paths, names); diff != "" {
		t.Errorf("units(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"spec.containers[main].image": 2, "spec.containers[main].name": 2, "spec.empty": 1, "spec.envs": 1, "spec.flag": 1, "spec.image": 2, "spec.replicas": 2}, variants); diff != "" {
		t.Errorf("variants(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(paths[0], units(in, "kind")[0].path); diff != "" {
		t.Errorf("a trial changed the object: -want, +got:\n%s", diff)
	}
	if got := units(nil); got != nil {
		t.Errorf("units(nil): want none, got %v", got)
	}
}
