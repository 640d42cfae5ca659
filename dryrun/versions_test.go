package dryrun_test

import (
	"testing"

	xv2 "github.com/crossplane/crossplane/apis/v2/apiextensions/v2"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// maxWarning is the most characters that the warning of a deprecated version may
// have (validation of CustomResourceDefinitions).
const maxWarning = 256

// shown is what a version of a kind shows of itself.
type shown struct {
	Columns                       []string
	Referenceable, Deprecated     bool
	Replicas, Observed, Selectors string
}

// TestVersions holds what the two versions of a kind show: Crossplane reads and
// writes the first, and both are served.
func TestVersions(t *testing.T) {
	scaled := shown{Replicas: ".spec.replicas", Observed: ".status.replicas", Selectors: ".status.selector"}
	with := func(s shown, first bool, columns ...string) shown {
		s.Referenceable, s.Deprecated, s.Columns = first, first, columns
		return s
	}

	cases := map[string]struct {
		reason string
		want   map[string]shown
	}{
		"dynamographdeployments.yaml": {
			reason: "graphs look alike in both: core has a column Ready of its own",
			want: map[string]shown{
				"v1alpha1": with(shown{}, true, "Backend", "State"),
				"v1beta1":  with(shown{}, false, "Backend", "State"),
			},
		},
		"dynamocomponentdeployments.yaml": {
			reason: "so do components",
			want: map[string]shown{
				"v1alpha1": with(shown{}, true, "Available", "Backend"),
				"v1beta1":  with(shown{}, false, "Available", "Backend"),
			},
		},
		"dynamographdeploymentscalingadapters.yaml": {
			reason: "what scales is called a service or a component",
			want: map[string]shown{
				"v1alpha1": with(scaled, true, "DGD", "Service", "Replicas"),
				"v1beta1":  with(scaled, false, "DGD", "Component", "Replicas"),
			},
		},
	}

	files := definitions(t)

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			definition := &xv2.CompositeResourceDefinition{}
			if err := yaml.UnmarshalStrict(files[name], definition); err != nil {
				t.Fatalf("cannot read definition: %v", err)
			}

			got := map[string]shown{}
			for _, version := range definition.Spec.Versions {
				got[version.Name] = show(version)

				if n := len(warningOf(version)); !version.Served || n > maxWarning {
					t.Errorf("%s: want it served, with a warning of at most %d characters, got served %v, %d", version.Name, maxWarning, version.Served, n)
				}
			}

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nversions: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// warningOf returns what users of a version are warned of.
func warningOf(version xv2.CompositeResourceDefinitionVersion) string {
	if version.DeprecationWarning == nil {
		return ""
	}

	return *version.DeprecationWarning
}

// show returns what a version shows.
func show(version xv2.CompositeResourceDefinitionVersion) shown {
	out := shown{Referenceable: version.Referenceable, Deprecated: version.Deprecated != nil && warningOf(version) != ""}
	for _, column := range version.AdditionalPrinterColumns {
		out.Columns = append(out.Columns, column.Name)
	}

	if version.Subresources != nil {
		scale := version.Subresources.Scale
		out.Replicas, out.Observed, out.Selectors = scale.SpecReplicasPath, scale.StatusReplicasPath, *scale.LabelSelectorPath
	}

	return out
}

// TestStatusInBoth reads a status that speaks to the readers of both versions: none
// of it is lost in either.
func TestStatusInBoth(t *testing.T) {
	const (
		counts = "componentKind: Deployment, componentNames: [w], replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, runtimeNamespace: chat"
		old    = "{componentName: w, " + counts + "}"
		later  = "{" + counts + ", scheduledReplicas: 1, gpusPerEngine: 8, gpusPerReplica: 8}"
	)

	cases := map[string]struct {
		reason   string
		manifest string
		status   string
	}{
		"Graph": {
			reason:   "replicas by service and by component",
			manifest: betaGraph,
			status:   "{state: successful, observedGeneration: 1, settings: [a], scalingAdapters: {a: b}, observedSpecHash: h, services: {Worker: " + old + "}, components: {Worker: " + later + "}, rollingUpdate: {phase: p, updatedServices: [a], updatedComponents: [a]}, restart: {phase: Completed, count: 1}}",
		},
		"Component": {
			reason:   "replicas as service and as component",
			manifest: betaComponent,
			status:   "{service: " + old + ", component: " + later + ", podSelector: {a: b}, reason: r, message: m, missingKinds: [a], settings: [a], settingsHash: h, graphSettingsHash: h, observedSpecHash: h, availableSpecHash: h}",
		},
		"Adapter": {
			reason:   "an adapter has one status",
			manifest: betaAdapter,
			status:   "{replicas: 1, selector: a=b, lastScaleTime: t, observedGeneration: 1}",
		},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		for _, version := range []string{v1alpha1.GroupVersion().String(), "nvidia.com/v1beta1"} {
			t.Run(name+"/"+version, func(t *testing.T) {
				object := with(t, tc.manifest, changes{"apiVersion": version, "status": tc.status})
				result := lookup(t, schemas, object).AdmitUpdate(object, object)

				if err := result.Errors.ToAggregate(); err != nil {
					t.Errorf("\n%s\nrefused: %v", tc.reason, err)
				}

				if diff := cmp.Diff(asJSON(t, object["status"]), asJSON(t, result.Object["status"])); diff != "" {
					t.Errorf("\n%s\nstatus: -written, +read:\n%s", tc.reason, diff)
				}
			})
		}
	}
}
