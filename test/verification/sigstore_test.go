package verification

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cyberphone/json-canonicalization/go/src/webpki.org/jsoncanonicalizer"
	"github.com/sigstore/cosign/v3/pkg/cosign/bundle"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/tuf"
	gotuf "github.com/theupdateframework/go-tuf"
)

// A sigstore stands in for the services of Sigstore: the authority that gives certificates to identities, the log that these
// certificates are noted in, and the log of signatures.
type sigstore struct {
	authority    *x509.Certificate
	authorityKey *ecdsa.PrivateKey
	certificates *ecdsa.PrivateKey
	signatures   *ecdsa.PrivateKey
}

func newSigstore(t *testing.T) *sigstore {
	t.Helper()
	s := &sigstore{authorityKey: newKey(t), certificates: newKey(t), signatures: newKey(t)}
	s.authority = newAuthority(t, s.authorityKey)
	return s
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noError(t, err)
	return key
}

// trust makes Crossplane's validator believe s: it serves the update repository that Sigstore publishes its certificates and keys
// in. Sigstore's library reads it once for a process.
func (s *sigstore) trust(t *testing.T) {
	t.Helper()
	repository, root := s.publish(t)
	server := httptest.NewServer(http.FileServer(http.Dir(repository)))
	t.Cleanup(server.Close)
	t.Setenv("TUF_ROOT", t.TempDir())
	noError(t, tuf.Initialize(t.Context(), server.URL, root))
}

// publish writes the update repository, and returns its folder and its root of trust.
func (s *sigstore) publish(t *testing.T) (string, []byte) {
	t.Helper()
	dir := t.TempDir()
	store := gotuf.FileSystemStore(dir, nil)
	repo, err := gotuf.NewRepo(store)
	noError(t, err)
	noError(t, repo.Init(false))
	for _, role := range []string{"root", "targets", "snapshot", "timestamp"} {
		_, err := repo.GenKey(role)
		noError(t, err)
	}
	s.addTargets(t, repo, filepath.Join(dir, "staged", "targets"))
	noError(t, repo.Snapshot())
	noError(t, repo.Timestamp())
	noError(t, repo.Commit())
	meta, err := store.GetMeta()
	noError(t, err)
	return filepath.Join(dir, "repository"), meta["root.json"]
}

// addTargets stages what Sigstore publishes, under its names.
func (s *sigstore) addTargets(t *testing.T, repo *gotuf.Repo, staged string) {
	t.Helper()
	noError(t, os.MkdirAll(staged, 0o700))
	authority, err := cryptoutils.MarshalCertificateToPEM(s.authority)
	noError(t, err)
	for _, target := range []struct {
		name, usage string
		content     []byte
	}{
		{name: "fulcio_v1.crt.pem", usage: "Fulcio", content: authority},
		{name: "ctfe.pub", usage: "CTFE", content: publicPEM(t, s.certificates)},
		{name: "rekor.pub", usage: "Rekor", content: publicPEM(t, s.signatures)},
	} {
		noError(t, os.WriteFile(filepath.Join(staged, target.name), target.content, 0o600))
		custom, err := json.Marshal(map[string]any{"sigstore": map[string]string{"usage": target.usage, "status": "Active"}})
		noError(t, err)
		noError(t, repo.AddTarget(target.name, custom))
	}
}

// note puts a signature into the log of signatures, and returns the log's receipt.
func (s *sigstore) note(t *testing.T, payload, signature, verifier []byte) *bundle.RekorBundle {
	t.Helper()
	sum := sha256.Sum256(payload)
	entry, err := json.Marshal(map[string]any{
		"apiVersion": "0.0.1",
		"kind":       "hashedrekord",
		"spec": map[string]any{
			"data":      map[string]any{"hash": map[string]string{"algorithm": "sha256", "value": hex.EncodeToString(sum[:])}},
			"signature": map[string]any{"content": signature, "publicKey": map[string][]byte{"content": verifier}},
		},
	})
	noError(t, err)
	out := &bundle.RekorBundle{Payload: bundle.RekorPayload{
		Body: encode(entry), IntegratedTime: time.Now().Unix(), LogIndex: 1, LogID: hex.EncodeToString(logID(t, s.signatures)),
	}}
	raw, err := json.Marshal(out.Payload)
	noError(t, err)
	canonical, err := jsoncanonicalizer.Transform(raw)
	noError(t, err)
	out.SignedEntryTimestamp = sign(t, s.signatures, canonical)
	return out
}

func sign(t *testing.T, key *ecdsa.PrivateKey, message []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(message)
	out, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	noError(t, err)
	return out
}

// logID is how logs are told apart: the hash of their keys.
func logID(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	noError(t, err)
	sum := sha256.Sum256(der)
	return sum[:]
}

func publicPEM(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	out, err := cryptoutils.MarshalPublicKeyToPEM(key.Public())
	noError(t, err)
	return out
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
