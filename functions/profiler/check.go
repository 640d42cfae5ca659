package profiler

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// image is the name of an image as runtimes read it: a registry, which may have a port,
// the path of a repository, a tag and a digest.
var image = regexp.MustCompile(
	`^([a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?(:[0-9]+)?/|\[[a-fA-F0-9:]+\](:[0-9]+)?/)?` +
		`[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*` +
		`(:\w[-.\w]{0,127})?(@[A-Za-z][-_+.A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`)

// CheckImage refuses what is no image of a profiler: its pod would wait for ever.
func CheckImage(at *field.Path, name string) field.ErrorList {
	switch {
	case name == "":
		return field.ErrorList{field.Required(at, "name the image of the profiler")}
	case !image.MatchString(name):
		return field.ErrorList{field.Invalid(at, shorten(name), "is no name of an image: write it as registry/repository:tag, the repository in lower case")}
	}
	return nil
}

// CheckName refuses a name that no object can have; none is no fault.
func CheckName(at *field.Path, name string) field.ErrorList {
	if name == "" {
		return nil
	}
	var faults field.ErrorList
	for _, problem := range validation.IsDNS1123Subdomain(name) {
		faults = append(faults, field.Invalid(at, shorten(name), problem))
	}
	return faults
}

// shorten returns a text as a fault repeats it.
func shorten(text string) string {
	if len(text) > validation.DNS1123SubdomainMaxLength {
		return "a long text"
	}
	return text
}
