package dryrun_test

import (
	"fmt"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest"
	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest/forms"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// beta is what becomes of a case in the form of v1beta1.
type beta struct {
	before, after map[string]any
	field         string
	unplaced      []string
}

// toBeta returns a case in the form of v1beta1.
func toBeta(t *testing.T, c admissiontest.Case) beta {
	t.Helper()

	manifest := read(t, c.Manifest())
	after, unplaced := forms.Beta(manifest)
	out := beta{after: after, unplaced: unplaced, field: forms.BetaField(manifest, c.Field)}

	if c.Update {
		out.before, _ = forms.Beta(read(t, c.Before()))
	}

	return out
}

// admitBeta returns what the API server says of a case in the form of v1beta1.
func admitBeta(t *testing.T, schemas *dryrun.Schemas, b beta) dryrun.Result {
	t.Helper()

	s := lookup(t, schemas, b.after)
	if b.before == nil {
		return s.Admit(b.after)
	}

	held := s.Admit(b.before)
	if len(held.Errors) > 0 {
		t.Fatalf("the object before the update is refused: %v", held.Errors.ToAggregate())
	}

	if status, found := b.before["status"]; found {
		held.Object["status"] = status
	}

	return s.AdmitUpdate(held.Object, b.after)
}

// TestAdmissionCasesBeta holds the schemas of v1beta1 against the cases of this
// repository, each in that form.
func TestAdmissionCasesBeta(t *testing.T) {
	runAdmissionCasesBeta(t, "testdata")
}

// TestCasesBeta keeps the cases of this repository in the form of v1beta1 as files,
// in folders named after their verdicts, for tests that ask a real API server.
func TestCasesBeta(t *testing.T) {
	exceptions := betaExceptions()

	for _, c := range admissiontest.Cases(t, "testdata", "graph", "component", "adapter") {
		b := toBeta(t, c)
		if _, found := exceptions[c.Name]; found {
			c.Verdict = otherVerdict(c.Verdict)
		}

		if c.Update {
			folder := path.Join("v1beta1", "update-"+c.Verdict, c.Name)
			golden.Assert(t, path.Join(folder, "before"), b.before)
			golden.Assert(t, path.Join(folder, "after"), b.after)
		} else {
			golden.Assert(t, path.Join("v1beta1", c.Verdict, c.Name), b.after)
		}
	}
}

// otherVerdict is the verdict on a case that v1beta1 judges otherwise.
func otherVerdict(verdict string) string {
	if verdict == admissiontest.Refuse {
		return admissiontest.Accept
	}

	return admissiontest.Refuse
}

// TestAdmissionConformanceBeta holds them against all cases.
func TestAdmissionConformanceBeta(t *testing.T) {
	runAdmissionCasesBeta(t, admissiontest.Shared(t, "admission"))
}

// runAdmissionCasesBeta wants the verdict on each case in dir in the form of
// v1beta1 to be that of v1alpha1, but for the exceptions.
func runAdmissionCasesBeta(t *testing.T, dir string) {
	t.Helper()

	schemas := dryrun.ForKinds()
	exceptions := betaExceptions()

	for _, c := range admissiontest.Cases(t, dir, "graph", "component", "adapter") {
		t.Run(c.Name, func(t *testing.T) {
			b := toBeta(t, c)
			result := admitBeta(t, schemas, b)
			want := c.Verdict == admissiontest.Refuse

			if reason, found := exceptions[c.Name]; found {
				t.Logf("the other verdict: %s", reason)

				want = !want
			}

			if got := len(result.Errors) > 0; got != want {
				t.Errorf("want refused %v because of %s (without a place: %v), got errors: %v", want, b.field, b.unplaced, result.Errors.ToAggregate())
			}

			if len(result.Pruned) > 0 && c.Verdict == admissiontest.Accept {
				t.Errorf("fields dropped: %v", result.Pruned)
			}

			c.Field = b.field
			for _, err := range result.Errors {
				t.Logf("%s | %s | %v", c.Name, c.Verdict, err)

				if !blames(c, err) {
					t.Errorf("want errors about %s only, got: %v", c.Field, err)
				}
			}
		})
	}
}

// betaExceptions are the cases that get the other verdict in the form of v1beta1,
// and why.
func betaExceptions() map[string]string {
	const (
		noPVCs     = "v1beta1 has no pvcs: what is mounted by the name of a claim is that claim"
		noIngress  = "v1beta1 has no ingress"
		noQuantity = "a container's amounts are quantities: what is none is refused, and not only told of"
		number     = "a container's amounts may be numbers"
		noSwitch   = "shared memory is a size: 0 turns it off, and without one it has the default"
	)

	return map[string]string{
		"graph-pvc-create-string":                noPVCs,
		"graph-pvc-create-without-size":          noPVCs,
		"graph-pvc-create-without-storage-class": noPVCs,
		"graph-pvc-name-missing":                 noPVCs,
		"graph-pvc-size-bad-unit":                noPVCs,
		"graph-pvcs-map":                         noPVCs,
		"pvc-name-empty":                         noPVCs,
		"graph-ingress-enabled-string":           noIngress,
		"graph-ingress-host-empty":               noIngress,
		"graph-ingress-without-host":             noIngress,
		"graph-cpu-not-a-quantity":               noQuantity,
		"graph-custom-not-a-quantity":            noQuantity,
		"graph-custom-resource-number":           number,
		"graph-gpu-integer":                      number,
		"graph-shm-block-empty":                  noSwitch,
		"graph-shm-enabled-without-size":         noSwitch,
		"graph-shm-size-zero":                    noSwitch,
		"container-named-main":                   "the containers are a list by name, so that a second main is refused, and not only told of",
		"graph-frontend-sidecar-without-image":   "the sidecar is a container, whose image the function misses",
		"graph-services-list":                    "components are a list",
	}
}

// TestForms has an object of both forms, and of neither, in both versions.
func TestForms(t *testing.T) {
	graph := func(spec string) changes { return changes{"spec": spec} }
	cases := map[string]struct {
		reason   string
		manifest string
		args     changes
		want     []string
	}{
		"Both":              {reason: "a graph has services or components", manifest: betaGraph, args: graph("{services: {A: {}}, components: [{name: a}]}"), want: []string{"spec"}},
		"EnvsToo":           {reason: "components have env", manifest: betaGraph, args: graph("{envs: [{name: A}], components: [{name: a}]}"), want: []string{"spec"}},
		"PVCsToo":           {reason: "components have no pvcs", manifest: betaGraph, args: graph("{pvcs: [{name: a}], components: [{name: a}]}"), want: []string{"spec"}},
		"EnvToo":            {reason: "services have envs", manifest: betaGraph, args: graph("{env: [{name: A}], services: {A: {}}}"), want: []string{"spec"}},
		"Profile":           {reason: "a profile is of services", manifest: betaGraph, args: graph("{topologyConstraint: {topologyProfile: a, clusterTopologyName: b}, components: [{name: a}]}"), want: []string{"spec.topologyConstraint", "spec.topologyConstraint.topologyProfile"}},
		"ServicesOrder":     {reason: "an order is held to the services", manifest: betaGraph, args: graph("{restart: {id: a, strategy: {order: [B]}}, services: {A: {}}}"), want: []string{"spec.restart.strategy.order"}},
		"ComponentsOrder":   {reason: "an order is held to the components", manifest: betaGraph, args: graph("{restart: {id: a, strategy: {order: [b]}}, components: [{name: a}]}"), want: []string{"spec.restart.strategy.order"}},
		"ComponentTwoTypes": {reason: "a component has one form", manifest: betaComponent, args: graph("{type: worker, componentType: worker}"), want: []string{"spec"}},
		"SidecarObject":     {reason: "a sidecar may be described", manifest: betaComponent, args: graph("{componentType: worker, frontendSidecar: {image: i}}"), want: none()},
		"SidecarName":       {reason: "or named", manifest: betaComponent, args: graph("{type: worker, frontendSidecar: side}"), want: none()},
		"PickerOld":         {reason: "a picker has its type in one form", manifest: betaComponent, args: graph("{componentType: epp, eppConfig: {config: {}}}"), want: none()},
		"PickerLater":       {reason: "or in the other", manifest: betaComponent, args: graph("{type: epp, eppConfig: {config: {}}}"), want: none()},
		"ComponentShared":   {reason: "what both forms say has no form", manifest: betaComponent, args: graph("{replicas: 2, multinode: {}}"), want: none()},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		for _, version := range []string{"nvidia.com/v1alpha1", "nvidia.com/v1beta1"} {
			t.Run(name+"/"+version, func(t *testing.T) {
				object := with(t, tc.manifest, tc.args)
				object["apiVersion"] = version
				result := lookup(t, schemas, object).Admit(object)

				if diff := cmp.Diff(tc.want, faults(result)); diff != "" {
					t.Errorf("\n%s\nAdmit(...): -want fields, +got fields:\n%s\n%v", tc.reason, diff, result.Errors.ToAggregate())
				}
			})
		}
	}
}

// TestFormsOfComponents has each field of one form of a component beside one of
// the other.
func TestFormsOfComponents(t *testing.T) {
	old := map[string]string{
		"componentType": "worker", "subComponentType": "decode", "serviceName": "a", "dynamoNamespace": "a", "resources": "{}", "envs": "[]",
		"envFromSecret": "a", "volumeMounts": "[]", "livenessProbe": "{}", "readinessProbe": "{}", "extraPodSpec": "{}", "extraPodMetadata": "{}",
		"sharedMemory": "{disabled: true}", "labels": "{}", "annotations": "{}", "ingress": "{}", "autoscaling": "{}", "checkpoint": "{}",
		"failover": "{}", "gpuMemoryService": "{}",
	}
	later := map[string]string{
		"type": "worker", "name": "a", "podTemplate": "{}", "compilationCache": "{pvcName: a}", "sharedMemorySize": "0", "experimental": "{}", "roles": "[]",
	}
	schemas := dryrun.ForKinds()

	for a, valueA := range old {
		for b, valueB := range later {
			object := with(t, betaComponent, changes{"spec": fmt.Sprintf("{%s: %s, %s: %s}", a, valueA, b, valueB)})
			result := lookup(t, schemas, object).Admit(object)

			if diff := cmp.Diff([]string{"spec"}, faults(result)); diff != "" {
				t.Errorf("%s with %s: -want fields, +got fields:\n%s", a, b, diff)
			}
		}
	}
}
