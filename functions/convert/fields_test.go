package convert

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// sample sets one field and says what trace it leaves in the model.
type sample struct {
	set func(*sharedSpec)
	// named is the path that the model names as not acted on; empty for a
	// field that the model has.
	named string
	// elsewhere says why the field leaves no trace of its own.
	elsewhere string
}

// samples has every field that a service or component may have.
func samples() map[string]sample {
	return map[string]sample{
		"annotations":     {set: func(s *sharedSpec) { s.Annotations = map[string]string{"a": "1"} }},
		"autoscaling":     {set: func(s *sharedSpec) { s.Autoscaling = &v1alpha1.Autoscaling{} }, named: "spec.autoscaling (deprecated)"},
		"checkpoint":      {set: func(s *sharedSpec) { s.Checkpoint = raw() }, named: "spec.checkpoint"},
		"componentType":   {set: func(s *sharedSpec) { s.ComponentType = "frontend" }},
		"dynamoNamespace": {set: func(s *sharedSpec) { s.DynamoNamespace = "x" }, named: "spec.dynamoNamespace (deprecated)"},
		"envFromSecret":   {set: func(s *sharedSpec) { s.EnvFromSecret = "s" }},
		"envs":            {set: func(s *sharedSpec) { s.Envs = env("A", "1") }},
		"eppConfig":       {set: func(s *sharedSpec) { s.EPPConfig = &v1alpha1.EPPConfig{} }},
		"extraPodMetadata": {set: func(s *sharedSpec) {
			s.ExtraPodMetadata = &v1alpha1.ExtraPodMetadata{Labels: map[string]string{"a": "1"}}
		}},
		"extraPodSpec": {set: func(s *sharedSpec) {
			s.ExtraPodSpec = &v1alpha1.ExtraPodSpec{PodSpec: corev1.PodSpec{HostNetwork: true}}
		}},
		"failover":               {set: func(s *sharedSpec) { s.Failover = raw() }, named: "spec.failover"},
		"frontendSidecar":        {set: func(s *sharedSpec) { s.FrontendSidecar = &v1alpha1.FrontendSidecar{Image: "f:1"} }},
		"globalDynamoNamespace":  {set: func(s *sharedSpec) { s.GlobalDynamoNamespace = true }},
		"gpuMemoryService":       {set: func(s *sharedSpec) { s.GPUMemoryService = raw() }, named: "spec.gpuMemoryService"},
		"ingress":                {set: func(s *sharedSpec) { s.Ingress = &v1alpha1.IngressSpec{Enabled: true} }},
		"labels":                 {set: func(s *sharedSpec) { s.Labels = map[string]string{"a": "1"} }},
		"livenessProbe":          {set: func(s *sharedSpec) { s.LivenessProbe = &corev1.Probe{} }},
		"minAvailable":           {set: func(s *sharedSpec) { s.MinAvailable = ptr.To(int32(1)) }, named: "spec.minAvailable"},
		"modelRef":               {set: func(s *sharedSpec) { s.ModelRef = &v1alpha1.ModelReference{Name: "m"} }},
		"multinode":              {set: func(s *sharedSpec) { s.Multinode = &v1alpha1.MultinodeSpec{NodeCount: 2} }},
		"providerOverride":       {set: func(s *sharedSpec) { s.ProviderOverride = raw() }, named: "spec.providerOverride"},
		"readinessProbe":         {set: func(s *sharedSpec) { s.ReadinessProbe = &corev1.Probe{} }},
		"replicas":               {set: func(s *sharedSpec) { s.Replicas = ptr.To(int32(3)) }},
		"resources":              {set: func(s *sharedSpec) { s.Resources = &v1alpha1.Resources{Limits: &v1alpha1.ResourceItem{CPU: "1"}} }},
		"runtimeVersionOverride": {set: func(s *sharedSpec) { s.RuntimeVersionOverride = "1.2.3" }},
		"scalingAdapter":         {set: func(s *sharedSpec) { s.ScalingAdapter = &v1alpha1.ScalingAdapter{Enabled: true} }},
		"serviceName":            {set: func(s *sharedSpec) { s.ServiceName = "Other" }},
		"sharedMemory":           {set: func(s *sharedSpec) { s.SharedMemory = &v1alpha1.SharedMemorySpec{Disabled: true} }},
		"subComponentType":       {set: func(s *sharedSpec) { s.SubComponentType = "prefill" }},
		"topologyConstraint":     {set: func(s *sharedSpec) { s.TopologyConstraint = &v1alpha1.ServiceTopologyConstraint{} }, named: "spec.topologyConstraint"},
		"volumeMounts":           {set: func(s *sharedSpec) { s.VolumeMounts = []v1alpha1.VolumeMount{{Name: "a"}} }},
	}
}

// TestEveryField fails for a field that was added to the API and that the model
// neither has nor names: such a field would be dropped in silence.
func TestEveryField(t *testing.T) {
	all := samples()
	for _, name := range jsonNames(t, sharedSpec{}) {
		if _, ok := all[name]; !ok {
			t.Errorf("field %q is new: convert it or name it in ignored.go, and give it a sample here", name)
		}
	}

	bare := ReadComponent(ofGraph())
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			got := ReadComponent(ofGraph(withSpec(tc.set)))
			if names := got.Ignored; tc.named != "" && !slices.Contains(names, tc.named) {
				t.Errorf("the model names %q, want %q in it", names, tc.named)
			}
			got.Ignored = nil
			if same := cmp.Equal(bare, got, withoutPaths()); same != (tc.named != "" || tc.elsewhere != "") {
				t.Errorf("the model has the field: %t, want %t (-bare, +with the field):\n%s", !same, same, cmp.Diff(bare, got, withoutPaths()))
			}
		})
	}
}

// TestEveryGraphField does the same for fields of a graph.
func TestEveryGraphField(t *testing.T) {
	type graphSpec = v1alpha1.DynamoGraphDeploymentSpec
	all := map[string]struct {
		set       func(*graphSpec)
		named     string
		elsewhere string
	}{
		"annotations":        {set: func(s *graphSpec) { s.Annotations = map[string]string{"a": "1"} }},
		"backendFramework":   {set: func(s *graphSpec) { s.BackendFramework = "vllm" }},
		"envs":               {set: func(s *graphSpec) { s.Envs = env("A", "1") }},
		"experimental":       {set: func(s *graphSpec) { s.Experimental = raw() }, named: "spec.experimental"},
		"labels":             {set: func(s *graphSpec) { s.Labels = map[string]string{"a": "1"} }},
		"priorityClassName":  {set: func(s *graphSpec) { s.PriorityClassName = "high" }, named: "spec.priorityClassName"},
		"providerOverride":   {set: func(s *graphSpec) { s.ProviderOverride = raw() }, named: "spec.providerOverride"},
		"pvcs":               {set: func(s *graphSpec) { s.PVCs = []v1alpha1.PVC{{Name: "a"}} }},
		"restart":            {set: func(s *graphSpec) { s.Restart = &v1alpha1.Restart{ID: "1"} }},
		"services":           {set: func(s *graphSpec) { s.Services["Other"] = sharedSpec{} }},
		"topologyConstraint": {set: func(s *graphSpec) { s.TopologyConstraint = &v1alpha1.GraphTopologyConstraint{} }, named: "spec.topologyConstraint"},
	}
	for _, name := range jsonNames(t, graphSpec{}) {
		if _, ok := all[name]; !ok {
			t.Errorf("field %q is new: convert it or name it in ignored.go, and give it a sample here", name)
		}
	}

	bare := ReadGraph(graph())
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			got := ReadGraph(graph(func(g *v1alpha1.DynamoGraphDeployment) { tc.set(&g.Spec) }))
			if tc.named != "" && !slices.Contains(got.Ignored, tc.named) {
				t.Errorf("the model names %q, want %q in it", got.Ignored, tc.named)
			}
			got.Ignored = nil
			if same := cmp.Equal(bare, got, withoutPaths()); same != (tc.named != "" || tc.elsewhere != "") {
				t.Errorf("the model has the field: %t, want %t (-bare, +with the field):\n%s", !same, same, cmp.Diff(bare, got, withoutPaths()))
			}
		})
	}
}

// TestNestedFields pins the fields of blocks that are converted one by one: a
// new one has to be converted, and tested in TestPod.
func TestNestedFields(t *testing.T) {
	cases := map[string]struct {
		block any
		want  []string
	}{
		"ExtraPodMetadata": {block: v1alpha1.ExtraPodMetadata{}, want: []string{"annotations", "labels"}},
		"ExtraPodSpec":     {block: v1alpha1.ExtraPodSpec{}, want: []string{"mainContainer"}},
		"FrontendSidecar":  {block: v1alpha1.FrontendSidecar{}, want: []string{"args", "envFromSecret", "envs", "image"}},
		"PVC":              {block: v1alpha1.PVC{}, want: []string{"create", "name", "size", "storageClass", "volumeAccessMode"}},
		"Resources":        {block: v1alpha1.Resources{}, want: []string{"claims", "limits", "requests"}},
		"ResourceItem":     {block: v1alpha1.ResourceItem{}, want: []string{"cpu", "custom", "gpu", "gpuType", "memory"}},
		"SharedMemory":     {block: v1alpha1.SharedMemorySpec{}, want: []string{"disabled", "size"}},
		"VolumeMount":      {block: v1alpha1.VolumeMount{}, want: []string{"mountPoint", "name", "useAsCompilationCache"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, jsonNames(t, tc.block)); diff != "" {
				t.Errorf("fields (-want, +got):\n%s", diff)
			}
		})
	}
}

// TestNamed says which values of a field count as given.
func TestNamed(t *testing.T) {
	cases := map[string]struct {
		reason string
		set    func(*sharedSpec)
		want   []string
	}{
		"Nothing":     {reason: "Nothing given, nothing named", set: func(*sharedSpec) {}},
		"IngressOff":  {reason: "An ingress that is off", set: func(s *sharedSpec) { s.Ingress = &v1alpha1.IngressSpec{Host: "h"} }},
		"AdapterOff":  {reason: "An adapter that is off", set: func(s *sharedSpec) { s.ScalingAdapter = &v1alpha1.ScalingAdapter{} }},
		"Autoscaling": {reason: "The deprecated block, once", set: func(s *sharedSpec) { s.Autoscaling = &v1alpha1.Autoscaling{} }, want: []string{"spec.autoscaling (deprecated)"}},
		"MultinodeDetails": {reason: "Details by their own paths", set: func(s *sharedSpec) {
			s.Multinode = &v1alpha1.MultinodeSpec{NodeCount: 2, Leader: raw(), Worker: raw()}
		}, want: []string{"spec.multinode.leader", "spec.multinode.worker"}},
		"Several": {reason: "Several in the order of their names", set: func(s *sharedSpec) {
			s.TopologyConstraint, s.Checkpoint, s.MinAvailable = &v1alpha1.ServiceTopologyConstraint{}, raw(), ptr.To(int32(1))
		}, want: []string{"spec.checkpoint", "spec.minAvailable", "spec.topologyConstraint"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := ReadComponent(ofGraph(withSpec(tc.set))).Ignored
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: named fields (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
