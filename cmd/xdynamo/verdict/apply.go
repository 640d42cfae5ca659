package verdict

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// applied finds the path in what server-side apply says of an object, such as
// .spec.template.spec.containers[name="main"].env: duplicate entries for key
// [name="A"].
var applied = regexp.MustCompile(`(?s)^\.([^: ]+): (.*)$`)

// ApplyErrors are the reasons why server-side apply, by which Crossplane writes,
// cannot read an object: unknown fields, wrong types and items of lists that
// share a key.
func ApplyErrors(message string) []validate.Refusal {
	var out []validate.Refusal
	for line := range strings.SplitSeq(message, "\n") {
		line = strings.TrimSpace(line)
		if m := applied.FindStringSubmatch(line); m != nil {
			out = append(out, validate.Refusal{Field: m[1], Text: m[2]})
		}
	}
	// They come in any order.
	slices.SortFunc(out, func(a, b validate.Refusal) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Text, b.Text))
	})
	if len(out) == 0 {
		out = append(out, validate.Refusal{Text: strings.ReplaceAll(message, "\n", " ")})
	}
	return out
}
