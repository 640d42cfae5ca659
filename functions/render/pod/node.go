package pod

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// spread is what the engine's rules change in a pod of a role; nothing where a
// replica is one pod.
func spread(c dynamo.Component, s settings.Settings, main corev1.Container, role dynamo.Role) engine.Change {
	if role == dynamo.RoleSingle {
		return engine.Change{}
	}
	return engine.Spread(c.Engine.Name, main, engine.Node{
		Role:       engine.Role(role),
		Nodes:      c.Nodes,
		GPUs:       gpus(c.Pod.Resources, main.Resources),
		Executor:   c.Annotations[meta.AnnotationVLLMExecutor],
		WaitScript: names.WaitScript(c.Owner()),
		SSHSecret:  cmp.Or(c.SSHSecret, s.SSHSecret),
	})
}

// changed is the main container with an engine's rules applied, but for mounts.
func changed(main corev1.Container, change engine.Change) corev1.Container {
	if change.Command != nil {
		main.Command, main.Args = change.Command, change.Args
	}
	main.Env = addEnv(main.Env, change.Env)
	if p := change.Probes; p != nil {
		main.LivenessProbe, main.ReadinessProbe, main.StartupProbe = p.Liveness, p.Readiness, p.Startup
	}
	return main
}

// replaced are volumes with those of a rule in the place of others so called.
func replaced(user, rule []corev1.Volume) []corev1.Volume {
	out := slices.Clone(user)
	for _, v := range rule {
		out = append(slices.DeleteFunc(out, named(v.Name)), v)
	}
	return out
}

// gpus that a container may use: its limit, else its request.
func gpus(service dynamo.Resources, all corev1.ResourceRequirements) int64 {
	kinds := []corev1.ResourceName{
		ResourceGPU,
		corev1.ResourceName(service.Limits.GPUType),
		corev1.ResourceName(service.Requests.GPUType),
	}
	for _, l := range []corev1.ResourceList{all.Limits, all.Requests} {
		for _, k := range kinds {
			if q, ok := l[k]; ok && k != "" {
				return q.Value()
			}
		}
	}
	return 0
}
