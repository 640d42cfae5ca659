// Package sshkey decides on the Secret with the SSH key pair that MPI starts
// ranks with, and makes one where there is none.
package sshkey

import (
	"encoding/base64"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

const (
	// Key of a Secret of ours: frozen API.
	Key = "secret/mpi-ssh"
	// need is what the Secret of the settings is asked for by: frozen, since
	// core calls again when names change.
	need = "mpi-ssh-secret"
)

// Choice is the Secret that pods take their key pair from.
type Choice struct {
	// Secret is its name; empty as long as core has not said whether the
	// Secret of the settings exists.
	Secret string
	// Child is the Secret where it is ours; nil otherwise.
	Child *layer.Child
	// Gone says that pods use the Secret of the settings, and that it was
	// deleted.
	Gone bool
}

// Warnings tell of what users should mend.
func (c Choice) Warnings() []string {
	if !c.Gone {
		return nil
	}
	return []string{fmt.Sprintf("Secret %q with the SSH key pair of MPI is missing: pods that run go on, new ones wait until you make it again", c.Secret)}
}

// Used says whether MPI starts the ranks of a component with a key pair.
func Used(c dynamo.Component) bool {
	return c.Multinode() && c.Engine.Name == dynamo.EngineTRTLLM
}

// Unknown says whether the pods of a component cannot be made yet: they would
// have to restart once the Secret that they mount is known.
func Unknown(c dynamo.Component) bool { return Used(c) && c.SSHSecret == "" }

// Needs asks for the Secret that the settings name, in a namespace.
func Needs(namespace string, s settings.Settings) map[string]layer.Selector {
	return map[string]layer.Selector{need: {
		API:       layer.API{APIVersion: "v1", Kind: "Secret"},
		Namespace: namespace,
		Name:      s.SSHSecret,
	}}
}

// Choose decides which Secret the pods of owner take: the one of the settings
// where it exists, else one of ours. Used are the Secrets that its pods take
// already. One of the two that is used stays, whatever becomes of the other:
// another name in a pod template restarts every pod. One that the settings named
// before stays until core has answered.
func Choose(owner string, used []string, in layer.In) (Choice, error) {
	site, own := in.Settings.SSHSecret, names.SSHSecret(owner)
	found, answered := in.Answers.Objects[need]
	switch {
	case in.Observed.Has(Key):
		return makeOwn(own, in)
	case slices.Contains(used, site):
		return Choice{Secret: site, Gone: answered && len(found) == 0}, nil
	case slices.Contains(used, own):
		return makeOwn(own, in)
	case !answered && len(used) > 0:
		return Choice{Secret: used[0]}, nil // No reason to change anything yet.
	case !answered:
		return Choice{}, nil
	case len(found) > 0:
		return Choice{Secret: site}, nil
	}
	return makeOwn(own, in)
}

// makeOwn chooses a Secret of ours, with the key pair that it has already or, where it
// has none, with a new one.
//
// Until core observes the Secret, each call makes another pair, which is the one place
// where equal requests have different answers. Core applies them one after the other to
// one object, so that pods see the last one, and it writes the Secret before it creates
// what mounts it.
func makeOwn(name string, in layer.In) (Choice, error) {
	pair := readPair(in.Observed[Key])
	if len(pair.Private) == 0 || len(pair.Public) == 0 {
		var err error
		if pair, err = mpi.NewPair(in.Random); err != nil {
			return Choice{}, fmt.Errorf("cannot make Secret %q: %w", name, err)
		}
	}
	child := layer.Made(Key, &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{meta.LabelAppManagedBy: meta.ManagedBy}},
		Data:       map[string][]byte{mpi.PrivateKey: pair.Private, mpi.PublicKey: pair.Public},
	}, in.Observed)
	return Choice{Secret: name, Child: &child}, nil
}

// readPair reads the pair of a Secret. What cannot be read is empty.
func readPair(o layer.Object) mpi.Pair {
	data := o.Data()
	read := func(key string) []byte {
		text, _ := data[key].(string)
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil
		}
		return raw
	}
	return mpi.Pair{Private: read(mpi.PrivateKey), Public: read(mpi.PublicKey)}
}
