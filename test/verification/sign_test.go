package verification

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/sigstore/cosign/v3/pkg/cosign"
	"github.com/sigstore/cosign/v3/pkg/oci/mutate"
	ociremote "github.com/sigstore/cosign/v3/pkg/oci/remote"
	"github.com/sigstore/cosign/v3/pkg/oci/static"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/payload"
)

// A signer signs packages, as `cosign sign` does.
type signer struct {
	signature.Signer

	// Public is what verifies its signatures: a key, or the certificate of one.
	Public []byte
	// Chain leads from that certificate to the authority. A key has none.
	Chain []byte
}

// keyless is a signer without a key of its own: it gets one for ten minutes, and a certificate that says who it is.
func (s *sigstore) keyless(t *testing.T, who identity) signer {
	t.Helper()
	key := newKey(t)
	out, err := signature.LoadSigner(key, crypto.SHA256)
	noError(t, err)
	public, err := cryptoutils.MarshalCertificateToPEM(s.certify(t, key, who))
	noError(t, err)
	chain, err := cryptoutils.MarshalCertificateToPEM(s.authority)
	noError(t, err)
	return signer{Signer: out, Public: public, Chain: chain}
}

// keyed is a signer with a key pair, as `cosign generate-key-pair` makes it.
func keyed(t *testing.T) signer {
	t.Helper()
	keys, err := cosign.GenerateKeyPair(func(bool) ([]byte, error) { return []byte("secret"), nil })
	noError(t, err)
	out, err := cosign.LoadPrivateKey(keys.PrivateBytes, []byte("secret"), nil)
	noError(t, err)
	return signer{Signer: out, Public: keys.PublicBytes}
}

// A signing is what there is to say of a signature.
type signing struct {
	// By is who signs.
	By signer
	// Log is where the signature is noted; nil for nowhere.
	Log *sigstore
	// Of is the package that the signature names, where that is not the one that it is put beside.
	Of *name.Digest
}

// attach signs a package, and puts the signature beside it in the registry.
func attach(t *testing.T, pkg name.Digest, s signing) {
	t.Helper()
	of := pkg
	if s.Of != nil {
		of = *s.Of
	}
	body, err := payload.Cosign{Image: of}.MarshalJSON()
	noError(t, err)
	signed, err := s.By.SignMessage(bytes.NewReader(body))
	noError(t, err)

	var options []static.Option
	if s.By.Chain != nil {
		options = append(options, static.WithCertChain(s.By.Public, s.By.Chain))
	}
	if s.Log != nil {
		options = append(options, static.WithBundle(s.Log.note(t, body, signed, s.By.Public)))
	}
	sig, err := static.NewSignature(body, encode(signed), options...)
	noError(t, err)

	entity, err := ociremote.SignedEntity(pkg)
	noError(t, err)
	entity, err = mutate.AttachSignatureToEntity(entity, sig)
	noError(t, err)
	noError(t, ociremote.WriteSignatures(pkg.Context(), entity))
}

// attachBundle puts a signature beside a package in the form that cosign writes since version 3 if it is not told otherwise: a bundle
// that refers to the package.
func attachBundle(t *testing.T, pkg name.Digest) {
	t.Helper()
	const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"
	layer, err := static.NewFile([]byte(`{"mediaType":"`+mediaType+`"}`), static.WithLayerMediaType(types.MediaType(mediaType)))
	noError(t, err)
	layers, err := layer.Layers()
	noError(t, err)
	noError(t, ociremote.WriteReferrer(pkg, mediaType, layers, nil))
}

func encode(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }
