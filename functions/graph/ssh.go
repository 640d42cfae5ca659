package graph

import (
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// sshKeys are the key pair that MPI reaches workers with: the Secret that pods
// mount, and what the graph composes and asks for to have it.
type sshKeys struct {
	// secret is its name; empty for the one of the settings.
	secret   string
	children []layer.Child
	// needs are objects to ask core for, by name.
	needs map[string]layer.Selector
}

// sshKeys decides on the key pair of the graph.
func (scope) sshKeys() sshKeys {
	return sshKeys{}
}
