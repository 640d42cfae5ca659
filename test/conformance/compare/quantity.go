package compare

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// holdsQuantity tells whether the value at p is an amount of a resource.
func holdsQuantity(p path) bool {
	switch {
	case p.last() == "sizeLimit" || p.last() == "storage":
		return true
	case p.above(1) == "limits" || p.above(1) == "requests":
		return true
	}
	return false
}

// quantity returns the amount that a text or number means. A form that the
// cases do not use, such as 1e3 or one with a sign, is left as it is written.
func quantity(value any) (resource.Quantity, bool) {
	amount := text(value)
	if !isUnit(strings.TrimLeft(amount, "0123456789.")) {
		return resource.Quantity{}, false
	}
	q, err := resource.ParseQuantity(amount)
	return q, err == nil
}

func isUnit(suffix string) bool {
	switch suffix {
	case "", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi":
		return true
	}
	return false
}
