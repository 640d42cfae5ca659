package layer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// live is a Deployment as the API server has it: core wrote some of its fields,
// the server and an autoscaler the others.
const live = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat-worker
  namespace: team
  uid: 7d3
  resourceVersion: "12"
  generation: 3
  creationTimestamp: "2026-02-02T10:00:00Z"
  labels: {crossplane.io/composite: chat-worker, team: a}
  annotations:
    crossplane.io/composition-resource-name: deployment/main
    dynamo.fn.crossplane.io/spec-hash: 0123456789abcdef
    deployment.kubernetes.io/revision: "1"
  ownerReferences: [{apiVersion: nvidia.com/v1alpha1, kind: DynamoComponentDeployment, name: chat-worker, uid: 1c4, controller: true}]
  managedFields:
  - manager: kube-controller-manager
    operation: Update
    subresource: status
    fieldsV1: {"f:status": {"f:replicas": {}}}
  - manager: apiextensions.crossplane.io/composed/7d3
    operation: Apply
    fieldsV1:
      f:metadata:
        f:labels: {"f:crossplane.io/composite": {}, "f:team": {}}
        f:annotations: {"f:crossplane.io/composition-resource-name": {}, "f:dynamo.fn.crossplane.io/spec-hash": {}}
        f:ownerReferences: {'k:{"uid":"1c4"}': {}}
      f:spec:
        f:selector: {}
        f:template:
          f:spec:
            f:containers:
              'k:{"name":"main"}':
                .: {}
                f:name: {}
                f:image: {}
                f:args: {}
                f:ports:
                  'k:{"containerPort":8000,"protocol":"TCP"}': {.: {}, "f:containerPort": {}, "f:name": {}}
            f:volumes:
              'k:{"name":"cache"}': {.: {}, "f:name": {}, "f:emptyDir": {}}
spec:
  replicas: 5
  progressDeadlineSeconds: 600
  selector: {matchLabels: {nvidia.com/selector: chat-worker}}
  template:
    spec:
      dnsPolicy: ClusterFirst
      containers:
      - {name: injected, image: "proxy:1"}
      - name: main
        image: example.org/dynamo:1
        imagePullPolicy: IfNotPresent
        args: [-m, dynamo.frontend]
        ports: [{name: http, containerPort: 8000, protocol: TCP}, {containerPort: 9000, protocol: TCP}]
      volumes: [{name: cache, emptyDir: {}}]
status: {replicas: 5}
`

// TestKeep sends what core wrote last, so that nothing of it changes and nothing
// of anybody else's is taken over.
func TestKeep(t *testing.T) {
	const kept = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat-worker
  labels: {team: a}
  annotations: {dynamo.fn.crossplane.io/spec-hash: 0123456789abcdef}
spec:
  selector: {matchLabels: {nvidia.com/selector: chat-worker}}
  template:
    spec:
      containers:
      - {name: main, image: "example.org/dynamo:1", args: [-m, dynamo.frontend], ports: [{name: http, containerPort: 8000}]}
      volumes: [{name: cache, emptyDir: {}}]
`
	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		want    string
	}{
		"Owned": {reason: "the fields that core owns", want: kept},
		"Unknown": {
			reason:  "all but the status where the object does not tell, as in previews",
			changes: layertest.Changes{"metadata/managedFields": "", "spec": "{replicas: 5}"},
			want: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat-worker
  labels: {team: a}
  annotations: {dynamo.fn.crossplane.io/spec-hash: 0123456789abcdef, deployment.kubernetes.io/revision: "1"}
spec: {replicas: 5}
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := layertest.Object(t, live, tc.changes)
			child := layer.Keep("deployment/main", layer.Read(observed))
			if !child.Ready || child.Lifetime != layer.Kept {
				t.Errorf("Keep(...): want a kept child that is as ready as it was, got %+v", child)
			}
			got := layertest.Objects(t, layer.Out{Children: []layer.Child{child}})["deployment/main"]
			if diff := cmp.Diff(layertest.Object(t, tc.want), got); diff != "" {
				t.Errorf("\n%s\nKeep(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(layertest.Object(t, live, tc.changes), observed); diff != "" {
				t.Errorf("Keep(...) changed what it was given: -before, +after:\n%s", diff)
			}
		})
	}
}

func TestAllReadyByLifetime(t *testing.T) {
	cases := map[string]struct {
		reason   string
		children []layer.Child
		want     bool
	}{
		"None":    {reason: "nothing is missing", want: true},
		"Ready":   {reason: "all are", children: []layer.Child{{Ready: true}, {Ready: true}}, want: true},
		"Unready": {reason: "one is not", children: []layer.Child{{Ready: true}, {}}},
		"Passing": {reason: "what comes and goes is not waited for", children: []layer.Child{{Ready: true}, {Lifetime: layer.Passing}}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := layer.AllReady(tc.children); got != tc.want {
				t.Errorf("\n%s\nAllReady(...): want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

// TestWithSelector repeats a selector that core has not written.
func TestWithSelector(t *testing.T) {
	const job = `
apiVersion: batch/v1
kind: Job
metadata:
  name: profile
  managedFields:
  - manager: apiextensions.crossplane.io/composed/7d3
    operation: Apply
    fieldsV1: {"f:spec": {"f:backoffLimit": {}}}
spec: {backoffLimit: 0, selector: {matchLabels: {batch.kubernetes.io/controller-uid: j1}}}
`
	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		want    string
	}{
		"Observed": {reason: "what names the Job's uid", want: "{backoffLimit: 0, selector: {matchLabels: {batch.kubernetes.io/controller-uid: j1}}}"},
		"None":     {reason: "previews know none", changes: layertest.Changes{"spec/selector": ""}, want: "{backoffLimit: 0}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, job, tc.changes))
			got := layertest.Objects(t, layer.Out{Children: []layer.Child{layer.Keep("job/main", o).WithSelector(o)}})["job/main"]
			if diff := cmp.Diff(layertest.Object(t, tc.want), got["spec"]); diff != "" {
				t.Errorf("\n%s\nspec: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestWithGuard has a write conflict that could take back what somebody has written
// meanwhile, but not where core itself writes in between.
func TestWithGuard(t *testing.T) {
	const core = "{manager: apiextensions.crossplane.io/composed/7d3, operation: Apply}"
	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		want    any
	}{
		"Applied": {reason: "core leaves its managed fields as they are", want: "12"},
		"Restored": {
			reason:  "core first clears those of an object that it has never applied",
			changes: layertest.Changes{"metadata/managedFields": "[{manager: velero, operation: Update}]"},
		},
		"Traces": {
			reason:  "and removes what was before it applied it, once: till then a guard fails, and nothing is taken back",
			changes: layertest.Changes{"metadata/managedFields": "[" + core + ", {manager: before-first-apply, operation: Update}]"},
			want:    "12",
		},
		"Unmanaged": {reason: "an object that does not tell is as it was before", changes: layertest.Changes{"metadata/managedFields": ""}},
		"Unstored":  {reason: "an object in a file has no version", changes: layertest.Changes{"metadata/resourceVersion": ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := layer.Read(layertest.Object(t, live, tc.changes))
			metadata, _ := layer.Keep("graph/main", o).WithGuard(o).Fields["metadata"].(map[string]any)
			if diff := cmp.Diff(tc.want, metadata["resourceVersion"]); diff != "" {
				t.Errorf("\n%s\nresourceVersion: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKeepAll keeps objects alone.
func TestKeepAll(t *testing.T) {
	observed := layer.Observed{
		"b": layer.Read(layertest.Object(t, "{apiVersion: v1, kind: Secret, metadata: {name: b}}")),
		"a": layer.Read(layertest.Object(t, live)),
		"c": layer.Read(map[string]any{}),
		"d": layer.Read(layertest.Object(t, "{apiVersion: v1, kind: Secret}")),
		"e": layer.Read(layertest.Object(t, "{metadata: {name: e}}")),
	}
	got := layertest.Keys(layer.Out{Children: layer.KeepAll(observed)})
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Errorf("KeepAll(...): -want keys, +got:\n%s", diff)
	}
}
