package dryrun_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest"
)

// kindsOfCases are the kinds that admission cases speak of.
func kindsOfCases() []string { return []string{"graph", "component", "adapter", "request", "model"} }

// TestClaimsAreJudgedAlike asks about each admission case of a kind, and about a claim
// that says the same: the verdict is the same, at the same fields.
func TestClaimsAreJudgedAlike(t *testing.T) {
	schemas := dryrun.ForKinds()

	for _, c := range admissiontest.Cases(t, "testdata", kindsOfCases()...) {
		t.Run(c.Name, func(t *testing.T) {
			after := read(t, c.Manifest())

			var before map[string]any
			if c.Update {
				before = read(t, c.Before())
			}

			want, got := judge(t, schemas, before, after), judge(t, schemas, claimed(before), claimed(after))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-of the kind, +of a claim:\n%s", diff)
			}
		})
	}
}

// judge returns why an object is refused, and what is dropped of it.
func judge(t *testing.T, schemas *dryrun.Schemas, before, after map[string]any) []string {
	t.Helper()

	s := lookup(t, schemas, after)

	result := s.Admit(after)
	if before != nil {
		result = s.AdmitUpdate(before, after)
	}

	return append(faults(result), result.Pruned...)
}

// claimed returns a claim that says what a manifest does.
func claimed(manifest map[string]any) map[string]any {
	if manifest == nil {
		return nil
	}

	out := maps.Clone(manifest)
	out["kind"] = v1alpha1.ClaimKind(out["kind"].(string))

	return out
}

// TestNamesOfComposites: a request may have 55 characters, and so may a claim of one.
// Crossplane puts six more behind the name of the composite.
func TestNamesOfComposites(t *testing.T) {
	spec := map[string]any{"model": "m", "backend": "vllm", "profilingConfig": map[string]any{"profilerImage": "i", "config": map[string]any{"sla": map[string]any{"ttft": 200}}}}
	cases := map[string]struct {
		reason string
		kind   string
		length int
		want   bool
	}{
		"Longest":   {reason: "as long as that of a request", kind: v1alpha1.ClaimKind(v1alpha1.RequestKind), length: 55, want: true},
		"TooLong":   {reason: "the Job of the request is named after it", kind: v1alpha1.ClaimKind(v1alpha1.RequestKind), length: 56},
		"Composite": {reason: "nothing is named after it", kind: v1alpha1.CompositeKind(v1alpha1.RequestKind), length: 61, want: true},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := judge(t, dryrun.ForKinds(), nil, map[string]any{
				"apiVersion": v1alpha1.GroupVersion().String(), "kind": tc.kind,
				"metadata": map[string]any{"name": strings.Repeat("a", tc.length)}, "spec": spec,
			})
			if (len(got) == 0) != tc.want {
				t.Errorf("\n%s\nwant it taken: %t, got %v", tc.reason, tc.want, got)
			}
		})
	}
}

// TestClaimsServeWhatKindsServe holds claims to the kinds: names, versions, columns and
// scaling are the same, and no field of ours hides one of Crossplane's.
func TestClaimsServeWhatKindsServe(t *testing.T) {
	all := definitions(t)

	for _, kind := range v1alpha1.Kinds() {
		t.Run(kind, func(t *testing.T) {
			plural := strings.ToLower(kind) + "s"
			own := derived(t, plural, all[plural+".yaml"])[0]
			claims := derived(t, "x"+plural, all["x"+plural+".yaml"])

			if diff := cmp.Diff([]string{v1alpha1.CompositeKind(kind), v1alpha1.ClaimKind(kind)}, []string{claims[0].Spec.Names.Kind, claims[1].Spec.Names.Kind}); diff != "" {
				t.Errorf("kinds: -want, +got:\n%s", diff)
			}

			fields := specOf(own)
			delete(fields, "crossplane")

			for i, crd := range claims {
				if diff := cmp.Diff(served(own), served(crd)); diff != "" {
					t.Errorf("%s: -of the kind, +of claims:\n%s", crd.Name, diff)
				}

				got := specOf(crd)
				maps.DeleteFunc(got, func(name string, _ bool) bool { return !fields[name] })

				if diff := cmp.Diff(fields, got); diff != "" || specOf(crd)["crossplane"] {
					t.Errorf("%s: fields of the spec: -of the kind, +of claims:\n%s", crd.Name, diff)
				}

				if i == 0 && crd.Spec.Scope != apiextensionsv1.ClusterScoped || i == 1 && crd.Spec.Scope != apiextensionsv1.NamespaceScoped {
					t.Errorf("%s: scope is %s", crd.Name, crd.Spec.Scope)
				}
			}

			for _, name := range injected(t) {
				if fields[name] {
					t.Errorf("spec.%s is a field of Crossplane's, too: claims would lose it", name)
				}
			}
		})
	}
}

// injected are the fields that Crossplane puts into the specs of claims and of the
// composites behind them.
func injected(t *testing.T) []string {
	t.Helper()

	const empty = `{"apiVersion": "apiextensions.crossplane.io/v1", "kind": "CompositeResourceDefinition", "metadata": {"name": "xs.a.b"}, "spec": {
		"group": "a.b", "scope": "LegacyCluster", "names": {"kind": "X", "plural": "xs"}, "claimNames": {"kind": "C", "plural": "cs"},
		"versions": [{"name": "v1", "served": true, "referenceable": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}}`

	out := map[string]bool{}
	for _, crd := range derived(t, "xs", []byte(empty)) {
		maps.Copy(out, specOf(crd))
	}

	if len(out) == 0 {
		t.Fatal("Crossplane puts no field into a spec")
	}

	return slices.Sorted(maps.Keys(out))
}

// specOf are the fields of the spec of the stored version.
func specOf(crd *apiextensionsv1.CustomResourceDefinition) map[string]bool {
	out := map[string]bool{}

	for _, v := range crd.Spec.Versions {
		if v.Storage {
			for name := range v.Schema.OpenAPIV3Schema.Properties["spec"].Properties {
				out[name] = true
			}
		}
	}

	return out
}

// version is what users see of a version beside its schema.
type version struct {
	Name                        string
	Served, Storage, Deprecated bool
	Columns                     []string
	Scale                       *apiextensionsv1.CustomResourceSubresourceScale
}

// served are the versions of a CRD. Crossplane's own columns are left out.
func served(crd *apiextensionsv1.CustomResourceDefinition) []version {
	var out []version

	for _, v := range crd.Spec.Versions {
		columns := []string{}
		for _, c := range v.AdditionalPrinterColumns {
			if c.Name != strings.ToUpper(c.Name) || c.Name == "DGD" {
				columns = append(columns, c.Name)
			}
		}

		out = append(out, version{
			Name: v.Name, Served: v.Served, Storage: v.Storage, Deprecated: v.Deprecated, Columns: columns, Scale: v.Subresources.Scale,
		})
	}

	return out
}

// TestClaimsOfGraphsConnect: Crossplane drops what it is told of a connection under
// other keys.
func TestClaimsOfGraphsConnect(t *testing.T) {
	for name, data := range definitions(t) {
		xrd := struct {
			Spec struct {
				ConnectionSecretKeys []string `json:"connectionSecretKeys"`
			} `json:"spec"`
		}{}
		if err := yaml.Unmarshal(data, &xrd); err != nil {
			t.Fatal(err)
		}

		var want []string
		if name == "xdynamographdeployments.yaml" {
			want = []string{"host", "port", "url"}
		}

		if diff := cmp.Diff(want, xrd.Spec.ConnectionSecretKeys); diff != "" {
			t.Errorf("%s: connectionSecretKeys: -want, +got:\n%s", name, diff)
		}
	}
}
