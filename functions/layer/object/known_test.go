package object_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

func TestPickKnown(t *testing.T) {
	alpha, beta := reflect.TypeFor[v1alpha1.DynamoGraphDeploymentSpec](), reflect.TypeFor[v1beta1.DynamoGraphDeploymentSpec]()
	open := object.Open{reflect.TypeFor[v1beta1.GraphComponent](): true}
	cases := map[string]struct {
		reason   string
		of       reflect.Type
		in, want string
	}{
		"Field": {
			reason: "a field of the object itself", of: alpha,
			in: "{colour: red, labels: {a: b}}", want: "{labels: {a: b}}",
		},
		"OfMap": {
			reason: "of an object in a map, below which all names are", of: alpha,
			in: "{services: {W: {fooBar: 1, replicas: 0}}}", want: "{services: {W: {replicas: 0}}}",
		},
		"OfList": {
			reason: "of an item of a list", of: alpha,
			in: "{envs: [{name: A, valu: b}]}", want: "{envs: [{name: A}]}",
		},
		"Embedded": {
			reason: "of a struct with an embedded one", of: alpha,
			in:   "{services: {W: {extraPodSpec: {nodeSelector: {a: b}, mainContainer: {image: i, imag: i}, nodeSelect: {}}}}}",
			want: "{services: {W: {extraPodSpec: {nodeSelector: {a: b}, mainContainer: {image: i}}}}}",
		},
		"Case": {
			reason: "names differ by case", of: alpha,
			in: "{Services: {}, services: {}}", want: "{services: {}}",
		},
		"Free": {
			reason: "what is free stays as it is", of: alpha,
			in:   "{experimental: {x: {y: 1}}, services: {W: {eppConfig: {config: {a: [1]}}}}}",
			want: "{experimental: {x: {y: 1}}, services: {W: {eppConfig: {config: {a: [1]}}}}}",
		},
		"ReadsItself": {
			reason: "quantities and ports are no objects", of: alpha,
			in:   "{services: {W: {sharedMemory: {size: 1Gi}, livenessProbe: {httpGet: {port: http}}}}}",
			want: "{services: {W: {sharedMemory: {size: 1Gi}, livenessProbe: {httpGet: {port: http}}}}}",
		},
		"Open": {
			reason: "an open type keeps what it does not know, those below it do not", of: beta,
			in:   "{components: [{name: w, later: {a: b}, multinode: {nodeCount: 2, nodes: 2}}]}",
			want: "{components: [{name: w, later: {a: b}, multinode: {nodeCount: 2}}]}",
		},
		"OtherType": {
			reason: "what is of another type is not ours to mend", of: alpha,
			in: "{labels: [a], envs: {a: b}, pvcs: x}", want: "{labels: [a], envs: {a: b}, pvcs: x}",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.Object(t, tc.in)
			if diff := cmp.Diff(layertest.Object(t, tc.want), object.PickKnown(in, tc.of, open)); diff != "" {
				t.Errorf("\n%s\nPickKnown(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(layertest.Object(t, tc.in), in); diff != "" {
				t.Errorf("PickKnown(...) changed what it was given: -before, +after:\n%s", diff)
			}
		})
	}
}
