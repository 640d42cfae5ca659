package origin

import (
	"maps"
	"strconv"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// Address of an object: the number of its manifest, and the keys that lead to it.
type Address string

// Root is the address of a manifest.
func Root(number int) Address { return Address(strconv.Itoa(number)) }

// Below is the address of an object that the one at the address composes.
func (a Address) Below(key string) Address { return a + Address("\n"+key) }

// tree is what manifests became, by address.
type tree map[Address]state

// state of an object.
type state struct {
	leaves map[string]string
	// silent says that nothing is known of what the object composes.
	silent bool
	parent Address
}

// read is the tree of a node that is at an address.
func read(at Address, n preview.Node) tree {
	out := tree{}
	out.add(at, "", n)
	return out
}

// within is what of the tree is the same in another one: of nothing else can a trial tell.
func (t tree) within(all tree) tree {
	for at, s := range t {
		other, ok := all[at]
		if !ok {
			delete(t, at)
			continue
		}
		maps.DeleteFunc(s.leaves, func(path, value string) bool { return other.leaves[path] != value })
	}
	return t
}

// values are those of all fields.
func (t tree) values() map[string]bool {
	out := map[string]bool{}
	for _, s := range t {
		for _, value := range s.leaves {
			out[value] = true
		}
	}
	return out
}

func (t tree) add(at, parent Address, n preview.Node) {
	t[at] = state{leaves: Leaves(n.Object), silent: isSilent(n), parent: parent}
	if n.Result == nil {
		return
	}
	for _, child := range n.Result.Children {
		t.add(at.Below(child.Key), at, child)
	}
}

// isSilent says whether a composite is at fault, so that what it composes is not what its
// fields ask for.
func isSilent(n preview.Node) bool {
	r := n.Result
	return r == nil || len(r.Refused) > 0 || r.Fatal != "" || r.Found.Fatal() || len(r.Children) == 0
}

// effect is what is different in another tree.
type effect struct {
	changed map[Address]map[string]bool
	// gone are objects that the other tree lacks, though what composes them is at no
	// fault.
	gone map[Address]bool
	// size is how many fields are different in objects that are there.
	size int
}

// compare says what is different in after.
func (t tree) compare(after tree) *effect {
	out := &effect{changed: map[Address]map[string]bool{}, gone: map[Address]bool{}}
	for at, before := range t {
		now, there := after[at]
		if !there {
			if above, known := after[before.parent]; known && !above.silent {
				out.gone[at] = true
			}
			continue
		}
		for path, value := range before.leaves {
			if other, ok := now.leaves[path]; !ok || other != value {
				out.mark(at, path)
			}
		}
	}
	return out
}

func (e *effect) mark(at Address, path string) {
	if e.changed[at] == nil {
		e.changed[at] = map[string]bool{}
	}
	if !e.changed[at][path] {
		e.changed[at][path] = true
		e.size++
	}
}

// and is both effects. An effect that is nil is none.
func (e *effect) and(other *effect) *effect {
	if e == nil {
		return other
	}
	for at, paths := range other.changed {
		for path := range paths {
			e.mark(at, path)
		}
	}
	maps.Copy(e.gone, other.gone)
	return e
}
