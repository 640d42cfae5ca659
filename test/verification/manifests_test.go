package verification

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg"
	"github.com/crossplane/crossplane/apis/v2/pkg/v1beta1"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// TestPackages says which packages the manifests hold for, as Crossplane finds them.
func TestPackages(t *testing.T) {
	ours := load(t, "keyless.yaml")
	mirror := load(t, "key.yaml")
	store := xpkg.NewImageConfigStore(newClient(t, ours, mirror), namespace)

	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Function":      {reason: "The Function.", args: "xpkg.crossplane.io/crossplane-contrib/function-dynamo:v0.1.0", want: ours.Name},
		"Configuration": {reason: "The Configuration.", args: "xpkg.crossplane.io/crossplane-contrib/configuration-dynamo:v0.1.0", want: ours.Name},
		"Claims":        {reason: "That of claims.", args: "xpkg.crossplane.io/crossplane-contrib/configuration-dynamo-claims:v0.1.0", want: ours.Name},
		"Digest": {
			reason: "A package by its digest, too.",
			args:   "xpkg.crossplane.io/crossplane-contrib/function-dynamo@sha256:" + strings.Repeat("0", 64), want: ours.Name,
		},
		"Mirror": {reason: "A mirror has prefixes of its own.", args: "registry.example.org/crossplane-contrib/function-dynamo:v0.1.0", want: mirror.Name},
		"Others": {reason: "Packages of others are not ours to judge.", args: "xpkg.crossplane.io/crossplane-contrib/function-auto-ready:v0.1.0"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, _, err := store.ImageVerificationConfigFor(t.Context(), tc.args)
			noError(t, err)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nImageVerificationConfigFor(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

// TestSchema validates the manifests as an API server does that has the definition of the pinned Crossplane.
func TestSchema(t *testing.T) {
	internal := definition(t)
	structural, err := schema.NewStructural(internal.OpenAPIV3Schema)
	noError(t, err)
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	noError(t, err)

	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	noError(t, err)
	if len(files) != 2 {
		t.Errorf("want two manifests, got %v", files)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		noError(t, err)
		var object map[string]any
		noError(t, yaml.Unmarshal(raw, &object))

		if errs := validation.ValidateCustomResource(nil, object, validator); len(errs) > 0 {
			t.Errorf("%s: %v", file, errs.ToAggregate())
		}
		errs, _ := cel.NewValidator(structural, true, celconfig.PerCallLimit).
			Validate(t.Context(), nil, structural, object, nil, celconfig.RuntimeCELCostBudget)
		if len(errs) > 0 {
			t.Errorf("%s: %v", file, errs.ToAggregate())
		}
		if dropped := pruning.PruneWithOptions(object, structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}); len(dropped) > 0 {
			t.Errorf("%s: Crossplane knows no %v", file, dropped)
		}
	}
}

// definition of ImageConfig in the Crossplane that tools/crossplane-core pins.
func definition(t *testing.T) *apiextensions.CustomResourceValidation {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/crossplane/crossplane/v2")
	cmd.Dir = "../../tools/crossplane-core"
	out, err := cmd.Output()
	noError(t, err)
	var module struct {
		Dir string `json:"Dir"`
	}
	noError(t, yaml.Unmarshal(out, &module))
	raw, err := os.ReadFile(filepath.Join(module.Dir, "cluster", "crds", "pkg.crossplane.io_imageconfigs.yaml"))
	noError(t, err)
	crd := &extv1.CustomResourceDefinition{}
	noError(t, yaml.Unmarshal(raw, crd))
	internal := &apiextensions.CustomResourceValidation{}
	noError(t, extv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(crd.Spec.Versions[0].Schema, internal, nil))
	return internal
}

func newScheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	out := runtime.NewScheme()
	noError(t, corev1.AddToScheme(out))
	noError(t, v1beta1.AddToScheme(out))
	return out
}
