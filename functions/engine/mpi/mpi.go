// Package mpi runs one program over the pods of a replica: the leader starts
// its ranks, on the workers through SSH.
package mpi

import (
	_ "embed"
	"strconv"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
)

const (
	// KeysPath is where containers find the key pair.
	KeysPath = "/ssh-pk"
	// Port of the workers' SSH servers. Above 1024, so that it needs no root.
	Port = 2222

	// PrivateKey is a key of the Secret, and a file of KeysPath.
	PrivateKey = "private.key"
	// PublicKey is the key and file of the public key.
	PublicKey = "private.key.pub"
)

var (
	//go:embed leader.sh
	leader string
	//go:embed worker.sh
	worker string
)

// Leader is a script for /bin/sh -c that runs a container's command and
// arguments on all nodes of a replica, with a number of ranks on each.
func Leader(nodes int32, ranks int64, command []string) string {
	args := []string{KeysPath, strconv.Itoa(Port), strconv.Itoa(int(nodes)), strconv.FormatInt(ranks, 10)}
	return script(leader, append(args, command...)...)
}

// Worker is a script for /bin/sh -c that waits for the leader to start ranks.
func Worker() string {
	return script(worker, KeysPath, strconv.Itoa(Port))
}

// script is a text with arguments, as an argument of a container.
func script(text string, args ...string) string {
	return shell.Arg("set -- " + shell.Quote(args...) + "\n" + text)
}
