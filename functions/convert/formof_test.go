package convert

import (
	"testing"

	"sigs.k8s.io/yaml"
)

// TestFormOf tells forms apart by their fields.
func TestFormOf(t *testing.T) {
	cases := map[string]struct {
		reason, kind, spec string
		want, fault        string
	}{
		"Graph":             {reason: "services are v1alpha1's", kind: "DynamoGraphDeployment", spec: "{services: {}}", want: "v1alpha1"},
		"RecentGraph":       {reason: "components are v1beta1's", kind: "DynamoGraphDeployment", spec: "{components: [], services: null}", want: "v1beta1"},
		"GraphOfBoth":       {reason: "nobody can tell", kind: "DynamoGraphDeployment", spec: "{components: [], services: {}}", fault: "spec.components"},
		"GraphOfNone":       {reason: "nobody can tell", kind: "DynamoGraphDeployment", spec: "{envs: []}", fault: "spec"},
		"Component":         {reason: "a field of v1alpha1", kind: "DynamoComponentDeployment", spec: "{envs: []}", want: "v1alpha1"},
		"RecentComponent":   {reason: "a name of a container", kind: "DynamoComponentDeployment", spec: "{frontendSidecar: front}", want: "v1beta1"},
		"SharedComponent":   {reason: "fields of both", kind: "DynamoComponentDeployment", spec: "{replicas: 2}"},
		"ComponentOfBoth":   {reason: "nobody can tell", kind: "DynamoComponentDeployment", spec: "{envs: [], type: worker}", fault: "spec.envs"},
		"Request":           {reason: "a configuration", kind: "DynamoGraphDeploymentRequest", spec: "{profilingConfig: {}}", want: "v1alpha1"},
		"RecentRequest":     {reason: "none", kind: "DynamoGraphDeploymentRequest", spec: "{model: m}", want: "v1beta1"},
		"Adapter":           {reason: "a service", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {serviceName: w}}", want: "v1alpha1"},
		"RecentAdapter":     {reason: "a component", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {componentName: w}}", want: "v1beta1"},
		"AdapterOfBoth":     {reason: "nobody can tell", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {componentName: w, serviceName: w}}", fault: "spec.dgdRef.serviceName"},
		"AdapterOfNone":     {reason: "neither", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {}}"},
		"OfAnotherKindOnly": {reason: "a kind of one form", kind: "DynamoModel", spec: "{services: {}}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := map[string]any{}
			if err := yaml.Unmarshal([]byte(tc.spec), &spec); err != nil {
				t.Fatal(err)
			}
			got, fault := FormOf(tc.kind, spec)
			at := ""
			if fault != nil {
				at = fault.Field
			}
			if got != tc.want || at != tc.fault {
				t.Errorf("%s: FormOf(...): want %q and a fault at %q, got %q and %v", tc.reason, tc.want, tc.fault, got, fault)
			}
		})
	}
}
