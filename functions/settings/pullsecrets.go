package settings

import (
	"slices"
	"strings"
	"unicode"
)

// dockerHub is the registry that an image without one is pulled from.
const dockerHub = "docker.io"

// PullSecretsFor returns the names of the Secrets for the registries of images, in the
// order of the settings, each once.
func (s Settings) PullSecretsFor(images ...string) []string {
	var used, out []string
	for _, image := range images {
		used = append(used, readRegistry(image))
	}
	for _, p := range s.PullSecrets {
		if slices.Contains(used, p.Registry) && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// readRegistry reads the registry of an image: the part before the first slash, if
// it can be a host.
func readRegistry(image string) string {
	host, _, ok := strings.Cut(image, "/")
	if ok && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return dockerHub
}

// isRegistry is how images name a registry: any other text would be that of no image.
func isRegistry(v string) []string {
	if strings.Contains(v, "/") || strings.ContainsFunc(v, unicode.IsSpace) || strings.ToLower(v) != v {
		return []string{"must be the registry as images name it, such as nvcr.io or registry.example:5000: without https://, a path, blanks or capitals"}
	}
	return nil
}
