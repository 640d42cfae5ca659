package changes

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWritten(t *testing.T) {
	const managed = "managedFields: [{manager: apiextensions.crossplane.io/composed/1, operation: Apply, fieldsV1: {f:spec: {f:a: {}, f:containers: {'k:{\"name\":\"main\"}': {f:name: {}, f:image: {}}}}}}]"
	cases := map[string]struct {
		reason    string
		live, now string
		want      string
	}{
		"Ours": {
			reason: "what Crossplane wrote counts, and what others wrote does not",
			live:   "{apiVersion: v1, kind: K, metadata: {name: o, namespace: 'n', " + managed + "}, spec: {a: 1, b: 2, containers: [{name: side}, {name: main, image: i, tty: true}]}, status: {c: 1}}",
			now:    "{apiVersion: v1, kind: K, metadata: {name: o}, spec: {}}",
			want:   "{apiVersion: v1, kind: K, metadata: {name: o, namespace: 'n'}, spec: {a: 1, containers: [{name: main, image: i}]}}",
		},
		"Shared": {
			reason: "unless it is going to be written",
			live:   "{apiVersion: v1, kind: K, metadata: {name: o, namespace: 'n', " + managed + "}, spec: {a: 1, b: 2, containers: [{name: side, image: s}, {name: main, image: i, tty: true}]}}",
			now:    "{apiVersion: v1, kind: K, metadata: {name: o}, spec: {b: 3, containers: [{name: main, tty: false}, {name: side, tty: true}]}}",
			want:   "{apiVersion: v1, kind: K, metadata: {name: o, namespace: 'n'}, spec: {a: 1, b: 2, containers: [{name: side}, {name: main, image: i, tty: true}]}}",
		},
		"Theirs": {
			reason: "of an object that Crossplane did not write nothing is taken away",
			live:   "{apiVersion: v1, kind: K, metadata: {name: o, labels: {a: b, c: d}}, spec: {a: 1, list: [{x: 1}], args: [a]}}",
			now:    "{apiVersion: v1, kind: K, metadata: {name: o, labels: {a: x}}, spec: {list: [{y: 1}], args: [b], d: {e: 1}}}",
			want:   "{apiVersion: v1, kind: K, metadata: {name: o, labels: {a: b}}, spec: {list: [{x: 1}], args: [a]}}",
		},
		"Gone": {
			reason: "of what goes all counts that Crossplane wrote",
			live:   "{apiVersion: v1, kind: K, metadata: {name: o, namespace: 'n', " + managed + "}, spec: {a: 1, b: 2}}",
			now:    "{}",
			want:   "{apiVersion: v1, kind: K, metadata: {name: o, namespace: 'n'}, spec: {a: 1}}",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			live := fields(t, tc.live)
			got := Written(live, fields(t, tc.now))
			if diff := cmp.Diff(fields(t, tc.want), got); diff != "" {
				t.Errorf("\n%s\nWritten(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(fields(t, tc.live), live); diff != "" {
				t.Errorf("\n%s\nWritten(...) changed its argument: -before, +after:\n%s", tc.reason, diff)
			}
		})
	}
}
