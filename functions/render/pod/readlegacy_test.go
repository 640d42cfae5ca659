package pod

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
)

// TestReadLegacy says what is read of the variable.
func TestReadLegacy(t *testing.T) {
	type want struct {
		config legacyConfig
		// err is how the error begins; the rest is the JSON package's.
		err string
	}
	cases := map[string]struct {
		reason string
		of     string
		value  string
		want   want
	}{
		"None":        {reason: "Without the variable nothing"},
		"OtherEntry":  {reason: "The entry of another service is not ours", value: `{"Other":{"ServiceArgs":{"resources":{"cpu":"1"}}}}`},
		"NoArgs":      {reason: "An entry without arguments", value: `{"Worker":{"model":"x"}}`},
		"NoResources": {reason: "Arguments without resources; workers are ignored", value: `{"Worker":{"ServiceArgs":{"workers":3}}}`},
		"Null":        {reason: "An entry that is null", value: `{"Worker":null}`},
		"Resources": {
			reason: "Every resource",
			value:  `{"Worker":{"ServiceArgs":{"resources":{"cpu":"1","memory":"2Gi","gpu":"3","gpuType":"t","custom":{"a/b":"4"}}}}}`,
			want: want{config: legacyConfig{resources: dynamo.Amounts{
				CPU: "1", Memory: "2Gi", GPU: "3", GPUType: "t", Custom: map[string]string{"a/b": "4"},
			}}},
		},
		"NoJSON": {
			reason: "Text that is no JSON",
			value:  `port: 1`,
			want:   want{err: "is no JSON object with an entry for each service: "},
		},
		"List": {
			reason: "JSON that is no object",
			value:  `[]`,
			want:   want{err: "is no JSON object with an entry for each service: it is a JSON array"},
		},
		"NumberAsResource": {
			reason: "An amount that is a number",
			value:  `{"Worker":{"ServiceArgs":{"resources":{"cpu":1}}}}`,
			want:   want{err: `its entry "Worker" cannot be read: ServiceArgs.resources.cpu is a JSON number`},
		},
		"EntryOfFrontend": {
			reason: "A frontend's entry is an object",
			of:     dynamo.TypeFrontend,
			value:  `{"Frontend":"x"}`,
			want:   want{err: `its entry "Frontend" is no object`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := dynamo.Component{Service: "Worker", Type: dynamo.TypeWorker}
			if tc.of != "" {
				c.Type = tc.of
			}
			config, err := readLegacy(c, 8000, []corev1.EnvVar{environment.Variable(DeploymentConfig, tc.value)})
			if diff := cmp.Diff(tc.want.config, config, cmp.AllowUnexported(legacyConfig{})); diff != "" {
				t.Errorf("%s: readLegacy(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if (err != nil) != (tc.want.err != "") || err != nil && !strings.HasPrefix(err.Error(), tc.want.err) {
				t.Errorf("%s: readLegacy(...): error %v, want it to begin with %q", tc.reason, err, tc.want.err)
			}
		})
	}
}
