package forms

import (
	"maps"
	"slices"
)

// Names in the form of v1beta1.
const (
	mainName    = "main"
	sidecarName = "sidecar-frontend"
)

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
