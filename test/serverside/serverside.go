// Package serverside merges objects as an API server does that has them from server-side
// apply, by the code that it has for that.
package serverside

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// converters are built once for all who ask: it takes long.
var converters = sync.OnceValues(buildConverters) //nolint:gochecknoglobals // It never changes.

// Converters returns what merges objects, by their kind: of ours, and of those with pods.
func Converters() (map[string]managedfields.TypeConverter, error) { return converters() }

func buildConverters() (map[string]managedfields.TypeConverter, error) {
	out := map[string]managedfields.TypeConverter{}
	sets, err := readLeaderWorkerSets()
	if err != nil {
		return nil, err
	}
	all := []*apiextensionsv1.CustomResourceDefinition{sets, makeDeployments(sets)}
	for _, plural := range []string{"dynamocomponentdeployments", "dynamographdeploymentscalingadapters"} {
		xrd, err := apis.Files.ReadFile(apis.DefinitionsFolder + "/" + plural + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("cannot read definition %s: %w", plural, err)
		}
		crd, err := dryrun.DeriveCRD(xrd)
		if err != nil {
			return nil, fmt.Errorf("cannot derive definition %s: %w", plural, err)
		}
		all = append(all, crd)
	}
	for _, crd := range all {
		doc, err := builder.BuildOpenAPIV3(crd, crd.Spec.Versions[0].Name, builder.Options{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", crd.Name, err)
		}
		if out[crd.Spec.Names.Kind], err = managedfields.NewTypeConverter(doc.Components.Schemas, false); err != nil {
			return nil, fmt.Errorf("%s: %w", crd.Name, err)
		}
	}
	return out, nil
}

// readLeaderWorkerSets reads the definition that the module of the types comes with.
func readLeaderWorkerSets() (*apiextensionsv1.CustomResourceDefinition, error) {
	folder, err := exec.CommandContext(context.Background(), "go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/lws").Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find the module of LeaderWorkerSets: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "config/crd/bases/leaderworkerset.x-k8s.io_leaderworkersets.yaml"))
	if err != nil {
		return nil, fmt.Errorf("cannot read the definition of LeaderWorkerSets: %w", err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(raw, crd); err != nil {
		return nil, fmt.Errorf("cannot parse the definition of LeaderWorkerSets: %w", err)
	}
	return crd, nil
}

// makeDeployments makes a definition of Deployments with the pods of LeaderWorkerSets:
// they are merged by the same rules.
func makeDeployments(sets *apiextensionsv1.CustomResourceDefinition) *apiextensionsv1.CustomResourceDefinition {
	out := sets.DeepCopy()
	out.Spec.Group, out.Spec.Names.Kind = "apps", "Deployment"
	root := out.Spec.Versions[0].Schema.OpenAPIV3Schema
	spec := root.Properties["spec"]
	root.Properties["spec"] = apiextensionsv1.JSONSchemaProps{
		Type:                   "object",
		XPreserveUnknownFields: ptr.To(true),
		Properties: map[string]apiextensionsv1.JSONSchemaProps{
			"template": spec.Properties["leaderWorkerTemplate"].Properties["leaderTemplate"],
		},
	}
	return out
}
