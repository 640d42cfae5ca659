package graph

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/sshkey"
)

// sshKeys are the key pair that MPI reaches workers with: the Secret that pods
// mount, and what the graph composes and asks for to have it.
type sshKeys struct {
	// secret is its name; empty while it is not known.
	secret   string
	children []layer.Child
	// needs are objects to ask core for, by name.
	needs    map[string]layer.Selector
	warnings []string
}

// chooseSSHKeys decides on the key pair of the graph. Only graphs that run
// TensorRT-LLM over several nodes have one.
func (s scope) chooseSSHKeys() (sshKeys, error) {
	var used []string
	wanted := false
	for _, c := range s.graph.Components {
		if !sshkey.Used(c) {
			continue
		}
		wanted = true
		if name := s.in.Observed[Key(c.Service)].Annotations[meta.AnnotationSSHSecret]; name != "" {
			used = append(used, name)
		}
	}
	if !wanted {
		return sshKeys{}, nil
	}
	choice, err := sshkey.Choose(s.graph.Name, used, s.in)
	out := sshKeys{
		secret:   choice.Secret,
		needs:    sshkey.Needs(s.graph.Namespace, s.in.Settings),
		warnings: choice.Warnings(),
	}
	if choice.Child != nil {
		out.children = []layer.Child{*choice.Child}
	}
	return out, err
}

// waits says whether a component cannot be made yet: its pods would have to
// restart once the Secret that they mount is known.
func (s scope) waits(c dynamo.Component) bool {
	return s.ssh.secret == "" && sshkey.Used(c) && !s.in.Observed.Has(Key(c.Service))
}
