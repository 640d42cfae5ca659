package main

import (
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-tools/pkg/crd"
)

// Names of the fields that have a rule of their own wherever they occur.
const (
	fieldStatus       = "status"
	fieldExtraPodSpec = "extraPodSpec"
	fieldContainers   = "containers"
	fieldMain         = "mainContainer"
	fieldEnvs         = "envs"
	fieldServices     = "services"
	fieldMultinode    = "multinode"
	fieldPodTemplate  = "podTemplate"
	fieldSpec         = "spec"
	listMapKeyName    = "name"
	listTypeMap       = "map"
	typeObject        = "object"
)

// PostProcess changes the schema of a kind where no marker can say what we
// mean, because the types at fault are not ours.
func PostProcess(root *apiextensionsv1.JSONSchemaProps) {
	relaxStatus(root)
	crd.EditSchema(root, fieldRules{})
}

// relaxStatus requires nothing at the top level of status. Crossplane writes a
// status in parts, its own conditions alone after a fatal result, and each part
// must be valid.
func relaxStatus(root *apiextensionsv1.JSONSchemaProps) {
	status, found := root.Properties[fieldStatus]
	if !found {
		return
	}

	status.Required = nil
	root.Properties[fieldStatus] = status
}

// fieldRules applies the rules that belong to a field's name.
type fieldRules struct{}

// Visit implements crd.SchemaVisitor.
func (r fieldRules) Visit(schema *apiextensionsv1.JSONSchemaProps) crd.SchemaVisitor {
	if schema == nil {
		return r
	}

	if spec, found := schema.Properties[fieldExtraPodSpec]; found {
		schema.Properties[fieldExtraPodSpec] = relaxPodSpec(spec)
	}

	if template, found := schema.Properties[fieldPodTemplate]; found {
		relaxPodTemplate(template)
	}

	if envs, found := schema.Properties[fieldEnvs]; found {
		schema.Properties[fieldEnvs] = keyByName(envs)
	}

	if services, found := schema.Properties[fieldServices]; found {
		ruleServices(services)
	}

	return r
}

// ruleServices adds the rules of a service in a map of them, whose values no
// marker reaches: it keeps to one node or several, which is compared with the
// service that had its name before, and only an endpoint picker is configured.
// The latter says less than it does of a component, which may have another form.
func ruleServices(services apiextensionsv1.JSONSchemaProps) {
	if services.AdditionalProperties == nil || services.AdditionalProperties.Schema == nil {
		return
	}

	service := services.AdditionalProperties.Schema
	if _, found := service.Properties[fieldMultinode]; !found {
		return
	}

	service.XValidations = append(service.XValidations, apiextensionsv1.ValidationRule{
		Rule:      "has(self.multinode) == has(oldSelf.multinode)",
		Message:   "a service cannot move between one node and several: add a service of another name instead",
		FieldPath: "." + fieldMultinode,
	}, apiextensionsv1.ValidationRule{
		Rule:      "!has(self.eppConfig) || (has(self.componentType) && self.componentType == 'epp')",
		Message:   "eppConfig goes with componentType epp only: remove it, or set the type",
		FieldPath: ".eppConfig",
	})
}

// relaxPodTemplate lets containers be absent from a pod template that is merged
// over a generated one.
func relaxPodTemplate(template apiextensionsv1.JSONSchemaProps) {
	if spec, found := template.Properties[fieldSpec]; found {
		spec.Required = without(spec.Required, fieldContainers)
		template.Properties[fieldSpec] = spec
	}
}

// relaxPodSpec lets containers be absent from what is otherwise a PodSpec, since
// the main container is given beside them, and the main container have no name,
// since it is always called main.
func relaxPodSpec(spec apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	spec.Required = without(spec.Required, fieldContainers)

	if main, found := spec.Properties[fieldMain]; found {
		main.Required = without(main.Required, listMapKeyName)
		spec.Properties[fieldMain] = main
	}

	return spec
}

// without returns a copy of fields that lacks field, or nil if nothing is left.
func without(fields []string, field string) []string {
	var kept []string

	for _, f := range fields {
		if f != field {
			kept = append(kept, f)
		}
	}

	return kept
}

// keyByName makes a list whose items have a name a map by that name, so that a
// name given twice is refused. Other schemas stay as they are.
func keyByName(list apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	if list.Items == nil || list.Items.Schema == nil {
		return list
	}

	if !slices.Contains(list.Items.Schema.Required, listMapKeyName) {
		return list
	}

	list.XListType = ptr.To(listTypeMap)
	list.XListMapKeys = []string{listMapKeyName}

	return list
}
