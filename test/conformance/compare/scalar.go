package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"
)

// exact is the largest number below which a float64 holds every integer.
const exact = 1 << 53

// scalar returns integers of all Go types as int64, since JSON has one number.
func scalar(value any) any {
	switch v := value.(type) {
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < exact {
			return int64(v)
		}
	}
	return value
}

// equal tells whether two normalised values are, maps and lists apart. A number
// equals the text that it is written with.
func equal(a, b any) bool {
	p, pOK := a.(resource.Quantity)
	q, qOK := b.(resource.Quantity)
	if pOK && qOK {
		return p.Cmp(q) == 0
	}
	return written(a) && written(b) && text(a) == text(b) || (a == nil || isBool(a)) && a == b || sameWords(a, b)
}

// written tells whether a value is a text or a number.
func written(value any) bool {
	switch value.(type) {
	case string, int64, uint64, float64, resource.Quantity:
		return true
	}
	return false
}

func isBool(value any) bool {
	_, ok := value.(bool)
	return ok
}

// text is a value as people write it; maps and lists are JSON.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case resource.Quantity:
		return v.String()
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(raw)
}
