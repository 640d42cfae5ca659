package harness

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

const loopback = "127.0.0.1"

// files of a folder, by name.
type files map[string][]byte

// write puts the files into a folder, readable for the owner alone.
func (f files) write(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make a folder: %w", err)
	}
	for name, content := range f {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return fmt.Errorf("cannot write a file: %w", err)
		}
	}
	return nil
}

// serverFiles are what the API server serves and signs tokens with.
func serverFiles() (files, error) {
	crt, key, err := cert.GenerateSelfSignedCertKey(loopback, []net.IP{net.ParseIP(loopback)}, []string{"localhost"})
	if err != nil {
		return nil, fmt.Errorf("cannot make the API server's certificate: %w", err)
	}
	sign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("cannot make the key of service accounts: %w", err)
	}
	private, err := keyutil.MarshalPrivateKeyToPEM(sign)
	if err != nil {
		return nil, fmt.Errorf("cannot write the key of service accounts: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(&sign.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("cannot write the key of service accounts: %w", err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: keyutil.PublicKeyBlockType, Bytes: der})
	return files{"apiserver.crt": crt, "apiserver.key": key, "sa.key": private, "sa.pub": public}, nil
}

// functionFiles are a server certificate for localhost, signed by Crossplane's
// root as Crossplane would sign it, and that root.
func functionFiles(rootCrt, rootKey []byte) (files, error) {
	root, err := tls.X509KeyPair(rootCrt, rootKey)
	if err != nil {
		return nil, fmt.Errorf("cannot read Crossplane's root: %w", err)
	}
	issuer, err := x509.ParseCertificate(root.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("cannot read Crossplane's root: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("cannot make the function's key: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "function-dynamo"},
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, issuer, &key.PublicKey, root.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("cannot sign the function's certificate: %w", err)
	}
	private, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return nil, fmt.Errorf("cannot write the function's key: %w", err)
	}
	crt := pem.EncodeToMemory(&pem.Block{Type: cert.CertificateBlockType, Bytes: der})
	return files{"tls.crt": crt, "tls.key": private, "ca.crt": rootCrt}, nil
}
