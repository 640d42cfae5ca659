package pod

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// spread returns what the engine's rules change in a pod of a role; nothing where
// a replica is one pod.
func spread(c dynamo.Component, s settings.Settings, main corev1.Container, role dynamo.Role) engine.Change {
	if role == dynamo.RoleSingle {
		return engine.Change{}
	}
	n := describeNode(c, main)
	n.Role = role
	n.WaitScript = names.WaitScript(c.Owner())
	n.SSHSecret = cmp.Or(c.SSHSecret, s.SSHSecret)
	return engine.Spread(c.Engine.Name, main, n)
}

// describeNode returns what the rules of the engines need to know of a component on
// several nodes, without what differs between its pods and without names.
func describeNode(c dynamo.Component, main corev1.Container) engine.Node {
	out := engine.Node{
		Place:    c.Orchestrator.Place(),
		Nodes:    c.Nodes,
		GPUs:     resources.CountGPUs(c.Pod.Resources, main.Resources),
		Executor: c.Annotations[meta.AnnotationVLLMExecutor],
	}
	if out.GPUs == 0 {
		out.GPUs, out.Uncounted = c.Claimed.GPUs, c.Claimed.Uncounted
	}
	return out
}

// makePlaceEnv makes the variables of Dynamo's own by which a node of a replica knows its
// place, whatever runs the replica. Kubernetes expands what they refer to, which the
// orchestrator puts in front of all others.
func makePlaceEnv(c dynamo.Component) []corev1.EnvVar {
	if !c.Multinode() || !dynamo.NamesNodes(c.Runtime()) {
		return nil
	}
	place := c.Orchestrator.Place()
	return []corev1.EnvVar{
		environment.Variable("DYNAMO_LEADER_ADDRESS", place.Leader),
		environment.Variable("DYNAMO_RANK", place.Index),
	}
}

// DeviceClaims are the claims that may give a component on several nodes its
// GPUs: those of its main container, unless that counts GPUs itself.
func DeviceClaims(c dynamo.Component) []corev1.ResourceClaim {
	if !c.Multinode() || c.Engine.Name == dynamo.EngineNone {
		return nil
	}
	config, _ := readLegacyResources(c) // Faults names what cannot be read.
	asked := resources.Requirements(c, config.Amounts)
	if resources.CountGPUs(c.Pod.Resources, asked) > 0 {
		return nil
	}
	return asked.Claims
}

// engineWarnings tell where a component was given several nodes that its engine
// will not use as meant.
func engineWarnings(c dynamo.Component) []string {
	if !c.Multinode() {
		return nil
	}
	main := foresee(c)
	return engine.Warnings(c, main, describeNode(c, main))
}

// executorFaults name a contradiction in what is said of vLLM's executor.
func executorFaults(c dynamo.Component) field.ErrorList {
	if !c.Multinode() {
		return nil
	}
	main := foresee(c)
	return engine.ExecutorFaults(c, main, describeNode(c, main))
}

// foresee makes the main container for what is said of it: with the variables of the site,
// which may stand for sizes, and without what else the settings say.
func foresee(c dynamo.Component) corev1.Container {
	return addSiteEnv(makeMain(c, settings.Settings{}), settings.PodDefaults{Env: c.SiteEnv})
}

// applyChange makes the changes that an engine's rule asks for in the main container,
// without its mounts.
func applyChange(main corev1.Container, change engine.Change) corev1.Container {
	if change.Command != nil {
		main.Command, main.Args = change.Command, change.Args
	}
	main.Env = environment.Add(main.Env, change.Env)
	if p := change.Probes; p != nil {
		main.LivenessProbe, main.ReadinessProbe, main.StartupProbe = p.Liveness, p.Readiness, p.Startup
	}
	return main
}
