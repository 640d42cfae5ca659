package validate

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

const document = `# a comment
metadata:
  annotations:
    nvidia.com/a.b: x
    nvidia.com/a: "y"
spec:
  services:
    a.b: {replicas: 1, envs: []}
    a:
      envs: &envs
      - name: ONE
        value: "1"
      - {name: TWO, value: "2"}
    b c: &base
      replicas: 3
      "": empty
    Other:
      <<: [{labels: {k: v}}, *base]
      envs: *envs
`

func TestWalk(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   int
	}{
		"Root":           {reason: "nothing is named", args: "", want: 2},
		"Nowhere":        {reason: "no such field", args: "status.state: Required value", want: 2},
		"Field":          {reason: "the line of its key", args: "spec.services: Required value", want: 7},
		"DottedKey":      {reason: "the longest key counts", args: "spec.services[a.b].replicas", want: 8},
		"ShorterKey":     {reason: "the other one is another", args: "spec.services[a].envs", want: 10},
		"KeyWithSlash":   {reason: "keys of annotations", args: "metadata.annotations[nvidia.com/a]: Unsupported value", want: 5},
		"KeyDotted":      {reason: "keys of annotations", args: "metadata.annotations[nvidia.com/a.b]", want: 4},
		"DotNotation":    {reason: "keys behind dots", args: "metadata.annotations.nvidia.com/a.b", want: 4},
		"KeyWithSpace":   {reason: "keys with a space", args: "spec.services[b c].replicas", want: 15},
		"Item":           {reason: "an item by its index", args: "spec.services[a].envs[0].value", want: 12},
		"FlowItem":       {reason: "an item in one line", args: "spec.services[a].envs[1].value: Invalid value", want: 13},
		"ItemByName":     {reason: "an item by its name", args: "spec.services[a].envs[TWO]", want: 13},
		"NoItem":         {reason: "there is no such item", args: "spec.services[a].envs[7].value", want: 10},
		"NoItemOfName":   {reason: "there is no such item", args: "spec.services[a].envs[THREE].value", want: 10},
		"Missing":        {reason: "the field is not there", args: "spec.services[a].ingress.host", want: 9},
		"MissingInFlow":  {reason: "the field is not there", args: "spec.services[a.b].ingress.host", want: 8},
		"BelowText":      {reason: "a text has no fields", args: "spec.services[a].envs[0].value.b", want: 12},
		"Merged":         {reason: "where the merged mapping says it", args: "spec.services[Other].replicas", want: 15},
		"MergedFromList": {reason: "where the merged mapping says it", args: "spec.services[Other].labels.k", want: 18},
		"Alias":          {reason: "the alias itself is where it is written", args: "spec.services[Other].envs", want: 19},
		"BelowAlias":     {reason: "what is below it is where the anchor is", args: "spec.services[Other].envs[0].value", want: 12},
		"EmptyKey":       {reason: "an empty key is one, in brackets", args: "spec.services[b c][]: Invalid value", want: 16},
		"BeforeEmptyKey": {reason: "no key follows the path", args: "spec.services[b c]: Invalid value", want: 14},
		"PrefixOfKey":    {reason: "part of a key is no key", args: "spec.serv", want: 6},
	}

	node := &yaml.Node{}
	if err := yaml.Unmarshal([]byte(document), node); err != nil {
		t.Fatal(err)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := start(node).walk(tc.args).line; got != tc.want {
				t.Errorf("\n%s\nwalk(%q): want line %d, got %d", tc.reason, tc.args, tc.want, got)
			}
		})
	}
}

func TestInService(t *testing.T) {
	recent := map[string]any{"spec": map[string]any{"components": []any{map[string]any{"name": "W", "podTemplate": map[string]any{"spec": map[string]any{
		"containers": []any{map[string]any{"name": "log"}, map[string]any{"name": "main"}, map[string]any{"name": "front"}},
	}}}}}}
	cases := map[string]struct {
		reason   string
		manifest map[string]any
		service  string
		kind     string
		args     string
		want     string
	}{
		"Component":      {reason: "a field that both forms have", manifest: recent, service: "W", args: "spec.multinode: why", want: "spec.components[W].multinode: why"},
		"Main":           {reason: "the main container is one of a list", manifest: recent, service: "W", args: "spec.extraPodSpec.mainContainer.image: why", want: "spec.components[W].podTemplate.spec.containers[main].image: why"},
		"OtherContainer": {reason: "others have other places in it", manifest: recent, service: "W", args: "spec.extraPodSpec.containers[1].name: why", want: "spec.components[W].podTemplate.spec.containers[2].name: why"},
		"Variable":       {reason: "variables that are not the container's are the graph's", manifest: recent, service: "W", args: "spec.envs[A]: why", want: "spec.env[A]: why"},
		"Cache":          {reason: "the one mount of a component", manifest: recent, service: "W", args: "spec.volumeMounts[0].mountPoint: why", want: "spec.components[W].compilationCache.mountPath: why"},
		"Adapter":        {reason: "the service has no reference", service: "W", kind: "DynamoGraphDeploymentScalingAdapter", args: "spec.dgdRef.name: why", want: "spec.services[W].scalingAdapter: why"},
		"Field":          {reason: "a field of the service", service: "W", args: "spec.multinode: why", want: "spec.services[W].multinode: why"},
		"Engine":         {reason: "the graph declares it", service: "W", args: "spec.backendFramework: why", want: "spec.backendFramework: why"},
		"Metadata":       {reason: "the graph makes it", service: "W", args: "metadata.name: why", want: "metadata.name: why"},
		"NoService":      {reason: "nobody knows of which service it is", args: "spec.multinode: why", want: "spec.multinode: why"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := inService(trace.Origin{Manifest: tc.manifest, Service: tc.service}, tc.kind, tc.args); got != tc.want {
				t.Errorf("\n%s\ninService(...): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	got := order([]Finding{{Line: 3, Text: "b"}, {Line: 3, Text: "a"}, {Line: 1, Text: "z"}, {Line: 3, Text: "b"}})
	want := []Finding{{Line: 1, Text: "z"}, {Line: 3, Text: "a"}, {Line: 3, Text: "b"}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("order(...): want %v, got %v", want, got)
	}
}
