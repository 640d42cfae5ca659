package process_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func args(line string) podtest.Option {
	return podtest.WithMain(func(c *corev1.Container) { c.Args = strings.Fields(line) })
}

// shellLine makes the main container run a line.
func shellLine(line string) podtest.Option {
	return podtest.Given([]string{"/bin/sh", "-c"}, []string{line})
}

func fromSecretKey(name string) podtest.Option {
	return podtest.WithPod(func(p *dynamo.Pod) {
		p.Envs = []corev1.EnvVar{{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "k"}}}}
	})
}

// TestMovedPorts has everything that moves a port: the container's port goes
// with it, and so do the probes and the Service, which name it.
func TestMovedPorts(t *testing.T) {
	const (
		mainArgs = "spec.extraPodSpec.mainContainer.args: "
		taken    = ` is taken to be 8000: give a number from 1 to 65535`
	)
	frontend, worker, planner := podtest.OfType(dynamo.TypeFrontend, ""), podtest.OfType(dynamo.TypeWorker, ""), podtest.OfType(dynamo.TypePlanner, "")
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    map[string]int32
		warning string
	}{
		"Default":       {reason: "the type's own", options: []podtest.Option{frontend}, want: map[string]int32{"http": 8000}},
		"Flag":          {reason: "a flag moves it", options: []podtest.Option{frontend, args("-m dynamo.frontend --http-port 8080")}, want: map[string]int32{"http": 8080}},
		"FlagValue":     {reason: "in one word too", options: []podtest.Option{frontend, args("-m dynamo.frontend --http-port=8080")}, want: map[string]int32{"http": 8080}},
		"Line":          {reason: "or in a shell's line", options: []podtest.Option{frontend, shellLine("exec python3 -m dynamo.frontend \\\n  --http-port \\\n '8080';")}, want: map[string]int32{"http": 8080}},
		"Subshell":      {reason: "however that is written", options: []podtest.Option{frontend, shellLine("(python3 -m dynamo.frontend --http-port \"8080\")")}, want: map[string]int32{"http": 8080}},
		"Command":       {reason: "wherever", options: []podtest.Option{frontend, podtest.Given(strings.Fields("python3 -m dynamo.frontend --http-port 8080"), []string{"--x"})}, want: map[string]int32{"http": 8080}},
		"OtherFlag":     {reason: "not one that only looks alike", options: []podtest.Option{frontend, args("-m dynamo.frontend --http-port-range 8080")}, want: map[string]int32{"http": 8000}},
		"Variable":      {reason: "a variable moves it", options: []podtest.Option{frontend, podtest.ServiceEnv("DYN_HTTP_PORT", "8080")}, want: map[string]int32{"http": 8080}},
		"VariableMain":  {reason: "the one that the container has", options: []podtest.Option{frontend, podtest.ServiceEnv("DYN_HTTP_PORT", "8080"), podtest.MainEnv("DYN_HTTP_PORT", "8081")}, want: map[string]int32{"http": 8081}},
		"FlagOverAll":   {reason: "a flag wins", options: []podtest.Option{frontend, podtest.ServiceEnv("DYN_HTTP_PORT", "8080"), args("-m dynamo.frontend --http-port 8081")}, want: map[string]int32{"http": 8081}},
		"Assigned":      {reason: "as does what the line gives to the variable", options: []podtest.Option{worker, podtest.ServiceEnv("DYN_SYSTEM_PORT", "8080"), shellLine("export DYN_SYSTEM_PORT='8081'; python3 -m dynamo.vllm")}, want: map[string]int32{"system": 8081, "nixl": 19090}},
		"Reference":     {reason: "a reference to a variable is its value", options: []podtest.Option{frontend, podtest.MainEnv("P", "8080"), args("-m dynamo.frontend --http-port $(P)")}, want: map[string]int32{"http": 8080}},
		"References":    {reason: "through others", options: []podtest.Option{frontend, podtest.MainEnv("P", "8080", "DYN_HTTP_PORT", "$(P)")}, want: map[string]int32{"http": 8080}},
		"ShellVariable": {reason: "a shell's too", options: []podtest.Option{frontend, shellLine("python3 -m dynamo.frontend --http-port ${DYN_HTTP_PORT:-8080}")}, want: map[string]int32{"http": 8000}},
		"ShellDefault":  {reason: "with its own default", options: []podtest.Option{frontend, shellLine("python3 -m dynamo.frontend --http-port ${P:-8080}")}, want: map[string]int32{"http": 8080}},
		"ShellLocal":    {reason: "or given a line before", options: []podtest.Option{frontend, shellLine("P=8080\npython3 -m dynamo.frontend --http-port \"$P\"")}, want: map[string]int32{"http": 8080}},
		"OldInLine":     {reason: "an old variable may be used", options: []podtest.Option{frontend, podtest.ServiceEnv("DYNAMO_PORT", "8080"), shellLine("python3 -m dynamo.frontend --http-port $DYNAMO_PORT")}, want: map[string]int32{"http": 8080}},
		"Worker":        {reason: "a worker has two", options: []podtest.Option{worker, podtest.Running("dynamo.vllm"), podtest.ServiceEnv("DYN_SYSTEM_PORT", "8081", "NIXL_TELEMETRY_PROMETHEUS_PORT", "19091")}, want: map[string]int32{"system": 8081, "nixl": 19091}},
		"Planner":       {reason: "so has a planner", options: []podtest.Option{planner, podtest.Running("dynamo.planner"), podtest.ServiceEnv("DYN_SYSTEM_PORT", "8081", "PLANNER_PROMETHEUS_PORT", "9086")}, want: map[string]int32{"system": 8081, "metrics": 9086}},
		"FreeType":      {reason: "other types have none", options: []podtest.Option{podtest.OfType("reranker", ""), podtest.Running("x"), podtest.ServiceEnv("DYN_SYSTEM_PORT", "8081")}, want: map[string]int32{}},
		"Old": {
			reason:  "an old variable alone moves nothing",
			options: []podtest.Option{frontend, podtest.ServiceEnv("DYNAMO_PORT", "8080")},
			want:    map[string]int32{"http": 8000},
			warning: "spec.envs[DYNAMO_PORT]: moves no port: set DYN_HTTP_PORT",
		},
		"OldToo": {reason: "beside the other it is no matter", options: []podtest.Option{frontend, podtest.ServiceEnv("DYNAMO_PORT", "8080", "DYN_HTTP_PORT", "8080")}, want: map[string]int32{"http": 8080}},
		"Secret": {
			reason:  "what is not known stays",
			options: []podtest.Option{frontend, fromSecretKey("DYN_HTTP_PORT")},
			want:    map[string]int32{"http": 8000},
			warning: `spec.envs[DYN_HTTP_PORT]: DYN_HTTP_PORT has no value that is known here, so that port "http"` + taken,
		},
		"NoNumber": {
			reason:  "what is no number too",
			options: []podtest.Option{frontend, podtest.MainEnv("DYN_HTTP_PORT", "http")},
			want:    map[string]int32{"http": 8000},
			warning: `spec.extraPodSpec.mainContainer.env[DYN_HTTP_PORT]: DYN_HTTP_PORT is http, which is no port that can be read here, so that port "http"` + taken,
		},
		"Zero": {
			reason:  "any port is none that can be probed",
			options: []podtest.Option{frontend, args("-m dynamo.frontend --http-port 0")},
			want:    map[string]int32{"http": 8000},
			warning: mainArgs + `--http-port is 0, which is no port that can be read here, so that port "http"` + taken,
		},
		"TooLarge": {
			reason:  "nor is what is none",
			options: []podtest.Option{frontend, args("-m dynamo.frontend --http-port 65536")},
			want:    map[string]int32{"http": 8000},
			warning: mainArgs + `--http-port is 65536, which is no port that can be read here, so that port "http"` + taken,
		},
		"Unknown": {
			reason:  "a variable may be unknown",
			options: []podtest.Option{frontend, shellLine("python3 -m dynamo.frontend --http-port $P")},
			want:    map[string]int32{"http": 8000},
			warning: mainArgs + `--http-port is $P, which is no port that can be read here, so that port "http"` + taken,
		},
		"Circle": {
			reason:  "or refer to itself",
			options: []podtest.Option{frontend, podtest.MainEnv("DYN_HTTP_PORT", "$(DYN_HTTP_PORT)")},
			want:    map[string]int32{"http": 8000},
			warning: `spec.extraPodSpec.mainContainer.env[DYN_HTTP_PORT]: DYN_HTTP_PORT is $(DYN_HTTP_PORT), which is no port that can be read here, so that port "http"` + taken,
		},
		"OnAnother": {
			reason:  "no API server takes a number twice",
			options: []podtest.Option{worker, podtest.Running("dynamo.vllm"), podtest.ServiceEnv("DYN_SYSTEM_PORT", "19090")},
			want:    map[string]int32{"system": 19090},
			warning: `spec.envs[DYN_SYSTEM_PORT]: DYN_SYSTEM_PORT lets port "system" be 19090, where port "nixl" is, and a container has each number once: give it another one`,
		},
		"OnMoved": {
			reason:  "of two that are moved to one the second is told of",
			options: []podtest.Option{worker, podtest.Running("dynamo.vllm"), podtest.ServiceEnv("DYN_SYSTEM_PORT", "7000", "NIXL_TELEMETRY_PROMETHEUS_PORT", "7000")},
			want:    map[string]int32{"system": 7000},
			warning: `spec.envs[NIXL_TELEMETRY_PROMETHEUS_PORT]: NIXL_TELEMETRY_PROMETHEUS_PORT lets port "nixl" be 7000, where port "system" is, and a container has each number once: give it another one`,
		},
		"Swapped": {
			reason:  "two that change places are two",
			options: []podtest.Option{worker, podtest.Running("dynamo.vllm"), podtest.ServiceEnv("DYN_SYSTEM_PORT", "19090", "NIXL_TELEMETRY_PROMETHEUS_PORT", "9090")},
			want:    map[string]int32{"system": 19090, "nixl": 9090},
		},
		"OtherProgram": {
			reason:  "another program's flag is not the frontend's",
			options: []podtest.Option{frontend, shellLine("/opt/metrics --http-port 9000 & exec python3 -m dynamo.frontend")},
			want:    map[string]int32{"http": 8000},
		},
		"OwnProgram": {
			reason:  "which has its own",
			options: []podtest.Option{frontend, shellLine("/opt/metrics --http-port 9000 & exec python3 -m dynamo.frontend --http-port 8080")},
			want:    map[string]int32{"http": 8080},
		},
		"OtherVariable": {
			reason:  "nor is a variable that only another program gets",
			options: []podtest.Option{worker, shellLine("DYN_SYSTEM_PORT=8082 python3 -m dynamo.router & exec python3 -m dynamo.vllm --model m")},
			want:    map[string]int32{"system": 9090, "nixl": 19090},
		},
		"OwnVariable": {
			reason:  "but it is where the engine gets it",
			options: []podtest.Option{worker, shellLine("python3 -m dynamo.router & DYN_SYSTEM_PORT=8082 exec python3 -m dynamo.vllm --model m")},
			want:    map[string]int32{"system": 8082, "nixl": 19090},
		},
		"Printed": {
			reason:  "what is printed starts nothing",
			options: []podtest.Option{frontend, shellLine("echo --http-port 9999; exec ./serve.sh")},
			want:    map[string]int32{"http": 8000},
		},
		"Several": {
			reason:  "of several programs nobody knows which one is meant",
			options: []podtest.Option{frontend, shellLine("python3 -m dynamo.frontend --http-port 8001 & python3 -m dynamo.frontend --http-port 8002")},
			want:    map[string]int32{"http": 8000},
			warning: mainArgs + `--http-port is 8001 and 8002, which is no port that can be read here, so that port "http"` + taken,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := map[string]int32{}
			for _, p := range podtest.RenderMain(t, settings.Settings{}, tc.options...).Ports {
				got[p.Name] = p.ContainerPort
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: ports (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.warning, strings.Join(podtest.Warnings(t, tc.options...), "; ")); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestUserPorts has the ports that a user gives: the one that is served is among
// them, and the probes ask it by the name that it has there.
func TestUserPorts(t *testing.T) {
	port := func(name string, number int32) corev1.ContainerPort {
		return corev1.ContainerPort{Name: name, ContainerPort: number}
	}
	system := corev1.ContainerPort{Name: "system", ContainerPort: 9090, Protocol: "TCP"}
	moved := podtest.ServiceEnv("DYN_SYSTEM_PORT", "8081")
	type want struct {
		Ports   []corev1.ContainerPort
		Probed  string
		Served  corev1.ContainerPort
		Warning string
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    want
	}{
		"Added": {
			reason:  "the port is added",
			options: []podtest.Option{podtest.ContainerPorts(port("kvevents", 5557))},
			want:    want{Ports: []corev1.ContainerPort{port("kvevents", 5557), system}, Probed: "system", Served: system},
		},
		"Named": {
			reason:  "an entry of its number gets the name",
			options: []podtest.Option{podtest.ContainerPorts(port("kvevents", 5557), port("", 9090))},
			want:    want{Ports: []corev1.ContainerPort{port("kvevents", 5557), port("system", 9090)}, Probed: "system", Served: port("system", 9090)},
		},
		"NamedOtherwise": {
			reason:  "one that has a name keeps it: it may be there once",
			options: []podtest.Option{podtest.ContainerPorts(port("metrics", 9090))},
			want:    want{Ports: []corev1.ContainerPort{port("metrics", 9090)}, Probed: "metrics", Served: port("metrics", 9090)},
		},
		"UDP": {
			reason:  "the same number of another protocol is another port",
			options: []podtest.Option{podtest.ContainerPorts(corev1.ContainerPort{ContainerPort: 9090, Protocol: "UDP"})},
			want:    want{Ports: []corev1.ContainerPort{{ContainerPort: 9090, Protocol: "UDP"}, system}, Probed: "system", Served: system},
		},
		"Theirs": {
			reason:  "what the user calls so is the one, whatever its number, and the process needs to be told",
			options: []podtest.Option{podtest.ContainerPorts(port("system", 8085))},
			want: want{
				Ports: []corev1.ContainerPort{port("system", 8085)}, Probed: "system", Served: port("system", 8085),
				Warning: `spec.extraPodSpec.mainContainer.ports[0].containerPort: is where probes and the Service look for port "system", ` +
					`while DYN_SYSTEM_PORT lets it be 9090: give both the same number`,
			},
		},
		"Moved": {
			reason:  "it is added where it is",
			options: []podtest.Option{moved, podtest.ContainerPorts(port("kvevents", 5557))},
			want: want{
				Ports:  []corev1.ContainerPort{port("kvevents", 5557), {Name: "system", ContainerPort: 8081, Protocol: "TCP"}},
				Probed: "system", Served: corev1.ContainerPort{Name: "system", ContainerPort: 8081, Protocol: "TCP"},
			},
		},
		"Contradiction": {
			reason:  "a user who says two things is told",
			options: []podtest.Option{moved, podtest.ContainerPorts(port("system", 9090))},
			want: want{
				Ports: []corev1.ContainerPort{port("system", 9090)}, Probed: "system", Served: port("system", 9090),
				Warning: `spec.extraPodSpec.mainContainer.ports[0].containerPort: is where probes and the Service look for port "system", ` +
					`while DYN_SYSTEM_PORT lets it be 8081: give both the same number`,
			},
		},
		"Agreement":  {reason: "not so with one thing", options: []podtest.Option{moved, podtest.ContainerPorts(port("system", 8081))}, want: want{Ports: []corev1.ContainerPort{port("system", 8081)}, Probed: "system", Served: port("system", 8081)}},
		"OutOfSight": {reason: "what is not known here they may say themselves", options: []podtest.Option{fromSecretKey("DYN_SYSTEM_PORT"), podtest.ContainerPorts(port("system", 8081))}, want: want{Ports: []corev1.ContainerPort{port("system", 8081)}, Probed: "system", Served: port("system", 8081)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append([]podtest.Option{podtest.Running("dynamo.vllm")}, tc.options...)
			main := podtest.RenderMain(t, settings.Settings{}, options...)
			got := want{
				Ports: main.Ports, Probed: main.LivenessProbe.HTTPGet.Port.StrVal,
				Served: process.ReadMain(podtest.Component(options...)).Served(), Warning: strings.Join(podtest.Warnings(t, options...), "; "),
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: ports (-want, +got):\n%s", tc.reason, diff)
			}
			for _, p := range []*corev1.Probe{main.ReadinessProbe, main.StartupProbe} {
				if p.HTTPGet.Port.StrVal != tc.want.Probed {
					t.Errorf("%s: want all probes at %s, got %v", tc.reason, tc.want.Probed, p)
				}
			}
		})
	}
}

// TestUserProbesStay lets a probe of the user's ask what it asks.
func TestUserProbesStay(t *testing.T) {
	own := &corev1.Probe{ProbeHandler: podtest.HTTPGet("/mine", 9090)}
	main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(dynamo.TypeFrontend, ""), podtest.ServiceEnv("DYN_HTTP_PORT", "8080"),
		podtest.WithMain(func(c *corev1.Container) { c.LivenessProbe = own.DeepCopy() }))
	if diff := cmp.Diff(own, main.LivenessProbe); diff != "" {
		t.Errorf("the user's probe (-want, +got):\n%s", diff)
	}
}

// TestPickerPorts has the flags of an endpoint picker, whose health is asked of a
// port by its number.
func TestPickerPorts(t *testing.T) {
	main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(dynamo.TypePicker, ""), podtest.Configured, args("--grpc-port 9010 --grpc-health-port=9011 --metrics-port 9012"))
	got := map[string]int32{"live": main.LivenessProbe.GRPC.Port, "ready": main.ReadinessProbe.GRPC.Port, "startup": main.StartupProbe.GRPC.Port}
	for _, p := range main.Ports {
		got[p.Name] = p.ContainerPort
	}
	want := map[string]int32{"grpc": 9010, "grpc-health": 9011, "metrics": 9012, "live": 9011, "ready": 9011, "startup": 9011}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ports of a picker (-want, +got):\n%s", diff)
	}
}

// TestSidecarPort has a frontend beside a worker, which an endpoint picker sends
// requests to.
func TestSidecarPort(t *testing.T) {
	const pool = ": the pool of the endpoint picker sends requests to port 8000: leave "
	cases := map[string]struct {
		reason  string
		sidecar dynamo.Sidecar
		picked  bool
		want    int32
		warning string
	}{
		"Default":  {reason: "where a frontend is", picked: true, want: 8000},
		"Variable": {reason: "its variable moves it", sidecar: dynamo.Sidecar{Envs: podtest.Env("DYN_HTTP_PORT", "8001")}, want: 8001},
		"Flag":     {reason: "and so does its flag", sidecar: dynamo.Sidecar{Args: strings.Fields("-m dynamo.frontend --http-port 8001")}, want: 8001},
		"Picked":   {reason: "the pool does not follow", sidecar: dynamo.Sidecar{Envs: podtest.Env("DYN_HTTP_PORT", "8001")}, picked: true, want: 8001, warning: "spec.frontendSidecar.envs[DYN_HTTP_PORT]" + pool + "DYN_HTTP_PORT at it"},
		"PickedFlag": {
			reason: "whatever moves it", sidecar: dynamo.Sidecar{Args: strings.Fields("-m dynamo.frontend --http-port 8001")}, picked: true, want: 8001,
			warning: "spec.frontendSidecar.args" + pool + "--http-port at it",
		},
		"Unread": {
			reason: "what cannot be read is told of", sidecar: dynamo.Sidecar{Envs: podtest.Env("DYN_HTTP_PORT", "x")}, want: 8000,
			warning: `spec.frontendSidecar.envs[DYN_HTTP_PORT]: DYN_HTTP_PORT is x, which is no port that can be read here, ` +
				`so that port "http" is taken to be 8000: give a number from 1 to 65535`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := []podtest.Option{podtest.Running("dynamo.vllm"), func(c *dynamo.Component) {
				s := tc.sidecar
				s.Image = "f:1"
				c.Pod.Sidecar, c.Picked = &s, tc.picked
			}}
			containers := podtest.Render(t, settings.Settings{}, options...).Spec.Containers
			got := containers[len(containers)-1].Ports
			if diff := cmp.Diff([]corev1.ContainerPort{{Name: "http", ContainerPort: tc.want, Protocol: "TCP"}}, got); diff != "" {
				t.Errorf("%s: ports of the sidecar (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.warning, strings.Join(podtest.Warnings(t, options...), "; ")); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
