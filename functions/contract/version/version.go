// Package version reads and orders the versions of the Dynamo runtime that pods run.
package version

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Version of a runtime. The zero value is that of a runtime of which nothing is known,
// which is older than all others: it gets what every runtime takes.
type Version struct {
	Major, Minor, Patch int
}

// number is one of a version's three, as semantic versions write it.
const number = `(0|[1-9][0-9]{0,3})`

var (
	plain = regexp.MustCompile(`^` + number + `\.` + number + `\.` + number + `$`)
	// tagged takes what follows a hyphen or a plus for a variant of the same version,
	// as in 1.5.0-dev.1.
	tagged = regexp.MustCompile(`^[vV]?` + number + `\.` + number + `\.` + number + `([-+].*)?$`)
)

// Parse reads a version that is written as three numbers, without anything else. Of all
// other texts nothing is known.
func Parse(text string) Version { return read(plain, text) }

// OfImage reads the version in the tag of an image. Nothing is known of an image without a
// tag, or with one such as latest.
func OfImage(image string) Version {
	name, _, _ := strings.Cut(image, "@")
	// A colon before the last slash belongs to the port of the registry.
	_, tag, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	return read(tagged, tag)
}

func read(form *regexp.Regexp, text string) Version {
	found := form.FindStringSubmatch(text)
	if found == nil {
		return Version{}
	}
	var out Version
	for i, n := range []*int{&out.Major, &out.Minor, &out.Patch} {
		*n, _ = strconv.Atoi(found[i+1]) // Four digits at most.
	}
	return out
}

// Known says whether anything is known of the version.
func (v Version) Known() bool { return v != Version{} }

// Or returns the version where it is known, else another one.
func (v Version) Or(other Version) Version { return cmp.Or(v, other) }

// AtLeast says whether the version is of a release or of a later one. An unknown version
// is not.
func (v Version) AtLeast(major, minor int) bool {
	return cmp.Or(cmp.Compare(v.Major, major), cmp.Compare(v.Minor, minor)) >= 0
}

// String is the version as three numbers, or what is said of an unknown one.
func (v Version) String() string {
	if !v.Known() {
		return "unknown"
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}
