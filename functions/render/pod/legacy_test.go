package pod

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestDeploymentConfigValue says what becomes of the variable itself.
func TestDeploymentConfigValue(t *testing.T) {
	frontend, worker := dynamo.TypeFrontend, dynamo.TypeWorker
	fromSecret := []corev1.EnvVar{{Name: DeploymentConfig, ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{Key: "config"},
	}}}
	cases := map[string]struct {
		reason  string
		of      string
		service string
		value   string
		want    string
	}{
		"Worker":      {reason: "Of a worker it stays as it is", of: worker, service: "Worker", value: `{ "Worker": {"port": 1} }`, want: `{ "Worker": {"port": 1} }`},
		"NoEntry":     {reason: "So it does without an entry", of: frontend, service: "Front", value: `{ "Worker": {} }`, want: `{ "Worker": {} }`},
		"Port":        {reason: "A frontend's own entry gets the port", of: frontend, service: "Front", value: `{"Front":{"port":9000}}`, want: `{"Front":{"port":8000}}`},
		"PortAdded":   {reason: "Also one that has none", of: frontend, service: "Front", value: `{"Front":{}}`, want: `{"Front":{"port":8000}}`},
		"Frontend":    {reason: "Without one an entry called frontend", of: frontend, service: "Front", value: `{"frontend":{"port":1}}`, want: `{"frontend":{"port":8000}}`},
		"AnyCase":     {reason: "In any case", of: frontend, service: "Front", value: `{"FrontEnd":{"port":1}}`, want: `{"FrontEnd":{"port":8000}}`},
		"OwnFirst":    {reason: "Its own first", of: frontend, service: "Front", value: `{"Front":{},"Frontend":{"port":1}}`, want: `{"Front":{"port":8000},"Frontend":{"port":1}}`},
		"FirstOfTwo":  {reason: "Of two the first by name, always", of: frontend, service: "Front", value: `{"frontend":{},"Frontend":{}}`, want: `{"Frontend":{"port":8000},"frontend":{}}`},
		"CaseOfOwn":   {reason: "Its own name in another case is none", of: frontend, service: "Front", value: `{"front":{}}`, want: `{"front":{}}`},
		"Compact":     {reason: "What is rewritten is compact, keys sorted", of: frontend, service: "F", value: `{ "b": [1, 2], "F": {"z": null, "a": "<&>"} }`, want: `{"F":{"a":"<&>","port":8000,"z":null},"b":[1,2]}`},
		"Numbers":     {reason: "Numbers keep their digits", of: frontend, service: "F", value: `{"F":{"a":12345678901234567890,"b":1.50}}`, want: `{"F":{"a":12345678901234567890,"b":1.50,"port":8000}}`},
		"Unreadable":  {reason: "What cannot be read stays: Faults names it", of: frontend, service: "F", value: `{`, want: `{`},
		"EntryNoList": {reason: "So does an entry that is no object", of: frontend, service: "Front", value: `{"frontend":[]}`, want: `{"frontend":[]}`},
		"Empty":       {reason: "An empty one says nothing", of: frontend, service: "F", value: "", want: ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := values(renderMain(t, settings.Settings{}, ofType(tc.of, ""), serviceEnv(DeploymentConfig, tc.value),
				func(c *dynamo.Component) { c.Service = tc.service }).Env)
			if diff := cmp.Diff(tc.want, got[DeploymentConfig]); diff != "" {
				t.Errorf("%s: value (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
	t.Run("FromSecret", func(t *testing.T) {
		main := renderMain(t, settings.Settings{}, ofType(frontend, ""), withPod(func(p *dynamo.Pod) { p.Envs = fromSecret }))
		for _, v := range main.Env {
			if v.Name == DeploymentConfig && !cmp.Equal(fromSecret[0], v) {
				t.Errorf("a variable from a Secret cannot be read and stays: %s", cmp.Diff(fromSecret[0], v))
			}
		}
	})
}

func TestDeploymentConfig(t *testing.T) {
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
			c := component()
			if tc.of != "" {
				c.Type = tc.of
			}
			config, err := legacy(c, env(DeploymentConfig, tc.value))
			if diff := cmp.Diff(tc.want.config, config, cmp.AllowUnexported(legacyConfig{})); diff != "" {
				t.Errorf("%s: legacy(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if (err != nil) != (tc.want.err != "") || err != nil && !strings.HasPrefix(err.Error(), tc.want.err) {
				t.Errorf("%s: legacy(...): error %v, want it to begin with %q", tc.reason, err, tc.want.err)
			}
		})
	}
}
