package trace

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
)

// Fields of a service below which its pods' are written.
const (
	podSpec = "extraPodSpec"
	main    = podSpec + ".mainContainer"
	sidecar = "frontendSidecar"
)

// template lists the rules for a pod template.
func template(at string) []rule {
	spec := at + ".spec"
	return slices.Concat(
		templateMetadata(at),
		mainContainer(spec+".containers[0]"),
		otherContainers(spec+".containers[]"),
		[]rule{
			from(spec+".volumes[]", either(sameName(podSpec+".volumes"), mountOf, volumeOfOurs)),
			from(spec+".serviceAccountName", exactly(podSpec+".serviceAccountName", podSpec+".serviceAccount")),
			from(spec+".nodeSelector", either(nodeSelector, below(podSpec+".nodeSelector"))),
			from(spec, below(podSpec)),
		},
	)
}

// nodeSelector is a map whose keys and values are labels.
func nodeSelector(o Origin, in rendered) []place {
	return mapsAt(o, in, []path{o.find(podSpec, "nodeSelector")})
}

// templateMetadata: the API server leaves metadata out of some of its paths.
func templateMetadata(at string) []rule {
	return []rule{
		from(at+".labels", labels),
		from(at+".metadata.labels", labels),
		from(at+".annotations", annotations),
		from(at+".metadata.annotations", annotations),
	}
}

// mainContainer is mainContainer over the fields of the service.
func mainContainer(at string) []rule {
	return []rule{
		from(at+".env[]", either(variable(main+".env", "envs"), sharedVariable)),
		from(at+".ports[]", either(portOf, moverOf)),
		from(at+".envFrom[]", either(equal(main+".envFrom"), exactly("envFromSecret"))),
		from(at+".volumeMounts[]", either(equal(main+".volumeMounts"), mount)),
		from(at+".resources.limits", either(below(main+".resources.limits"), amount("limits"))),
		from(at+".resources.requests", either(below(main+".resources.requests"), amount("requests"))),
		from(at+".resources.claims", below(main+".resources.claims", "resources.claims")),
		from(at+".resources", below(main+".resources", "resources")),
		from(at+".livenessProbe", below(main+".livenessProbe", "livenessProbe")),
		from(at+".readinessProbe", below(main+".readinessProbe", "readinessProbe")),
		from(at, below(main)),
	}
}

// otherContainers are the user's others, and a frontend behind them.
func otherContainers(at string) []rule {
	return []rule{
		from(at+".env[]", either(shifted, ofSidecar(variable(sidecar+".envs")))),
		from(at+".envFrom[]", either(shifted, ofSidecar(exactly(sidecar+".envFromSecret")))),
		from(at+".volumeMounts[]", either(shifted, ofSidecar(equal(main+".volumeMounts")), ofSidecar(mount))),
		from(at, either(shifted, ofSidecar(below(sidecar)))),
	}
}

// ofSidecar keeps the places of a finder for the container that is none of the
// user's.
func ofSidecar(find finder) finder {
	return func(o Origin, in rendered) []place {
		if users(o, in) >= 0 {
			return nil
		}
		return find(o, in)
	}
}

// users is the index of the user's container that the field is of; -1 where it
// is none of them.
func users(o Origin, in rendered) int {
	i, _ := strconv.Atoi(selected(in.path[in.container()]))
	if i > o.countOthers() {
		return -1
	}
	return i - 1
}

// countOthers is the number of the user's containers beside the main one.
func (o Origin) countOthers() int {
	all := o.list(o.find(podSpec, "containers"))
	out := len(all)
	for _, item := range all {
		if c, _ := item.(map[string]any); o.IsV1Beta1() && c["name"] == "main" {
			out--
		}
	}
	return out
}

// container is where a path selects a container.
func (in rendered) container() int { return slices.IndexFunc(in.path, selects) }

// shifted finds the user's container: the main one is put before it.
func shifted(o Origin, in rendered) []place {
	i := users(o, in)
	if i < 0 {
		return nil
	}
	between := in.path[in.container()+1 : len(in.path)-len(in.rest)]
	return []place{{at: o.find(podSpec, "containers", at(i)).with(between...)}}
}

// list is a list of the manifest; nil where there is none.
func (o Origin) list(where path) []any {
	v, _ := where.lookup(o.Manifest)
	out, _ := v.([]any)
	return out
}

// at is the segment of an index.
func at(i int) string { return key(strconv.Itoa(i)) }

// variable finds a variable by its name in lists of the service.
func variable(lists ...string) finder {
	return func(o Origin, in rendered) []place {
		name, _ := in.item()["name"].(string)
		var out []place
		for _, l := range lists {
			out = append(out, o.variableIn(o.find(parse(l)...), name))
		}
		return out
	}
}

// variableIn is where a list has a variable: at its name or, where that could be
// an index, at its index.
func (o Origin) variableIn(list path, name string) place {
	if _, err := strconv.Atoi(name); err != nil && name != "" {
		return place{at: list.with(key(name))}
	}
	i := slices.IndexFunc(o.list(list), func(item any) bool {
		m, ok := item.(map[string]any)
		own, _ := m["name"].(string)
		return ok && own == name
	})
	return place{at: list.with(at(i))}
}

// portOf is the user's port of the same number in the list.
func portOf(o Origin, in rendered) []place {
	list := in.path[:len(in.path)-len(in.rest)]
	return []place{{at: o.find(parse(main + ".ports")...).with(list[len(list)-1])}}
}

// moverOf is the variable that moves a port which no user writes to where it is,
// the container's own first.
func moverOf(o Origin, in rendered) []place {
	number := asText(in.item()["containerPort"])
	var out []place
	for _, list := range []path{o.find(parse(main + ".env")...), o.find("envs"), {"spec", "envs"}} {
		for _, item := range o.list(list) {
			variable, _ := item.(map[string]any)
			name, _ := variable["name"].(string)
			if variable["value"] == number && strings.HasSuffix(name, "_PORT") {
				out = append(out, place{at: o.variableIn(list, name).at, exact: true})
			}
		}
	}
	return out
}

// sharedVariable is one that a graph gives to all of its services.
func sharedVariable(o Origin, in rendered) []place {
	name, _ := in.item()["name"].(string)
	return []place{o.variableIn(path{"spec", "envs"}, name), o.variableIn(path{"spec", "env"}, name)}
}

// matching finds the first item of a list of the service that a test picks.
func matching(o Origin, list string, picks func(item map[string]any) bool) []place {
	all := o.find(parse(list)...)
	for i, item := range o.list(all) {
		if m, ok := item.(map[string]any); ok && picks(m) {
			return []place{{at: all.with(at(i))}}
		}
	}
	return nil
}

// equal finds the item of a list that the object has as it is.
func equal(list string) finder {
	return func(o Origin, in rendered) []place {
		item := in.item()
		return matching(o, list, func(m map[string]any) bool { return equality.Semantic.DeepEqual(m, item) })
	}
}

// sameName finds the item of a list by its name.
func sameName(list string) finder {
	return func(o Origin, in rendered) []place {
		name := in.item()["name"]
		return matching(o, list, func(m map[string]any) bool { return m["name"] == name })
	}
}

// mount finds the service's own mount: its path is called mountPoint.
func mount(o Origin, in rendered) []place {
	item := in.item()
	if o.IsV1Beta1() {
		return cacheMount(o, in)
	}
	out := matching(o, "volumeMounts", func(m map[string]any) bool {
		return m["name"] == item["name"] && (m["mountPoint"] == item["mountPath"] || m["mountPoint"] == nil)
	})
	for i := range out {
		out[i].exact = true
		switch field := slices.Concat(in.rest, path{""})[0]; field {
		case "mountPath":
			out[i].at = out[i].at.with("mountPoint")
		case "name":
			out[i].at = out[i].at.with("name")
		}
	}
	return out
}

// cacheMount finds the compilation cache of v1beta1, if the mount is of its claim.
func cacheMount(o Origin, in rendered) []place {
	name := o.spec().with("compilationCache", "pvcName")
	if claim, _ := name.lookup(o.Manifest); claim == nil || claim != in.item()["name"] {
		return nil
	}
	if slices.Concat(in.rest, path{""})[0] == "mountPath" {
		return []place{{at: o.spec().with("compilationCache", "mountPath"), exact: true}}
	}
	return []place{{at: name, exact: true}}
}

// mountOf finds the mount that a volume without an entry of its own is made
// for, which is the claim of that name.
func mountOf(o Origin, in rendered) []place {
	out := append(sameName(main+".volumeMounts")(o, in), sameName("volumeMounts")(o, in)...)
	for i := range out {
		out[i] = place{at: out[i].at.with("name"), exact: true}
	}
	return out
}

// volumeOfOurs finds the block that a volume of ours is made of.
func volumeOfOurs(o Origin, in rendered) []place {
	switch in.item()["name"] {
	case "shared-memory":
		return exactly("sharedMemory.size", "sharedMemory")(o, in)
	case "epp-config":
		return exactly("eppConfig.configMapRef", "eppConfig")(o, in)
	}
	return nil
}

// amount finds the field of a resources block that an amount comes from.
func amount(block string) finder {
	return func(o Origin, in rendered) []place {
		at := o.find("resources", block)
		v, _ := at.lookup(o.Manifest)
		amounts, _ := v.(map[string]any)
		if len(in.rest) == 0 || amounts == nil {
			return nil
		}
		resource := selected(in.rest[0])
		known := map[string]string{"cpu": "cpu", "memory": "memory", "nvidia.com/gpu": "gpu"}
		field := path{"custom", key(resource)}
		switch {
		case amounts["gpuType"] == resource:
			field = path{"gpuType"}
		case known[resource] != "":
			field = path{known[resource]}
		}
		return []place{{at: at.with(field...), exact: true}}
	}
}
