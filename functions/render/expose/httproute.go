package expose

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// noTimeout turns the timeout of requests off. Without it a Gateway has one of its own:
// 15 seconds for those that are built on Envoy, which cuts most answers of a model.
const noTimeout gatewayv1.Duration = "0s"

// Route is an HTTPRoute that exposes a component's Service at a host through a Gateway of the Gateway
// API.
func Route(c dynamo.Component, o Outside) *gatewayv1.HTTPRoute {
	kind := optional.HTTPRoute()
	return &gatewayv1.HTTPRoute{
		TypeMeta: metav1.TypeMeta{APIVersion: kind.APIVersion, Kind: kind.Kind},
		ObjectMeta: metav1.ObjectMeta{
			Name:        names.Service(c.Name),
			Labels:      meta.Merge(o.Labels, nameGraph(c)),
			Annotations: meta.Merge(o.Annotations),
		},
		Spec: gatewayv1.HTTPRouteSpec{
			CommonRouteSpec: gatewayv1.CommonRouteSpec{ParentRefs: []gatewayv1.ParentReference{makeParent(o.Route)}},
			Hostnames:       []gatewayv1.Hostname{gatewayv1.Hostname(o.Host)},
			Rules: []gatewayv1.HTTPRouteRule{{
				Matches:     []gatewayv1.HTTPRouteMatch{matchAll()},
				BackendRefs: []gatewayv1.HTTPBackendRef{makeBackend(names.Service(c.Name))},
				Timeouts:    makeTimeouts(o.Route.Timeout),
			}},
		},
	}
}

// nameGraph is the label by which people find what belongs to a graph.
func nameGraph(c dynamo.Component) map[string]string {
	if c.Standalone {
		return nil
	}
	return map[string]string{meta.LabelGraph: c.Graph}
}

// makeParent makes the reference to a Gateway, or to one of its listeners.
func makeParent(r settings.Route) gatewayv1.ParentReference {
	out := gatewayv1.ParentReference{Name: gatewayv1.ObjectName(r.Name)}
	if r.Namespace != "" {
		out.Namespace = ptr.To(gatewayv1.Namespace(r.Namespace))
	}
	if r.Section != "" {
		out.SectionName = ptr.To(gatewayv1.SectionName(r.Section))
	}
	return out
}

func matchAll() gatewayv1.HTTPRouteMatch {
	return gatewayv1.HTTPRouteMatch{Path: &gatewayv1.HTTPPathMatch{Type: ptr.To(gatewayv1.PathMatchPathPrefix), Value: ptr.To("/")}}
}

func makeBackend(service string) gatewayv1.HTTPBackendRef {
	out := gatewayv1.HTTPBackendRef{}
	out.Name, out.Port = gatewayv1.ObjectName(service), ptr.To(ports.HTTP)
	return out
}

// makeTimeouts makes the timeout of requests; nil to leave it to the Gateway.
func makeTimeouts(request string) *gatewayv1.HTTPRouteTimeouts {
	switch request {
	case v1beta1.TimeoutUnset:
		return nil
	case "":
		return &gatewayv1.HTTPRouteTimeouts{Request: ptr.To(noTimeout)}
	}
	return &gatewayv1.HTTPRouteTimeouts{Request: ptr.To(gatewayv1.Duration(request))}
}
