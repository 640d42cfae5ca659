package mpi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"
)

// Pair is an SSH key pair: a private key in PEM, and the line of an authorized_keys file that
// lets its owner in.
type Pair struct {
	Private, Public []byte
}

// scalarSize is the length of a P-256 private key in bytes.
const scalarSize = 32

// maxTries is how many numbers are drawn for a key. A random 32-byte number is out
// of range with a probability below 2^-32.
const maxTries = 4

// NewPair makes a pair out of what is read from random, and of that alone. It is
// ECDSA on P-256, which every OpenSSH reads in an encoding of the standard
// library's: ed25519 has only one of OpenSSH's own, with random bytes in it.
func NewPair(random io.Reader) (Pair, error) {
	key, err := draw(random)
	if err != nil {
		return Pair{}, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return Pair{}, fmt.Errorf("cannot encode SSH private key: %w", err)
	}
	public, err := ssh.NewPublicKey(&key.PublicKey)
	if err != nil {
		return Pair{}, fmt.Errorf("cannot encode SSH public key: %w", err)
	}
	return Pair{
		Private: pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}),
		Public:  ssh.MarshalAuthorizedKey(public),
	}, nil
}

func draw(random io.Reader) (*ecdsa.PrivateKey, error) {
	number := make([]byte, scalarSize)
	var fault error
	for range maxTries {
		if _, err := io.ReadFull(random, number); err != nil {
			return nil, fmt.Errorf("cannot draw an SSH key: %w", err)
		}
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), number)
		if err == nil {
			return key, nil
		}
		fault = err
	}
	return nil, fmt.Errorf("cannot draw an SSH key in %d tries: %w", maxTries, fault)
}
