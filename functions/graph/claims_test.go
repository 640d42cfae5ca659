package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func TestComposeClaims(t *testing.T) {
	const observed = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache, namespace: team}
spec: {accessModes: [ReadWriteMany], storageClassName: fast, volumeName: pv-1, volumeMode: Filesystem, resources: {requests: {storage: 100Gi}}}
`
	const kept = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteMany], storageClassName: fast, resources: {requests: {storage: 100Gi}}}
`
	type args struct {
		pvcs     string
		observed string
	}
	type want struct {
		claim string
		ready bool
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"Created": {
			reason: "size, class and access mode are the user's",
			args:   args{pvcs: "[{name: cache, create: true, size: 50Gi, storageClass: slow, volumeAccessMode: ReadWriteOnce}]"},
			want: want{claim: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 50Gi}}}
`},
		},
		"EmptyClass": {
			reason: "an empty class is a wish of its own: no dynamic provisioning",
			args:   args{pvcs: `[{name: cache, create: true, size: 1Gi, storageClass: "", volumeAccessMode: ReadWriteOnce}]`},
			want: want{claim: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}
`},
		},
		"Referenced": {
			reason: "a claim that the user brings is not ours",
			args:   args{pvcs: "[{name: cache}]"},
		},
		"Edited": {
			reason: "data outlives an edit: a claim that exists keeps what it has",
			args:   args{pvcs: "[{name: cache, create: true, size: 1Gi, storageClass: slow, volumeAccessMode: ReadWriteOnce}]", observed: observed},
			want:   want{claim: kept, ready: true},
		},
		"NoLongerCreated": {
			reason: "a claim of ours that the graph still names is not deleted",
			args:   args{pvcs: "[{name: cache}]", observed: observed},
			want:   want{claim: kept, ready: true},
		},
		"NoLongerNamed": {
			reason: "a claim that the graph no longer names goes",
			args:   args{pvcs: "[]", observed: observed},
		},
		"Unreadable": {
			reason: "without a spec to repeat, what the graph says is all we know",
			args: args{
				pvcs:     "[{name: cache, create: true, size: 1Gi, storageClass: slow, volumeAccessMode: ReadWriteOnce}]",
				observed: "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: cache}}",
			},
			want: want{ready: true, claim: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 1Gi}}}
`},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := in(t, changes{"spec/pvcs": tc.args.pvcs})
			if tc.args.observed != "" {
				in.Observed["pvc/cache"] = layer.Read(layertest.Object(t, tc.args.observed))
			}
			out := compose(t, in)

			var wanted map[string]any
			if tc.want.claim != "" {
				wanted = layertest.Object(t, tc.want.claim)
			}
			if diff := cmp.Diff(wanted, layertest.Objects(t, out)["pvc/cache"]); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want claim, +got:\n%s", tc.reason, diff)
			}
			for _, c := range out.Children {
				if c.Key == "pvc/cache" && c.Ready != tc.want.ready {
					t.Errorf("\n%s\nCompose(...): want ready %t", tc.reason, tc.want.ready)
				}
			}
		})
	}
}
