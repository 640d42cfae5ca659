package process

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
)

// Process is what is known of the programs that a container of a component runs.
type Process struct {
	// user is the container as its user gives it; line has the command and args that
	// are run.
	user, line corev1.Container
	programs   commandline.Programs
	listeners  []listener
	at         places
}

// places are where the user writes what a container runs. Command and ports are
// nil for a container that the user cannot give them.
type places struct {
	command, args, ports *field.Path
	env                  func(variable string) *field.Path
}

// ReadMain reads what the main container of a component runs. Variables that the
// settings add are not needed for that: they move no port.
func ReadMain(c dynamo.Component) Process {
	user := ptr.Deref(c.Pod.Main, corev1.Container{})
	id := Outline(c)
	base := Defaults(id)
	out := read(id, user, base, environment.Merge(base.Env, c.Pod.Envs, user.Env))
	out.at = places{
		command: c.At.Main("command"),
		args:    c.At.Main("args"),
		ports:   c.At.Main("ports"),
		env: func(name string) *field.Path {
			if slices.ContainsFunc(user.Env, func(v corev1.EnvVar) bool { return v.Name == name }) {
				return c.At.Main("env").Key(name)
			}
			return c.At.At(dynamo.FieldEnvs).Key(name)
		},
	}
	return out
}

// ReadSidecar reads what the frontend beside the main container runs. The component
// must have one.
func ReadSidecar(c dynamo.Component) Process {
	id := Identity{componentType: dynamo.TypeFrontend}
	base := Frontend(id)
	user := corev1.Container{Args: c.Pod.Sidecar.Args, Env: c.Pod.Sidecar.Envs}
	at := places{
		args: c.At.At(dynamo.FieldSidecarArgs),
		env:  func(name string) *field.Path { return c.At.At(dynamo.FieldSidecarEnvs).Key(name) },
	}
	if own, ok := c.Pod.FindSidecar(); ok {
		user, at = own, placesOf(c.At.Container("containers", 0, own.Name))
	}
	out := read(id, user, base, environment.Merge(base.Env, user.Env))
	out.at = at
	return out
}

// placesOf are those of a container that the user gives as a whole.
func placesOf(at *field.Path) places {
	return places{
		command: at.Child("command"),
		args:    at.Child("args"),
		ports:   at.Child("ports"),
		env:     func(name string) *field.Path { return at.Child("env").Key(name) },
	}
}

// ReadApart reads what the init container with the runtime of a worker runs. The component
// must have one.
func ReadApart(c dynamo.Component) Process {
	id := Identity{componentType: c.Type}
	base := RuntimeApart(id)
	user := *c.RuntimeApart()
	return read(id, user, base, environment.Merge(base.Env, c.Pod.Envs, user.Env))
}

// read reads what a container runs. Its programs are read only where its type has
// ports that they could move.
func read(id Identity, user, base corev1.Container, env []corev1.EnvVar) Process {
	out := Process{user: user, line: resolveCommand(user, base), listeners: listListeners(id)}
	if len(out.listeners) > 0 {
		out.programs = commandline.ReadPrograms(corev1.Container{Command: out.line.Command, Args: out.line.Args, Env: env}).
			Running(listModules(id.componentType)...)
	}
	return out
}

// Run lets the default container of a component type run the process: with the
// command line, the ports and the probes that belong to it.
func (p Process) Run(base corev1.Container) corev1.Container {
	line := resolveCommand(p.user, base)
	base.Command, base.Args = line.Command, line.Args
	return p.movePorts(base)
}
