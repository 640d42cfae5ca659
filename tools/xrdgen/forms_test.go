package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"
)

// text is the schema of a text.
func text() apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{Type: "string"}
}

// free returns an object of anything.
func free() apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: ptr.To(true)}
}

// defaulted returns a text with a default.
func defaulted(value string) apiextensionsv1.JSONSchemaProps {
	out := text()
	out.Default = &apiextensionsv1.JSON{Raw: []byte(value)}

	return out
}

// kindOf returns a CRD whose versions have these schemas, in order.
func kindOf(schemas ...apiextensionsv1.JSONSchemaProps) apiextensionsv1.CustomResourceDefinition {
	names := []string{"v1", "v2", "v3"}
	out := apiextensionsv1.CustomResourceDefinition{}

	for i, schema := range schemas {
		out.Spec.Versions = append(out.Spec.Versions, apiextensionsv1.CustomResourceDefinitionVersion{
			Name:   names[i],
			Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &schema},
		})
	}

	return out
}

// either returns an object with the rule that it has a field of v1 or one of v2.
func either(schema apiextensionsv1.JSONSchemaProps, one, two string) apiextensionsv1.JSONSchemaProps {
	schema.XValidations = apiextensionsv1.ValidationRules{{
		Rule:    "!(has(self." + one + ")) || !(has(self." + two + "))",
		Message: "an object has the form of v1 or that of v2: remove what it has of " + one + ", or what it has of " + two,
	}}

	return schema
}

// two are the schemas of two versions.
type two struct {
	v1, v2 apiextensionsv1.JSONSchemaProps
}

// specs returns two versions whose specs have these properties.
func specs(v1, v2 apiextensionsv1.JSONSchemaProps) two {
	return two{v1: object(props{"spec": v1}), v2: object(props{"spec": v2})}
}

func TestJoinForms(t *testing.T) {
	named := object(props{"name": text(), "image": text()}, "name", "image")
	keyed := object(props{"name": text()}, "name")
	keyed.XPreserveUnknownFields = ptr.To(true)

	bounded := mapOf(named)
	bounded.MinProperties, bounded.MaxProperties = ptr.To[int64](1), ptr.To[int64](25)
	boundedFree := mapOf(free())
	boundedFree.AdditionalProperties.Allows = true
	boundedFree.MinProperties, boundedFree.MaxProperties = ptr.To[int64](1), ptr.To[int64](25)

	cases := map[string]struct {
		reason string
		args   two
		want   two
	}{
		"Alike": {
			reason: "what both say stays as it is",
			args:   specs(object(props{"a": named}, "a"), object(props{"a": named}, "a")),
			want:   specs(object(props{"a": named}, "a"), object(props{"a": named}, "a")),
		},
		"MapAndList": {
			reason: "each types its own form, and keeps the size and the keys of the other's",
			args:   specs(object(props{"a": bounded}, "a"), object(props{"b": byName(list(named))}, "b")),
			want: specs(
				either(object(props{"a": bounded, "b": byName(list(keyed))}), "a", "b"),
				either(object(props{"a": boundedFree, "b": byName(list(named))}), "a", "b")),
		},
		"OfOne": {
			reason: "a field that only one has needs no rule",
			args:   specs(object(props{"a": text(), "b": named}), object(props{"a": text()})),
			want:   specs(object(props{"a": text(), "b": named}), object(props{"a": text(), "b": free()})),
		},
		"Below": {
			reason: "what differs in an object that both have is told there",
			args:   specs(object(props{"ref": object(props{"a": text()}, "a")}), object(props{"ref": object(props{"b": text()}, "b")})),
			want: specs(
				object(props{"ref": either(object(props{"a": text(), "b": text()}), "a", "b")}),
				object(props{"ref": either(object(props{"a": text(), "b": text()}), "a", "b")})),
		},
		"Types": {
			reason: "what is a text in one and an object in the other is anything",
			args:   specs(object(props{"a": text()}), object(props{"a": named})),
			want: specs(
				object(props{"a": {XPreserveUnknownFields: ptr.To(true)}}),
				object(props{"a": {XPreserveUnknownFields: ptr.To(true)}})),
		},
		"Defaults": {
			reason: "a default stays where both have it, or where only the own form is below",
			args: specs(
				object(props{"same": defaulted(`"x"`), "other": defaulted(`"x"`), "own": defaulted(`"x"`), "none": defaulted(`"x"`), "below": object(props{"a": defaulted(`"x"`)})}),
				object(props{"same": defaulted(`"x"`), "other": defaulted(`"y"`), "none": text()})),
			want: specs(
				object(props{"same": defaulted(`"x"`), "other": text(), "own": text(), "none": text(), "below": object(props{"a": defaulted(`"x"`)})}),
				object(props{"same": defaulted(`"x"`), "other": text(), "own": text(), "none": text(), "below": free()})),
		},
		"Status": {
			reason: "a status speaks to the readers of both versions",
			args:   two{v1: object(props{"status": object(props{"a": text()})}), v2: object(props{"status": object(props{"b": named})})},
			want: two{
				v1: object(props{"status": object(props{"a": text(), "b": free()})}),
				v2: object(props{"status": object(props{"a": text(), "b": named})}),
			},
		},
		"NumberOrText": {
			reason: "what may be a number or a text stays one of the two",
			args:   specs(object(props{"a": {XIntOrString: true, MaxLength: ptr.To[int64](5)}}), object(props{})),
			want:   specs(object(props{"a": {XIntOrString: true, MaxLength: ptr.To[int64](5)}}), object(props{"a": {XIntOrString: true}})),
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			crd := kindOf(*tc.args.v1.DeepCopy(), *tc.args.v2.DeepCopy())
			if err := JoinForms(&crd); err != nil {
				t.Fatalf("\n%s\nJoinForms(...): %v", tc.reason, err)
			}

			for i, want := range []apiextensionsv1.JSONSchemaProps{tc.want.v1, tc.want.v2} {
				if diff := cmp.Diff(&want, crd.Spec.Versions[i].Schema.OpenAPIV3Schema); diff != "" {
					t.Errorf("\n%s\nJoinForms(...), version %d: -want, +got:\n%s", tc.reason, i+1, diff)
				}
			}
		})
	}
}

func TestJoinFormsOfOtherVersions(t *testing.T) {
	one := kindOf(object(props{"spec": object(props{"a": defaulted(`"x"`)}, "a")}))
	want := *one.DeepCopy()

	if err := JoinForms(&one); err != nil {
		t.Fatalf("JoinForms(one version): %v", err)
	}

	if diff := cmp.Diff(want, one); diff != "" {
		t.Errorf("JoinForms(one version): want it as it is, -want, +got:\n%s", diff)
	}

	three := kindOf(object(nil), object(nil), object(nil))
	if err := JoinForms(&three); err == nil {
		t.Error("JoinForms(three versions): want an error")
	}
}
