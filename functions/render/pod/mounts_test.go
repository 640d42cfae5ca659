package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func mainMounting(mounts ...corev1.VolumeMount) option {
	return withMain(func(c *corev1.Container) { c.VolumeMounts = append([]corev1.VolumeMount(nil), mounts...) })
}

func serviceMounting(mounts ...dynamo.Mount) option {
	return withPod(func(p *dynamo.Pod) { p.Mounts = append([]dynamo.Mount(nil), mounts...) })
}

func withVolumes(volumes ...corev1.Volume) option {
	return withSpec(func(p *corev1.PodSpec) { p.Volumes = append([]corev1.Volume(nil), volumes...) })
}

func TestFaultsOfMounts(t *testing.T) {
	const (
		first  = "spec.volumeMounts[0].mountPoint: Invalid value: "
		second = "spec.volumeMounts[1].mountPoint: Invalid value: "
		mainAt = "spec.extraPodSpec.mainContainer.volumeMounts[0].mountPath"
		main2  = "spec.extraPodSpec.mainContainer.volumeMounts[1].mountPath: Invalid value: "
		choose = ": choose another path for one of the two"
	)
	sub := func(name, path, sub string) corev1.VolumeMount {
		return corev1.VolumeMount{Name: name, MountPath: path, SubPath: sub}
	}
	cases := map[string]struct {
		reason  string
		options []option
		want    []string
	}{
		"Paths":      {reason: "Volumes at different paths", options: []option{serviceMounting(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "b", Path: "/a/b"})}},
		"Same":       {reason: "One volume at one path is mounted once", options: []option{serviceMounting(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "a", Path: "/a/"})}},
		"SameOfMain": {reason: "Also where the container says more of it", options: []option{mainMounting(sub("a", "/a", "x")), serviceMounting(dynamo.Mount{Name: "a", Path: "/a"})}},
		"SamePart":   {reason: "Or says it twice", options: []option{mainMounting(sub("a", "/a", "x"), sub("a", "/a", "x"))}},
		"Two": {
			reason:  "Of two volumes at one path one would hide the other",
			options: []option{serviceMounting(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "b", Path: "/a"})},
			want:    []string{second + `"/a": volume "a" is mounted there already by spec.volumeMounts[0].mountPoint` + choose},
		},
		"Slash": {
			reason:  "A slash at the end makes no other path",
			options: []option{mainMounting(mount("b", "/a/")), serviceMounting(dynamo.Mount{Name: "a", Path: "/a"})},
			want:    []string{first + `"/a": volume "b" is mounted there already by ` + mainAt + choose},
		},
		"Parts": {
			reason:  "So of two parts of one volume",
			options: []option{mainMounting(sub("a", "/a", "x"), sub("a", "/a", "y"))},
			want:    []string{main2 + `"/a": another part of volume "a" is mounted there already by ` + mainAt + choose},
		},
		"PartExpressions": {
			reason: "However they are written",
			options: []option{mainMounting(
				corev1.VolumeMount{Name: "a", MountPath: "/a", SubPathExpr: "$(POD_NAME)"}, corev1.VolumeMount{Name: "a", MountPath: "/a"})},
			want: []string{main2 + `"/a": another part of volume "a" is mounted there already by ` + mainAt + choose},
		},
		"Cache": {
			reason:  "A compilation cache without a path has that of its engine",
			options: []option{running("dynamo.vllm"), mainMounting(mount("x", "/root/.cache/vllm")), serviceMounting(dynamo.Mount{Name: "c", CompilationCache: true})},
			want:    []string{first + `"/root/.cache/vllm": volume "x" is mounted there already by ` + mainAt + choose},
		},
		"SharedMemory": {
			reason:  "There is one /dev/shm",
			options: []option{serviceMounting(dynamo.Mount{Name: "a", Path: "/dev/shm"}, dynamo.Mount{Name: "b", Path: "/dev/shm"})},
			want:    []string{second + `"/dev/shm": volume "a" is mounted there already by spec.volumeMounts[0].mountPoint` + choose},
		},
		"SharedMemorySize": {
			reason: "A size for shared memory replaces all",
			options: []option{
				serviceMounting(dynamo.Mount{Name: "a", Path: "/dev/shm"}, dynamo.Mount{Name: "b", Path: "/dev/shm"}),
				withPod(func(p *dynamo.Pod) { p.SharedMemory.Size = quantity("1Gi") }),
			},
		},
		"MPIKeys": {
			reason:  "The key pair for MPI has its place",
			options: []option{spanning("dynamo.trtllm"), serviceMounting(dynamo.Mount{Name: "a", Path: "/ssh-pk/"})},
			want:    []string{first + `"/ssh-pk/": is where the key pair for MPI is mounted: leave this mount out, or choose another path`},
		},
		"NoMPIKeys":  {reason: "On one node there are no keys", options: []option{running("dynamo.trtllm"), serviceMounting(dynamo.Mount{Name: "a", Path: "/ssh-pk"})}},
		"WaitScript": {reason: "The script that waits for a leader is in a container of its own", options: []option{spanning("dynamo.vllm", "--tensor-parallel-size", "16"), serviceMounting(dynamo.Mount{Name: "a", Path: "/scripts"})}},
		"Picker":     {reason: "What is mounted where a picker's configuration would be replaces it", options: []option{ofType(dynamo.TypePicker, ""), configured, serviceMounting(dynamo.Mount{Name: "a", Path: "/etc/epp/"})}},
		"ClaimName": {
			reason:  "A claim is an object",
			options: []option{mainMounting(mount("Model_Cache", "/a")), serviceMounting(dynamo.Mount{Name: "x..y", Path: "/b"})},
			want: []string{
				`spec.extraPodSpec.mainContainer.volumeMounts[0].name: Invalid value: "Model_Cache": ` + noClaimName,
				`spec.volumeMounts[0].name: Invalid value: "x..y": ` + noClaimName,
			},
		},
		"VolumeName": {reason: "What a volume of the pod may be called the API server says", options: []option{withVolumes(emptyDir("Model_Cache")), mainMounting(mount("Model_Cache", "/a"))}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findFaults(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

const noClaimName = "is no name that a PersistentVolumeClaim can have: use lower-case letters, digits, hyphens and dots, as in model-cache"

// TestSidecarMounts has the mounts of a frontend beside the main container: the
// user's, whose volumes the pod has.
func TestSidecarMounts(t *testing.T) {
	beside := withPod(func(p *dynamo.Pod) { p.Sidecar = &dynamo.Sidecar{Image: "f:1"} })
	cases := map[string]struct {
		reason  string
		options []option
		want    []corev1.VolumeMount
	}{
		"Once":         {reason: "Each once, as main has it", options: []option{mainMounting(mount("a", "/a")), serviceMounting(dynamo.Mount{Name: "a", Path: "/a/"})}, want: []corev1.VolumeMount{mount("a", "/a")}},
		"Claim":        {reason: "By the names that their volumes have", options: []option{serviceMounting(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/a"})}, want: []corev1.VolumeMount{mount("llama-3-1-8b-cache-b17185ff", "/a")}},
		"SharedMemory": {reason: "Without shared memory, whoever made it", options: []option{withVolumes(emptyDir("dshm")), mainMounting(mount("dshm", "/dev/shm"), mount("a", "/a"))}, want: []corev1.VolumeMount{mount("a", "/a")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			containers := render(t, settings.Settings{}, append(tc.options, beside)...).Spec.Containers
			if diff := cmp.Diff(tc.want, containers[len(containers)-1].VolumeMounts); diff != "" {
				t.Errorf("%s: mounts of the sidecar (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// warn is what Warnings tells of a component. It fails the test if that changes
// the component.
func warn(t *testing.T, options ...option) []string {
	t.Helper()
	c := component(options...)
	got := Warnings(c)
	if diff := cmp.Diff(component(options...), c, comparePaths()); diff != "" {
		t.Errorf("Warnings(...) changed its argument (-before, +after):\n%s", diff)
	}
	return got
}

func TestSharedMemoryWarnings(t *testing.T) {
	sized := withPod(func(p *dynamo.Pod) { p.SharedMemory.Size = quantity("1Gi") })
	own := mainMounting(mount("a", "/a"), mount("dshm", "/dev/shm"))
	cases := map[string]struct {
		reason  string
		options []option
		want    []string
	}{
		"Own":   {reason: "The user's own stands", options: []option{running("dynamo.vllm"), own}},
		"Sized": {reason: "A size alone is what the block is for", options: []option{running("dynamo.vllm"), sized}},
		"Both": {
			reason:  "Of both one does nothing",
			options: []option{running("dynamo.vllm"), own, sized},
			want: []string{`spec.extraPodSpec.mainContainer.volumeMounts[1].mountPath: volume "dshm" is not mounted at /dev/shm, ` +
				`where the memory is that sharedMemory asks for: leave out one of the two`},
		},
		"Off": {reason: "Without ours the user's is the only one", options: []option{running("dynamo.vllm"), own, withPod(func(p *dynamo.Pod) {
			p.SharedMemory = dynamo.SharedMemory{Disabled: true, Size: quantity("1Gi")}
		})}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, warn(t, tc.options...)); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
