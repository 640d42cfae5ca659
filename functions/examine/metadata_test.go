package examine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
)

// graph is one with a worker, changed.
func graph(change func(*v1alpha1.DynamoGraphDeployment, *v1alpha1.DynamoComponentDeploymentSharedSpec)) *v1alpha1.DynamoGraphDeployment {
	g := &v1alpha1.DynamoGraphDeployment{}
	g.Name, g.Namespace = "chat", "team"
	worker := v1alpha1.DynamoComponentDeploymentSharedSpec{ComponentType: "worker"}
	change(g, &worker)
	g.Spec.Services = map[string]v1alpha1.DynamoComponentDeploymentSharedSpec{"Worker": worker}
	return g
}

func TestMetadataFaults(t *testing.T) {
	type (
		dgd  = v1alpha1.DynamoGraphDeployment
		spec = v1alpha1.DynamoComponentDeploymentSharedSpec
		set  = map[string]string
	)
	cases := map[string]struct {
		reason string
		change func(*dgd, *spec)
		want   []string
	}{
		"Good": {
			reason: "what Kubernetes takes",
			change: func(g *dgd, s *spec) {
				g.Spec.Labels, s.Labels = set{"team": "a"}, set{"example.org/tier": ""}
				s.Annotations = set{"Example.org/Note": "any text, of any length\n", "b": ""}
			},
		},
		"LabelOfGraph": {
			reason: "at the graph, where it stands",
			change: func(g *dgd, _ *spec) { g.Spec.Labels = set{"team": "a b!"} },
			want:   []string{"spec.labels[team]"},
		},
		"LabelOfService": {
			reason: "at the service",
			change: func(_ *dgd, s *spec) { s.Labels = set{"team": "a b"} },
			want:   []string{"spec.services[Worker].labels[team]"},
		},
		"LabelOfPod": {
			reason: "at the pod metadata, which wins over the service's",
			change: func(_ *dgd, s *spec) {
				s.Labels = set{"team": "good"}
				s.ExtraPodMetadata = &v1alpha1.ExtraPodMetadata{Labels: set{"team": "-"}}
			},
			want: []string{"spec.services[Worker].extraPodMetadata.labels[team]"},
		},
		"Overridden": {
			reason: "a value that no object gets harms nobody",
			change: func(g *dgd, s *spec) { g.Spec.Labels, s.Labels = set{"team": "a b"}, set{"team": "good"} },
		},
		"LabelKey": {
			reason: "keys are checked too",
			change: func(_ *dgd, s *spec) { s.Labels = set{"bad key!": "x"} },
			want:   []string{"spec.services[Worker].labels[bad key!]"},
		},
		"UpperCaseDomain": {
			reason: "of labels Kubernetes takes no domain in upper case",
			change: func(_ *dgd, s *spec) { s.Labels = set{"Example.org/a": "x"} },
			want:   []string{"spec.services[Worker].labels[Example.org/a]"},
		},
		"AnnotationKey": {
			reason: "of annotations the keys alone",
			change: func(_ *dgd, s *spec) { s.Annotations = set{"bad key!": "x"} },
			want:   []string{"spec.services[Worker].annotations[bad key!]"},
		},
		"AnnotationOfGraph": {
			reason: "at the graph, where it stands",
			change: func(g *dgd, _ *spec) { g.Spec.Annotations = set{"-": "x"} },
			want:   []string{"spec.annotations[-]"},
		},
		"LongLabel": {
			reason: "63 characters fit",
			change: func(_ *dgd, s *spec) { s.Labels = set{"a": strings.Repeat("x", 63), "b": strings.Repeat("x", 64)} },
			want:   []string{"spec.services[Worker].labels[b]"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range metadataFaults(convert.ReadGraph(graph(tc.change)).Components[0]) {
				if f.Detail == "" {
					t.Errorf("%v: want it to say what is wrong", f)
				}
				got = append(got, f.Field)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nfields of metadataFaults(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
