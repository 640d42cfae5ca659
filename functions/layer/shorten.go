package layer

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// How many bytes of another's message fit into one of ours, and how many the message of
// a condition has.
const (
	lengthShort   = 512
	lengthMessage = 2048
)

// Parts of the API server's messages: what a quota has given already, which changes
// with everything in the namespace, and what Kubernetes makes pods and their like of,
// whose names change with each of them.
var (
	usedQuota = regexp.MustCompile(`, used: [^:]*, limited: `)
	namedPod  = regexp.MustCompile(`^(?:Failed to create new replica set "[^"]*": )?(pods|replicasets\.apps|Pod|ReplicaSet(?:\.apps)?) "([^"]+)" is `)
)

// Shorten makes a message of the API server one that does not change while nothing
// happens, and that fits into a condition: one line, without the names of pods and
// without what a quota has given to others.
func Shorten(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	out := usedQuota.ReplaceAllString(line, ", limited: ")
	if m := namedPod.FindStringSubmatch(out); m != nil {
		out = namedPlural(m[1]) + " are " + strings.ReplaceAll(out[len(m[0]):], m[2], "it")
	}
	return cut(out, lengthShort)
}

func namedPlural(kind string) string {
	if strings.HasPrefix(strings.ToLower(kind), "replicaset") {
		return "replica sets"
	}
	return "pods"
}

// Limit cuts the message of a condition that could be of any length.
func Limit(message string) string { return cut(message, lengthMessage) }

// cut returns at most so many bytes of a text, and says so where there are more.
func cut(text string, length int) string {
	const more = "..."
	if len(text) <= length {
		return text
	}
	end := length - len(more)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}
