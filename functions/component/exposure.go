package component

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/render/picker"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Keys of the objects through which a component is reached: frozen API.
const (
	KeyModelService   = "service/model"
	KeyIngress        = "ingress/main"
	KeyVirtualService = "virtualservice/main"
	KeyHTTPRoute      = "httproute/main"
	KeyPickerConfig   = "configmap/epp"
	KeyPool           = "inferencepool/main"
)

// makeExposure makes the objects through which the component is reached.
func makeExposure(c dynamo.Component, in layer.In) part {
	out := part{}
	if d := discovery.Of(c, in.Settings); expose.HasService(c, d) {
		out.children = append(out.children, layer.Made(KeyService, expose.Service(c, d), in.Observed))
	}
	if c.Model != "" {
		out.children = append(out.children, layer.Made(KeyModelService, expose.ModelService(c), in.Observed))
	}
	return out.with(makeOutside(c, in)).with(makePickerObjects(c, in))
}

// makeOutside makes those through which it is reached from outside of the cluster.
func makeOutside(c dynamo.Component, in layer.In) part {
	out, to := part{}, expose.Of(c, in.Settings)
	if to.Class != "" {
		out.children = append(out.children, layer.Made(KeyIngress, expose.Ingress(c, to), in.Observed))
	}
	if to.Gateway != "" {
		out = out.with(gate(in, wanted{
			kind:   optional.VirtualService(),
			key:    KeyVirtualService,
			object: expose.ViaGateway(c, to),
			field:  findGatewayField(c, in.Settings.Place("ingress.virtualServiceGateway")),
		}))
	}
	if to.Route.Name != "" {
		out = out.with(gate(in, wanted{
			kind:   optional.HTTPRoute(),
			key:    KeyHTTPRoute,
			object: expose.Route(c, to),
			field:  findGatewayField(c, in.Settings.Place("ingress.gateway.name")),
		}))
	}
	return out
}

// findUnused returns the field of the ingress block that has no effect, if any.
func findUnused(c dynamo.Component, s settings.Settings) []string {
	name := expose.Unused(c, expose.Of(c, s))
	if name == "" {
		return nil
	}
	return []string{name}
}

// findGatewayField returns the field that asks for the gateway: of the component, else
// the place of the setting.
func findGatewayField(c dynamo.Component, setting string) string {
	if c.Ingress != nil {
		return c.At.At(dynamo.FieldIngress).String()
	}
	return setting
}

// makePickerObjects makes what an endpoint picker needs beside its pods and Service.
func makePickerObjects(c dynamo.Component, in layer.In) part {
	if c.Type != dynamo.TypePicker {
		return part{}
	}
	out := part{}
	if picker.HasConfig(c) {
		out.children = append(out.children, layer.Made(KeyPickerConfig, picker.ConfigMap(c), in.Observed))
	}
	return out.with(gate(in, wanted{
		kind:   optional.InferencePool(),
		key:    KeyPool,
		object: picker.Pool(c),
		field:  c.At.At(dynamo.FieldType).String(),
	}))
}

// wanted is an object of a kind that the cluster may lack, and the field that
// asks for it.
type wanted struct {
	kind   optional.Kind
	key    string
	object runtime.Object
	field  string
}

// gate returns an object of an optional kind where the cluster has that kind, and the
// field that asks for it where it lacks it.
func gate(in layer.In, w wanted) part {
	switch w.kind.In(in, w.key) {
	case optional.Present:
		return part{children: []layer.Child{layer.Made(w.key, w.object, in.Observed)}}
	case optional.Absent:
		return part{lacking: []string{w.kind.Lacking(w.field)}, kinds: []string{w.kind.Kind}}
	case optional.Unknown:
	}
	return part{}
}

// with is both parts.
func (p part) with(o part) part {
	return part{
		children: append(p.children, o.children...),
		lacking:  append(p.lacking, o.lacking...),
		kinds:    append(p.kinds, o.kinds...),
		noted:    append(p.noted, o.noted...),
	}
}
