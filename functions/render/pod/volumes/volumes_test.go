package volumes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// called is a volume with another name.
func called(name string, v corev1.Volume) corev1.Volume {
	v.Name = name
	return v
}

func TestVolumes(t *testing.T) {
	const dotted = "llama-3-1-8b-cache-b17185ff"
	type want struct {
		Mounts  []corev1.VolumeMount
		Volumes []corev1.Volume
	}
	shm := podtest.Mount("shared-memory", "/dev/shm")
	eight := podtest.Memory("8Gi")
	of := func(mounts ...corev1.VolumeMount) podtest.Option {
		return podtest.WithMain(func(c *corev1.Container) { c.VolumeMounts = append([]corev1.VolumeMount(nil), mounts...) })
	}
	service := func(mounts ...dynamo.Mount) podtest.Option {
		return podtest.WithPod(func(p *dynamo.Pod) { p.Mounts = append([]dynamo.Mount(nil), mounts...) })
	}
	pod := func(volumes ...corev1.Volume) podtest.Option {
		return podtest.WithSpec(func(p *corev1.PodSpec) { p.Volumes = append([]corev1.Volume(nil), volumes...) })
	}
	shared := func(m dynamo.SharedMemory) podtest.Option {
		return podtest.WithPod(func(p *dynamo.Pod) { p.SharedMemory = m })
	}

	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    want
	}{
		"Nothing": {
			reason: "Shared memory is there by itself",
			want:   want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"Claim": {
			reason:  "A mount without a volume is a claim of that name",
			options: []podtest.Option{service(dynamo.Mount{Name: "models", Path: "/models"})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("models", "/models"), shm},
				Volumes: []corev1.Volume{podtest.Claim("models"), eight},
			},
		},
		"ClaimOfMain": {
			reason:  "Also one of the main container",
			options: []podtest.Option{of(podtest.Mount("models", "/models"))},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("models", "/models"), shm},
				Volumes: []corev1.Volume{podtest.Claim("models"), eight},
			},
		},
		"Volume": {
			reason:  "One with a volume is that volume",
			options: []podtest.Option{pod(podtest.EmptyDir("models")), service(dynamo.Mount{Name: "models", Path: "/models"})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("models", "/models"), shm},
				Volumes: []corev1.Volume{podtest.EmptyDir("models"), eight},
			},
		},
		"Order": {
			reason: "Mounts of main, then of the service, then shared memory; volumes in that order, then the rest",
			options: []podtest.Option{
				pod(podtest.EmptyDir("unused"), podtest.EmptyDir("b"), podtest.EmptyDir("a")),
				of(podtest.Mount("a", "/a"), podtest.Mount("c", "/c")),
				service(dynamo.Mount{Name: "b", Path: "/b"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("a", "/a"), podtest.Mount("c", "/c"), podtest.Mount("b", "/b"), shm},
				Volumes: []corev1.Volume{podtest.EmptyDir("a"), podtest.Claim("c"), podtest.EmptyDir("b"), eight, podtest.EmptyDir("unused")},
			},
		},
		"MountedTwice": {
			reason:  "A volume that is mounted twice is there once",
			options: []podtest.Option{of(podtest.Mount("a", "/a")), service(dynamo.Mount{Name: "a", Path: "/b"})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("a", "/a"), podtest.Mount("a", "/b"), shm},
				Volumes: []corev1.Volume{podtest.Claim("a"), eight},
			},
		},
		"OnlyMainMakesClaims": {
			reason: "What other containers mount is theirs to define",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) {
				p.Containers = []corev1.Container{{Name: "log", VolumeMounts: []corev1.VolumeMount{podtest.Mount("logs", "/logs")}}}
			})},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"MountDetails": {
			reason:  "Details of the main container's mounts stay",
			options: []podtest.Option{of(corev1.VolumeMount{Name: "a", MountPath: "/a", SubPath: "b", ReadOnly: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{{Name: "a", MountPath: "/a", SubPath: "b", ReadOnly: true}, shm},
				Volumes: []corev1.Volume{podtest.Claim("a"), eight},
			},
		},
		"SharedMemorySize": {
			reason:  "Its size",
			options: []podtest.Option{shared(dynamo.SharedMemory{Size: podtest.Quantity("200Gi")})},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{podtest.Memory("200Gi")}},
		},
		"SharedMemoryOff": {
			reason:  "Off",
			options: []podtest.Option{shared(dynamo.SharedMemory{Disabled: true})},
			want:    want{Volumes: []corev1.Volume{}},
		},
		"SharedMemoryOffWithSize": {
			reason:  "Off, whatever its size",
			options: []podtest.Option{shared(dynamo.SharedMemory{Disabled: true, Size: podtest.Quantity("1Gi")})},
			want:    want{Volumes: []corev1.Volume{}},
		},
		"OwnVolume": {
			reason:  "A user's volume and mount of that name stand",
			options: []podtest.Option{pod(podtest.EmptyDir("shared-memory")), of(podtest.Mount("shared-memory", "/dev/shm"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{podtest.EmptyDir("shared-memory")}},
		},
		"OwnVolumeAlone": {
			reason:  "A volume of that name alone is what is mounted there",
			options: []podtest.Option{pod(podtest.EmptyDir("shared-memory"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{podtest.EmptyDir("shared-memory")}},
		},
		"OwnMountAlone": {
			reason:  "A mount of that name alone is of the volume that is made",
			options: []podtest.Option{of(podtest.Mount("shared-memory", "/dev/shm/"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"OwnName": {
			reason:  "A mount of that name elsewhere stands, too: ours has another name then",
			options: []podtest.Option{service(dynamo.Mount{Name: "shared-memory", Path: "/shm"})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("shared-memory", "/shm"), podtest.Mount("shared-memory-2", "/dev/shm")},
				Volumes: []corev1.Volume{podtest.Claim("shared-memory"), called("shared-memory-2", eight)},
			},
		},
		"OwnNames": {
			reason:  "One that is free",
			options: []podtest.Option{pod(podtest.EmptyDir("shared-memory"), podtest.EmptyDir("shared-memory-2")), of(podtest.Mount("shared-memory", "/shm"))},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("shared-memory", "/shm"), podtest.Mount("shared-memory-3", "/dev/shm")},
				Volumes: []corev1.Volume{podtest.EmptyDir("shared-memory"), called("shared-memory-3", eight), podtest.EmptyDir("shared-memory-2")},
			},
		},
		"OwnPath": {
			reason:  "Another volume of the user's at that path stands, where the user mounts it",
			options: []podtest.Option{pod(podtest.EmptyDir("dshm")), of(podtest.Mount("dshm", "/dev/shm/"), podtest.Mount("a", "/a"))},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("dshm", "/dev/shm/"), podtest.Mount("a", "/a")},
				Volumes: []corev1.Volume{podtest.EmptyDir("dshm"), podtest.Claim("a")},
			},
		},
		"OwnPathOfService": {
			reason:  "One that the service mounts, too",
			options: []podtest.Option{pod(podtest.EmptyDir("dshm")), service(dynamo.Mount{Name: "dshm", Path: "/dev/shm"})},
			want:    want{Mounts: []corev1.VolumeMount{podtest.Mount("dshm", "/dev/shm")}, Volumes: []corev1.Volume{podtest.EmptyDir("dshm")}},
		},
		"OwnPathAndSize": {
			reason: "With a size for shared memory that counts; the user's volume stays",
			options: []podtest.Option{
				pod(podtest.EmptyDir("dshm")), of(podtest.Mount("dshm", "/dev/shm")), shared(dynamo.SharedMemory{Size: podtest.Quantity("200Gi")}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{podtest.Memory("200Gi"), podtest.EmptyDir("dshm")}},
		},
		"OwnVolumeAndSize": {
			reason: "A volume of the same name goes",
			options: []podtest.Option{
				pod(podtest.EmptyDir("shared-memory")), of(podtest.Mount("shared-memory", "/dev/shm")), shared(dynamo.SharedMemory{Size: podtest.Quantity("200Gi")}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{podtest.Memory("200Gi")}},
		},
		"OwnNameAndSize": {
			reason: "Unless it is mounted elsewhere",
			options: []podtest.Option{
				pod(podtest.EmptyDir("shared-memory")), of(podtest.Mount("shared-memory", "/shm")), shared(dynamo.SharedMemory{Size: podtest.Quantity("200Gi")}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("shared-memory", "/shm"), podtest.Mount("shared-memory-2", "/dev/shm")},
				Volumes: []corev1.Volume{podtest.EmptyDir("shared-memory"), called("shared-memory-2", podtest.Memory("200Gi"))},
			},
		},
		"OwnWhereOff": {
			reason: "Where ours is off the user's are left alone",
			options: []podtest.Option{
				pod(podtest.EmptyDir("shared-memory")), of(podtest.Mount("shared-memory", "/dev/shm")), shared(dynamo.SharedMemory{Disabled: true}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{podtest.EmptyDir("shared-memory")}},
		},
		"SameMount": {
			reason: "A volume that is mounted twice at one path is mounted once",
			options: []podtest.Option{
				service(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "a", Path: "/a/"}, dynamo.Mount{Name: "b", Path: "/b"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("a", "/a"), podtest.Mount("b", "/b"), shm},
				Volumes: []corev1.Volume{podtest.Claim("a"), podtest.Claim("b"), eight},
			},
		},
		"SameMountOfMain": {
			reason: "As the main container says, with all that it says",
			options: []podtest.Option{
				of(corev1.VolumeMount{Name: "a", MountPath: "/a/", SubPath: "b", ReadOnly: true}),
				service(dynamo.Mount{Name: "a", Path: "/a"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{{Name: "a", MountPath: "/a/", SubPath: "b", ReadOnly: true}, shm},
				Volumes: []corev1.Volume{podtest.Claim("a"), eight},
			},
		},
		"SameCache": {
			reason:  "A compilation cache is such a mount, at the engine's place too",
			options: []podtest.Option{podtest.Running("dynamo.vllm"), of(podtest.Mount("c", "/root/.cache/vllm")), service(dynamo.Mount{Name: "c", CompilationCache: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("c", "/root/.cache/vllm"), shm},
				Volumes: []corev1.Volume{podtest.Claim("c"), eight},
			},
		},
		"DottedClaim": {
			reason: "A claim whose name no volume may have has one with another name, wherever it is mounted",
			options: []podtest.Option{
				of(podtest.Mount("llama-3.1-8b-cache", "/a")), service(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/b"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount(dotted, "/a"), podtest.Mount(dotted, "/b"), shm},
				Volumes: []corev1.Volume{called(dotted, podtest.Claim("llama-3.1-8b-cache")), eight},
			},
		},
		"DottedClaimTaken": {
			reason:  "A volume of the user with that name is another",
			options: []podtest.Option{pod(podtest.EmptyDir(dotted)), service(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/b"})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount(dotted+"-2", "/b"), shm},
				Volumes: []corev1.Volume{called(dotted+"-2", podtest.Claim("llama-3.1-8b-cache")), eight, podtest.EmptyDir(dotted)},
			},
		},
		"DottedClaimAtSharedMemory": {
			reason:  "Even such a one may be the shared memory of the user",
			options: []podtest.Option{service(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/dev/shm"})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount(dotted, "/dev/shm")},
				Volumes: []corev1.Volume{called(dotted, podtest.Claim("llama-3.1-8b-cache"))},
			},
		},
		"Cache": {
			reason:  "A compilation cache is at the engine's place",
			options: []podtest.Option{podtest.Running("dynamo.vllm"), service(dynamo.Mount{Name: "c", CompilationCache: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("c", "/root/.cache/vllm"), shm},
				Volumes: []corev1.Volume{podtest.Claim("c"), eight},
			},
		},
		"CacheElsewhere": {
			reason:  "Or at the place that is given",
			options: []podtest.Option{podtest.Running("dynamo.vllm"), service(dynamo.Mount{Name: "c", Path: "/c", CompilationCache: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{podtest.Mount("c", "/c"), shm},
				Volumes: []corev1.Volume{podtest.Claim("c"), eight},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := podtest.Render(t, settings.Settings{}, tc.options...).Spec
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
			main := podtest.RenderMain(t, settings.Settings{}, podtest.Running(tc.module), podtest.WithPod(func(p *dynamo.Pod) { p.Mounts = []dynamo.Mount{tc.mount} }))
			if diff := cmp.Diff(tc.want, podtest.Values(main.Env)["VLLM_CACHE_ROOT"]); diff != "" {
				t.Errorf("%s: VLLM_CACHE_ROOT (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
