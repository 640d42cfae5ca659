package dryrun_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// validGraph and validComponent are manifests without a fault; tests change one
// thing.
const (
	validGraph = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  backendFramework: vllm
  services:
    Frontend:
      componentType: frontend
      replicas: 1
    Worker:
      componentType: worker
      extraPodSpec:
        mainContainer:
          image: example.org/vllm:1
`
	validComponent = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata:
  name: chat-worker
spec:
  backendFramework: vllm
  componentType: worker
`
)

// parse returns a manifest in YAML as an object.
func parse(t *testing.T, manifest string) map[string]any {
	t.Helper()

	object := map[string]any{}
	if err := yaml.Unmarshal([]byte(manifest), &object); err != nil {
		t.Fatalf("cannot parse manifest: %v", err)
	}

	return object
}

// changes are values by path, in YAML; the empty one removes the field. Segments
// of a path are separated by slashes.
type changes map[string]string

// with returns the manifest with the changes made.
func with(t *testing.T, manifest string, c changes) map[string]any {
	t.Helper()

	object := parse(t, manifest)
	for path, value := range c {
		change(t, object, strings.Split(path, "/"), value)
	}

	return object
}

// change sets or removes one field, and makes the objects above it.
func change(t *testing.T, object map[string]any, path []string, value string) {
	t.Helper()

	if len(path) > 1 {
		child, ok := object[path[0]].(map[string]any)
		if !ok {
			child = map[string]any{}
			object[path[0]] = child
		}

		change(t, child, path[1:], value)

		return
	}

	if value == "" {
		delete(object, path[0])
		return
	}

	var parsed any
	if err := yaml.Unmarshal([]byte(value), &parsed); err != nil {
		t.Fatalf("cannot parse value %q: %v", value, err)
	}

	object[path[0]] = parsed
}

// faults returns the fields that a result blames, or an empty list.
func faults(result dryrun.Result) []string {
	fields := []string{}
	for _, err := range result.Errors {
		fields = append(fields, err.Field)
	}

	return fields
}

// picker is a service that is an endpoint picker.
const picker = "{componentType: epp, eppConfig: {config: {kind: EndpointPickerConfig}}}"

// asPicker makes a component an endpoint picker of this configuration.
func asPicker(config string) changes {
	return changes{"spec/componentType": "epp", "spec/eppConfig": config}
}

// pickerWith is the spec of an endpoint picker that has one more field.
func pickerWith(field string) string {
	return strings.TrimSuffix(picker, "}") + ", " + field + "}"
}

// manyServices returns n services in YAML.
func manyServices(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "s%d: {}\n", i)
	}

	return b.String()
}

// letters returns n letters.
func letters(n int) string {
	return strings.Repeat("a", n)
}

// asJSON returns a value as JSON, in which numbers of all types are alike.
func asJSON(t *testing.T, value any) string {
	t.Helper()

	out, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatalf("cannot marshal: %v", err)
	}

	return string(out)
}
