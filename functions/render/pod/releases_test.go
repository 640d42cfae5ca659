package pod_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// versions are those of the runtime that releases are told apart by, with the tag of an
// image of each.
func versions() map[string]string {
	return map[string]string{"1.3": "1.3.0", "1.4": "1.4.2", "1.5": "1.5.0-nemotron-dev.1", "1.6": "v1.6.0", "unknown": "latest"}
}

// kind is a kind of component, and what its pods have more in some releases than in 1.3.
// Of a release that is not named they are the same, byte for byte, but for the image.
type kind struct {
	options []podtest.Option
	role    dynamo.Role
	more    map[string][]string
	// less is what they have no more.
	less map[string][]string
}

// kinds has one for each type, and for each way of running one.
func kinds() map[string]kind {
	const live, start = "main liveness failures ", "main startup "
	checks := []string{"main env DYN_HEALTH_CHECK_ENABLED=true", live + "3"}
	unchecked := []string{"main env DYN_HEALTH_CHECK_ENABLED=false", live + "1"}
	both := func(lines ...string) map[string][]string { return map[string][]string{"1.5": lines, "1.6": lines} }
	strict := "main env DYN_NAMESPACE_PREFIX_STRICT=true"
	place := []string{"main env DYNAMO_LEADER_ADDRESS=$(LWS_LEADER_ADDRESS)", "main env DYNAMO_RANK=$(LWS_WORKER_INDEX)"}
	ofType := func(name string, options ...podtest.Option) []podtest.Option {
		return append(options, podtest.OfType(name, ""))
	}
	out := map[string]kind{
		"frontend": {
			options: ofType(dynamo.TypeFrontend),
			more:    map[string][]string{"1.6": {strict, start + "/live http 10/1/30"}},
		},
		"epp": {options: ofType(dynamo.TypePicker, podtest.Configured)},
		"epp without eppConfig": {
			options: ofType(dynamo.TypePicker),
			more:    map[string][]string{"1.6": {strict}},
		},
		"epp without eppConfig, twice": {
			options: ofType(dynamo.TypePicker, func(c *dynamo.Component) { c.Replicas = 2 }),
			more:    map[string][]string{"1.6": {strict, "main env DYN_ROUTER_REPLICA_SYNC=true"}},
		},
		"planner":  {options: ofType(dynamo.TypePlanner)},
		"reranker": {options: ofType("reranker")},
		"none":     {options: ofType("")},
		"worker of several nodes, leader": {
			options: []podtest.Option{podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16")}, role: dynamo.RoleLeader,
			more: map[string][]string{"1.5": checks, "1.6": slices.Concat(checks, place)}, less: both(unchecked...),
		},
		"worker of several nodes, worker": {
			options: []podtest.Option{podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16")}, role: dynamo.RoleWorker,
			more: map[string][]string{"1.5": checks[:1], "1.6": append(checks[:1:1], place...)}, less: both(unchecked[0]),
		},
		"worker of SGLang that tells of transfers": {
			options: []podtest.Option{
				podtest.Running("dynamo.sglang"), podtest.ServiceEnv("NIXL_TELEMETRY_ENABLE", "y"), podtest.Limits(dynamo.Amounts{GPU: "2"}),
			},
			more: map[string][]string{"1.5": checks, "1.6": append(slices.Clone(checks), "main port nixl-1 19091")}, less: both(unchecked...),
		},
		"reranker of several nodes": {
			options: ofType("reranker", podtest.Spanning("my.module")), role: dynamo.RoleWorker,
			more: map[string][]string{"1.6": place},
		},
	}
	for _, t := range []string{dynamo.TypeWorker, dynamo.TypePrefill, dynamo.TypeDecode} {
		out[t] = kind{options: []podtest.Option{podtest.OfType(t, "")}, more: both(checks...), less: both(unchecked...)}
	}
	return out
}

// TestReleases has what the pods of each kind of component get by the version of their
// runtime.
func TestReleases(t *testing.T) {
	for name, k := range kinds() {
		first := describe(renderRelease(k, versions()["1.3"]))
		for release, tag := range versions() {
			t.Run(name+"/"+release, func(t *testing.T) {
				got := describe(renderRelease(k, tag))
				more, less := without(got, first), without(first, got)
				if diff := cmp.Diff(slices.Sorted(slices.Values(k.more[release])), more); diff != "" {
					t.Errorf("what there is more than in 1.3 (-want, +got):\n%s", diff)
				}
				if diff := cmp.Diff(slices.Sorted(slices.Values(k.less[release])), less); diff != "" {
					t.Errorf("what there is less than in 1.3 (-want, +got):\n%s", diff)
				}
			})
		}
	}
}

// TestEarlierReleasesStay: pods of runtimes before 1.5, and of those of which nothing is
// known, are the same to the last byte, or an update of ours would restart them.
func TestEarlierReleasesStay(t *testing.T) {
	for name, k := range kinds() {
		want := renderRelease(k, versions()["1.3"])
		for _, release := range []string{"1.4", "unknown"} {
			got := renderRelease(k, versions()[release])
			for i := range got.Spec.InitContainers {
				got.Spec.InitContainers[i].Image = want.Spec.InitContainers[i].Image
			}
			got.Spec.Containers[0].Image = want.Spec.Containers[0].Image
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: pods of %s are not those of 1.3 (-1.3, +%s):\n%s", name, release, release, diff)
			}
		}
	}
}

// renderRelease renders a pod whose runtime is in an image with a tag.
func renderRelease(k kind, tag string) corev1.PodTemplateSpec {
	options := append(slices.Clone(k.options), podtest.WithMain(func(c *corev1.Container) { c.Image = "example.org/runtime:" + tag }))
	return pod.Template(podtest.Component(options...), settings.Default(), k.role)
}

// describe says of a pod what releases may change, a line each, sorted.
func describe(in corev1.PodTemplateSpec) []string {
	var out []string
	addf := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, c := range slices.Concat(in.Spec.InitContainers, in.Spec.Containers) {
		addf("%s runs %q %q", c.Name, c.Command, c.Args)
		for name, value := range podtest.Values(c.Env) {
			addf("%s env %s=%s", c.Name, name, value)
		}
		for _, p := range c.Ports {
			addf("%s port %s %d", c.Name, p.Name, p.ContainerPort)
		}
		for _, m := range c.VolumeMounts {
			addf("%s mount %s %s", c.Name, m.Name, m.MountPath)
		}
		if p := c.LivenessProbe; p != nil {
			addf("%s liveness failures %d", c.Name, p.FailureThreshold)
		}
		if p := c.StartupProbe; p != nil && p.HTTPGet != nil {
			addf("%s startup %s %s %d/%d/%d", c.Name, p.HTTPGet.Path, p.HTTPGet.Port.String(), p.PeriodSeconds, p.TimeoutSeconds, p.FailureThreshold)
		}
	}
	for _, v := range in.Spec.Volumes {
		addf("volume %s of %s", v.Name, kindOf(v))
	}
	return slices.Sorted(slices.Values(out))
}

// without are the lines that are not among others.
func without(lines, others []string) []string {
	var out []string
	for _, l := range lines {
		if !slices.Contains(others, l) {
			out = append(out, l)
		}
	}
	return out
}

// TestPickerAlone has an endpoint picker that reads no configuration: whatever its
// version, since it cannot be another one.
func TestPickerAlone(t *testing.T) {
	spec := podtest.Render(t, settings.Default(), podtest.OfType(dynamo.TypePicker, "")).Spec
	main := spec.Containers[0]
	if main.Command != nil || main.Args != nil {
		t.Errorf("the image knows what to run: got command %q and args %q", main.Command, main.Args)
	}
	want := []string{"hf-cache of emptyDir", "shared-memory of emptyDir"}
	var got []string
	for _, v := range spec.Volumes {
		got = append(got, v.Name+" of "+kindOf(v))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("volumes (-want, +got):\n%s", diff)
	}
	if home := podtest.Values(main.Env)["HOME"]; home != "/home/dynamo" {
		t.Errorf("want the home of the frontend's image, got %q", home)
	}
	own := podtest.RenderMain(t, settings.Default(), podtest.OfType(dynamo.TypePicker, ""), podtest.MainEnv("HOME", "/tmp", "DYN_ROUTER_REPLICA_SYNC", "false"))
	if values := podtest.Values(own.Env); values["HOME"] != "/tmp" || values["DYN_ROUTER_REPLICA_SYNC"] != "false" {
		t.Errorf("the user's variables win: got %v", values)
	}
}

// TestOwnWins: what the user gives is left alone in every release.
func TestOwnWins(t *testing.T) {
	image := podtest.WithMain(func(c *corev1.Container) { c.Image = "runtime:1.6.0" })
	probe := &corev1.Probe{ProbeHandler: podtest.HTTPGet("/mine", 9090), FailureThreshold: 1}
	given := podtest.WithMain(func(c *corev1.Container) {
		c.LivenessProbe, c.StartupProbe = probe.DeepCopy(), probe.DeepCopy()
		c.Env = podtest.Env("DYN_HEALTH_CHECK_ENABLED", "false", "DYN_NAMESPACE_PREFIX_STRICT", "false")
	})
	for _, of := range []string{dynamo.TypeFrontend, dynamo.TypeWorker} {
		main := podtest.RenderMain(t, settings.Default(), podtest.OfType(of, ""), image, given)
		if diff := cmp.Diff([]*corev1.Probe{probe, probe}, []*corev1.Probe{main.LivenessProbe, main.StartupProbe}); diff != "" {
			t.Errorf("%s: probes (-want, +got):\n%s", of, diff)
		}
		values := podtest.Values(main.Env)
		if values["DYN_HEALTH_CHECK_ENABLED"] != "false" || values["DYN_NAMESPACE_PREFIX_STRICT"] != "false" {
			t.Errorf("%s: variables: got %v", of, values)
		}
	}
	spanning := podtest.RenderMain(t, settings.Default(), image, podtest.Spanning("dynamo.vllm"), podtest.MainEnv("DYNAMO_RANK", "7", "A", "$(DYNAMO_RANK)"))
	at := func(name string) int {
		return slices.IndexFunc(spanning.Env, func(v corev1.EnvVar) bool { return v.Name == name })
	}
	if got := podtest.Values(spanning.Env)["DYNAMO_RANK"]; got != "$(LWS_WORKER_INDEX)" || at("A") < at("DYNAMO_RANK") {
		t.Errorf("the place of a node is no choice, and stands before what refers to it: got %q in %v", got, spanning.Env)
	}
}

// TestSidecarReleases has a frontend beside a worker, which has a version of its own.
func TestSidecarReleases(t *testing.T) {
	cases := map[string]struct {
		reason string
		image  string
		site   version.Version
		want   bool
	}{
		"Earlier": {reason: "whatever the worker's is", image: "frontend:1.5.9"},
		"Since":   {reason: "its own counts", image: "frontend:1.6.0", want: true},
		"Unknown": {reason: "the user's version is the worker's", image: "frontend"},
		"Site":    {reason: "the site's is everybody's", image: "frontend", site: version.Version{Major: 1, Minor: 6}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := podtest.Render(t, settings.Default(), func(c *dynamo.Component) {
				c.Pod.Main.Image, c.RuntimeOverride, c.SiteRuntime = "runtime:latest", "1.6.0", tc.site
				c.Pod.Sidecar = &dynamo.Sidecar{Image: tc.image}
			}).Spec
			got := spec.Containers[1]
			if strict := podtest.Values(got.Env)["DYN_NAMESPACE_PREFIX_STRICT"] == "true"; strict != tc.want || (got.StartupProbe != nil) != tc.want {
				t.Errorf("%s: want what 1.6 has: %t, got variable %t and startup probe %v", tc.reason, tc.want, strict, got.StartupProbe)
			}
		})
	}
}

// TestRuntimeVersion has what is said of the version that the user gives.
func TestRuntimeVersion(t *testing.T) {
	cases := map[string]struct {
		reason          string
		image, override string
		faults          []string
		warnings        []string
	}{
		"None":     {reason: "nothing given", image: "runtime:1.4.0"},
		"Same":     {reason: "what the tag says, too", image: "runtime:1.4.0-dev.1", override: "1.4.0"},
		"NoTag":    {reason: "what no tag says", image: "runtime", override: "1.6.0"},
		"Contrary": {reason: "what the tag denies", image: "runtime:1.6.0", override: "1.4.0", warnings: []string{"spec.runtimeVersionOverride: 1.4.0 counts, and the tag of the image says 1.6.0: remove it where the tag is right"}},
		"Unread": {
			reason: "what is none", image: "runtime:1.4.0", override: "01.6.0",
			faults: []string{`spec.runtimeVersionOverride: Invalid value: "01.6.0": must be the three numbers of a release, such as 1.5.0`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := []podtest.Option{podtest.Running("dynamo.vllm"), func(c *dynamo.Component) { c.Pod.Main.Image, c.RuntimeOverride = tc.image, tc.override }}
			if diff := cmp.Diff(tc.faults, podtest.FaultTexts(t, options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.warnings, podtest.Warnings(t, options...)); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
