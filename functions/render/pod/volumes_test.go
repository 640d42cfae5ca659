package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
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
			reason:  "A user's volume and mount of that name stand",
			options: []option{pod(emptyDir("shared-memory")), of(mount("shared-memory", "/dev/shm"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{emptyDir("shared-memory")}},
		},
		"OwnVolumeAlone": {
			reason:  "A volume of that name alone is what is mounted there",
			options: []option{pod(emptyDir("shared-memory"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{emptyDir("shared-memory")}},
		},
		"OwnMountAlone": {
			reason:  "A mount of that name alone is of the volume that is made",
			options: []option{of(mount("shared-memory", "/dev/shm/"))},
			want:    want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{eight}},
		},
		"OwnName": {
			reason:  "A mount of that name elsewhere stands, too: ours has another name then",
			options: []option{service(dynamo.Mount{Name: "shared-memory", Path: "/shm"})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("shared-memory", "/shm"), mount("shared-memory-2", "/dev/shm")},
				Volumes: []corev1.Volume{claim("shared-memory"), called("shared-memory-2", eight)},
			},
		},
		"OwnNames": {
			reason:  "One that is free",
			options: []option{pod(emptyDir("shared-memory"), emptyDir("shared-memory-2")), of(mount("shared-memory", "/shm"))},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("shared-memory", "/shm"), mount("shared-memory-3", "/dev/shm")},
				Volumes: []corev1.Volume{emptyDir("shared-memory"), called("shared-memory-3", eight), emptyDir("shared-memory-2")},
			},
		},
		"OwnPath": {
			reason:  "Another volume of the user's at that path stands, where the user mounts it",
			options: []option{pod(emptyDir("dshm")), of(mount("dshm", "/dev/shm/"), mount("a", "/a"))},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("dshm", "/dev/shm/"), mount("a", "/a")},
				Volumes: []corev1.Volume{emptyDir("dshm"), claim("a")},
			},
		},
		"OwnPathOfService": {
			reason:  "One that the service mounts, too",
			options: []option{pod(emptyDir("dshm")), service(dynamo.Mount{Name: "dshm", Path: "/dev/shm"})},
			want:    want{Mounts: []corev1.VolumeMount{mount("dshm", "/dev/shm")}, Volumes: []corev1.Volume{emptyDir("dshm")}},
		},
		"OwnPathAndSize": {
			reason: "With a size for shared memory that counts; the user's volume stays",
			options: []option{
				pod(emptyDir("dshm")), of(mount("dshm", "/dev/shm")), shared(dynamo.SharedMemory{Size: quantity("200Gi")}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{memory("200Gi"), emptyDir("dshm")}},
		},
		"OwnVolumeAndSize": {
			reason: "A volume of the same name goes",
			options: []option{
				pod(emptyDir("shared-memory")), of(mount("shared-memory", "/dev/shm")), shared(dynamo.SharedMemory{Size: quantity("200Gi")}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{memory("200Gi")}},
		},
		"OwnNameAndSize": {
			reason: "Unless it is mounted elsewhere",
			options: []option{
				pod(emptyDir("shared-memory")), of(mount("shared-memory", "/shm")), shared(dynamo.SharedMemory{Size: quantity("200Gi")}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("shared-memory", "/shm"), mount("shared-memory-2", "/dev/shm")},
				Volumes: []corev1.Volume{emptyDir("shared-memory"), called("shared-memory-2", memory("200Gi"))},
			},
		},
		"OwnWhereOff": {
			reason: "Where ours is off the user's are left alone",
			options: []option{
				pod(emptyDir("shared-memory")), of(mount("shared-memory", "/dev/shm")), shared(dynamo.SharedMemory{Disabled: true}),
			},
			want: want{Mounts: []corev1.VolumeMount{shm}, Volumes: []corev1.Volume{emptyDir("shared-memory")}},
		},
		"SameMount": {
			reason: "A volume that is mounted twice at one path is mounted once",
			options: []option{
				service(dynamo.Mount{Name: "a", Path: "/a"}, dynamo.Mount{Name: "a", Path: "/a/"}, dynamo.Mount{Name: "b", Path: "/b"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("a", "/a"), mount("b", "/b"), shm},
				Volumes: []corev1.Volume{claim("a"), claim("b"), eight},
			},
		},
		"SameMountOfMain": {
			reason: "As the main container says, with all that it says",
			options: []option{
				of(corev1.VolumeMount{Name: "a", MountPath: "/a/", SubPath: "b", ReadOnly: true}),
				service(dynamo.Mount{Name: "a", Path: "/a"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{{Name: "a", MountPath: "/a/", SubPath: "b", ReadOnly: true}, shm},
				Volumes: []corev1.Volume{claim("a"), eight},
			},
		},
		"SameCache": {
			reason:  "A compilation cache is such a mount, at the engine's place too",
			options: []option{running("dynamo.vllm"), of(mount("c", "/root/.cache/vllm")), service(dynamo.Mount{Name: "c", CompilationCache: true})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount("c", "/root/.cache/vllm"), shm},
				Volumes: []corev1.Volume{claim("c"), eight},
			},
		},
		"DottedClaim": {
			reason: "A claim whose name no volume may have has one with another name, wherever it is mounted",
			options: []option{
				of(mount("llama-3.1-8b-cache", "/a")), service(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/b"}),
			},
			want: want{
				Mounts:  []corev1.VolumeMount{mount(dotted, "/a"), mount(dotted, "/b"), shm},
				Volumes: []corev1.Volume{called(dotted, claim("llama-3.1-8b-cache")), eight},
			},
		},
		"DottedClaimTaken": {
			reason:  "A volume of the user with that name is another",
			options: []option{pod(emptyDir(dotted)), service(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/b"})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount(dotted+"-2", "/b"), shm},
				Volumes: []corev1.Volume{called(dotted+"-2", claim("llama-3.1-8b-cache")), eight, emptyDir(dotted)},
			},
		},
		"DottedClaimAtSharedMemory": {
			reason:  "Even such a one may be the shared memory of the user",
			options: []option{service(dynamo.Mount{Name: "llama-3.1-8b-cache", Path: "/dev/shm"})},
			want: want{
				Mounts:  []corev1.VolumeMount{mount(dotted, "/dev/shm")},
				Volumes: []corev1.Volume{called(dotted, claim("llama-3.1-8b-cache"))},
			},
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
