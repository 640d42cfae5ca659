package expose

import (
	"cmp"
	"fmt"
	"net"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// HostFaults names the fields of an ingress block that make a host which no API
// server takes, and a component that has such a host by the settings.
func HostFaults(c dynamo.Component) field.ErrorList {
	b := c.Ingress
	switch {
	case b == nil:
		return siteHostFaults(c)
	case !b.Enabled:
		return nil
	}
	faults := field.ErrorList{}
	check := func(f dynamo.Field, value, why string) {
		if why != "" {
			faults = append(faults, field.Invalid(c.At.At(f), value, why))
		}
	}
	check(dynamo.FieldHostPrefix, b.Prefix, checkPart(b.Prefix))
	check(dynamo.FieldHost, b.Host, checkPart(b.Host))
	check(dynamo.FieldHostSuffix, b.Suffix, checkSuffix(b.Suffix))
	if len(faults) > 0 {
		return faults
	}
	whole := makeHost(b.Prefix+b.Host, chooseSuffix(*b, c.SiteIngress))
	if msgs := checkHost(whole); len(msgs) > 0 {
		faults = append(faults, field.Invalid(c.At.At(dynamo.FieldHost), b.Host, fmt.Sprintf("makes %q: %s", whole, strings.Join(msgs, ", "))))
	}
	return faults
}

// siteHostFaults names a component without an ingress block whose name, with the suffix of
// the settings, makes no host.
func siteHostFaults(c dynamo.Component) field.ErrorList {
	host := Of(c, settings.Settings{Ingress: c.SiteIngress}).Host
	if host == "" {
		return nil
	}
	msgs := checkHost(host)
	if len(msgs) == 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(c.At.At(dynamo.FieldIngress), host, fmt.Sprintf(
		"is what ingress.hostSuffix of the settings makes of the name: %s: give a shorter %s, or have the suffix corrected", strings.Join(msgs, ", "), c.At.Word(dynamo.FieldHost)))}
}

// chooseSuffix returns the suffix that follows the host of a block: its own or, where it
// leaves the class and the gateway to the settings, theirs.
func chooseSuffix(b dynamo.Ingress, s settings.Ingress) string {
	if b.Class == "" && b.Gateway == "" {
		return cmp.Or(b.Suffix, s.HostSuffix)
	}
	return b.Suffix
}

// checkHost says why a name cannot be a host; nothing of one that can. It may begin
// with *. for all names of a domain.
func checkHost(host string) []string {
	if strings.HasPrefix(host, "*.") {
		return validation.IsWildcardDNS1123Subdomain(host)
	}
	return validation.IsDNS1123Subdomain(host)
}

// checkPart says what is wrong with the characters in a part of a host; empty for a
// part without faults.
func checkPart(part string) string {
	switch {
	case strings.Contains(part, "://"), strings.Contains(part, "/"):
		return "is a URL: write the name of the host alone"
	case strings.Contains(part, ":"):
		return "has a port: write the name of the host alone"
	case strings.ContainsFunc(part, isForeign):
		return "a host has lower-case letters, digits, hyphens and dots only: choose another name"
	}
	return ""
}

// checkSuffix does the same for the domain that follows a host.
func checkSuffix(suffix string) string {
	if strings.HasPrefix(suffix, ".") {
		return "begins with a dot, and stands behind one: leave it out"
	}
	return checkPart(suffix)
}

// isForeign says whether a character cannot be in a host.
func isForeign(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-.*", r)
}

// HostWarnings tell of a host that looks complete, such as chat.example.org, and to
// which a domain is added all the same.
func HostWarnings(c dynamo.Component) []string {
	b := c.Ingress
	if b == nil || !b.Enabled || len(HostFaults(c)) > 0 {
		return nil
	}
	why := describeHost(c, *b)
	if why == "" {
		return nil
	}
	return []string{fmt.Sprintf("%s: %q %s", c.At.At(dynamo.FieldHost), b.Host, why)}
}

// describeHost says what is odd about a host, and what to write; empty for none.
func describeHost(c dynamo.Component, b dynamo.Ingress) string {
	host, suffix := c.At.Word(dynamo.FieldHost), c.At.Word(dynamo.FieldHostSuffix)
	name, domain, dotted := strings.Cut(b.Host, ".")
	switch {
	case net.ParseIP(b.Host) != nil:
		return fmt.Sprintf("is an address, and becomes part of a name, %q: write the name by which clients ask", makeHost(b.Prefix+b.Host, b.Suffix))
	case b.Suffix != "" && strings.HasSuffix(b.Host, "."+b.Suffix):
		return fmt.Sprintf("ends in the suffix already, and gets it once more, %q: write %s %q", makeHost(b.Prefix+b.Host, b.Suffix), host, strings.TrimSuffix(b.Host, "."+b.Suffix))
	case b.Suffix == "" && dotted:
		return fmt.Sprintf("is not the whole host: a dot and the suffix follow, %q %s: write %s %q and %s %q",
			DefaultHostSuffix, sayWhichSuffix(b), host, name, suffix, domain)
	}
	return ""
}

// sayWhichSuffix says whether that of the settings counts: they say nothing of a block that
// names a class or a gateway.
func sayWhichSuffix(b dynamo.Ingress) string {
	if b.Class == "" && b.Gateway == "" {
		return "unless the settings name another"
	}
	return "whatever the settings name, since the block has a class or a gateway of its own"
}

// makeHost puts a host and its domain together.
func makeHost(name, suffix string) string {
	return name + "." + cmp.Or(suffix, DefaultHostSuffix)
}
