package main

import (
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-tools/pkg/crd"
	"sigs.k8s.io/controller-tools/pkg/loader"
)

// foreignPrefix begins the import path of every package of Kubernetes. Its
// descriptions of an embedded PodSpec alone are three times the size of a whole
// schema without them.
const foreignPrefix = "k8s.io/"

// stripForeignDescriptions takes the descriptions off all Kubernetes types that
// root refers to. It must run before anything is flattened: afterwards nobody
// can tell whose description is whose.
//
// The description of a field of ours stays, whatever the field's type is.
func stripForeignDescriptions(parser *crd.Parser, root crd.TypeIdent) {
	seen := map[crd.TypeIdent]bool{}
	todo := []crd.TypeIdent{root}

	for len(todo) > 0 {
		typ := todo[0]
		todo = todo[1:]

		if seen[typ] {
			continue
		}

		seen[typ] = true
		todo = append(todo, visit(parser, typ)...)
	}
}

// visit builds the schema of typ, strips it if typ is a Kubernetes type, and
// returns the types that it refers to.
func visit(parser *crd.Parser, typ crd.TypeIdent) []crd.TypeIdent {
	if parser.NeedPackage(typ.Package); parser.Types[typ] == nil && !hasSchema(parser, typ) {
		return nil
	}

	parser.NeedSchemaFor(typ)

	schema := parser.Schemata[typ]
	if strings.HasPrefix(loader.NonVendorPath(typ.Package.PkgPath), foreignPrefix) {
		schema = *schema.DeepCopy()
		crd.TruncateDescription(&schema, 0)
		parser.Schemata[typ] = schema
	}

	refs := &references{from: typ.Package}
	crd.EditSchema(schema.DeepCopy(), refs)

	return refs.types
}

// hasSchema tells whether the parser was given a schema for typ, as for types
// that marshal themselves.
func hasSchema(parser *crd.Parser, typ crd.TypeIdent) bool {
	_, found := parser.Schemata[typ]
	return found
}

// references collects the types that a schema of package from refers to.
type references struct {
	from  *loader.Package
	types []crd.TypeIdent
}

// Visit implements crd.SchemaVisitor.
func (r *references) Visit(schema *apiextensionsv1.JSONSchemaProps) crd.SchemaVisitor {
	if schema == nil || schema.Ref == nil {
		return r
	}

	name, path, err := crd.RefParts(*schema.Ref)
	if err != nil {
		r.from.AddError(err)
		return r
	}

	pkg := r.from
	if path != "" {
		pkg = r.from.Imports()[path]
	}

	r.types = append(r.types, crd.TypeIdent{Package: pkg, Name: name})

	return r
}
