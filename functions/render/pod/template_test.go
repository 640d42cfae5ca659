package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// TestTemplate has whole templates as golden files: what each component type
// gets by itself, and what becomes of it with everything that can be said.
func TestTemplate(t *testing.T) {
	cases := map[string]struct {
		golden   string
		settings settings.Settings
		options  []podtest.Option
	}{
		"Frontend":       {golden: "frontend", options: []podtest.Option{podtest.OfType(dynamo.TypeFrontend, "")}},
		"Worker":         {golden: "worker"},
		"Prefill":        {golden: "prefill", options: []podtest.Option{podtest.OfType(dynamo.TypePrefill, dynamo.TypePrefill)}},
		"Decode":         {golden: "decode", options: []podtest.Option{podtest.OfType(dynamo.TypeDecode, dynamo.TypeDecode)}},
		"Planner":        {golden: "planner", options: []podtest.Option{podtest.OfType(dynamo.TypePlanner, "")}},
		"Picker":         {golden: "picker", options: []podtest.Option{podtest.OfType(dynamo.TypePicker, ""), podtest.Configured}},
		"PlatformPicker": {golden: "picker-platform", settings: podtest.Platform(), options: []podtest.Option{podtest.OfType(dynamo.TypePicker, ""), referring}},
		"Model":          {golden: "model", options: []podtest.Option{serving("example/Model-8B")}},
		"FreeType":       {golden: "free-type", options: []podtest.Option{podtest.OfType("reranker", "fast")}},
		"NoType":         {golden: "no-type", options: []podtest.Option{podtest.OfType("", "")}},
		"Standalone":     {golden: "standalone", options: []podtest.Option{podtest.Standalone}},
		"Platform":       {golden: "worker-platform", settings: podtest.Platform()},
		"PlatformFront":  {golden: "frontend-platform", settings: podtest.Platform(), options: []podtest.Option{podtest.OfType(dynamo.TypeFrontend, "")}},
		"Sidecar":        {golden: "sidecar", settings: podtest.Platform(), options: []podtest.Option{withSidecar}},
		"KitchenSink":    {golden: "kitchen-sink", settings: podtest.Platform(), options: []podtest.Option{kitchenSink}},
		"EngineAndCache": {golden: "engine-cache", options: []podtest.Option{podtest.Running("dynamo.vllm"), cached}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			golden.Assert(t, tc.golden, podtest.Render(t, tc.settings, tc.options...))
		})
	}
}

func withSidecar(c *dynamo.Component) {
	c.Pod.Sidecar = &dynamo.Sidecar{
		Image:         "nvcr.io/nvidia/ai-dynamo/frontend:1.4.0",
		Args:          []string{"-m", "dynamo.frontend", "--router-mode", "direct"},
		Envs:          podtest.Env("DYN_ROUTER_MODE", "direct", "DYN_HTTP_PORT", "8001"),
		EnvFromSecret: "frontend-secret",
	}
	c.Pod.Envs = podtest.Env("OF_MAIN", "1")
	c.Pod.Mounts = []dynamo.Mount{{Name: "models", Path: "/models"}}
}

func cached(c *dynamo.Component) {
	c.Pod.Mounts = []dynamo.Mount{{Name: "models", Path: "/models"}, {Name: "cache", CompilationCache: true}}
}

// kitchenSink sets every field that acts on pods.
func kitchenSink(c *dynamo.Component) {
	c.Labels = map[string]string{"team": "a"}
	c.Annotations = map[string]string{"note": "b", meta.AnnotationEnableMetrics: "false"}
	c.Pod = dynamo.Pod{
		Spec:          kitchenSinkSpec(),
		Main:          kitchenSinkMain(),
		Envs:          podtest.Env("FROM_SERVICE", "service", "IN_BOTH", "service"),
		EnvFromSecret: "service-secret",
		Resources: dynamo.Resources{
			Limits:   dynamo.Amounts{CPU: "8", Memory: "64Gi", GPU: "2", GPUType: "nvidia.com/mig-1g.10gb", Custom: map[string]string{"rdma/ib": "1"}},
			Requests: dynamo.Amounts{CPU: "4", Memory: "32Gi"},
			Claims:   []corev1.ResourceClaim{{Name: "of-service"}},
		},
		LivenessProbe:  &corev1.Probe{PeriodSeconds: 7},
		ReadinessProbe: &corev1.Probe{ProbeHandler: podtest.TCP(9090)},
		Mounts:         []dynamo.Mount{{Name: "models", Path: "/models"}, {Name: "weights", Path: "/weights"}},
		SharedMemory:   dynamo.SharedMemory{Size: podtest.Quantity("16Gi")},
		Sidecar:        &dynamo.Sidecar{Image: "frontend:1"},
	}
}

func kitchenSinkSpec() corev1.PodSpec {
	return corev1.PodSpec{
		Volumes:                       []corev1.Volume{podtest.EmptyDir("scratch"), podtest.EmptyDir("models"), podtest.EmptyDir("shared-memory")},
		InitContainers:                []corev1.Container{{Name: "fetch", Image: "example.org/fetch:1"}},
		Containers:                    []corev1.Container{{Name: "log", Image: "example.org/log:1"}},
		RestartPolicy:                 corev1.RestartPolicyOnFailure,
		TerminationGracePeriodSeconds: ptr.To(int64(0)),
		NodeSelector:                  map[string]string{"gpu": "h100"},
		ServiceAccountName:            "mine",
		AutomountServiceAccountToken:  ptr.To(false),
		HostNetwork:                   true,
		DNSPolicy:                     corev1.DNSClusterFirstWithHostNet,
		SecurityContext:               &corev1.PodSecurityContext{RunAsUser: ptr.To(int64(0))},
		ImagePullSecrets:              []corev1.LocalObjectReference{{Name: "mine"}},
		Tolerations:                   []corev1.Toleration{{Key: "gpu", Operator: corev1.TolerationOpExists}},
		PriorityClassName:             "high",
		RuntimeClassName:              ptr.To("nvidia"),
		ResourceClaims:                []corev1.PodResourceClaim{{Name: "of-main", ResourceClaimTemplateName: ptr.To("gpus")}},
	}
}

func kitchenSinkMain() *corev1.Container {
	return &corev1.Container{
		Name:            "engine",
		Image:           podtest.Image,
		Command:         []string{"bash"},
		Args:            []string{"-c", "python3 -m dynamo.vllm"},
		WorkingDir:      "/workspace",
		Ports:           []corev1.ContainerPort{{Name: "own", ContainerPort: 1234}},
		EnvFrom:         []corev1.EnvFromSource{podtest.ConfigEnv("main-config")},
		Env:             podtest.Env("IN_BOTH", "main", "DYN_SYSTEM_PORT", "9999", "NATS_SERVER", "nats://mine:4222"),
		Resources:       corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "16"), Claims: []corev1.ResourceClaim{{Name: "of-main"}}},
		VolumeMounts:    []corev1.VolumeMount{podtest.Mount("scratch", "/scratch"), podtest.Mount("shared-memory", "/dev/shm")},
		StartupProbe:    &corev1.Probe{InitialDelaySeconds: 180},
		ReadinessProbe:  &corev1.Probe{FailureThreshold: 60},
		Lifecycle:       &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}},
		ImagePullPolicy: corev1.PullAlways,
		SecurityContext: &corev1.SecurityContext{Privileged: ptr.To(true)},
		Stdin:           true,
		TTY:             true,
	}
}

func TestSpec(t *testing.T) {
	// want are the fields that the pod gets beside containers and volumes.
	defaults := corev1.PodSpec{
		RestartPolicy:                 corev1.RestartPolicyAlways,
		TerminationGracePeriodSeconds: ptr.To(int64(60)),
		SecurityContext:               &corev1.PodSecurityContext{FSGroup: ptr.To(int64(1000))},
		ServiceAccountName:            "chat-k8s-service-discovery",
	}
	with := func(change func(*corev1.PodSpec)) corev1.PodSpec {
		out := *defaults.DeepCopy()
		change(&out)
		return out
	}

	cases := map[string]struct {
		reason   string
		settings settings.Settings
		options  []podtest.Option
		want     corev1.PodSpec
	}{
		"Defaults": {reason: "What every pod gets", want: defaults},
		"NoMain":   {reason: "Also without a main container", options: []podtest.Option{podtest.WithoutMain}, want: defaults},
		"FreeType": {reason: "Whatever its type", options: []podtest.Option{podtest.OfType("reranker", "")}, want: defaults},
		"ZeroGrace": {
			reason:  "An explicit zero is honoured",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.TerminationGracePeriodSeconds = ptr.To(int64(0)) })},
			want:    with(func(p *corev1.PodSpec) { p.TerminationGracePeriodSeconds = ptr.To(int64(0)) }),
		},
		"EmptySecurityContext": {
			reason:  "An empty security context is one",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.SecurityContext = &corev1.PodSecurityContext{} })},
			want:    with(func(p *corev1.PodSpec) { p.SecurityContext = &corev1.PodSecurityContext{} }),
		},
		"SecurityContext": {
			reason:  "A user's security context is not added to",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.SecurityContext = &corev1.PodSecurityContext{RunAsUser: ptr.To(int64(7))} })},
			want:    with(func(p *corev1.PodSpec) { p.SecurityContext = &corev1.PodSecurityContext{RunAsUser: ptr.To(int64(7))} }),
		},
		"RestartPolicy": {
			reason:  "A user's restart policy stays",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.RestartPolicy = corev1.RestartPolicyNever })},
			want:    with(func(p *corev1.PodSpec) { p.RestartPolicy = corev1.RestartPolicyNever }),
		},
		"FalseFlags": {
			reason: "An explicit false is honoured",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) {
				p.AutomountServiceAccountToken, p.EnableServiceLinks = ptr.To(false), ptr.To(false)
			})},
			want: with(func(p *corev1.PodSpec) {
				p.AutomountServiceAccountToken, p.EnableServiceLinks = ptr.To(false), ptr.To(false)
			}),
		},
		"Account": {
			reason:  "A user's account stays",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.ServiceAccountName = "mine" })},
			want:    with(func(p *corev1.PodSpec) { p.ServiceAccountName = "mine" }),
		},
		"AccountByOldName": {
			reason:  "Also under the old name of the field",
			options: []podtest.Option{podtest.WithSpec(func(p *corev1.PodSpec) { p.DeprecatedServiceAccount = "mine" })},
			want:    with(func(p *corev1.PodSpec) { p.ServiceAccountName, p.DeprecatedServiceAccount = "mine", "mine" }),
		},
		"AccountOfEtcd": {
			reason:   "Without Kubernetes discovery no right is needed",
			settings: podtest.Etcd(),
			want:     with(func(p *corev1.PodSpec) { p.ServiceAccountName = "default" }),
		},
		"AccountByAnnotation": {
			reason:   "The annotation decides over the settings",
			settings: podtest.Etcd(),
			options:  []podtest.Option{podtest.Annotated(meta.AnnotationDiscoveryBackend, "kubernetes")},
			want:     defaults,
		},
		"AccountOfStandalone": {
			reason:  "A component on its own has an account of its own",
			options: []podtest.Option{podtest.Standalone},
			want:    with(func(p *corev1.PodSpec) { p.ServiceAccountName = "chat-worker-k8s-service-discovery" }),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Render(t, tc.settings, tc.options...).Spec
			got.Containers, got.Volumes = nil, nil
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: spec (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestTemplateSharesNoRoom gives every list room behind its end, which an append
// to the user's list would write to.
func TestTemplateSharesNoRoom(t *testing.T) {
	c := podtest.Component(kitchenSink)
	p := &c.Pod
	kept := []func() bool{
		roomBehind(&p.Envs, corev1.EnvVar{Name: "kept"}),
		roomBehind(&p.Mounts, dynamo.Mount{Name: "kept"}),
		roomBehind(&p.Main.Command, "kept"),
		roomBehind(&p.Main.Args, "kept"),
		roomBehind(&p.Main.Env, corev1.EnvVar{Name: "kept"}),
		roomBehind(&p.Main.EnvFrom, corev1.EnvFromSource{Prefix: "kept"}),
		roomBehind(&p.Main.VolumeMounts, corev1.VolumeMount{Name: "kept"}),
		roomBehind(&p.Main.Ports, corev1.ContainerPort{Name: "kept"}),
		roomBehind(&p.Spec.Containers, corev1.Container{Name: "kept"}),
		roomBehind(&p.Spec.InitContainers, corev1.Container{Name: "kept"}),
		roomBehind(&p.Spec.Volumes, corev1.Volume{Name: "kept"}),
		roomBehind(&p.Spec.ImagePullSecrets, corev1.LocalObjectReference{Name: "kept"}),
		roomBehind(&p.Sidecar.Envs, corev1.EnvVar{Name: "kept"}),
		roomBehind(&p.Sidecar.Args, "kept"),
	}
	pod.Template(c, podtest.Platform(), dynamo.RoleSingle)
	for i, untouched := range kept {
		if !untouched() {
			t.Errorf("Template(...) wrote behind the end of list %d", i)
		}
	}
}

// roomBehind puts a value behind the end of a list and returns whether it is
// still there.
func roomBehind[T any](list *[]T, v T) func() bool {
	all := append(append([]T(nil), *list...), v)
	*list = all[:len(all)-1]
	return func() bool { return cmp.Equal(all[len(all)-1], v) }
}
