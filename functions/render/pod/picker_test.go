package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// referring is a picker whose configuration is in a ConfigMap.
func referring(c *dynamo.Component) {
	c.Picker = &dynamo.Picker{ConfigMap: "mine", Key: "picker.yaml", Optional: ptr.To(true)}
}

func serving(model string) podtest.Option {
	return func(c *dynamo.Component) { c.Model = model }
}

// mounted are a user's volumes and mounts in an endpoint picker.
func mounted(volumes []string, mounts ...corev1.VolumeMount) podtest.Option {
	return func(c *dynamo.Component) {
		for _, name := range volumes {
			c.Pod.Spec.Volumes = append(c.Pod.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
				Secret: &corev1.SecretVolumeSource{SecretName: name},
			}})
		}
		c.Pod.Main.VolumeMounts = append(c.Pod.Main.VolumeMounts, mounts...)
	}
}

// TestPickerVolumes has what becomes of a user's volumes and mounts beside those
// of an endpoint picker.
func TestPickerVolumes(t *testing.T) {
	config, cache, shm := corev1.VolumeMount{Name: "epp-config", MountPath: "/etc/epp", ReadOnly: true}, podtest.Mount("hf-cache", "/home/nonroot/.cache"), podtest.Mount("shared-memory", "/dev/shm")
	type want struct {
		mounts  []corev1.VolumeMount
		volumes map[string]string
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    want
	}{
		"Alone": {
			reason:  "its configuration and its cache",
			options: []podtest.Option{podtest.Configured},
			want: want{
				mounts:  []corev1.VolumeMount{config, cache, shm},
				volumes: map[string]string{"epp-config": "configMap", "hf-cache": "emptyDir", "shared-memory": "emptyDir"},
			},
		},
		"MoreVolumes": {
			reason:  "they add up",
			options: []podtest.Option{podtest.Configured, mounted([]string{"certs"}, podtest.Mount("certs", "/certs"))},
			want: want{
				mounts:  []corev1.VolumeMount{podtest.Mount("certs", "/certs"), config, cache, shm},
				volumes: map[string]string{"certs": "secret", "epp-config": "configMap", "hf-cache": "emptyDir", "shared-memory": "emptyDir"},
			},
		},
		"SameVolume": {
			reason:  "a volume of the same name is the user's, mounted as ever",
			options: []podtest.Option{podtest.Configured, mounted([]string{"hf-cache"})},
			want: want{
				mounts:  []corev1.VolumeMount{config, cache, shm},
				volumes: map[string]string{"epp-config": "configMap", "hf-cache": "secret", "shared-memory": "emptyDir"},
			},
		},
		"SameMount": {
			reason:  "a mount of the same name is the user's",
			options: []podtest.Option{podtest.Configured, mounted([]string{"hf-cache"}, podtest.Mount("hf-cache", "/cache"))},
			want: want{
				mounts:  []corev1.VolumeMount{podtest.Mount("hf-cache", "/cache"), config, shm},
				volumes: map[string]string{"epp-config": "configMap", "hf-cache": "secret", "shared-memory": "emptyDir"},
			},
		},
		"SamePath": {
			reason:  "the API server refuses two mounts on one path: the user's stays",
			options: []podtest.Option{podtest.Configured, mounted([]string{"disk"}, podtest.Mount("disk", "/home/nonroot/.cache"))},
			want: want{
				mounts:  []corev1.VolumeMount{podtest.Mount("disk", "/home/nonroot/.cache"), config, shm},
				volumes: map[string]string{"disk": "secret", "epp-config": "configMap", "hf-cache": "emptyDir", "shared-memory": "emptyDir"},
			},
		},
		"NoConfiguration": {
			reason: "nothing to mount, and the cache is in another home",
			want: want{
				mounts:  []corev1.VolumeMount{podtest.Mount("hf-cache", "/home/dynamo/.cache"), shm},
				volumes: map[string]string{"hf-cache": "emptyDir", "shared-memory": "emptyDir"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := podtest.Render(t, settings.Default(), append([]podtest.Option{podtest.OfType(dynamo.TypePicker, "")}, tc.options...)...).Spec
			got := want{mounts: spec.Containers[0].VolumeMounts, volumes: map[string]string{}}
			for _, v := range spec.Volumes {
				got.volumes[v.Name] = kindOf(v)
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Template(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func kindOf(v corev1.Volume) string {
	switch {
	case v.ConfigMap != nil:
		return "configMap"
	case v.Secret != nil:
		return "secret"
	case v.EmptyDir != nil:
		return "emptyDir"
	}
	return "other"
}

func TestPickerMain(t *testing.T) {
	picker := podtest.OfType(dynamo.TypePicker, "")
	own := func(c *dynamo.Component) { c.Pod.Main.Args = []string{"--pool-name", "mine"} }
	tcp := func(c *dynamo.Component) {
		c.Pod.ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{}}}
	}

	if got := podtest.RenderMain(t, settings.Default(), picker, podtest.Configured); got.Command != nil || len(got.Args) == 0 {
		t.Errorf("the image has its own command: want arguments only, got %q %q", got.Command, got.Args)
	}
	if diff := cmp.Diff([]string{"--pool-name", "mine"}, podtest.RenderMain(t, settings.Default(), picker, own).Args); diff != "" {
		t.Errorf("the user's arguments replace all (-want, +got):\n%s", diff)
	}
	probe := podtest.RenderMain(t, settings.Default(), picker, tcp).ReadinessProbe
	if probe.GRPC != nil || probe.TCPSocket == nil {
		t.Errorf("a probe has one handler, the user's: got %v", probe)
	}
}

func TestAccounts(t *testing.T) {
	named := func(c *dynamo.Component) { c.Pod.Spec.ServiceAccountName = "mine" }
	old := func(c *dynamo.Component) { c.Pod.Spec.DeprecatedServiceAccount = "old" }
	planner, picker := podtest.OfType(dynamo.TypePlanner, ""), podtest.OfType(dynamo.TypePicker, "")
	cases := map[string]struct {
		reason   string
		settings settings.Settings
		options  []podtest.Option
		want     string
	}{
		"Worker":         {reason: "to find each other", settings: settings.Default(), want: "chat-k8s-service-discovery"},
		"WorkerEtcd":     {reason: "etcd needs no account", settings: podtest.Etcd(), want: "default"},
		"WorkerNamed":    {reason: "the user's wins", settings: settings.Default(), options: []podtest.Option{named}, want: "mine"},
		"WorkerOldField": {reason: "under the old name of the field, too", settings: settings.Default(), options: []podtest.Option{old}, want: "old"},
		"Planner":        {reason: "its own", settings: settings.Default(), options: []podtest.Option{planner}, want: "chat-planner"},
		"PlannerEtcd":    {reason: "its own with etcd", settings: podtest.Etcd(), options: []podtest.Option{planner}, want: "chat-planner"},
		"PlannerNamed":   {reason: "always its own: it scales with its rights", settings: settings.Default(), options: []podtest.Option{planner, named}, want: "chat-planner"},
		"Picker":         {reason: "its own", settings: settings.Default(), options: []podtest.Option{picker}, want: "chat-epp"},
		"PickerNamed":    {reason: "the user's wins", settings: settings.Default(), options: []podtest.Option{picker, named}, want: "mine"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := podtest.Render(t, tc.settings, tc.options...).Spec.ServiceAccountName; got != tc.want {
				t.Errorf("%s: want account %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

func TestAnnotationsOfTypes(t *testing.T) {
	picker := podtest.OfType(dynamo.TypePicker, "")
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    map[string]string
	}{
		"None":        {reason: "nothing by itself"},
		"Picker":      {reason: "no proxy in front of a picker", options: []podtest.Option{picker}, want: map[string]string{"sidecar.istio.io/inject": "false"}},
		"PickerAsked": {reason: "unless the user wants one", options: []podtest.Option{picker, podtest.Annotated("sidecar.istio.io/inject", "true")}, want: map[string]string{"sidecar.istio.io/inject": "true"}},
		"Model":       {reason: "the name in full", options: []podtest.Option{serving("org/model")}, want: map[string]string{"nvidia.com/dynamo-base-model": "org/model"}},
		"ModelWins":   {reason: "the contract's over the user's", options: []podtest.Option{podtest.Annotated("nvidia.com/dynamo-base-model", "x"), serving("org/model")}, want: map[string]string{"nvidia.com/dynamo-base-model": "org/model"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, metadata.Annotations(podtest.Component(tc.options...))); diff != "" {
				t.Errorf("%s: metadata.Annotations(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestConfigRolls: pickers read their configuration once.
func TestConfigRolls(t *testing.T) {
	const key = "dynamo.fn.crossplane.io/picker-config-hash"
	hash := func(options ...podtest.Option) string {
		return podtest.Render(t, settings.Default(), append([]podtest.Option{podtest.OfType(dynamo.TypePicker, "")}, options...)...).Annotations[key]
	}
	other := func(c *dynamo.Component) { c.Picker = &dynamo.Picker{Document: []byte(`{"plugins":[]}`)} }
	if hash(podtest.Configured) == "" || hash(podtest.Configured) == hash(other) {
		t.Errorf("another configuration is another hash: got %q and %q", hash(podtest.Configured), hash(other))
	}
	if got := hash(referring); got != "" {
		t.Errorf("nothing is known of a ConfigMap that others write: got %q", got)
	}
	if _, ok := metadata.Annotations(podtest.Component(podtest.OfType(dynamo.TypePicker, ""), podtest.Configured))[key]; ok {
		t.Error("the hash is for pods alone")
	}
}
