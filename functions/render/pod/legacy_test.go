package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestDeploymentConfigValue says what becomes of the variable itself.
func TestDeploymentConfigValue(t *testing.T) {
	frontend, worker := dynamo.TypeFrontend, dynamo.TypeWorker
	fromSecret := []corev1.EnvVar{{Name: pod.DeploymentConfig, ValueFrom: &corev1.EnvVarSource{
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
			got := podtest.Values(podtest.RenderMain(t, settings.Settings{}, podtest.OfType(tc.of, ""), podtest.ServiceEnv(pod.DeploymentConfig, tc.value),
				func(c *dynamo.Component) { c.Service = tc.service }).Env)
			if diff := cmp.Diff(tc.want, got[pod.DeploymentConfig]); diff != "" {
				t.Errorf("%s: value (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
	t.Run("FromSecret", func(t *testing.T) {
		main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(frontend, ""), podtest.WithPod(func(p *dynamo.Pod) { p.Envs = fromSecret }))
		for _, v := range main.Env {
			if v.Name == pod.DeploymentConfig && !cmp.Equal(fromSecret[0], v) {
				t.Errorf("a variable from a Secret cannot be read and stays: %s", cmp.Diff(fromSecret[0], v))
			}
		}
	})
}

// TestDeploymentConfigPort lets the port of DYN_DEPLOYMENT_CONFIG be where the
// probes ask.
func TestDeploymentConfigPort(t *testing.T) {
	main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(dynamo.TypeFrontend, ""),
		podtest.ServiceEnv("DYN_HTTP_PORT", "8080", pod.DeploymentConfig, `{"Frontend":{"port":9}}`))
	if diff := cmp.Diff(`{"Frontend":{"port":8080}}`, podtest.Values(main.Env)[pod.DeploymentConfig]); diff != "" {
		t.Errorf("%s (-want, +got):\n%s", pod.DeploymentConfig, diff)
	}
}
