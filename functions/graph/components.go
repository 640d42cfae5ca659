package graph

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/readiness"
)

// compose composes the component of a service, marked with a restart.
func (s scope) compose(c dynamo.Component, mark string) (service, error) {
	out := service{Component: c, mark: mark, scale: scaleOf(s.graph, c, s.in)}
	child, err := layer.Hashed(Key(c.Service), s.deployment(out))
	if err != nil {
		return service{}, err
	}
	if o, ok := s.in.Observed[child.Key]; ok {
		out.state, err = readiness.OfComponent(o, child.Hash)
	}
	out.child = &child
	// It may serve and yet not be reached as its service asks.
	out.child.Ready = out.state.Available && len(out.state.Missing) == 0
	out.stranded = stranded(out)
	return out, err
}

// deployment is the component of a service.
func (s scope) deployment(svc service) *v1alpha1.DynamoComponentDeployment {
	out := &v1alpha1.DynamoComponentDeployment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		ObjectMeta: metav1.ObjectMeta{
			Name:        svc.Name,
			Labels:      labels(svc.Component),
			Annotations: s.annotations(svc),
		},
		Spec: v1alpha1.DynamoComponentDeploymentSpec{
			DynamoComponentDeploymentSharedSpec: convert.ServiceSpec(s.dgd, svc.Service),
			// Only what the user wrote: the field cannot change later, while
			// what is found in command lines can.
			BackendFramework: s.dgd.Spec.BackendFramework,
		},
	}
	if svc.scale.adapted {
		out.Spec.Replicas = &svc.scale.replicas
	}
	return out
}

// labels of a component: those that its pods, workload and Service share.
func labels(c dynamo.Component) map[string]string {
	out := map[string]string{
		meta.LabelComponent: c.Service,
		meta.LabelNamespace: c.DynamoNamespace,
		meta.LabelGraph:     c.Graph,
	}
	if c.Picked {
		out[meta.LabelComponentClass] = meta.ComponentClassWorker
	}
	return out
}

// engineOf is the engine that the component layer will find.
func (s scope) engineOf(c dynamo.Component) engine.Engine {
	c.Engine.Sibling = string(s.sibling)
	return engine.Of(c)
}

// annotations tell a component what its own spec does not say.
func (s scope) annotations(svc service) map[string]string {
	var out map[string]string
	if s.sibling != engine.None && dynamo.IsWorker(svc.Type) && engine.Of(svc.Component) == engine.None {
		out = meta.Merge(out, map[string]string{meta.AnnotationBackendFramework: string(s.sibling)})
	}
	if s.ssh.secret != "" && s.usesSSH(svc.Component) {
		out = meta.Merge(out, map[string]string{meta.AnnotationSSHSecret: s.ssh.secret})
	}
	if svc.mark != "" {
		out = meta.Merge(out, map[string]string{meta.AnnotationRestartAt: svc.mark})
	}
	return out
}
