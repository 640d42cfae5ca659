package forms

import (
	"fmt"
	"maps"
	"slices"
)

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

// setEnvFrom sets where a container's variables come from, unless it says so.
func (r *reader) setEnvFrom(container values) {
	secret, found := r.take("envFromSecret")
	if _, given := container["envFrom"]; found && !given {
		container["envFrom"] = []any{values{"secretRef": values{"name": secret}}}
	}
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
