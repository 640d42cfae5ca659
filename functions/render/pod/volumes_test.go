package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestVolumes(t *testing.T) {
	type want struct {
		Mounts  []corev1.VolumeMount
		Volumes []corev1.Volume
	}
	shm := mount("shared-memory", "/dev/shm")
	eight := memory("8Gi")
	of := func(mounts ...corev1.VolumeMount) option {
		return withMain(func(c *corev1.Container) { c.VolumeMounts = append([]corev1.VolumeMount(nil), mounts...) })
	}
	service := func(mounts ...dynamo.Mount) option {
		return withPod(func(p *dynamo.Pod) { p.Mounts = append([]dynamo.Mount(nil), mounts...) })
	}
	pod := func(volumes ...corev1.Volume) option {
		return withSpec(func(p *corev1.PodSpec) { p.Volumes = append([]corev1.Volume(nil), volumes...) })
	}
	shared := func(m dynamo.SharedMemory) option { return withPod(func(p *dynamo.Pod) { p.SharedMemory = m }) }

	cases := map[string]struct {
		reason  string
		options []option
		want    want
	}{
		"Nothing": {
			reason: "Shared memory is there by itself",
			want:   want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"Claim": {
			reason:  "A mount without a volume is a claim of that name",
			options: []option{service(dynamo.Mount{Name: "models", Path: "/models"})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("models", "/models"), shm},
				Volumes: []corev1.Volume{claim("models"), eight},
			},
		},
		"ClaimOfMain": {
			reason:  "Also one of the main container",
			options: []option{of(mount("models", "/models"))},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("models", "/models"), shm},
				Volumes: []corev1.Volume{claim("models"), eight},
			},
		},
		"Volume": {
			reason:  "One with a volume is that volume",
			options: []option{pod(emptyDir("models")), service(dynamo.Mount{Name: "models", Path: "/models"})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("models", "/models"), shm},
				Volumes: []corev1.Volume{emptyDir("models"), eight},
			},
		},
		"Order": {
			reason: "Mounts of main, then of the service, then shared memory; volumes in that order, then the rest",
			options: []option{
				pod(emptyDir("unused"), emptyDir("b"), emptyDir("a")),
				of(mount("a", "/a"), mount("c", "/c")),
				service(dynamo.Mount{Name: "b", Path: "/b"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("a", "/a"), mount("c", "/c"), mount("b", "/b"), shm},
				Volumes: []corev1.Volume{emptyDir("a"), claim("c"), emptyDir("b"), eight, emptyDir("unused")},
			},
		},
		"MountedTwice": {
			reason:  "A volume that is mounted twice is there once",
			options: []option{of(mount("a", "/a")), service(dynamo.Mount{Name: "a", Path: "/b"})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("a", "/a"), mount("a", "/b"), shm},
				Volumes: []corev1.Volume{claim("a"), eight},
			},
		},
		"OnlyMainMakesClaims": {
			reason: "What other containers mount is theirs to define",
			options: []option{withSpec(func(p *corev1.PodSpec) {
				p.Containers = []corev1.Container{{Name: "log", VolumeMounts: []corev1.VolumeMount{mount("logs", "/logs")}}}
			})},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"MountDetails": {
			reason:  "Details of the main container's mounts stay",
			options: []option{of(corev1.VolumeMount{Name: "a", MountPath: "/a", SubPath: "b", ReadOnly: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{{Name: "a", MountPath: "/a", SubPath: "b", ReadOnly: true}, shm},
				Volumes: []corev1.Volume{claim("a"), eight},
			},
		},
		"SharedMemorySize": {
			reason:  "Its size",
			options: []option{shared(dynamo.SharedMemory{Size: quantity("200Gi")})},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{memory("200Gi")}},
		},
		"SharedMemoryOff": {
			reason:  "Off",
			options: []option{shared(dynamo.SharedMemory{Disabled: true})},
			want:    want{Volumes: []corev1.Volume{}},
		},
		"SharedMemoryOffWithSize": {
			reason:  "Off, whatever its size",
			options: []option{shared(dynamo.SharedMemory{Disabled: true, Size: quantity("1Gi")})},
			want:    want{Volumes: []corev1.Volume{}},
		},
		"OwnVolume": {
			reason:  "A user's volume and mount of that name are replaced",
			options: []option{pod(emptyDir("shared-memory")), of(mount("shared-memory", "/dev/shm"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"OwnName": {
			reason:  "So is a mount of that name elsewhere",
			options: []option{service(dynamo.Mount{Name: "shared-memory", Path: "/shm"})},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"OwnPath": {
			reason:  "So is another mount at that path; its volume stays",
			options: []option{pod(emptyDir("dshm")), of(mount("dshm", "/dev/shm"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight, emptyDir("dshm")}},
		},
		"OwnWhereOff": {
			reason: "Where ours is off the user's are left alone",
			options: []option{
				pod(emptyDir("shared-memory")), of(mount("shared-memory", "/dev/shm")), shared(dynamo.SharedMemory{Disabled: true}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{emptyDir("shared-memory")}},
		},
		"Cache": {
			reason:  "A compilation cache is at the engine's place",
			options: []option{running("dynamo.vllm"), service(dynamo.Mount{Name: "c", CompilationCache: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("c", "/root/.cache/vllm"), shm},
				Volumes: []corev1.Volume{claim("c"), eight},
			},
		},
		"CacheElsewhere": {
			reason:  "Or at the place that is given",
			options: []option{running("dynamo.vllm"), service(dynamo.Mount{Name: "c", Path: "/c", CompilationCache: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("c", "/c"), shm},
				Volumes: []corev1.Volume{claim("c"), eight},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := render(t, settings.Settings{}, tc.options...).Spec
			got := want{Mounts: spec.Containers[0].VolumeMounts, Volumes: spec.Volumes}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: mounts and volumes (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCacheEnv says which variables a compilation cache brings.
func TestCacheEnv(t *testing.T) {
	cases := map[string]struct {
		reason string
		module string
		mount  dynamo.Mount
		want   string
	}{
		"VLLM":      {reason: "vLLM is told its default place too", module: "dynamo.vllm", mount: dynamo.Mount{CompilationCache: true}, want: "/root/.cache/vllm"},
		"VLLMPath":  {reason: "And another one", module: "dynamo.vllm", mount: dynamo.Mount{CompilationCache: true, Path: "/c"}, want: "/c"},
		"VLLMPlain": {reason: "A mount that is no cache moves none", module: "dynamo.vllm", mount: dynamo.Mount{Path: "/c"}},
		"SGLang":    {reason: "SGLang has no variable", module: "dynamo.sglang", mount: dynamo.Mount{CompilationCache: true, Path: "/c"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.mount.Name = "c"
			main := renderMain(t, settings.Settings{}, running(tc.module), withPod(func(p *dynamo.Pod) { p.Mounts = []dynamo.Mount{tc.mount} }))
			if diff := cmp.Diff(tc.want, values(main.Env)["VLLM_CACHE_ROOT"]); diff != "" {
				t.Errorf("%s: VLLM_CACHE_ROOT (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
