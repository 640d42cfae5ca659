package picker

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
)

// InferencePool of the Gateway API Inference Extension, as much of it as is rendered
// here. The type is declared here since the module of the extension would bring its
// whole implementation along.
type InferencePool struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec InferencePoolSpec `json:"spec"`
}

// InferencePoolSpec is a set of pods, and the endpoint picker that picks one of them
// for each request.
type InferencePoolSpec struct {
	EndpointPickerRef EndpointPickerRef `json:"endpointPickerRef"`
	Selector          PodSelector       `json:"selector"`
	// TargetPorts are those that the pods serve requests on.
	TargetPorts []Port `json:"targetPorts"`
}

// EndpointPickerRef is the Service of a picker, in the namespace of the pool.
type EndpointPickerRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Port Port   `json:"port"`
}

// PodSelector selects pods by their labels.
type PodSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

// Port of a pod or Service.
type Port struct {
	Number int32 `json:"number"`
}

// DeepCopyObject is a copy that shares no memory with the original.
func (p *InferencePool) DeepCopyObject() runtime.Object {
	out := &InferencePool{TypeMeta: p.TypeMeta, Spec: p.Spec}
	p.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Selector.MatchLabels = maps.Clone(p.Spec.Selector.MatchLabels)
	out.Spec.TargetPorts = append([]Port(nil), p.Spec.TargetPorts...)
	return out
}

// Pool is what an inference gateway sends requests to: the workers of the
// picker's graph, each with a frontend beside it.
func Pool(c dynamo.Component) *InferencePool {
	kind := optional.InferencePool()
	return &InferencePool{
		TypeMeta:   metav1.TypeMeta{APIVersion: kind.APIVersion, Kind: kind.Kind},
		ObjectMeta: metav1.ObjectMeta{Name: names.Pool(c.Owner()), Labels: makeLabels(c)},
		Spec: InferencePoolSpec{
			EndpointPickerRef: EndpointPickerRef{
				Kind: "Service",
				Name: names.Service(c.Name),
				Port: Port{Number: ports.GRPC},
			},
			Selector: PodSelector{MatchLabels: map[string]string{
				meta.LabelComponentClass: meta.ComponentClassWorker,
				meta.LabelNamespace:      c.DynamoNamespace,
			}},
			TargetPorts: []Port{{Number: ports.HTTP}},
		},
	}
}
