package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"
)

// props is a shorthand for the properties of an object.
type props = map[string]apiextensionsv1.JSONSchemaProps

// object returns the schema of an object.
func object(properties props, required ...string) apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{Type: "object", Properties: properties, Required: required}
}

// list returns the schema of a list.
func list(items apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{
		Type:  "array",
		Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &items},
	}
}

// byName returns a list as a map by name.
func byName(l apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	l.XListType = ptr.To("map")
	l.XListMapKeys = []string{"name"}

	return l
}

// mapOf returns the schema of a map.
func mapOf(values apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{
		Type:                 "object",
		AdditionalProperties: &apiextensionsv1.JSONSchemaPropsOrBool{Schema: &values},
	}
}

// ruled returns a service with the rules of services.
func ruled(service apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	service.XValidations = apiextensionsv1.ValidationRules{{
		Rule:      "has(self.multinode) == has(oldSelf.multinode)",
		Message:   "a service cannot move between one node and several: add a service of another name instead",
		FieldPath: ".multinode",
	}, {
		Rule:      "!has(self.eppConfig) || (has(self.componentType) && self.componentType == 'epp')",
		Message:   "eppConfig goes with componentType epp only: remove it, or set the type",
		FieldPath: ".eppConfig",
	}}

	return service
}

func TestPostProcess(t *testing.T) {
	text := apiextensionsv1.JSONSchemaProps{Type: "string"}
	named := object(props{"name": text}, "name")

	cases := map[string]struct {
		reason string
		args   apiextensionsv1.JSONSchemaProps
		want   apiextensionsv1.JSONSchemaProps
	}{
		"Status": {
			reason: "nothing is required at the top of status, and all stays required below it",
			args:   object(props{"status": object(props{"service": named}, "service")}),
			want:   object(props{"status": object(props{"service": named})}),
		},
		"NoStatus": {
			reason: "a kind without status stays as it is",
			args:   object(props{"spec": named}, "spec"),
			want:   object(props{"spec": named}, "spec"),
		},
		"StatusBelow": {
			reason: "a field that happens to be called status keeps what it requires",
			args:   object(props{"spec": object(props{"status": named})}),
			want:   object(props{"spec": object(props{"status": named})}),
		},
		"ExtraPodSpec": {
			reason: "containers and the name of the main one may be left out, nothing else",
			args: object(props{"spec": mapOf(object(props{
				"extraPodSpec": object(props{"containers": list(named), "mainContainer": named, "nodeName": text}, "containers", "nodeName"),
			}))}),
			want: object(props{"spec": mapOf(object(props{
				"extraPodSpec": object(props{"containers": list(named), "mainContainer": object(props{"name": text}), "nodeName": text}, "nodeName"),
			}))}),
		},
		"OtherPodSpec": {
			reason: "containers of anything else stay required",
			args:   object(props{"template": object(props{"containers": list(named)}, "containers")}),
			want:   object(props{"template": object(props{"containers": list(named)}, "containers")}),
		},
		"PodTemplate": {
			reason: "containers may be left out of a template, nothing else",
			args:   object(props{"podTemplate": object(props{"spec": object(props{"containers": list(named), "nodeName": text}, "containers", "nodeName")})}),
			want:   object(props{"podTemplate": object(props{"spec": object(props{"containers": list(named), "nodeName": text}, "nodeName")})}),
		},
		"Envs": {
			reason: "envs are keyed by name, at any depth",
			args:   object(props{"envs": list(named), "services": mapOf(object(props{"envs": list(named)}))}),
			want:   object(props{"envs": byName(list(named)), "services": mapOf(object(props{"envs": byName(list(named))}))}),
		},
		"EnvsOfText": {
			reason: "items without a required name cannot be keyed by it",
			args:   object(props{"envs": list(text)}),
			want:   object(props{"envs": list(text)}),
		},
		"Services": {
			reason: "a service keeps to one node or several, and only a picker is configured",
			args:   object(props{"services": mapOf(object(props{"multinode": named}))}),
			want:   object(props{"services": mapOf(ruled(object(props{"multinode": named})))}),
		},
		"ServicesOfStatus": {
			reason: "values without multinode cannot move",
			args:   object(props{"services": mapOf(named)}),
			want:   object(props{"services": mapOf(named)}),
		},
		"ServicesNoMap": {
			reason: "what is no map has no services by name",
			args:   object(props{"services": list(named)}),
			want:   object(props{"services": list(named)}),
		},
		"EnvsNoList": {
			reason: "what is no list cannot be keyed",
			args:   object(props{"envs": mapOf(text)}),
			want:   object(props{"envs": mapOf(text)}),
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := *tc.args.DeepCopy()
			PostProcess(&got)

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nPostProcess(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCheckSurvives(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   apiextensionsv1.JSONSchemaProps
		want   string
	}{
		"Nothing": {reason: "a plain schema loses nothing", args: object(props{"spec": object(nil), "status": object(nil)})},
		"Below": {
			reason: "below the top everything survives",
			args:   object(props{"spec": object(props{"a": {MinProperties: ptr.To[int64](1), Nullable: true}})}),
		},
		"SpecFree": {
			reason: "a free spec survives",
			args:   object(props{"spec": {XPreserveUnknownFields: ptr.To(true)}}),
		},
		"StatusFree": {
			reason: "a free status does not",
			args:   object(props{"status": {XPreserveUnknownFields: ptr.To(true)}}),
			want:   "status has x-kubernetes-preserve-unknown-fields: " + errDropped.Error(),
		},
		"Several": {
			reason: "all that is lost is named, sorted",
			args:   object(props{"spec": {Nullable: true, Default: &apiextensionsv1.JSON{}, MaxProperties: ptr.To[int64](1)}}),
			want:   "spec has default, maxProperties, nullable: " + errDropped.Error(),
		},
		"Combinators": {
			reason: "combinators other than oneOf are lost",
			args: object(props{"status": {
				AnyOf: []apiextensionsv1.JSONSchemaProps{{}}, AllOf: []apiextensionsv1.JSONSchemaProps{{}},
				OneOf: []apiextensionsv1.JSONSchemaProps{{}}, Not: &apiextensionsv1.JSONSchemaProps{},
			}}),
			want: "status has allOf, anyOf, not: " + errDropped.Error(),
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := checkSurvives(&tc.args); err != nil {
				got = err.Error()
			}

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\ncheckSurvives(...): -want error, +got error:\n%s", tc.reason, diff)
			}
		})
	}
}
