package commandline

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// A python interpreter runs an engine's module where the module follows a -m of
// it, on the same line of a script or a later one. A command line is cut at |, &
// and ; before it is matched, so that an engine behind a pipe does not count as
// run by the python before it.
var (
	interpreter = regexp.MustCompile(`(?s)python[0-9.]*\s.*?-m\s`)
	module      = regexp.MustCompile(`dynamo\.(vllm|sglang|trtllm)\b`)
	separators  = regexp.MustCompile(`[|&;]`)
)

// Modules lists the engines' modules that a container's command line starts, by
// their names below dynamo, sorted.
func Modules(main corev1.Container) []string {
	line := strings.Join(slices.Concat(main.Command, main.Args), " ")
	var out []string
	for _, part := range separators.Split(line, -1) {
		at := interpreter.FindStringIndex(part)
		if at == nil {
			continue
		}
		for _, m := range module.FindAllStringSubmatch(part[at[1]:], -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
