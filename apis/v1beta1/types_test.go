package v1beta1_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
)

// TestSwitches holds what is a switch by its mere presence apart from what is
// left out: each survives being read and written.
func TestSwitches(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   v1beta1.DynamoComponentDeploymentSharedSpec
	}{
		"ScalingAdapter": {
			reason: "an empty block turns the adapter on",
			args:   `{"scalingAdapter":{}}`,
			want:   v1beta1.DynamoComponentDeploymentSharedSpec{ScalingAdapter: &v1beta1.ScalingAdapter{}},
		},
		"NoScalingAdapter": {
			reason: "no block leaves it off",
			args:   `{}`,
			want:   v1beta1.DynamoComponentDeploymentSharedSpec{},
		},
		"NoSharedMemory": {
			reason: "zero bytes of shared memory are not the default",
			args:   `{"sharedMemorySize":"0"}`,
			want:   v1beta1.DynamoComponentDeploymentSharedSpec{SharedMemorySize: &resource.Quantity{Format: resource.DecimalSI}},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := v1beta1.DynamoComponentDeploymentSharedSpec{}
			if err := json.Unmarshal([]byte(tc.args), &got); err != nil {
				t.Fatalf("\n%s\ncannot read %s: %v", tc.reason, tc.args, err)
			}

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nread: -want, +got:\n%s", tc.reason, diff)
			}

			written, err := json.Marshal(got)
			if err != nil {
				t.Fatalf("\n%s\ncannot write: %v", tc.reason, err)
			}

			if diff := cmp.Diff(tc.args, string(written)); diff != "" {
				t.Errorf("\n%s\nwritten: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
