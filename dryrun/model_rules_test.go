package dryrun_test

import (
	"strconv"
	"testing"
)

const validModel = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoModel
metadata: {name: support, namespace: team}
spec: {modelName: acme/support, baseModelName: acme/chat, modelType: lora, source: {uri: "s3://adapters/support"}}
`

// TestModelRules: workers are told the name of an adapter in a URL, and where it is from.
func TestModelRules(t *testing.T) {
	cases := map[string]ruleCase{
		"Valid":    {reason: "the manifest that the other cases change must be valid", want: none()},
		"BaseName": {reason: "of a base model no worker is told", args: changes{"spec/modelType": "base", "spec/modelName": `"a//b"`}, want: none()},
	}
	for name, wrong := range map[string]bool{
		"a": false, "a..b": false, ".a/b.": false, ".../a": false, "a b": false,
		"a//b": true, "../a": true, "a/.": true, "/a": true, "a/": true, "..": true, " ": true,
	} {
		want := none()
		if wrong {
			want = []string{"spec.modelName"}
		}
		cases["Name "+name] = ruleCase{reason: "the parts of a name stand in the path of a URL", args: changes{"spec/modelName": strconv.Quote(name)}, want: want}
	}
	for uri, wrong := range map[string]bool{"hf://acme/a": false, "file:///a": false, "s3://": true, "hf://": true, "file:///": true} {
		want := none()
		if wrong {
			want = []string{"spec.source.uri"}
		}
		cases["URI "+uri] = ruleCase{reason: "a scheme alone is no place", args: changes{"spec/source/uri": strconv.Quote(uri)}, want: want}
	}
	runRules(t, validModel, cases)
}
