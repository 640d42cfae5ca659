package gpus

import (
	"slices"
	"strings"
	"unicode"
)

// readSKU returns the kind of GPU of a product, as profilers call it; empty for one
// that they do not know, and for a part of a GPU. Where there are two forms of a GPU,
// that of a card says so.
func readSKU(product string) string {
	words := strings.FieldsFunc(strings.ToUpper(product), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	has := func(word string) bool { return slices.Contains(words, word) }
	if has("MIG") {
		return ""
	}
	for _, one := range []string{"L40S", "L40", "L4", "A30", "T4", "GB10"} {
		if has(one) {
			return strings.ToLower(one)
		}
	}
	for _, module := range []string{"GB200", "B300", "B200", "H200"} {
		if has(module) {
			return strings.ToLower(module) + "_sxm"
		}
	}
	for _, either := range []string{"H100", "A100", "V100"} {
		switch {
		case has(either) && (has("PCIE") || has("NVL")):
			return strings.ToLower(either) + "_pcie"
		case has(either):
			return strings.ToLower(either) + "_sxm"
		}
	}
	return ""
}
