package wire

import (
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/structpb"
)

// Numbers of the fields that are decoded here: those of run_function.proto and
// of the entries of any map.
const (
	requestObserved protowire.Number = 2
	stateComposite  protowire.Number = 1
	stateResources  protowire.Number = 2
	resourceObject  protowire.Number = 1
	resourceDetails protowire.Number = 2
	entryKey        protowire.Number = 1
	entryValue      protowire.Number = 2
)

// keepsManagers begins the keys of children whose managed fields are read: those
// of scaling adapters say who owns their replicas.
const keepsManagers = "scalingadapter/"

// splitRequest decodes the observed state of a request, and returns the encoding
// of all else. Like all functions below it returns false for what core does not
// send: a broken encoding, and fields that are unknown or there twice.
func splitRequest(raw []byte) (*fnv1.State, []byte, bool) {
	var observed *fnv1.State
	var rest []byte
	all := message(raw)
	m := all
	for {
		from := len(all) - len(m)
		f, ok := m.next()
		if !ok {
			return observed, rest, m == ""
		}
		if f.number != requestObserved {
			rest = append(rest, raw[from:len(all)-len(m)]...)
			continue
		}
		if observed != nil || f.kind != protowire.BytesType {
			return nil, nil, false
		}
		if observed, ok = state(f.payload); !ok {
			return nil, nil, false
		}
	}
}

func state(m message) (*fnv1.State, bool) {
	out := &fnv1.State{Resources: make(map[string]*fnv1.Resource, m.count())}
	for f, ok := m.next(); ok; f, ok = m.next() {
		switch {
		case f.is(stateComposite, protowire.BytesType) && out.Composite == nil:
			out.Composite, ok = resource(f.payload, withoutManagers())
		case f.is(stateResources, protowire.BytesType):
			ok = child(out.Resources, f.payload)
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
	}
	return out, m == ""
}

func child(into map[string]*fnv1.Resource, entry message) bool {
	key, value, ok := entry.entry()
	if !ok {
		return false
	}
	omit := withoutManagers()
	if strings.HasPrefix(key, keepsManagers) {
		omit = nil
	}
	into[key], ok = resource(value, omit)
	return ok
}

// withoutManagers is the path of what most objects are decoded without.
func withoutManagers() []string { return []string{"metadata", managedFields} }

// resource decodes a resource without the field of its object at path omit.
// Observed resources have no more than an object and connection details.
func resource(m message, omit []string) (*fnv1.Resource, bool) {
	out := &fnv1.Resource{}
	for f, ok := m.next(); ok; f, ok = m.next() {
		switch {
		case f.is(resourceObject, protowire.BytesType) && out.Resource == nil:
			out.Resource = &structpb.Struct{}
			ok = decodeStruct(f.payload, omit, 0, out.Resource)
		case f.is(resourceDetails, protowire.BytesType):
			ok = detail(out, f.payload)
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
	}
	return out, m == ""
}

// detail decodes an entry of connection details.
func detail(into *fnv1.Resource, entry message) bool {
	key, value, ok := entry.entry()
	if into.ConnectionDetails == nil {
		into.ConnectionDetails = map[string][]byte{}
	}
	into.ConnectionDetails[key] = []byte(value)
	return ok
}
