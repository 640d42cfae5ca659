package mpi

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/crypto/ssh"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

// number is a reader of one P-256 private key.
func number(b byte) io.Reader { return bytes.NewReader(bytes.Repeat([]byte{b}, scalarSize)) }

func TestNewPair(t *testing.T) {
	errBroken := errors.New("broken")
	cases := map[string]struct {
		reason string
		args   io.Reader
		want   error
	}{
		"Random":    {reason: "What the function uses", args: rand.Reader},
		"Fixed":     {reason: "What previews and tests use", args: layertest.Random{}},
		"Small":     {reason: "A number below ours", args: number(0x02)},
		"Redrawn":   {reason: "A number above the order of the curve is no key: the next one is drawn", args: io.MultiReader(number(0xff), number(0x00), number(0x03))},
		"Exhausted": {reason: "Too little to draw from", args: bytes.NewReader(make([]byte, scalarSize-1)), want: io.ErrUnexpectedEOF},
		"Broken":    {reason: "A source that fails", args: iotest.ErrReader(errBroken), want: errBroken},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			pair, err := NewPair(tc.args)
			if diff := cmp.Diff(tc.want, err, cmpopts.EquateErrors()); diff != "" {
				t.Fatalf("\n%s\nNewPair(...): -want error, +got error:\n%s", tc.reason, diff)
			}
			if tc.want != nil {
				return
			}
			private, err := ssh.ParsePrivateKey(pair.Private)
			if err != nil {
				t.Fatalf("\n%s\nNewPair(...): cannot parse the private key: %v", tc.reason, err)
			}
			if diff := cmp.Diff(string(ssh.MarshalAuthorizedKey(private.PublicKey())), string(pair.Public)); diff != "" {
				t.Errorf("\n%s\nNewPair(...): the public key is not the private one's: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNewPairGivesUp(t *testing.T) {
	if _, err := NewPair(bytes.NewReader(make([]byte, 1<<10))); err == nil || !strings.Contains(err.Error(), "4 tries") {
		t.Errorf("NewPair(zeros): want an error after four tries, got %v", err)
	}
}

func TestNewPairDiffers(t *testing.T) {
	one, err := NewPair(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewPair(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(one.Private, other.Private) || bytes.Equal(one.Public, other.Public) {
		t.Error("NewPair(rand.Reader): want another pair each time")
	}
	same, again := must(t, layertest.Random{}), must(t, layertest.Random{})
	if diff := cmp.Diff(same, again); diff != "" {
		t.Errorf("NewPair(fixed): want the same pair each time: -first, +second:\n%s", diff)
	}
}

func must(t *testing.T, r io.Reader) Pair {
	t.Helper()
	pair, err := NewPair(r)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// TestKeygen: the programs of the images read the pair.
func TestKeygen(t *testing.T) {
	keygen := programs.Find(t, "ssh-keygen", "that OpenSSH reads the key pairs that we make")
	pair := must(t, rand.Reader)
	file := filepath.Join(t.TempDir(), "private.key")
	if err := os.WriteFile(file, pair.Private, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := exec.CommandContext(t.Context(), keygen, "-y", "-f", file).CombinedOutput()
	if err != nil {
		t.Fatalf("ssh-keygen -y: %v: %s", err, got)
	}
	if diff := cmp.Diff(string(pair.Public), string(got)); diff != "" {
		t.Errorf("ssh-keygen -y: -want, +got:\n%s", diff)
	}
}
