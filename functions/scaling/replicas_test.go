package scaling

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// core is the manager that core writes an adapter under.
const core = layer.CoreManager + "0123"

// owned is an adapter of five replicas with the given owners of the field.
func owned(t *testing.T, managers string) *layer.Object {
	t.Helper()
	o := layer.Read(layertest.Object(t, `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata: {name: chat-worker, resourceVersion: "42"}
spec: {replicas: 5, dgdRef: {name: chat, serviceName: Worker}}
`, layertest.Changes{"metadata/managedFields": managers}))
	return &o
}

func TestDesired(t *testing.T) {
	const (
		ours   = `{manager: ` + core + `, operation: Apply, fieldsV1: {"f:spec": {"f:replicas": {}}}}`
		scaler = `{manager: kube-controller-manager, subresource: scale, fieldsV1: {"f:spec": {"f:replicas": {}}}}`
		status = `{manager: someone, fieldsV1: {"f:status": {"f:replicas": {}}}}`
	)
	cases := map[string]struct {
		reason   string
		observed *layer.Object
		want     Replicas
	}{
		"NotThereYet": {
			reason: "The first value is the service's",
			want:   Replicas{Value: ptr.To[int32](2)},
		},
		"OnlyCore": {
			reason:   "Left out, the field would fall back to nothing: it is repeated, guarded against a stale read",
			observed: owned(t, `[`+ours+`]`),
			want:     Replicas{Value: ptr.To[int32](5), ResourceVersion: "42"},
		},
		"SomebodyElse": {
			reason:   "Who scales owns the field",
			observed: owned(t, `[`+scaler+`]`),
			want:     Replicas{},
		},
		"Shared": {
			reason:   "Two that wrote the same value own it both: we let go",
			observed: owned(t, `[`+ours+`, `+scaler+`]`),
			want:     Replicas{},
		},
		"OtherFields": {
			reason:   "Who writes another field called replicas has no say",
			observed: owned(t, `[`+ours+`, `+status+`]`),
			want:     Replicas{Value: ptr.To[int32](5), ResourceVersion: "42"},
		},
		"NobodyKnown": {
			reason:   "Without managed fields the value is kept; core takes the object over first, and a guard would fail for ever",
			observed: owned(t, `[]`),
			want:     Replicas{Value: ptr.To[int32](5)},
		},
		"Traces": {
			reason:   "Where core still has to remove who had the fields before, a guard fails once, and no scale is lost",
			observed: owned(t, `[`+ours+`, {manager: before-first-apply, fieldsV1: {"f:metadata": {}}}]`),
			want:     Replicas{Value: ptr.To[int32](5), ResourceVersion: "42"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Desired(tc.observed, 2)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nDesired(...): -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAsked(t *testing.T) {
	cases := map[string]struct {
		reason string
		spec   string
		want   int32
	}{
		"Number":  {reason: "What the adapter says", spec: `{replicas: 7}`, want: 7},
		"Zero":    {reason: "Zero parks the service", spec: `{replicas: 0}`, want: 0},
		"Nothing": {reason: "An adapter that says nothing leaves the initial value", spec: `{}`, want: 3},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, `{metadata: {name: a}}`, layertest.Changes{"spec": tc.spec}))
			if got := Asked(o, 3); got != tc.want {
				t.Errorf("%s\nAsked(...): want %d, got %d", tc.reason, tc.want, got)
			}
		})
	}
}
