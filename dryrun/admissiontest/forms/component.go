package forms

import "slices"

// component is a service.
func (r *reader) component() values {
	out := values{}
	r.setType(out)
	r.setSwitches(out)
	r.setExperimental(out)
	r.copyTo(out, "serviceName", "name")

	for _, name := range []string{
		"eppConfig", "globalDynamoNamespace", "minAvailable", "modelRef", "multinode", "providerOverride", "replicas",
		"runtimeVersionOverride", "topologyConstraint",
	} {
		r.copyTo(out, name, name)
	}

	if template := r.template(out); len(template) > 0 {
		out["podTemplate"] = template
	}

	return out
}

// setType sets the type, of which prefill and decode workers have one each. What
// is no type there becomes a component without one.
func (r *reader) setType(out values) {
	componentType, found := r.take("componentType")
	sub, refined := r.take("subComponentType")

	switch {
	case componentType == "worker" && (sub == "prefill" || sub == "decode"):
		out["type"] = sub
		return
	case !found, componentType == "":
	case isType(componentType):
		out["type"] = componentType
	default:
		r.lose("componentType", componentType)
	}

	if refined && sub != componentType {
		r.lose("subComponentType", sub)
	}
}

// isType tells whether v1beta1 has a type for it; what is no text stays a fault.
func isType(value any) bool {
	text, ok := value.(string)
	return !ok || slices.Contains([]string{"frontend", "worker", "prefill", "decode", "planner", "epp"}, text)
}

// setSwitches sets what is turned on by being there, and what zero turns off.
func (r *reader) setSwitches(out values) {
	if scaling, found := r.take("scalingAdapter"); found {
		if fields, ok := scaling.(values); !ok {
			out["scalingAdapter"] = scaling
		} else if fields["enabled"] == true {
			out["scalingAdapter"] = values{}
		}
	}

	shared, _ := r.take("sharedMemory")
	memory, _ := shared.(values)

	if memory["disabled"] == true {
		out["sharedMemorySize"] = 0
	} else if size, found := memory["size"]; found {
		out["sharedMemorySize"] = size
	}
}

// setExperimental sets what v1beta1 calls experimental.
func (r *reader) setExperimental(out values) {
	experimental := values{}
	for _, name := range []string{"checkpoint", "failover", "gpuMemoryService"} {
		r.copyTo(experimental, name, name)
	}

	if len(experimental) > 0 {
		out["experimental"] = experimental
	}
}
