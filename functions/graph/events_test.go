package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/graph"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func composeErr(in layer.In) (layer.Out, error) { return graph.Compose(in) }

func TestComposeEventsOnTransitionsOnly(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   []layer.Event
	}{
		"Plain": {reason: "nothing to say"},
		"Fault": {
			reason: "a fault",
			args:   changes{"metadata/name": "2chat"},
			want: []layer.Event{{Warning: true, Reason: "InvalidSpec", Message: `metadata.name: Invalid value: "2chat": must begin with a letter, ` +
				`since Services are named after it: choose another name`}},
		},
		"Collision": {
			reason: "a collision",
			args:   changes{"spec/services/WORKER": plain},
			want: []layer.Event{{Warning: true, Reason: "NameCollision", Message: `spec.services[Worker]: Invalid value: "Worker": its objects would be called ` +
				`"chat-worker", as those of service "WORKER" are: rename one of the two`}},
		},
		"Warning": {
			reason: "a warning",
			args:   changes{worker + "volumeMounts": "[{name: nowhere, mountPoint: /c}]"},
			want: []layer.Event{{Warning: true, Reason: "Valid", Message: `spec.services[Worker].volumeMounts[0].name: "nowhere" is neither in spec.pvcs ` +
				`nor a volume of the pod: it is mounted as an existing PersistentVolumeClaim`}},
		},
		"Ignored": {
			reason: "an ignored field",
			args:   changes{"spec/priorityClassName": "high"},
			want:   []layer.Event{{Warning: true, Reason: "FieldsIgnored", Message: "accepted, and not acted on: spec.priorityClassName"}},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			first := in(t, tc.args)
			out := compose(t, first)
			if diff := cmp.Diff(tc.want, out.Events); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want events, +got:\n%s", tc.reason, diff)
			}
			again := compose(t, layertest.Next(t, first, out, nil))
			if diff := cmp.Diff([]string{}, messages(again)); diff != "" {
				t.Errorf("\n%s\nCompose(...) with the conditions of the first run: -want events, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposeRemovedService(t *testing.T) {
	out := compose(t, running(t, changes{"spec/services/Worker": "", "spec/services/Extra": plain}))

	want := []layer.Event{{Reason: "ServiceRemoved", Message: `service "Worker" is no longer in spec.services: its component is deleted`}}
	if diff := cmp.Diff(want, out.Events); diff != "" {
		t.Errorf("Compose(...): -want events, +got:\n%s", diff)
	}
	keys := []string{"component/Extra", "component/Frontend", "serviceaccount/discovery", "rolebinding/discovery"}
	if diff := cmp.Diff(keys, layertest.Keys(out)); diff != "" {
		t.Errorf("Compose(...): -want keys, +got:\n%s", diff)
	}
}

func TestComposeSettingsFaults(t *testing.T) {
	fault := field.ErrorList{field.Invalid(field.NewPath("input"), "Settings", "unknown field: correct or remove it")}
	want := `input: Invalid value: "Settings": unknown field: correct or remove it`

	t.Run("NothingComposed", func(t *testing.T) {
		in := in(t)
		in.SettingsFaults = fault
		out := compose(t, in)

		checkRefused(t, out)
		if diff := cmp.Diff([]string{want}, messages(out)); diff != "" {
			t.Errorf("Compose(...): -want events, +got:\n%s", diff)
		}
	})
	t.Run("Running", func(t *testing.T) {
		in := running(t)
		in.SettingsFaults = fault
		checkKept(t, in, compose(t, in), want)
	})
}

// TestComposeLeavesItsInput runs the layer twice on one input.
func TestComposeLeavesItsInput(t *testing.T) {
	in := observed(t, reports{"Frontend": available, "Worker": starting}, changes{
		"spec/envs": "[{name: B, value: b}, {name: A, value: a}]", "spec/labels": "{a: b}", "spec/annotations": "{a: b}",
		"spec/pvcs": "[{name: new, create: true, size: 1Gi, storageClass: fast, volumeAccessMode: ReadWriteMany}]",
	})
	before := layertest.Object(t, chat)
	want := compose(t, in)
	wantObjects := layertest.Objects(t, want)

	got := compose(t, in)

	if diff := cmp.Diff(wantObjects, layertest.Objects(t, got)); diff != "" {
		t.Errorf("Compose(...) again: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(layertest.Status(t, want), layertest.Status(t, got)); diff != "" {
		t.Errorf("Compose(...) again: -want status, +got:\n%s", diff)
	}
	if diff := cmp.Diff(before["metadata"], in.Composite["metadata"]); diff != "" {
		t.Errorf("Compose(...): the composite changed: -want, +got:\n%s", diff)
	}
}
