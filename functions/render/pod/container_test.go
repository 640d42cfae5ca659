package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestMainReplacesDefaults(t *testing.T) {
	type want struct {
		command []string
		args    []string
		ports   []corev1.ContainerPort
	}
	httpPorts := []corev1.ContainerPort{{Name: "http", ContainerPort: 8000, Protocol: "TCP"}}
	systemPorts := []corev1.ContainerPort{
		{Name: "system", ContainerPort: 9090, Protocol: "TCP"},
		{Name: "nixl", ContainerPort: 19090, Protocol: "TCP"},
	}
	front, frontArgs := []string{"python3"}, []string{"-m", "dynamo.frontend"}
	shell := []string{"/bin/sh", "-c"}

	cases := map[string]struct {
		reason string
		of     string
		main   corev1.Container
		want   want
	}{
		"Frontend":     {reason: "A frontend runs by itself", of: dynamo.TypeFrontend, want: want{front, frontArgs, httpPorts}},
		"Worker":       {reason: "A worker has a shell that waits for a line", of: dynamo.TypeWorker, want: want{shell, nil, systemPorts}},
		"FreeType":     {reason: "Other types have the shell alone", of: "reranker", want: want{shell, nil, nil}},
		"NoType":       {reason: "So has no type", of: "", want: want{shell, nil, nil}},
		"FrontendArgs": {reason: "Arguments replace the default's, not its command", of: dynamo.TypeFrontend, main: corev1.Container{Args: []string{"-m", "mine"}}, want: want{front, []string{"-m", "mine"}, httpPorts}},
		"FrontendCommand": {
			reason: "A command replaces the default's, not its arguments",
			of:     dynamo.TypeFrontend,
			main:   corev1.Container{Command: []string{"python3.12"}},
			want:   want{[]string{"python3.12"}, frontArgs, httpPorts},
		},
		"EmptyLists": {
			reason: "An empty list keeps the default",
			of:     dynamo.TypeFrontend,
			main:   corev1.Container{Command: []string{}, Args: []string{}, Ports: []corev1.ContainerPort{}},
			want:   want{front, frontArgs, httpPorts},
		},
		"Ports": {
			reason: "Ports replace the default's, but for the one that probes and the Service need",
			of:     dynamo.TypeWorker,
			main:   corev1.Container{Ports: []corev1.ContainerPort{{Name: "mine", ContainerPort: 1}}},
			want:   want{shell, nil, []corev1.ContainerPort{{Name: "mine", ContainerPort: 1}, systemPorts[0]}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(tc.of, ""), podtest.WithMain(func(c *corev1.Container) { *c = *tc.main.DeepCopy() }))
			got := want{command: main.Command, args: main.Args, ports: main.Ports}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: main (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMainIsCalledMain(t *testing.T) {
	for _, name := range []string{"", "main", "engine", process.SidecarContainer} {
		got := podtest.RenderMain(t, settings.Settings{}, podtest.WithMain(func(c *corev1.Container) { c.Name = name }))
		if got.Name != dynamo.MainContainer {
			t.Errorf("a main container that was called %q is called %q", name, got.Name)
		}
	}
}

func TestContainers(t *testing.T) {
	sidecarIs := func(change func(*dynamo.Sidecar)) podtest.Option {
		return podtest.WithPod(func(p *dynamo.Pod) {
			p.Sidecar = &dynamo.Sidecar{Image: "frontend:1"}
			change(p.Sidecar)
		})
	}
	other := corev1.Container{Name: "log", Image: "log:1", Env: podtest.Env("B", "1", "A", "2")}

	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []string
	}{
		"Alone":   {reason: "Main alone", want: []string{"main"}},
		"Others":  {reason: "The user's follow", options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.Containers = []corev1.Container{*other.DeepCopy(), {Name: "a"}} })}, want: []string{"main", "log", "a"}},
		"Sidecar": {reason: "The sidecar is last", options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.Containers = []corev1.Container{*other.DeepCopy()} }), sidecarIs(func(*dynamo.Sidecar) {})}, want: []string{"main", "log", "sidecar-frontend"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, c := range podtest.Render(t, podtest.Platform(), tc.options...).Spec.Containers {
				got = append(got, c.Name)
				if c.Name == other.Name && !cmp.Equal(other, c) {
					t.Errorf("%s: the user's container was touched: %s", tc.reason, cmp.Diff(other, c))
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: containers (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSidecar(t *testing.T) {
	type want struct {
		args    []string
		env     map[string]string
		envFrom []corev1.EnvFromSource
		mounts  []corev1.VolumeMount
	}
	frontArgs := []string{"-m", "dynamo.frontend"}
	frontEnv := map[string]string{
		"DYN_COMPONENT":                "frontend",
		"DYN_DISCOVERY_BACKEND":        "kubernetes",
		"DYN_HTTP_PORT":                "8000",
		"DYN_NAMESPACE":                "team-a-chat",
		"DYN_NAMESPACE_PREFIX":         "team-a-chat",
		"DYN_PARENT_DGD_K8S_NAME":      "chat",
		"DYN_PARENT_DGD_K8S_NAMESPACE": "team-a",
		"DYNAMO_PORT":                  "8000",
	}
	with := func(name, value string) map[string]string {
		return meta.Merge(frontEnv, map[string]string{name: value})
	}

	cases := map[string]struct {
		reason   string
		settings settings.Settings
		sidecar  dynamo.Sidecar
		options  []podtest.Option
		want     want
	}{
		"Defaults":  {reason: "It is a frontend", want: want{args: frontArgs, env: frontEnv}},
		"Arguments": {reason: "Its arguments replace the frontend's", sidecar: dynamo.Sidecar{Args: []string{"-m", "mine"}}, want: want{args: []string{"-m", "mine"}, env: frontEnv}},
		"Env":       {reason: "Its variables win over defaults", sidecar: dynamo.Sidecar{Envs: podtest.Env("DYN_HTTP_PORT", "1")}, want: want{args: frontArgs, env: with("DYN_HTTP_PORT", "1")}},
		"Settings": {
			reason:   "Settings reach it",
			settings: settings.Settings{NATSAddress: "nats://n:4222"},
			want:     want{args: frontArgs, env: with("NATS_SERVER", "nats://n:4222")},
		},
		"EnvOverSettings": {
			reason:   "Its variables win over settings",
			settings: settings.Settings{NATSAddress: "nats://n:4222"},
			sidecar:  dynamo.Sidecar{Envs: podtest.Env("NATS_SERVER", "mine")},
			want:     want{args: frontArgs, env: with("NATS_SERVER", "mine")},
		},
		"EnvOfMain": {
			reason:  "Variables of the service are main's only",
			options: []podtest.Option{podtest.ServiceEnv("A", "1"), podtest.MainEnv("B", "2")},
			want:    want{args: frontArgs, env: frontEnv},
		},
		"Secret": {
			reason:  "Its Secret, not main's",
			sidecar: dynamo.Sidecar{EnvFromSecret: "mine"},
			options: []podtest.Option{podtest.WithPod(func(p *dynamo.Pod) { p.EnvFromSecret = "of-main" })},
			want:    want{args: frontArgs, env: frontEnv, envFrom: []corev1.EnvFromSource{podtest.SecretEnv("mine")}},
		},
		"PerContainer": {
			reason:  "With a registration for each container it has a name of its own",
			options: []podtest.Option{podtest.Annotated(meta.AnnotationDiscoveryMode, "container")},
			want: want{args: frontArgs, env: meta.Merge(frontEnv, map[string]string{
				"CONTAINER_NAME": "sidecar-frontend", "DYN_KUBE_DISCOVERY_MODE": "container",
			})},
		},
		"Mounts": {
			reason: "Main's own mounts, without shared memory",
			options: []podtest.Option{
				podtest.WithMain(func(c *corev1.Container) {
					c.VolumeMounts = []corev1.VolumeMount{podtest.Mount("scratch", "/scratch"), podtest.Mount("mine", "/dev/shm")}
				}),
				podtest.WithPod(func(p *dynamo.Pod) { p.Mounts = []dynamo.Mount{{Name: "models", Path: "/models"}} }),
			},
			want: want{args: frontArgs, env: frontEnv, mounts: []corev1.VolumeMount{podtest.Mount("scratch", "/scratch"), podtest.Mount("models", "/models")}},
		},
		"MountsWithOwnSharedMemory": {
			reason: "What the user mounts where ours is off is main's own",
			options: []podtest.Option{
				podtest.WithMain(func(c *corev1.Container) { c.VolumeMounts = []corev1.VolumeMount{podtest.Mount("mine", "/dev/shm")} }),
				podtest.WithPod(func(p *dynamo.Pod) { p.SharedMemory.Disabled = true }),
			},
			want: want{args: frontArgs, env: frontEnv, mounts: []corev1.VolumeMount{podtest.Mount("mine", "/dev/shm")}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			withSidecar := podtest.WithPod(func(p *dynamo.Pod) {
				s := tc.sidecar
				p.Sidecar = &s
			})
			got := podtest.Render(t, tc.settings, append(tc.options, withSidecar)...).Spec.Containers
			last := got[len(got)-1]
			made := want{args: last.Args, env: podtest.Values(last.Env), envFrom: last.EnvFrom, mounts: last.VolumeMounts}
			if diff := cmp.Diff(tc.want, made, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: sidecar (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
