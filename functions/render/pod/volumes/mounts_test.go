package volumes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

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
		options []podtest.Option
		want    []string
	}{
		"Paths":      {reason: "Volumes at different paths", options: []podtest.Option{podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "b", Path: "/a/b"})}},
		"Same":       {reason: "One volume at one path is mounted once", options: []podtest.Option{podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "a", Path: "/a/"})}},
		"SameOfMain": {reason: "Also where the container says more of it", options: []podtest.Option{podtest.MainMounting(sub("a", "/a", "x")), podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/a"})}},
		"SamePart": {
			reason:  "Or says it twice, which no API server takes",
			options: []podtest.Option{podtest.MainMounting(sub("a", "/a", "x"), sub("a", "/a", "x"))},
			want:    []string{`spec.extraPodSpec.mainContainer.volumeMounts[1].mountPath: Duplicate value: "/a"`},
		},
		"Two": {
			reason:  "Of two volumes at one path one would hide the other",
			options: []podtest.Option{podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "b", Path: "/a"})},
			want:    []string{second + `"/a": volume "a" is mounted there already by spec.volumeMounts[0].mountPoint` + choose},
		},
		"Slash": {
			reason:  "A slash at the end makes no other path",
			options: []podtest.Option{podtest.MainMounting(podtest.Mount("b", "/a/")), podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/a"})},
			want:    []string{first + `"/a": volume "b" is mounted there already by ` + mainAt + choose},
		},
		"Parts": {
			reason:  "So of two parts of one volume",
			options: []podtest.Option{podtest.MainMounting(sub("a", "/a", "x"), sub("a", "/a", "y"))},
			want:    []string{main2 + `"/a": another part of volume "a" is mounted there already by ` + mainAt + choose},
		},
		"PartExpressions": {
			reason: "However they are written",
			options: []podtest.Option{podtest.MainMounting(
				corev1.VolumeMount{Name: "a", MountPath: "/a", SubPathExpr: "$(POD_NAME)"}, corev1.VolumeMount{Name: "a", MountPath: "/a"})},
			want: []string{main2 + `"/a": another part of volume "a" is mounted there already by ` + mainAt + choose},
		},
		"Cache": {
			reason:  "A compilation cache without a path has that of its engine",
			options: []podtest.Option{podtest.Running("dynamo.vllm"), podtest.MainMounting(podtest.Mount("x", "/root/.cache/vllm")), podtest.ServiceMounting(dynamo.Mount{Name: "c", CompilationCache: true})},
			want:    []string{first + `"/root/.cache/vllm": volume "x" is mounted there already by ` + mainAt + choose},
		},
		"SharedMemory": {
			reason:  "There is one /dev/shm",
			options: []podtest.Option{podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/dev/shm"}, dynamo.Mount{Name: "b", Path: "/dev/shm"})},
			want:    []string{second + `"/dev/shm": volume "a" is mounted there already by spec.volumeMounts[0].mountPoint` + choose},
		},
		"SharedMemorySize": {
			reason: "A size for shared memory replaces all",
			options: []podtest.Option{
				podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/dev/shm"}, dynamo.Mount{Name: "b", Path: "/dev/shm"}),
				podtest.WithPod(func(p *dynamo.Pod) { p.SharedMemory.Size = podtest.Quantity("1Gi") }),
			},
		},
		"MPIKeys": {
			reason:  "The key pair for MPI has its place",
			options: []podtest.Option{podtest.Spanning("dynamo.trtllm"), podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/ssh-pk/"})},
			want:    []string{first + `"/ssh-pk/": is where the key pair for MPI is mounted: leave this mount out, or choose another path`},
		},
		"NoMPIKeys":  {reason: "On one node there are no keys", options: []podtest.Option{podtest.Running("dynamo.trtllm"), podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/ssh-pk"})}},
		"WaitScript": {reason: "The script that waits for a leader is in a container of its own", options: []podtest.Option{podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16"), podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/scripts"})}},
		"Picker":     {reason: "What is mounted where a picker's configuration would be replaces it", options: []podtest.Option{podtest.OfType(dynamo.TypePicker, ""), podtest.Configured, podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/etc/epp/"})}},
		"ClaimName": {
			reason:  "A claim is an object",
			options: []podtest.Option{podtest.MainMounting(podtest.Mount("Model_Cache", "/a")), podtest.ServiceMounting(dynamo.Mount{Name: "x..y", Path: "/b"})},
			want: []string{
				`spec.extraPodSpec.mainContainer.volumeMounts[0].name: Invalid value: "Model_Cache": ` + noClaimName,
				`spec.volumeMounts[0].name: Invalid value: "x..y": ` + noClaimName,
			},
		},
		"VolumeName": {reason: "What a volume of the pod may be called the API server says", options: []podtest.Option{podtest.WithVolumes(podtest.EmptyDir("Model_Cache")), podtest.MainMounting(podtest.Mount("Model_Cache", "/a"))}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.FaultTexts(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

const noClaimName = "is no name that a PersistentVolumeClaim can have: use lower-case letters, digits, hyphens and dots, as in model-cache"

// TestSidecarMounts has the mounts of a frontend beside the main container: the
// user's, whose volumes the pod has.
func TestSidecarMounts(t *testing.T) {
	beside := podtest.WithPod(func(p *dynamo.Pod) { p.Sidecar = &dynamo.Sidecar{Image: "f:1"} })
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []corev1.VolumeMount
	}{
		"Once":         {reason: "Each once, as main has it", options: []podtest.Option{podtest.MainMounting(podtest.Mount("a", "/a")), podtest.ServiceMounting(dynamo.Mount{Name: "a", Path: "/a/"})}, want: []corev1.VolumeMount{podtest.Mount("a", "/a")}},
		"Claim":        {reason: "By the names that their volumes have", options: []podtest.Option{podtest.ServiceMounting(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/a"})}, want: []corev1.VolumeMount{podtest.Mount("llama-3-1-8b-cache-b17185ff", "/a")}},
		"SharedMemory": {reason: "Without shared memory, whoever made it", options: []podtest.Option{podtest.WithVolumes(podtest.EmptyDir("dshm")), podtest.MainMounting(podtest.Mount("dshm", "/dev/shm"), podtest.Mount("a", "/a"))}, want: []corev1.VolumeMount{podtest.Mount("a", "/a")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			containers := podtest.Render(t, settings.Settings{}, append(tc.options, beside)...).Spec.Containers
			if diff := cmp.Diff(tc.want, containers[len(containers)-1].VolumeMounts); diff != "" {
				t.Errorf("%s: mounts of the sidecar (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSharedMemoryWarnings(t *testing.T) {
	sized := podtest.WithPod(func(p *dynamo.Pod) { p.SharedMemory.Size = podtest.Quantity("1Gi") })
	own := podtest.MainMounting(podtest.Mount("a", "/a"), podtest.Mount("dshm", "/dev/shm"))
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []string
	}{
		"Own":   {reason: "The user's own stands", options: []podtest.Option{podtest.Running("dynamo.vllm"), own}},
		"Sized": {reason: "A size alone is what the block is for", options: []podtest.Option{podtest.Running("dynamo.vllm"), sized}},
		"Both": {
			reason:  "Of both one does nothing",
			options: []podtest.Option{podtest.Running("dynamo.vllm"), own, sized},
			want: []string{`spec.extraPodSpec.mainContainer.volumeMounts[1].mountPath: volume "dshm" is not mounted at /dev/shm, ` +
				`where the memory is that sharedMemory asks for: leave out one of the two`},
		},
		"Off": {reason: "Without ours the user's is the only one", options: []podtest.Option{podtest.Running("dynamo.vllm"), own, podtest.WithPod(func(p *dynamo.Pod) {
			p.SharedMemory = dynamo.SharedMemory{Disabled: true, Size: podtest.Quantity("1Gi")}
		})}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.Warnings(t, tc.options...)); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
