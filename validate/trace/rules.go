package trace

import "slices"

// rules for the fields of a kind, the most special first.
func rules(kind string) []rule {
	switch kind {
	case "Deployment":
		return slices.Concat(template("spec.template"), deployment(), metadata())
	case "LeaderWorkerSet":
		const at = "spec.leaderWorkerTemplate."
		return slices.Concat(template(at+"leaderTemplate"), template(at+"workerTemplate"), leaderWorkerSet(), metadata())
	case "Ingress":
		return ingress()
	case "VirtualService":
		return virtualService()
	case "HTTPRoute":
		return append([]rule{from("spec.hostnames", exactly("ingress.host"))}, outside()...)
	case "PersistentVolumeClaim":
		return claim()
	case "ConfigMap":
		return append([]rule{from("data", exactly("eppConfig.config"))}, metadata()...)
	case "DynamoComponentDeployment":
		return slices.Concat([]rule{from("spec.envs[]", either(variable("envs"), sharedVariable))}, metadata(), component())
	}
	return metadata()
}

// metadata of a component's objects.
func metadata() []rule {
	return []rule{
		from("metadata.labels", labels),
		from("metadata.annotations", annotations),
		from("metadata.name", name),
	}
}

// name of an object: its service's, or the manifest's own.
func name(o Origin, _ rendered) []place {
	if o.Service == "" {
		return []place{{at: path{"metadata", "name"}, exact: true}}
	}
	return []place{{at: o.spec(), exact: true}}
}

// labels of a service win over its graph's.
func labels(o Origin, in rendered) []place {
	return mapsAt(o, in, []path{
		o.find("extraPodMetadata", "labels"),
		o.find("labels"),
		{"spec", "labels"},
	})
}

// annotations of a service win over its graph's.
func annotations(o Origin, in rendered) []place {
	return append(mapsAt(o, in, []path{
		o.find("extraPodMetadata", "annotations"),
		o.find("annotations"),
		{"spec", "annotations"},
		{"metadata", "annotations"},
	}), modelName(o, in)...)
}

// modelName is written into an annotation.
func modelName(o Origin, in rendered) []place {
	at := o.find("modelRef", "name")
	if v, _ := at.lookup(o.Manifest); v != in.quoted() {
		return nil
	}
	return []place{{at: at, exact: true}}
}

// strategy is made of annotations.
func strategy(annotation string) finder {
	return func(o Origin, in rendered) []place {
		in.rest = path{key(annotation)}
		return annotations(o, in)
	}
}

func deployment() []rule {
	const prefix = "nvidia.com/deployment-"
	return []rule{
		from("spec.replicas", exactly("replicas")),
		from("spec.strategy.rollingUpdate.maxSurge", strategy(prefix+"rolling-update-max-surge")),
		from("spec.strategy.rollingUpdate.maxUnavailable", strategy(prefix+"rolling-update-max-unavailable")),
		from("spec.strategy", strategy(prefix+"strategy")),
	}
}

func leaderWorkerSet() []rule {
	return []rule{
		from("spec.replicas", exactly("replicas")),
		from("spec.leaderWorkerTemplate.size", exactly("multinode.nodeCount")),
	}
}

// component is the spec of a service as an object of its own.
func component() []rule {
	return []rule{
		from("spec.labels", labels),
		from("spec.annotations", annotations),
		from("spec.backendFramework", whole("spec.backendFramework")),
		from("spec", below("")),
	}
}

func ingress() []rule {
	return append([]rule{
		from("spec.rules[].host", exactly("ingress.host")),
		from("spec.tls[].hosts", exactly("ingress.host")),
		from("spec.tls[].secretName", exactly("ingress.tls.secretName", "ingress.tls")),
		from("spec.ingressClassName", exactly("ingress.ingressControllerClassName")),
	}, outside()...)
}

func virtualService() []rule {
	return append([]rule{
		from("spec.hosts", exactly("ingress.host")),
		from("spec.gateways", exactly("ingress.virtualServiceGateway")),
	}, outside()...)
}

// outside is the metadata of what exposes a component: that of its block, over
// what the component's objects have.
func outside() []rule {
	block := func(name string) finder {
		return func(o Origin, in rendered) []place { return mapsAt(o, in, []path{o.find("ingress", name)}) }
	}
	return []rule{
		from("metadata.labels", either(block("labels"), labels)),
		from("metadata.annotations", either(block("annotations"), annotations)),
		from("metadata.name", name),
	}
}

// claim is one that the graph makes.
func claim() []rule {
	of := func(name string) finder {
		return func(o Origin, in rendered) []place {
			metadata, _ := in.object["metadata"].(map[string]any)
			claim, _ := metadata["name"].(string)
			return claimField(o, claim, name)
		}
	}
	return []rule{
		from("metadata.name", of("name")),
		from("spec.resources", of("size")),
		from("spec.accessModes", of("volumeAccessMode")),
		from("spec.storageClassName", of("storageClass")),
	}
}

// claimField is a field of a claim of the graph.
func claimField(o Origin, claim, field string) []place {
	graph := Origin{Manifest: o.Manifest}
	out := matching(graph, "pvcs", func(m map[string]any) bool { return m["name"] == claim })
	for i := range out {
		out[i] = place{at: out[i].at.with(field), exact: true}
	}
	return out
}
