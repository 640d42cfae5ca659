package explain

import (
	"maps"
	"reflect"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	settings "github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// typeOf is the Go type of a version of a kind; nil for one without.
func typeOf(kind, version string) reflect.Type {
	if of, ok := v1alpha1.ClaimedKind(kind); ok {
		kind = of
	}
	return map[string]reflect.Type{
		v1alpha1.ComponentKind + "/v1alpha1":      reflect.TypeFor[v1alpha1.DynamoComponentDeployment](),
		v1alpha1.ComponentKind + "/v1beta1":       reflect.TypeFor[v1beta1.DynamoComponentDeployment](),
		v1alpha1.GraphKind + "/v1alpha1":          reflect.TypeFor[v1alpha1.DynamoGraphDeployment](),
		v1alpha1.GraphKind + "/v1beta1":           reflect.TypeFor[v1beta1.DynamoGraphDeployment](),
		v1alpha1.ModelKind + "/v1alpha1":          reflect.TypeFor[v1alpha1.DynamoModel](),
		v1alpha1.RequestKind + "/v1alpha1":        reflect.TypeFor[v1alpha1.DynamoGraphDeploymentRequest](),
		v1alpha1.RequestKind + "/v1beta1":         reflect.TypeFor[v1beta1.DynamoGraphDeploymentRequest](),
		v1alpha1.ScalingAdapterKind + "/v1alpha1": reflect.TypeFor[v1alpha1.DynamoGraphDeploymentScalingAdapter](),
		v1alpha1.ScalingAdapterKind + "/v1beta1":  reflect.TypeFor[v1beta1.DynamoGraphDeploymentScalingAdapter](),
		settings.Kind + "/" + settings.Version:    reflect.TypeFor[settings.Settings](),
	}[kind+"/"+version]
}

// ours begins the import path of a type whose fields the definitions describe.
const ours = "github.com/crossplane-contrib/function-dynamo/"

// member is a field of a Go type.
type member struct {
	typ reflect.Type
	// swagger is what Kubernetes says of a field of its own.
	swagger string
}

// members are the fields of a type by their names in manifests; none of a type that has no
// fields there.
func members(t reflect.Type) map[string]member {
	t = plain(t)
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	docs := swagger(t)
	out := map[string]member{}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && strings.Contains(options, "inline") {
			maps.Copy(out, members(f.Type))
			continue
		}
		if name != "" && name != "-" {
			out[name] = member{typ: f.Type, swagger: docs[name]}
		}
	}
	return out
}

// swagger is what a type of Kubernetes says of its fields, by name.
func swagger(t reflect.Type) map[string]string {
	documented, ok := reflect.Zero(t).Interface().(interface{ SwaggerDoc() map[string]string })
	if !ok {
		return nil
	}
	return documented.SwaggerDoc()
}

// plain is a type without the pointers to it.
func plain(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// inner is the type of the values of a list or map; nil for others.
func inner(t reflect.Type) reflect.Type {
	t = plain(t)
	if t == nil || (t.Kind() != reflect.Slice && t.Kind() != reflect.Map) {
		return nil
	}
	return plain(t.Elem())
}

// isOurs says whether a type is one whose fields are all in its Go type. Those that only a
// schema has belong to the other form of the kind.
func isOurs(t reflect.Type) bool {
	t = plain(t)
	return t != nil && t.Kind() == reflect.Struct && strings.HasPrefix(t.PkgPath(), ours)
}
