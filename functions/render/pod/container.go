package pod

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// makeMain makes the main container, without its mounts. What the user writes into the
// main container counts most, then the service's fields, then the defaults of the
// type. An empty list counts as left out.
func makeMain(c dynamo.Component, s settings.Settings) corev1.Container {
	user := ptr.Deref(c.Pod.Main, corev1.Container{})
	runs := process.ReadMain(c)
	base := runs.Run(process.Defaults(process.Identify(c, s)))

	out := user
	out.Name = dynamo.MainContainer
	out.Command, out.Args = base.Command, base.Args
	out.Ports = base.Ports
	out.EnvFrom = environment.AddSecret(c.Pod.EnvFromSecret, user.EnvFrom)
	out.LivenessProbe = chooseProbe(base.LivenessProbe, overlay(c.Pod.LivenessProbe, user.LivenessProbe))
	out.ReadinessProbe = chooseProbe(base.ReadinessProbe, overlay(c.Pod.ReadinessProbe, user.ReadinessProbe))
	out.StartupProbe = chooseProbe(base.StartupProbe, user.StartupProbe)

	env := environment.Merge(makeSettingsEnv(c, s), base.Env, c.Pod.Envs, user.Env, makePlaceEnv(c))
	config, _ := readLegacy(c, runs.Served().ContainerPort, env) // Faults names what cannot be read.
	if config.rewritten != "" {
		env = environment.Merge(env, []corev1.EnvVar{environment.Variable(DeploymentConfig, config.rewritten)})
	}
	out.Env = environment.Add(env, volumes.CacheEnv(c))
	out.Resources = resources.Requirements(c, config.resources)
	out.Ports = addTelemetry(c, out)
	return out
}

// makeSidecar makes a frontend beside the main container: the frontend's defaults
// with the user's image, arguments and variables, and the mounts of main.
func makeSidecar(c dynamo.Component, s settings.Settings, mounts []corev1.VolumeMount) corev1.Container {
	user := c.Pod.Sidecar
	out := process.ReadSidecar(c).Run(process.Frontend(process.IdentifySidecar(c, s)))
	out.Name = process.SidecarContainer
	out.Image = user.Image
	out.EnvFrom = environment.AddSecret(user.EnvFromSecret, nil)
	out.Env = environment.Merge(process.SettingsEnv(s), out.Env, user.Envs)
	out.VolumeMounts = mounts
	return out
}
