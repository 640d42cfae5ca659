package examine_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/examine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// roots are folders with manifests of graphs: those of this repository, and all
// published ones where they lie beside it.
func roots() []string {
	return []string{"../../test/conformance/testdata", "../../dryrun/testdata", "../../cmd/xdynamo/testdata/faults", "../../../shared/conformance"}
}

// TestLayersAgree says of every graph that is known what its components will say
// of themselves once the graph has made them.
func TestLayersAgree(t *testing.T) {
	graphs, findings := 0, 0
	for file, g := range inputs(t) {
		t.Run(file, func(t *testing.T) {
			graphs++
			for _, c := range g.Components {
				if c.Service == "" || len(c.Faults) > 0 {
					continue // The API server refuses it, or it cannot be read: nobody writes it.
				}
				written := convert.WriteComponent(c)
				written.Namespace = g.Namespace // As core does it.
				want, got := examine.Component(c), examine.Component(convert.ReadComponent(written))
				findings += len(want.Faults) + len(want.Warnings)
				if diff := cmp.Diff(asComponent(c, want), lines(got)); diff != "" {
					t.Errorf("service %s: -of the graph, +of its component:\n%s", c.Service, diff)
				}
			}
		})
	}
	if graphs < 10 || findings < 10 {
		t.Errorf("want some graphs with findings, got %d with %d", graphs, findings)
	}
	t.Logf("%d graphs with %d findings", graphs, findings)
}

// inputs are all graphs below the roots, of both forms, by file.
func inputs(t *testing.T) map[string]dynamo.Graph {
	t.Helper()
	out := map[string]dynamo.Graph{}
	for _, root := range roots() {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".yaml") {
				collect(t, path, out)
			}
			return nil // A root that is not there has no graphs.
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// collect adds the graph of a file, if it has one that can be read.
func collect(t *testing.T, path string, out map[string]dynamo.Graph) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	composite := map[string]any{}
	if err := yaml.Unmarshal(raw, &composite); err != nil || composite["kind"] != v1alpha1.GraphKind {
		return
	}
	if _, g, err := convert.DecodeGraph(composite); err == nil && len(g.Faults) == 0 {
		out[path] = g
	}
}

// lines are faults and warnings, sorted.
func lines(f layer.Findings) []string {
	out := slices.Clone(f.Warnings)
	for _, e := range f.Faults {
		out = append(out, e.Error())
	}
	slices.Sort(out)
	return out
}

// asComponent are the findings of a graph's component with the paths that they
// have in the component's own manifest.
func asComponent(c dynamo.Component, f layer.Findings) []string {
	service := c.At.Spec.String()
	paths := strings.NewReplacer(
		// What v1beta1 calls otherwise.
		service+".podTemplate.spec.containers[main]", "spec.extraPodSpec.mainContainer",
		service+".podTemplate.spec", "spec.extraPodSpec",
		service+".podTemplate.metadata", "spec.extraPodMetadata",
		service+".compilationCache.mountPath", "spec.volumeMounts[0].mountPoint",
		service+".compilationCache.pvcName", "spec.volumeMounts[0].name",
		service+".type", "spec.componentType",
		"spec.env[", "spec.envs[",
		"sharedMemorySize", "sharedMemory",

		service+": ", "spec.serviceName: ",
		service, "spec",
		"metadata.annotations[", "spec.annotations[",
	)
	out := lines(f)
	for i, l := range out {
		out[i] = paths.Replace(l)
	}
	slices.Sort(out)
	return out
}
