package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

func TestClaimNames(t *testing.T) {
	graph := apiextensionsv1.CustomResourceDefinitionNames{
		Kind: "DynamoGraph", ListKind: "DynamoGraphList", Plural: "dynamographs", Singular: "dynamograph", ShortNames: []string{"dg", "graph"},
		Categories: []string{"dynamo"},
	}
	cases := map[string]struct {
		reason string
		of     func(apiextensionsv1.CustomResourceDefinitionNames) apiextensionsv1.CustomResourceDefinitionNames
		want   apiextensionsv1.CustomResourceDefinitionNames
	}{
		"Composite": {
			reason: "an X before all names, as usual for what stands behind claims, which are listed instead",
			of:     compositeNames,
			want: apiextensionsv1.CustomResourceDefinitionNames{
				Kind: "XDynamoGraph", ListKind: "XDynamoGraphList", Plural: "xdynamographs", Singular: "xdynamograph", ShortNames: []string{"xdg", "xgraph"},
			},
		},
		"Claim": {
			reason: "Crossplane takes no claim of the name of another kind; a category may have both",
			of:     claimNames,
			want: apiextensionsv1.CustomResourceDefinitionNames{
				Kind: "DynamoGraphClaim", ListKind: "DynamoGraphClaimList", Plural: "dynamographclaims", Singular: "dynamographclaim", ShortNames: []string{"dgc", "graphc"},
				Categories: []string{"dynamo"},
			},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.of(graph)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSparingComposites(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Name": {
			reason: "the name of a composite is longer than that of its claim, and nobody's choice",
			args:   "size(self.metadata.name) <= 55",
			want:   "self.kind == 'XGraph' || (size(self.metadata.name) <= 55)",
		},
		"Spec": {reason: "all else holds for both", args: "has(self.spec.a)", want: "has(self.spec.a)"},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, sparingComposites(tc.args, "Graph")); diff != "" {
				t.Errorf("\n%s\nsparingComposites(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
