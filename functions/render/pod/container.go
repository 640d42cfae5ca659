package pod

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// mainContainer is the type's default, under the service's fields, under the
// user's mainContainer. Everything that the user sets replaces the default; what
// is left out, or given as an empty list, keeps it.
func mainContainer(c dynamo.Component, s settings.Settings) corev1.Container {
	user := ptr.Deref(c.Pod.Main, corev1.Container{})
	base := withPorts(defaults(identify(c, s)), c.Type, readMain(c), user.Ports)
	e := c.Engine.Name

	out := user
	out.Name = dynamo.MainContainer
	line := resolveCommand(user, base)
	out.Command, out.Args = line.Command, line.Args
	out.Ports = base.Ports
	out.EnvFrom = envFrom(c.Pod.EnvFromSecret, user.EnvFrom)
	out.VolumeMounts = mainMounts(c)
	out.LivenessProbe = probe(base.LivenessProbe, overlay(c.Pod.LivenessProbe, user.LivenessProbe))
	out.ReadinessProbe = probe(base.ReadinessProbe, overlay(c.Pod.ReadinessProbe, user.ReadinessProbe))
	out.StartupProbe = probe(base.StartupProbe, user.StartupProbe)

	env := mergeEnv(settingsEnv(s), base.Env, c.Pod.Envs, user.Env)
	config, _ := legacy(c, env) // Faults names what cannot be read.
	if config.rewritten != "" {
		env = mergeEnv(env, []corev1.EnvVar{variable(DeploymentConfig, config.rewritten)})
	}
	out.Env = addEnv(env, cacheEnv(c.Pod.Mounts, e))
	out.Resources = requirements(serviceResources(c.Pod.Resources, config.resources), user.Resources)
	return out
}

func orDefault[T any](user, base []T) []T {
	if len(user) > 0 {
		return user
	}
	return base
}

// sidecar is a frontend beside the main container: the frontend's defaults with
// the user's image, arguments and variables, and the mounts of main.
func sidecar(c dynamo.Component, s settings.Settings, mounts []corev1.VolumeMount) corev1.Container {
	id := identify(c, s)
	id.componentType = dynamo.TypeFrontend
	id.container = SidecarContainer

	user := c.Pod.Sidecar
	out := withPorts(frontend(id), id.componentType, readSidecar(c), nil)
	out.Name = SidecarContainer
	out.Image = user.Image
	line := resolveCommand(corev1.Container{Args: user.Args}, out)
	out.Command, out.Args = line.Command, line.Args
	out.EnvFrom = envFrom(user.EnvFromSecret, nil)
	out.Env = mergeEnv(settingsEnv(s), out.Env, user.Envs)
	out.VolumeMounts = mounts
	return out
}
