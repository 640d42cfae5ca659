package compare

import "slices"

// item stands for the items of a list in a path.
const item = "[]"

// path leads from an object to a value in it.
type path []string

func (p path) child(key string) path {
	return append(slices.Clip(p), key)
}

// last is the key of the value, or empty for the object itself.
func (p path) last() string {
	return p.above(0)
}

// above is the n-th key above the last one, or empty.
func (p path) above(n int) string {
	if len(p) <= n {
		return ""
	}
	return p[len(p)-1-n]
}
