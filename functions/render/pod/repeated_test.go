package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
)

// TestRepeatedFaults has lists of which Kubernetes takes each key once, in the form that a
// definition of the other version does not look at.
func TestRepeatedFaults(t *testing.T) {
	const spec = "spec.components[W].podTemplate.spec."
	cases := map[string]struct {
		reason string
		main   string
		spec   string
		want   []string
	}{
		"None":     {reason: "one of each", main: "env: [{name: A}, {name: B}], ports: [{containerPort: 1}, {containerPort: 1, protocol: UDP}]", spec: "volumes: [{name: a}, {name: b}]"},
		"Variable": {reason: "a variable twice", main: "env: [{name: A, value: v}, {name: A, value: w}]", want: []string{spec + `containers[main].env[1].name: Duplicate value: "A"`}},
		"Port":     {reason: "a port twice, with its protocol or without", main: "ports: [{containerPort: 1}, {containerPort: 1, protocol: TCP}]", want: []string{spec + `containers[main].ports[1].containerPort: Duplicate value: "1/TCP"`}},
		"Mount":    {reason: "a mount twice", main: "volumeMounts: [{name: a, mountPath: /a}, {name: a, mountPath: /a}]", want: []string{spec + `containers[main].volumeMounts[1].mountPath: Duplicate value: "/a"`}},
		"Volume":   {reason: "a volume twice", spec: "volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]", want: []string{spec + `volumes[1].name: Duplicate value: "a"`}},
		"Secret":   {reason: "a Secret twice", spec: "imagePullSecrets: [{name: a}, {name: a}]", want: []string{spec + `imagePullSecrets[1].name: Duplicate value: "a"`}},
		"Alias":    {reason: "an address twice", spec: "hostAliases: [{ip: 1.2.3.4}, {ip: 1.2.3.4}]", want: []string{spec + `hostAliases[1].ip: Duplicate value: "1.2.3.4"`}},
		"Spread":   {reason: "a constraint twice, but not one that does otherwise", spec: "topologySpreadConstraints: [{topologyKey: z, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}, {topologyKey: z, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}, {topologyKey: z, maxSkew: 2, whenUnsatisfiable: DoNotSchedule}]", want: []string{spec + `topologySpreadConstraints[2].topologyKey: Duplicate value: "z/DoNotSchedule"`}},
		"Claim":    {reason: "a claim of devices twice, of the pod and of its container", main: "resources: {claims: [{name: a}, {name: a}]}", spec: "resourceClaims: [{name: a}, {name: a}]", want: []string{spec + `resourceClaims[1].name: Duplicate value: "a"`, spec + `containers[main].resources.claims[1].name: Duplicate value: "a"`}},
		"Gate":     {reason: "a gate twice", spec: "schedulingGates: [{name: a}, {name: a}]", want: []string{spec + `schedulingGates[1].name: Duplicate value: "a"`}},
		"Device":   {reason: "a device twice", main: "volumeDevices: [{name: a, devicePath: /d}, {name: b, devicePath: /d}]", want: []string{spec + `containers[main].volumeDevices[1].devicePath: Duplicate value: "/d"`}},
		"Init":     {reason: "the name of a container of another list", spec: "initContainers: [{name: a, image: i}, {name: b, image: i}, {name: a, image: i}]", want: []string{spec + `initContainers[a].name: Duplicate value: "a"`}},
		"Other":    {reason: "a further container is looked at, too", spec: "initContainers: [{name: a, image: i, env: [{name: A}, {name: A}], volumeMounts: [{name: x, mountPath: /a}, {name: z, mountPath: /a}]}]", want: []string{spec + `initContainers[a].env[1].name: Duplicate value: "A"`, spec + `initContainers[a].volumeMounts[1].mountPath: Duplicate value: "/a"`}},
		"Nameless": {
			reason: "what has no key is told apart by nothing", main: "env: [{value: v}]", spec: "volumes: [{emptyDir: {}}], initContainers: [{image: i}]",
			want: []string{
				spec + "volumes[0].name: Required value: tells the elements of the list apart: give it, or take the element out",
				spec + "containers[main].env[0].name: Required value: tells the elements of the list apart: give it, or take the element out",
				spec + "initContainers[0].name: Required value: tells the elements of the list apart: give it, or take the element out",
			},
		},
		"Cache":     {reason: "the engine writes its cache", main: "volumeMounts: [{name: c, mountPath: /kernels/, readOnly: true}]", want: []string{spec + "containers[main].volumeMounts[0].readOnly: Invalid value: true: is the compilation cache, which the engine writes: leave readOnly out"}},
		"CacheAway": {reason: "and not the same claim elsewhere", main: "volumeMounts: [{name: c, mountPath: /other, readOnly: true}]"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			graph := layertest.Object(t, "metadata: {name: chat}\nspec: {backendFramework: vllm, components: [{name: W, type: worker, compilationCache: {pvcName: c, mountPath: /kernels}, podTemplate: {spec: {"+
				join(tc.spec, "containers: [{"+join("name: main, image: example.org/i:1", tc.main)+"}]")+"}}}]}")
			_, g, err := convert.DecodeGraph(graph)
			if err != nil || len(g.Faults) > 0 {
				t.Fatalf("DecodeGraph(...): %v %v", err, g.Faults)
			}
			var got []string
			for _, fault := range pod.Faults(g.Components[0]) {
				got = append(got, fault.Error())
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nFaults(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// join puts a comma between two parts that are both there.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}
