package explain_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/explain"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// TestPages holds whole answers to files that people read.
func TestPages(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   explain.Query
	}{
		"adapter":     {reason: "a kind has its fields", args: explain.Query{Field: "dgdsa"}},
		"components":  {reason: "a list has its limits, its rules and those of its items, and their fields", args: explain.Query{Field: "dgd.spec.components"}},
		"service":     {reason: "a value of a map is explained as the older version has it, which alone has it", args: explain.Query{Field: "dgd.spec.services.Worker.ingress"}},
		"image":       {reason: "of its own fields Kubernetes speaks", args: explain.Query{Field: "dcd.spec.podTemplate.spec.containers.image"}},
		"engine":      {reason: "values that are allowed are listed, and rules of what is around are told of the field", args: explain.Query{Field: "dgd.spec.backendFramework"}},
		"idle":        {reason: "a field inside one that nothing acts on says so", args: explain.Query{Field: "dgd.spec.topologyConstraint.packDomain"}},
		"settings":    {reason: "settings are explained, too", args: explain.Query{Field: "settings.profiler"}},
		"defaulted":   {reason: "with what applies where they are left out", args: explain.Query{Field: "settings.rbac.plannerClusterRole"}},
		"tree":        {reason: "all fields below are named", args: explain.Query{Field: "dm", Recursive: true}},
		"older":       {reason: "a version may be asked for", args: explain.Query{Field: "dgdr.spec", Version: "v1alpha1"}},
		"multinode":   {reason: "what is required and defaulted", args: explain.Query{Field: "dgd.spec.components.multinode.nodeCount"}},
		"claim":       {reason: "claims have the fields of the kind", args: explain.Query{Field: "dynamographdeploymentclaim.spec.restart.strategy"}},
		"annotations": {reason: "a value of a map of texts is what the map is", args: explain.Query{Field: "dgd.spec.annotations.a"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := explain.Answer(tc.args)
			if err != nil {
				t.Fatalf("%s\nAnswer(%+v): %v", tc.reason, tc.args, err)
			}
			golden.Assert(t, name, got)
		})
	}
}

// TestPaths: many paths lead to one field.
func TestPaths(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
	}{
		"Kinds":   {reason: "a kind has many names", args: []string{"dgd.spec", "DynamoGraphDeployment.spec", "dynamographdeployments.spec", "dynamographdeployment.spec", "DGD.spec"}},
		"Indexes": {reason: "an index is of no account", args: []string{"dgd.spec.components.name", "dgd.spec.components[0].name", "dgd.spec.components[].name", "dgd.spec.components.0.name", "dgd.spec.components[decode].name"}},
		"Maps":    {reason: "any name is one of a map's, in brackets also that of a field", args: []string{"dgd.spec.services.Worker.replicas", "dgd.spec.services[Worker].replicas", "dgd.spec.services.<name>.replicas", "dgd.spec.services[replicas].replicas", "dgd.spec.services.replicas.replicas", "dgd.spec.services.replicas"}},
		"Dots":    {reason: "a dot at the end is of no account", args: []string{"dgd.spec.components", "dgd.spec.components."}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := ""
			for _, path := range tc.args {
				got, err := explain.Answer(explain.Query{Field: path})
				if err != nil {
					t.Fatalf("%s\nAnswer(%s): %v", tc.reason, path, err)
				}
				if want == "" {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s\nAnswer(%s): -that of %s, +got:\n%s", tc.reason, path, tc.args[0], diff)
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   explain.Query
		want   []string
	}{
		"Kind":       {reason: "a kind that is near is named", args: explain.Query{Field: "dgdd.spec"}, want: []string{`no kind is called "dgdd"`, "did you mean dgd?", "lists them"}},
		"NoKind":     {reason: "none is near", args: explain.Query{Field: "pods"}, want: []string{`no kind is called "pods": xdynamo explain`}},
		"Version":    {reason: "the versions are named", args: explain.Query{Field: "dm", Version: "v1beta1"}, want: []string{`DynamoModel has no version "v1beta1": it has v1alpha1`}},
		"Field":      {reason: "a field that is near is named, and all that there are", args: explain.Query{Field: "dgd.spec.componets"}, want: []string{`DynamoGraphDeployment v1beta1: spec has no field "componets": did you mean components? it has annotations, backendFramework, components, env,`}},
		"Deep":       {reason: "the version that has most of the path speaks", args: explain.Query{Field: "dgd.spec.services.Worker.replica"}, want: []string{`v1alpha1: spec.services.<name> has no field "replica": did you mean replicas?`}},
		"OtherForm":  {reason: "a field of the other form is named", args: explain.Query{Field: "dgd.spec.services", Version: "v1beta1"}, want: []string{`v1beta1: spec has no field "services"`, "v1alpha1 has it: ask with --api-version v1alpha1"}},
		"Scalar":     {reason: "a number has no fields", args: explain.Query{Field: "dgd.spec.components.replicas.x"}, want: []string{`replicas has no field "x": it is of type integer`}},
		"Open":       {reason: "what takes any field describes none", args: explain.Query{Field: "dgd.spec.experimental.x"}, want: []string{`spec.experimental has no field "x" that is described`}},
		"Brackets":   {reason: "only lists and maps have brackets", args: explain.Query{Field: "dgd.spec[0].components"}, want: []string{"spec is no list or map: leave [0] out"}},
		"WholeField": {reason: "so is a whole object", args: explain.Query{Field: "settings.pods"}, want: []string{`Settings has no field "pods"`, "podDefaults"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := explain.Answer(tc.args)
			if err == nil {
				t.Fatalf("%s\nAnswer(%+v): want an error, got\n%s", tc.reason, tc.args, got)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s\nAnswer(%+v): want an error with %q, got %v", tc.reason, tc.args, want, err)
				}
			}
		})
	}
}

func TestList(t *testing.T) {
	got, err := explain.List()
	if err != nil {
		t.Fatal(err)
	}
	golden.Assert(t, "list", got)
}
