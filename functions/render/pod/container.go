package pod

import (
	"slices"

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
	out.Image = c.Image()
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

// SidecarOf is the container of a frontend of which the user gives no container, as the
// user might have written it.
func SidecarOf(s dynamo.Sidecar) corev1.Container {
	return corev1.Container{
		Name:    process.SidecarContainer,
		Image:   s.Image,
		Args:    s.Args,
		Env:     s.Envs,
		EnvFrom: environment.AddSecret(s.EnvFromSecret, nil),
	}
}

// completeSidecar makes a frontend of a container beside the main one: it keeps what
// it has, over the defaults of frontends, and mounts what main mounts.
func completeSidecar(c dynamo.Component, s settings.Settings, user corev1.Container, mounts []corev1.VolumeMount) corev1.Container {
	base := process.ReadSidecar(c).Run(process.Frontend(process.IdentifySidecar(c, s)))
	out := user
	out.Image = c.SidecarImage()
	out.Command, out.Args = base.Command, base.Args
	out.Ports = base.Ports
	out.LivenessProbe = overlay(base.LivenessProbe, user.LivenessProbe)
	out.ReadinessProbe = overlay(base.ReadinessProbe, user.ReadinessProbe)
	out.StartupProbe = overlay(base.StartupProbe, user.StartupProbe)
	out.Env = environment.Merge(process.SettingsEnv(s), base.Env, user.Env)
	out = addSiteEnv(out, s.PodDefaults)
	out.VolumeMounts = addMounts(user.VolumeMounts, mounts)
	return out
}

// addMounts adds the mounts whose volumes a container does not mount yet.
func addMounts(own, more []corev1.VolumeMount) []corev1.VolumeMount {
	out := slices.Clone(own)
	for _, m := range more {
		if !slices.ContainsFunc(own, func(o corev1.VolumeMount) bool { return o.Name == m.Name }) {
			out = append(out, m)
		}
	}
	return out
}
