package dryrun_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// TestTypes has values of wrong types everywhere: each is told of once, at its
// field path, with what the place takes and how to write it.
func TestTypes(t *testing.T) {
	const main = "spec/services/Worker/extraPodSpec"
	cases := map[string]struct {
		reason string
		args   changes
		want   []string
	}{
		"TextForNumber":  {reason: "a word is no number", args: changes{"spec/services/Worker/replicas": "many"}, want: []string{`spec.services[Worker].replicas: Invalid value: "many": must be an integer, not a string`}},
		"QuotedNumber":   {reason: "a number in quotes is a text", args: changes{"spec/services/Worker/replicas": `"2"`}, want: []string{`spec.services[Worker].replicas: Invalid value: "2": must be an integer, not a string: leave the quotes out`}},
		"Fraction":       {reason: "a fraction is no integer", args: changes{"spec/services/Worker/replicas": "1.5"}, want: []string{`spec.services[Worker].replicas: Invalid value: 1.5: must be an integer, not a fraction`}},
		"Large":          {reason: "a number may be too large for its place", args: changes{"spec/services/Worker/replicas": "99999999999"}, want: []string{`spec.services[Worker].replicas: Invalid value: 99999999999: must be between -2147483648 and 2147483647`}},
		"NumberForText":  {reason: "amounts are texts", args: changes{"spec/services/Worker/resources": "{limits: {gpu: 1}}"}, want: []string{`spec.services[Worker].resources.limits.gpu: Invalid value: 1: must be a string, not an integer: put it in quotes`}},
		"MapForText":     {reason: "an amount is no map", args: changes{"spec/services/Worker/resources": "{limits: {cpu: {}}}"}, want: []string{`spec.services[Worker].resources.limits.cpu: Invalid value: must be a string, not a map`}},
		"TextForBoolean": {reason: "on and yes are texts in YAML 1.2", args: changes{"spec/services/Worker/scalingAdapter": `{enabled: "yes"}`}, want: []string{`spec.services[Worker].scalingAdapter.enabled: Invalid value: "yes": must be a boolean, not a string: write true or false, without quotes`}},
		"TextForList":    {reason: "one argument is a list, too", args: changes{main: "{mainContainer: {args: foo}}"}, want: []string{`spec.services[Worker].extraPodSpec.mainContainer.args: Invalid value: "foo": must be a list, not a string: put it in brackets`}},
		"MapForList":     {reason: "variables are a list of names and values, and nothing in the map is unknown", args: changes{main: "{mainContainer: {env: {A: b}}}"}, want: []string{`spec.services[Worker].extraPodSpec.mainContainer.env: Invalid value: must be a list, not a map: begin each item with a dash`}},
		"ListForMap":     {reason: "a selector is a map", args: changes{main: "{nodeSelector: [a]}"}, want: []string{`spec.services[Worker].extraPodSpec.nodeSelector: Invalid value: must be a map, not a list`}},
		"TextForMap":     {reason: "a service is a map", args: changes{"spec/services/Worker": "foo"}, want: []string{`spec.services[Worker]: Invalid value: "foo": must be a map, not a string`}},
		"InList": {reason: "the item is named", args: changes{main: "{mainContainer: {env: [{name: A, value: 5}, {name: B, value: true}]}}"}, want: []string{
			`spec.services[Worker].extraPodSpec.mainContainer.env[0].value: Invalid value: 5: must be a string, not an integer: put it in quotes`,
			`spec.services[Worker].extraPodSpec.mainContainer.env[1].value: Invalid value: true: must be a string, not a boolean: put it in quotes`,
		}},
		"Either":          {reason: "what may be a number or a text is told of once", args: changes{main: "{mainContainer: {livenessProbe: {httpGet: {port: {}}}}}"}, want: []string{`spec.services[Worker].extraPodSpec.mainContainer.livenessProbe.httpGet.port: Invalid value: must be an integer or a string, not a map`}},
		"FractionOfBytes": {reason: "nor is a fraction one of the two", args: changes{main: "{mainContainer: {resources: {limits: {memory: 1.5}}}}"}, want: []string{`spec.services[Worker].extraPodSpec.mainContainer.resources.limits[memory]: Invalid value: 1.5: must be an integer or a string, not a fraction: put it in quotes`}},
		"NoQuantity":      {reason: "the pattern of quantities is not shown", args: changes{main: "{volumes: [{name: a, emptyDir: {sizeLimit: big}}]}"}, want: []string{`spec.services[Worker].extraPodSpec.volumes[0].emptyDir.sizeLimit: Invalid value: "big": is no quantity: write a number with a unit, such as 500m or 64Gi`}},
		"Services":        {reason: "services have names", args: changes{"spec/services": "[a]"}, want: []string{`spec.services: Invalid value: must be a map, not a list`}},
		"Spec":            {reason: "the whole", args: changes{"spec": "foo"}, want: []string{`spec: Invalid value: "foo": must be a map, not a string`}},
		"Label": {reason: "true is no label", args: changes{"metadata/labels": "{a: true, b: c, d: 5}"}, want: []string{
			`metadata.labels[a]: Invalid value: true: must be a string, not a boolean: put it in quotes`,
			`metadata.labels[d]: Invalid value: 5: must be a string, not an integer: put it in quotes`,
		}},
		"Annotations": {reason: "annotations are a map", args: changes{"metadata/annotations": "foo"}, want: []string{`metadata.annotations: Invalid value: "foo": must be a map, not a string`}},
		"Name":        {reason: "a name is a text", args: changes{"metadata/name": "5"}, want: []string{`metadata.name: Invalid value: 5: must be a string, not an integer: put it in quotes`}},
		"Finalizers":  {reason: "finalizers are a list", args: changes{"metadata/finalizers": "a"}, want: []string{`metadata.finalizers: Invalid value: "a": must be a list, not a string: put it in brackets`}},
		"Owners": {reason: "what is wrong further down in metadata is told of in the API server's words", args: changes{"metadata/ownerReferences": "[{name: 5}]"}, want: []string{
			`metadata.ownerReferences: Invalid value: json: cannot unmarshal number into Go struct field OwnerReference.ownerReferences.name of type string`,
		}},
		"Metadata": {reason: "metadata is a map", args: changes{"metadata": "foo"}, want: []string{`metadata: Invalid value: "foo": must be a map, not a string`}},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := with(t, validGraph, tc.args)
			result := lookup(t, schemas, object).Admit(object)

			var got []string

			for _, err := range result.Errors {
				if text := err.Error(); !strings.Contains(text, "not checked") {
					got = append(got, text)
				}
			}

			if diff := cmp.Diff(tc.want, got); diff != "" || len(result.Pruned) > 0 {
				t.Errorf("\n%s\nAdmit(...): dropped %v, -want errors, +got errors:\n%s", tc.reason, result.Pruned, diff)
			}
		})
	}
}
