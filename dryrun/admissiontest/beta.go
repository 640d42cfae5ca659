package admissiontest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Names in the form of v1beta1.
const (
	mainName    = "main"
	sidecarName = "sidecar-frontend"
)

// values is an object of a manifest.
type values = map[string]any

// Beta returns a manifest of v1alpha1 in the form of v1beta1, with its faults
// where they have a place there, and otherwise as it is. The second result names
// the fields that have none, sorted.
func Beta(manifest map[string]any) (map[string]any, []string) {
	out := maps.Clone(manifest)
	out["apiVersion"] = "nvidia.com/v1beta1"
	spec, _ := manifest["spec"].(values)

	switch manifest["kind"] {
	case "DynamoGraphDeployment":
		g := &reader{from: spec, at: "spec"}
		out["spec"] = g.graph()

		return out, g.unplaced()
	case "DynamoComponentDeployment":
		c := &reader{from: spec, at: "spec"}
		component := c.component()
		c.copyTo(component, "backendFramework", "backendFramework")
		out["spec"] = component

		return out, c.unplaced()
	case "DynamoGraphDeploymentScalingAdapter":
		out["spec"] = adapter(spec)
	}

	return out, nil
}

// adapter is the spec of one that names a component.
func adapter(spec values) values {
	out := maps.Clone(spec)
	if ref, ok := spec["dgdRef"].(values); ok {
		r := &reader{from: maps.Clone(ref)}
		renamed := values{}
		r.copyTo(renamed, "serviceName", "componentName")
		maps.Copy(renamed, r.from)
		out["dgdRef"] = renamed
	}

	return out
}

// reader takes the fields of an object one by one, so that in the end those that
// nobody took are known.
type reader struct {
	from values
	at   string
	lost []string
}

// take returns a field, and that there is one that says anything.
func (r *reader) take(name string) (any, bool) {
	value, found := r.from[name]
	r.from = maps.Clone(r.from)
	delete(r.from, name)

	return value, found && value != nil
}

// copyTo copies a field under the name that it has in out.
func (r *reader) copyTo(out values, from, to string) {
	if value, found := r.take(from); found {
		out[to] = value
	}
}

// lose says of a field that is not empty that it has no place.
func (r *reader) lose(name string, value any) {
	switch v := value.(type) {
	case values:
		if len(v) == 0 {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}

	r.lost = append(r.lost, r.at+"."+name)
}

// unplaced names what nobody took, and what was taken and has no place.
func (r *reader) unplaced() []string {
	for name, value := range r.from {
		if value != nil {
			r.lose(name, value)
		}
	}

	slices.Sort(r.lost)

	return r.lost
}

// graph is the spec of a graph.
func (r *reader) graph() values {
	out := values{}
	r.copyTo(out, "envs", "env")

	if topology, found := r.take("topologyConstraint"); found {
		out["topologyConstraint"] = renameTopology(topology)
	}

	for _, name := range []string{"annotations", "backendFramework", "experimental", "labels", "priorityClassName", "providerOverride", "restart"} {
		r.copyTo(out, name, name)
	}

	if services, found := r.take("services"); found {
		out["components"] = r.components(services)
	}

	return out
}

// renameTopology is the constraint of a graph of components.
func renameTopology(constraint any) any {
	fields, ok := constraint.(values)
	if !ok {
		return constraint
	}

	out := maps.Clone(fields)
	delete(out, "topologyProfile")
	(&reader{from: fields}).copyTo(out, "topologyProfile", "clusterTopologyName")

	return out
}

// components are services, sorted by name.
func (r *reader) components(services any) any {
	byName, ok := services.(values)
	if !ok {
		return services
	}

	out := []any{}

	for _, name := range slices.Sorted(maps.Keys(byName)) {
		service, _ := byName[name].(values)
		s := &reader{from: service, at: fmt.Sprintf("%s.services[%s]", r.at, name)}
		component := s.component()
		component["name"] = name
		r.lost = append(r.lost, s.unplaced()...)
		out = append(out, component)
	}

	return out
}

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

// template is the pod template of a component, whose compilation cache it sets.
func (r *reader) template(component values) values {
	out := values{}
	extra, _ := r.take("extraPodSpec")
	spec, _ := extra.(values)
	s := &reader{from: spec}
	own, found := s.take("mainContainer")
	main, _ := own.(values)
	main = r.main(maps.Clone(main), component)
	others, _ := s.take("containers")
	pod := maps.Clone(s.from)

	containers := r.withSidecar(others, component)
	if found || len(main) > 0 {
		containers = append([]any{named(main)}, containers...)
	}

	if len(containers) > 0 {
		pod = merged(pod, values{"containers": containers})
	}

	if len(pod) > 0 {
		out["spec"] = pod
	}

	r.copyTo(out, "extraPodMetadata", "metadata")

	return out
}

// named is the main container, which v1alpha1 may call anything.
func named(container values) values {
	return merged(container, values{"name": mainName})
}

// merged returns a with what b has.
func merged(a, b values) values {
	out := values{}
	maps.Copy(out, a)
	maps.Copy(out, b)

	return out
}

// withSidecar are the further containers, the frontend sidecar behind them.
func (r *reader) withSidecar(others any, component values) []any {
	containers, _ := others.([]any)

	sidecar, found := r.take("frontendSidecar")
	if !found {
		return containers
	}

	fields, _ := sidecar.(values)
	s := &reader{from: fields}
	container := values{"name": sidecarName}
	s.copyTo(container, "image", "image")
	s.copyTo(container, "args", "args")
	s.copyTo(container, "envs", "env")
	s.setEnvFrom(container)
	component["frontendSidecar"] = sidecarName

	return append(slices.Clone(containers), container)
}

// setEnvFrom sets where a container's variables come from, unless it says so.
func (r *reader) setEnvFrom(container values) {
	secret, found := r.take("envFromSecret")
	if _, given := container["envFrom"]; found && !given {
		container["envFrom"] = []any{values{"secretRef": values{"name": secret}}}
	}
}

// main is the main container with what the service says of it.
func (r *reader) main(main, component values) values {
	if main == nil {
		main = values{}
	}

	r.setEnvFrom(main)
	r.setEnv(main)
	r.setResources(main)
	r.setMounts(main, component)

	for _, probe := range []string{"livenessProbe", "readinessProbe"} {
		if value, found := r.take(probe); found {
			if _, given := main[probe]; !given {
				main[probe] = value
			}
		}
	}

	return main
}

// setEnv puts the service's variables before the container's own, which win.
func (r *reader) setEnv(main values) {
	envs, found := r.take("envs")
	if !found {
		return
	}

	given, ok := envs.([]any)
	if !ok {
		main["env"] = envs
		return
	}

	own, _ := main["env"].([]any)
	out := []any{}

	for _, variable := range given {
		if !slices.ContainsFunc(own, func(other any) bool { return nameOf(other) == nameOf(variable) }) {
			out = append(out, variable)
		}
	}

	if out = append(out, own...); len(out) > 0 {
		main["env"] = out
	}
}

// nameOf is the name of an item of a list.
func nameOf(item any) any {
	fields, _ := item.(values)
	return fields["name"]
}

// setResources sets amounts, under those that the container has itself.
func (r *reader) setResources(main values) {
	resources, _ := r.take("resources")
	from, _ := resources.(values)
	own, _ := main["resources"].(values)
	out := maps.Clone(own)

	for _, name := range []string{"limits", "requests"} {
		amounts, _ := from[name].(values)
		given, _ := own[name].(values)

		if all := merged(quantities(amounts), given); len(all) > 0 {
			out = merged(out, values{name: all})
		}
	}

	if claims, found := from["claims"]; found && own["claims"] == nil {
		out = merged(out, values{"claims": claims})
	}

	if len(out) > 0 {
		main["resources"] = out
	}
}

// quantities are amounts by the names that Kubernetes has for resources.
func quantities(amounts values) values {
	out := values{}
	a := &reader{from: amounts}
	a.copyTo(out, "cpu", "cpu")
	a.copyTo(out, "memory", "memory")

	name := "nvidia.com/gpu"
	if other, found := a.take("gpuType"); found {
		name = fmt.Sprint(other)
	}

	a.copyTo(out, "gpu", name)

	custom, _ := a.take("custom")
	further, _ := custom.(values)
	maps.Copy(out, further)

	return out
}

// setMounts sets the mounts behind those of the container; the first compilation
// cache is none of them.
func (r *reader) setMounts(main, component values) {
	given, _ := r.take("volumeMounts")
	mounts, _ := given.([]any)
	own, _ := main["volumeMounts"].([]any)
	out := slices.Clone(own)

	for _, mount := range mounts {
		from, _ := mount.(values)
		m := &reader{from: from}
		container, cache := values{}, values{}
		m.copyTo(container, "name", "name")
		m.copyTo(container, "mountPoint", "mountPath")
		rename(cache, container)

		if _, found := component["compilationCache"]; from["useAsCompilationCache"] == true && !found {
			component["compilationCache"] = cache
		} else {
			out = append(out, container)
		}
	}

	if len(out) > 0 {
		main["volumeMounts"] = out
	}
}

// rename makes a compilation cache of a mount.
func rename(cache, mount values) {
	m := &reader{from: mount}
	m.copyTo(cache, "name", "pvcName")
	m.copyTo(cache, "mountPath", "mountPath")
}

// betaPaths are the field paths of v1alpha1 and what they become, the longer of two
// first. The main container is the first one.
func betaPaths() []string {
	const main = ".podTemplate.spec.containers[0]"

	return []string{
		".extraPodSpec.mainContainer", main,
		".extraPodSpec.containers[0]", ".podTemplate.spec.containers[1]",
		".extraPodSpec", ".podTemplate.spec",
		".extraPodMetadata", ".podTemplate.metadata",
		".componentType", ".type",
		".sharedMemory.size", ".sharedMemorySize",
		".volumeMounts[0].mountPoint", main + ".volumeMounts[0].mountPath",
		".volumeMounts", main + ".volumeMounts",
		".resources.limits.cpu", main + ".resources.limits[cpu]",
		".resources.limits.gpu", main + ".resources.limits[nvidia.com/gpu]",
		".resources.limits.custom", main + ".resources.limits",
		".resources.requests.custom", main + ".resources.requests",
		".resources", main + ".resources",
		".livenessProbe", main + ".livenessProbe",
		".readinessProbe", main + ".readinessProbe",
		".envs", main + ".env",
		".dgdRef.serviceName", ".dgdRef.componentName",
	}
}

// BetaField returns where a field of a manifest of v1alpha1 stands in the form of
// v1beta1. Components are numbered as Beta sorts them.
func BetaField(manifest map[string]any, path string) string {
	graph, below, inService := strings.Cut(path, "spec.services[")
	if !inService {
		path = strings.Replace(path, "spec.services", "spec.components", 1)
		path = strings.Replace(path, "spec.envs", "spec.env", 1)

		if manifest["kind"] == "DynamoGraphDeployment" {
			return path
		}

		return replacePath(path)
	}

	name, rest, _ := strings.Cut(below, "]")
	spec, _ := manifest["spec"].(values)
	services, _ := spec["services"].(values)
	index := slices.Index(slices.Sorted(maps.Keys(services)), name)

	return fmt.Sprintf("%sspec.components[%d]%s", graph, index, replacePath(rest))
}

// replacePath returns path with the first pair of betaPaths that fits.
func replacePath(path string) string {
	pairs := betaPaths()
	for i := 0; i < len(pairs); i += 2 {
		if before, after, found := strings.Cut(path, pairs[i]); found {
			return before + pairs[i+1] + after
		}
	}

	return path
}
