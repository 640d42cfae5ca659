package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
)

// asV1Beta1 is a component whose user wrote it in the form of v1beta1.
func asV1Beta1(c *dynamo.Component) {
	c.At = dynamo.Paths{Spec: field.NewPath("spec", "components").Key("Worker"), Form: convert.FormV1Beta1()}
}

// beside puts containers beside the main one, of which the named one is a frontend.
func beside(name string, containers ...corev1.Container) podtest.Option {
	return func(c *dynamo.Component) {
		asV1Beta1(c)
		c.Pod.Spec.Containers = append([]corev1.Container(nil), containers...)
		c.Pod.Sidecar = &dynamo.Sidecar{Container: name, Image: "frontend:1"}
	}
}

// TestNamedSidecar: a container that the user gives becomes what the same fields of a
// sidecar of v1alpha1 become, in the place where it stands.
func TestNamedSidecar(t *testing.T) {
	user := corev1.Container{
		Name:    "sidecar-frontend",
		Image:   "nvcr.io/nvidia/ai-dynamo/frontend:1.4.0",
		Args:    []string{"-m", "dynamo.frontend", "--router-mode", "direct"},
		Env:     podtest.Env("DYN_ROUTER_MODE", "direct", "DYN_HTTP_PORT", "8001"),
		EnvFrom: []corev1.EnvFromSource{podtest.SecretEnv("frontend-secret")},
	}
	named := func(c *dynamo.Component) {
		withSidecar(c)
		c.Pod.Spec.Containers = []corev1.Container{user}
		c.Pod.Sidecar = &dynamo.Sidecar{Container: user.Name, Image: user.Image}
	}
	want := podtest.Render(t, podtest.Platform(), withSidecar)
	if diff := cmp.Diff(want, podtest.Render(t, podtest.Platform(), named)); diff != "" {
		t.Errorf("Template(...): -with a sidecar that is made, +with the same one that is named:\n%s", diff)
	}
}

func TestNamedSidecarKeeps(t *testing.T) {
	mounts := podtest.MainMounting(podtest.Mount("models", "/models"), podtest.Mount("own", "/of-main"))
	front := corev1.Container{
		Name:           "front",
		Image:          "frontend:1",
		Command:        []string{"/start"},
		Ports:          []corev1.ContainerPort{{Name: "extra", ContainerPort: 7000}},
		LivenessProbe:  &corev1.Probe{PeriodSeconds: 3},
		ReadinessProbe: &corev1.Probe{ProbeHandler: podtest.TCP(8000)},
		VolumeMounts:   []corev1.VolumeMount{podtest.Mount("own", "/of-front")},
		WorkingDir:     "/srv",
	}
	log := corev1.Container{Name: "log", Image: "log:1"}
	containers := podtest.Render(t, podtest.Etcd(), mounts, beside("front", front, log)).Spec.Containers

	var names []string
	for _, c := range containers {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"main", "front", "log"}, names); diff != "" {
		t.Fatalf("containers (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff(log, containers[2]); diff != "" {
		t.Errorf("a container beside both is changed (-want, +got):\n%s", diff)
	}
	got := containers[1]
	if diff := cmp.Diff([]corev1.VolumeMount{podtest.Mount("own", "/of-front"), podtest.Mount("models", "/models")}, got.VolumeMounts); diff != "" {
		t.Errorf("its mounts, and those of main whose volumes it lacks (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"/start"}, got.Command); diff != "" || got.WorkingDir != "/srv" || got.Image != "frontend:1" {
		t.Errorf("what the user says stays (-want command, +got):\n%s", diff)
	}
	if p := got.LivenessProbe; p.PeriodSeconds != 3 || ptr.Deref(p.HTTPGet, corev1.HTTPGetAction{}).Path != "/live" {
		t.Errorf("a probe with numbers alone asks what a frontend's does: got %v", p)
	}
	if p := got.ReadinessProbe; p.HTTPGet != nil || p.TimeoutSeconds != 3 {
		t.Errorf("a probe with a handler keeps it, and takes the numbers that it lacks: got %v", p)
	}
	if v := podtest.Values(got.Env); v["DYN_COMPONENT"] != "frontend" || v["DYN_HTTP_PORT"] != "8000" {
		t.Errorf("it has the variables of a frontend: got %v", v)
	}
}

// TestNamedContainerFaults has what no schema can say of containers that go by names.
func TestNamedContainerFaults(t *testing.T) {
	const at = "spec.components[Worker]."
	front := corev1.Container{Name: "front", Image: "f:1"}
	cases := map[string]struct {
		reason string
		option podtest.Option
		want   []string
	}{
		"Sidecar": {reason: "a container of the pod", option: beside("front", front)},
		"Main": {
			reason: "the main container cannot be beside itself",
			option: beside("main", front),
			want:   []string{at + `frontendSidecar: Invalid value: "main": is the main container: name the one beside it that runs the frontend`},
		},
		"Missing": {
			reason: "a container that does not exist",
			option: beside("other", front),
			want:   []string{at + `frontendSidecar: Invalid value: "other": is no container of ` + at + `podTemplate.spec.containers: add it there, or name one of them`},
		},
		"Init": {
			reason: "an init container does not run beside main",
			option: func(c *dynamo.Component) {
				beside("front")(c)
				c.Pod.Spec.InitContainers = []corev1.Container{front}
			},
			want: []string{at + `frontendSidecar: Invalid value: "front": is no container of ` + at + `podTemplate.spec.containers: add it there, or name one of them`},
		},
		"TwoMains": {
			reason: "an API server takes two of one name in a list that has no schema",
			option: func(c *dynamo.Component) {
				asV1Beta1(c)
				c.Pod.Spec.Containers = []corev1.Container{{Name: "main", Image: "i:1"}}
			},
			want: []string{at + `podTemplate.spec.containers[main].name: Duplicate value: "main"`},
		},
		"NoImage": {
			reason: "a main container that is made has no image",
			option: func(c *dynamo.Component) {
				asV1Beta1(c)
				c.Pod.Main = nil
			},
			want: []string{at + `podTemplate.spec.containers[main].image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image`},
		},
		"MountConflict": {
			reason: "a cache is mounted where something else is",
			option: func(c *dynamo.Component) {
				asV1Beta1(c)
				c.Pod.Main.VolumeMounts = []corev1.VolumeMount{podtest.Mount("a", "/c")}
				c.Pod.Mounts = []dynamo.Mount{{Name: "c", Path: "/c", CompilationCache: true}}
			},
			want: []string{at + `compilationCache.mountPath: Invalid value: "/c": volume "a" is mounted there already by ` + at +
				`podTemplate.spec.containers[main].volumeMounts[0].mountPath: choose another path for one of the two`},
		},
		"CachePath": {
			reason: "an engine without a usual place for its cache",
			option: func(c *dynamo.Component) {
				podtest.Running("dynamo.sglang")(c)
				asV1Beta1(c)
				c.Pod.Mounts = []dynamo.Mount{{Name: "c", CompilationCache: true}}
			},
			want: []string{at + `compilationCache.mountPath: Required value: engine "sglang" has no default place for a compilation cache: give the path`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.FaultTexts(t, tc.option)); diff != "" {
				t.Errorf("\n%s\nFaults(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNamedSidecarWarnings: what is odd about a sidecar is told where its container is.
func TestNamedSidecarWarnings(t *testing.T) {
	front := corev1.Container{
		Name: "front", Image: "f:1", Args: []string{"-m", "dynamo.frontend", "--http-port", "9000"},
		LivenessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/live"}}},
	}
	front.LivenessProbe.HTTPGet.Port.Type, front.LivenessProbe.HTTPGet.Port.StrVal = 1, "http"
	picked := func(c *dynamo.Component) { c.Picked = true }
	want := []string{"spec.components[Worker].podTemplate.spec.containers[front].args: the pool of the endpoint picker sends requests to port 8000: leave --http-port at it"}
	if diff := cmp.Diff(want, podtest.Warnings(t, podtest.Running("dynamo.vllm"), beside("front", front), picked)); diff != "" {
		t.Errorf("Warnings(...): -want, +got:\n%s", diff)
	}
}
