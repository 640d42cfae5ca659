package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"
)

// form is what one version of a kind says of an object: the version's name and
// its schema, before anything of the other version joined it.
type form struct {
	version string
	schema  apiextensionsv1.JSONSchemaProps
}

// JoinForms makes each of the two versions of crd keep what objects in the form
// of the other one say. Nobody converts objects between versions, so that an API
// server drops each field that the version it reads or writes with does not know.
//
// A version types its own form and has the fields of the other one open: typed
// twice, the definition of graphs would be too large for kubectl apply. A kind of
// one version stays as it is.
func JoinForms(crd *apiextensionsv1.CustomResourceDefinition) error {
	versions := crd.Spec.Versions

	switch len(versions) {
	case 1:
		return nil
	case 2:
	default:
		return fmt.Errorf("%d versions: an object has the form of one of two", len(versions))
	}

	forms := make([]form, 0, len(versions))
	for _, v := range versions {
		forms = append(forms, form{version: v.Name, schema: *v.Schema.OpenAPIV3Schema.DeepCopy()})
	}

	for i := range versions {
		joinRoot(versions[i].Schema.OpenAPIV3Schema, forms[i], forms[1-i])
	}

	return nil
}

// joinRoot joins the spec and the status of two versions. Only a spec has one
// form: the status of an object speaks to the readers of both.
func joinRoot(root *apiextensionsv1.JSONSchemaProps, own, other form) {
	for _, name := range []string{fieldSpec, fieldStatus} {
		theirs, found := other.schema.Properties[name]
		if !found {
			continue
		}

		joined := root.Properties[name]
		join(&joined, theirs)

		if name == fieldSpec {
			ours := form{version: own.version, schema: own.schema.Properties[name]}
			refuseBoth(&joined, ours, form{version: other.version, schema: theirs})
		}

		root.Properties[name] = joined
	}
}

// join opens what only the other form has below schema, an object of both. What
// the forms have in common keeps the type of our version, but requires and
// defaults only what both agree on.
func join(schema *apiextensionsv1.JSONSchemaProps, other apiextensionsv1.JSONSchemaProps) {
	schema.Required = slices.DeleteFunc(slices.Clone(schema.Required), func(name string) bool {
		return !slices.Contains(other.Required, name)
	})
	if len(schema.Required) == 0 {
		schema.Required = nil
	}

	for name, ours := range schema.Properties {
		if theirs, shared := other.Properties[name]; shared {
			ours = joinShared(ours, theirs)
		} else {
			ours.Default = nil
		}

		schema.Properties[name] = ours
	}

	for name, theirs := range other.Properties {
		if _, shared := schema.Properties[name]; shared {
			continue
		}

		if schema.Properties == nil {
			schema.Properties = map[string]apiextensionsv1.JSONSchemaProps{}
		}

		opened := open(theirs)
		opened.Description = theirs.Description
		schema.Properties[name] = opened
	}
}

// joinShared returns the schema of a field that both forms have. What is a text
// in one and an object in the other can be told only by those who read it.
func joinShared(ours, theirs apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	if ours.Type != theirs.Type {
		return apiextensionsv1.JSONSchemaProps{Description: ours.Description, XPreserveUnknownFields: ptr.To(true)}
	}

	if !sameDefault(ours.Default, theirs.Default) {
		ours.Default = nil
	}

	if ours.Type == typeObject && ours.XPreserveUnknownFields == nil && ours.AdditionalProperties == nil {
		join(&ours, theirs)
	}

	return ours
}

// sameDefault tells whether two fields default alike.
func sameDefault(a, b *apiextensionsv1.JSON) bool {
	if a == nil || b == nil {
		return a == b
	}

	return bytes.Equal(a.Raw, b.Raw)
}

// open returns a schema that takes whatever schema takes and more: it keeps the
// types of scalars, how many values a map or list has, and the keys by which lists
// are merged.
func open(schema apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	out := apiextensionsv1.JSONSchemaProps{
		Type: schema.Type, XIntOrString: schema.XIntOrString,
		MinItems: schema.MinItems, MaxItems: schema.MaxItems,
		MinProperties: schema.MinProperties, MaxProperties: schema.MaxProperties,
	}

	switch {
	case schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil:
		values := open(*schema.AdditionalProperties.Schema)
		out.AdditionalProperties = &apiextensionsv1.JSONSchemaPropsOrBool{Allows: true, Schema: &values}
	case schema.Items != nil && schema.Items.Schema != nil:
		items := open(*schema.Items.Schema)
		openKeys(&items, *schema.Items.Schema, schema.XListMapKeys)
		out.Items = &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &items}
		out.XListType, out.XListMapKeys = schema.XListType, schema.XListMapKeys
	case schema.Type == typeObject:
		out.XPreserveUnknownFields = ptr.To(true)
	}

	return out
}

// openKeys types the fields of items by which their list is merged, as they are
// typed in their own form: rules need to know how long a name may be.
func openKeys(items *apiextensionsv1.JSONSchemaProps, typed apiextensionsv1.JSONSchemaProps, keys []string) {
	for _, key := range keys {
		if items.Properties == nil {
			items.Properties = map[string]apiextensionsv1.JSONSchemaProps{}
		}

		value := typed.Properties[key]
		value.Description, value.Default = "", nil
		items.Properties[key] = value
		items.Required = append(items.Required, key)
	}
}

// refuseBoth makes a rule that no object has fields that only one form has beside
// some that only the other one has, here and in the objects that both have.
func refuseBoth(schema *apiextensionsv1.JSONSchemaProps, a, b form) {
	if a.version > b.version {
		a, b = b, a
	}

	onlyA, onlyB := namesWithout(a.schema, b.schema), namesWithout(b.schema, a.schema)
	if len(onlyA) > 0 && len(onlyB) > 0 {
		schema.XValidations = append(schema.XValidations, apiextensionsv1.ValidationRule{
			Rule: fmt.Sprintf("!(%s) || !(%s)", anyOf(onlyA), anyOf(onlyB)),
			Message: fmt.Sprintf("an object has the form of %s or that of %s: remove what it has of %s, or what it has of %s",
				a.version, b.version, strings.Join(onlyA, ", "), strings.Join(onlyB, ", ")),
		})
	}

	for name, below := range schema.Properties {
		inA, found := a.schema.Properties[name]
		inB, shared := b.schema.Properties[name]

		if found && shared {
			refuseBoth(&below, form{version: a.version, schema: inA}, form{version: b.version, schema: inB})
			schema.Properties[name] = below
		}
	}
}

// namesWithout returns the names of the properties of schema that other lacks,
// sorted.
func namesWithout(schema, other apiextensionsv1.JSONSchemaProps) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(schema.Properties)), func(name string) bool {
		_, found := other.Properties[name]
		return found
	})
}

// anyOf is the expression that one of the fields is there.
func anyOf(names []string) string {
	terms := make([]string, 0, len(names))
	for _, name := range names {
		terms = append(terms, fmt.Sprintf("has(self.%s)", name))
	}

	return strings.Join(terms, " || ")
}
