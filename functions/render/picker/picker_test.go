package picker

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

func component(document string) dynamo.Component {
	c := dynamo.Component{
		Name:            "chat-pick.er",
		Namespace:       "team-a",
		Graph:           "chat",
		Service:         "Pick.er",
		DynamoNamespace: "team-a-chat",
		Type:            dynamo.TypePicker,
		At:              dynamo.Paths{Spec: field.NewPath("spec"), Form: convert.Form()},
		Picker:          &dynamo.Picker{ConfigMap: "mine", Key: "picker.yaml"},
	}
	if document != "" {
		c.Picker = &dynamo.Picker{Document: []byte(document)}
	}
	return c
}

func standalone(c dynamo.Component) dynamo.Component {
	c.Standalone, c.Graph = true, c.Name
	return c
}

func TestConfigMap(t *testing.T) {
	const (
		version = "apiVersion: inference.networking.x-k8s.io/v1alpha1\n"
		kind    = "kind: EndpointPickerConfig\n"
		want    = version + kind
	)
	cases := map[string]struct {
		reason   string
		document string
		want     string
	}{
		"Sorted": {
			reason:   "keys are sorted at every level, so that the text never changes by itself; lists keep their order",
			document: `{"schedulingProfiles":[{"plugins":[{"weight":2,"pluginRef":"kv"}],"name":"default"}],"plugins":[{"type":"z"},{"type":"a"}]}`,
			want: want + `plugins:
- type: z
- type: a
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: kv
    weight: 2
`,
		},
		"Forced":  {reason: "it is what pickers read, whatever was written", document: `{"apiVersion":"v1","kind":"ConfigMap"}`, want: want},
		"Numbers": {reason: "numbers stay as they are written", document: `{"a":9007199254740993,"b":0.25,"c":"1"}`, want: "a: 9007199254740993\n" + version + "b: 0.25\nc: \"1\"\n" + kind},
		"Free": {
			reason:   "nothing that was written is left out, nulls and what is empty included",
			document: `{"parameters":{"resources":{},"strategy":{},"status":{},"limit":null,"list":[null,{}],"text":"null"}}`,
			want:     want + "parameters:\n  limit: null\n  list:\n  - null\n  - {}\n  resources: {}\n  status: {}\n  strategy: {}\n  text: \"null\"\n",
		},
		"Empty": {reason: "an empty document is one", document: `{}`, want: want},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := component(tc.document)
			if faults := Faults(c); len(faults) > 0 {
				t.Fatalf("%s: want no faults, got %v", tc.reason, faults)
			}
			got := ConfigMap(c)
			if diff := cmp.Diff(map[string]string{"epp-config-dynamo.yaml": tc.want}, got.Data); diff != "" {
				t.Errorf("%s: ConfigMap(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if got.Name != "chat-epp-config" {
				t.Errorf("want chat-epp-config, got %q", got.Name)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	want := map[string]string{
		"nvidia.com/dynamo-component":             "Pick.er",
		"nvidia.com/dynamo-component-type":        "epp",
		"nvidia.com/dynamo-graph-deployment-name": "chat",
	}
	c := component("{}")
	if diff := cmp.Diff(want, ConfigMap(c).Labels); diff != "" {
		t.Errorf("ConfigMap(...) (-want labels, +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, Pool(c).Labels); diff != "" {
		t.Errorf("Pool(...) (-want labels, +got):\n%s", diff)
	}
	delete(want, "nvidia.com/dynamo-graph-deployment-name")
	if diff := cmp.Diff(want, Pool(standalone(c)).Labels); diff != "" {
		t.Errorf("Pool(...) without a graph (-want labels, +got):\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	const fault = `spec.eppConfig.config: Invalid value: "its value": must be an object with the fields of EndpointPickerConfig`
	other := component("[]")
	other.Type = dynamo.TypeWorker
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   string
		config bool
	}{
		"Object":    {reason: "an object is right", c: component("{}"), config: true},
		"Reference": {reason: "nothing is known of what a reference holds", c: component("")},
		"List":      {reason: "a list is none", c: component("[]"), want: fault, config: true},
		"Null":      {reason: "nothing is none", c: component("null"), want: fault, config: true},
		"OtherType": {reason: "only pickers have a configuration", c: other},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, strings.Join(faultTexts(tc.c), "; ")); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if HasConfig(tc.c) != tc.config {
				t.Errorf("%s: HasConfig(...): want %t", tc.reason, tc.config)
			}
		})
	}
}

// TestConfigOfRelease has which runtimes read a configuration.
func TestConfigOfRelease(t *testing.T) {
	const (
		missing  = "spec.eppConfig: Required value: an endpoint picker needs it unless its runtime is of 1.5 or later: give it, or "
		say      = missing + "say the version of image "
		override = " in runtimeVersionOverride"
		unread   = "spec.eppConfig: Forbidden: the endpoint picker of runtime 1.5.0 reads no configuration: remove it, or run an image before 1.5"
	)
	site := version.Version{Major: 1, Minor: 6}
	cases := map[string]struct {
		reason          string
		image, override string
		site            version.Version
		// with and without are the faults of a picker with a configuration and of one without.
		with, without string
	}{
		"Before":   {reason: "earlier ones need it", image: "epp:1.4.9", without: say + `"epp:1.4.9"` + override},
		"NoImage":  {reason: "without an image there is no version to say", without: missing + "an image of such a runtime"},
		"Since":    {reason: "later ones read none", image: "epp:1.5.0", with: unread},
		"Override": {reason: "the user says so, where the tag does not", image: "epp:mine", override: "1.5.0", with: unread},
		"Unknown":  {reason: "of which nothing is known may be an earlier one", image: "epp:mine", without: say + `"epp:mine"` + override},
		"Site":     {reason: "what a site says of all is no contradiction to a configuration", image: "epp:mine", site: site},
		"Tag":      {reason: "a tag knows better than the site", image: "epp:1.4.0", site: site, without: say + `"epp:1.4.0"` + override},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := component("")
			c.Pod.Main = &corev1.Container{Image: tc.image}
			c.RuntimeOverride, c.SiteRuntime = tc.override, tc.site
			alone := c
			alone.Picker = nil
			for want, of := range map[*string]dynamo.Component{&tc.with: c, &tc.without: alone} {
				if diff := cmp.Diff(*want, strings.Join(faultTexts(of), "; ")); diff != "" {
					t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
				}
			}
		})
	}
}

// faultTexts are the faults of a component as texts.
func faultTexts(c dynamo.Component) []string {
	var out []string
	for _, f := range Faults(c) {
		out = append(out, f.Error())
	}
	return out
}

// TestPool pins what is selected: labels that the workers' pods carry.
func TestPool(t *testing.T) {
	got, err := object.Desired(Pool(component("{}")))
	if err != nil {
		t.Fatal(err)
	}
	want := layertest.Object(t, `
apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata:
  name: chat-pool
  labels:
    nvidia.com/dynamo-component: Pick.er
    nvidia.com/dynamo-component-type: epp
    nvidia.com/dynamo-graph-deployment-name: chat
spec:
  endpointPickerRef: {kind: Service, name: chat-pick-er, port: {number: 9002}}
  selector: {matchLabels: {nvidia.com/dynamo-component-class: worker, nvidia.com/dynamo-namespace: team-a-chat}}
  targetPorts: [{number: 8000}]
`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Pool(...) (-want, +got):\n%s", diff)
	}
}

// TestPoolCopy: a copy shares nothing with the original.
func TestPoolCopy(t *testing.T) {
	original := Pool(component("{}"))
	clone, ok := original.DeepCopyObject().(*InferencePool)
	if !ok {
		t.Fatalf("want an InferencePool, got %T", original.DeepCopyObject())
	}
	if diff := cmp.Diff(original, clone); diff != "" {
		t.Errorf("a copy is the same (-original, +copy):\n%s", diff)
	}
	clone.Labels["a"], clone.Spec.Selector.MatchLabels["a"], clone.Spec.TargetPorts[0].Number = "b", "b", 1
	if diff := cmp.Diff(Pool(component("{}")), original); diff != "" {
		t.Errorf("changing a copy changed the original (-before, +after):\n%s", diff)
	}
}
