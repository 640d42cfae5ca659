package expose

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
)

// ModelService is the headless Service through whose EndpointSlices a model
// finds the pods of a component that serve it. Kubernetes copies its labels to
// the slices, so that they tell all that there is to know of these pods.
func ModelService(c dynamo.Component) *corev1.Service {
	return &corev1.Service{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        names.ModelService(c.Model, c.Name),
			Labels:      makeModelLabels(c),
			Annotations: map[string]string{meta.AnnotationBaseModel: c.Model},
		},
		Spec: corev1.ServiceSpec{
			ClusterIP: corev1.ClusterIPNone,
			Selector:  meta.Merge(selectServing(c), map[string]string{meta.LabelBaseModelHash: names.ModelHash(c.Model)}),
			Ports: []corev1.ServicePort{{
				Name:       ports.SystemName,
				Port:       ports.System,
				Protocol:   corev1.ProtocolTCP,
				TargetPort: intstr.FromInt32(findSystemPort(c)),
			}},
		},
	}
}

// findSystemPort returns the port on which a component's pods tell their health and
// take adapters for their model.
func findSystemPort(c dynamo.Component) int32 {
	served := process.Served(c)
	if makePort(c, served).Name == ports.SystemName {
		return served.ContainerPort
	}
	return ports.System
}

// makeModelLabels makes the labels of a model's Service: those of the workload, with
// the component's type and engine.
func makeModelLabels(c dynamo.Component) map[string]string {
	more := map[string]string{}
	if c.Type != "" {
		more[meta.LabelComponentType] = c.Type
	}
	if e := c.Engine.Name; e != dynamo.EngineNone {
		more[meta.LabelBackendFramework] = string(e)
	}
	return meta.Merge(metadata.WorkloadLabels(c), more)
}
