package settings

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// decode reads settings that are written as YAML, which keeps doubled fields out;
// tests of those write JSON.
func decode(t *testing.T, in string) (Settings, []string) {
	t.Helper()

	raw, err := yaml.YAMLToJSON([]byte(in))
	if err != nil {
		t.Fatalf("cannot read the test's settings: %v", err)
	}
	if in == "" {
		raw = nil
	}
	return decodeJSON(raw)
}

func decodeJSON(raw []byte) (Settings, []string) {
	got, faults := Decode(raw)
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Error())
	}
	return got, texts
}

// everything sets every field.
const everything = `
apiVersion: dynamo.fn.crossplane.io/v1beta1
kind: Settings
metadata: {name: site}
discovery: {backend: etcd}
infrastructure:
  etcdAddress: etcd:2379
  modelExpressURL: http://express:8001
  natsAddress: nats://nats:4222
  prometheusEndpoint: http://prometheus:9090
imagePullSecrets:
- {registry: nvcr.io, name: ngc}
- {registry: docker.io, name: hub}
`

func TestDecode(t *testing.T) {
	all := Settings{
		DiscoveryBackend:   "etcd",
		NATSAddress:        "nats://nats:4222",
		EtcdAddress:        "etcd:2379",
		ModelExpressURL:    "http://express:8001",
		PrometheusEndpoint: "http://prometheus:9090",
		PullSecrets:        []PullSecret{{Registry: "nvcr.io", Name: "ngc"}, {Registry: "docker.io", Name: "hub"}},
	}
	defaults := Settings{DiscoveryBackend: "kubernetes"}
	with := func(change func(*Settings)) Settings {
		out := defaults
		change(&out)
		return out
	}

	cases := map[string]struct {
		reason string
		in     string
		want   Settings
	}{
		"None":       {reason: "No input means the defaults", in: "", want: defaults},
		"Empty":      {reason: "So does an empty one", in: "{}", want: defaults},
		"Null":       {reason: "Or null", in: "null", want: defaults},
		"TypeOnly":   {reason: "Or one that has a type alone", in: "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings}", want: defaults},
		"Blocks":     {reason: "Or empty blocks", in: "{discovery: {}, infrastructure: {}, imagePullSecrets: []}", want: defaults},
		"Nulls":      {reason: "Or blocks that are null", in: "{discovery: null, infrastructure: {natsAddress: null}, imagePullSecrets: null}", want: defaults},
		"EmptyTexts": {reason: "Empty texts say nothing", in: `{discovery: {backend: ""}, infrastructure: {natsAddress: ""}}`, want: defaults},
		"Everything": {reason: "Every field", in: everything, want: all},
		"Part":       {reason: "What is left out keeps its default", in: "infrastructure: {etcdAddress: 'etcd:2379'}", want: with(func(s *Settings) { s.EtcdAddress = "etcd:2379" })},
		"Kubernetes": {reason: "The default may be written", in: "discovery: {backend: kubernetes}", want: defaults},
		"Etcd":       {reason: "The other backend", in: "discovery: {backend: etcd}", want: with(func(s *Settings) { s.DiscoveryBackend = "etcd" })},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults := decode(t, tc.in)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Decode(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if len(faults) > 0 {
				t.Errorf("%s: Decode(...): faults %q, want none", tc.reason, faults)
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	const (
		input  = `input: Invalid value: "Settings": `
		remedy = ": correct or remove it"
	)
	cases := map[string]struct {
		reason string
		in     string
		want   []string
	}{
		"Unknown":       {reason: "An unknown field is named", in: `{"discovry":{}}`, want: []string{input + `unknown field "discovry"` + remedy}},
		"UnknownNested": {reason: "With the path to it", in: `{"infrastructure":{"nats":"x"}}`, want: []string{input + `unknown field "infrastructure.nats"` + remedy}},
		"UnknownInList": {reason: "Into lists too", in: `{"imagePullSecrets":[{"name":"a","registry":"b","key":"c"}]}`, want: []string{input + `unknown field "imagePullSecrets[0].key"` + remedy}},
		"OtherCase":     {reason: "Case matters", in: `{"Discovery":{}}`, want: []string{input + `unknown field "Discovery"` + remedy}},
		"Doubled":       {reason: "A field twice is named", in: `{"discovery":{},"discovery":{}}`, want: []string{input + `duplicate field "discovery"` + remedy}},
		"DoubledNested": {reason: "With the path to it", in: `{"discovery":{"backend":"etcd","backend":"etcd"}}`, want: []string{input + `duplicate field "discovery.backend"` + remedy}},
		"Backend": {
			reason: "There are two backends",
			in:     `{"discovery":{"backend":"consul"}}`,
			want:   []string{`input.discovery.backend: Unsupported value: "consul": supported values: "kubernetes", "etcd"`},
		},
		"BackendCase": {
			reason: "Case matters",
			in:     `{"discovery":{"backend":"Etcd"}}`,
			want:   []string{`input.discovery.backend: Unsupported value: "Etcd": supported values: "kubernetes", "etcd"`},
		},
		"NoRegistry": {
			reason: "A pull secret is for a registry",
			in:     `{"imagePullSecrets":[{"name":"a","registry":"b"},{"name":"c"}]}`,
			want:   []string{`input.imagePullSecrets[1].registry: Required value: name the registry whose images need the Secret`},
		},
		"NoName": {
			reason: "And has a name",
			in:     `{"imagePullSecrets":[{"registry":"b"}]}`,
			want:   []string{`input.imagePullSecrets[0].name: Required value: name the Secret`},
		},
		"All": {
			reason: "Every fault at once",
			in:     `{"x":1,"discovery":{"backend":"consul","y":2},"imagePullSecrets":[{}],"imagePullSecrets":[{},{"name":"a"}]}`,
			want: []string{
				input + `unknown field "x"` + remedy,
				input + `unknown field "discovery.y"` + remedy,
				input + `duplicate field "imagePullSecrets"` + remedy,
				`input.discovery.backend: Unsupported value: "consul": supported values: "kubernetes", "etcd"`,
				`input.imagePullSecrets[0].registry: Required value: name the registry whose images need the Secret`,
				`input.imagePullSecrets[0].name: Required value: name the Secret`,
				`input.imagePullSecrets[1].registry: Required value: name the registry whose images need the Secret`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, got := decodeJSON([]byte(tc.in))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Decode(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDecodeUnreadable has input that is of the wrong shape: nothing of it
// counts.
func TestDecodeUnreadable(t *testing.T) {
	cases := map[string]string{
		"NoJSON":    `{`,
		"List":      `[]`,
		"Text":      `"x"`,
		"WrongType": `{"discovery":"etcd","infrastructure":{"natsAddress":"n"}}`,
		"Number":    `{"infrastructure":{"natsAddress":4222}}`,
		"NoList":    `{"imagePullSecrets":{"name":"a"}}`,
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults := decodeJSON([]byte(in))
			if diff := cmp.Diff(Default(), got); diff != "" {
				t.Errorf("Decode(%s) (-want, +got):\n%s", in, diff)
			}
			if len(faults) != 1 {
				t.Errorf("Decode(%s): faults %q, want one", in, faults)
			}
		})
	}
}

// TestEverySetting fails for a setting that is not folded: a field of the input
// that nothing reads, or a knob that nothing sets.
func TestEverySetting(t *testing.T) {
	got, _ := decode(t, everything)
	v := reflect.ValueOf(got)
	for i := range v.NumField() {
		if reflect.DeepEqual(v.Field(i).Interface(), reflect.ValueOf(Default()).Field(i).Interface()) {
			t.Errorf("setting %s is not in the test's input, or is not folded", v.Type().Field(i).Name)
		}
	}

	in := v1beta1.Settings{}
	if err := yaml.UnmarshalStrict([]byte(everything), &in); err != nil {
		t.Fatal(err)
	}
	for _, block := range []any{in, in.Discovery, in.Infrastructure, in.ImagePullSecrets[0]} {
		v := reflect.ValueOf(block)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("field %s of %T is not in the test's input", v.Type().Field(i).Name, block)
			}
		}
	}
}
