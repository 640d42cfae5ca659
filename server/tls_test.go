package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
)

// pki is an authority with a server's folder as Crossplane mounts it, and a client.
type pki struct {
	server string
	pool   *x509.CertPool
	client tls.Certificate
}

// certificates of a new authority, for 127.0.0.1.
func certificates(t *testing.T) pki {
	t.Helper()
	caKey := newKey(t)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caCert := sign(t, ca, ca, caKey, caKey)
	serverKey, clientKey := newKey(t), newKey(t)
	serverCert := sign(t, leaf(2, x509.ExtKeyUsageServerAuth), ca, serverKey, caKey)
	clientCert := sign(t, leaf(3, x509.ExtKeyUsageClientAuth), ca, clientKey, caKey)

	out := pki{server: t.TempDir(), pool: x509.NewCertPool()}
	out.pool.AppendCertsFromPEM(caCert)
	for file, content := range map[string][]byte{"ca.crt": caCert, "tls.crt": serverCert, "tls.key": encodeKey(t, serverKey)} {
		if err := os.WriteFile(filepath.Join(out.server, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if out.client, err = tls.X509KeyPair(clientCert, encodeKey(t, clientKey)); err != nil {
		t.Fatal(err)
	}
	return out
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func encodeKey(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

func leaf(serial int64, usage x509.ExtKeyUsage) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test leaf"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
}

// sign cert, whose key is given, as parent.
func sign(t *testing.T, cert, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key.Public(), parentKey)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestMutualTLS(t *testing.T) {
	ours, theirs := certificates(t), certificates(t)
	with := func(pool *x509.CertPool, certs ...tls.Certificate) credentials.TransportCredentials {
		return credentials.NewTLS(&tls.Config{
			MinVersion: tls.VersionTLS12,
			RootCAs:    pool,
			// As GetClientCertificate, so that one of a foreign authority is sent too.
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				if len(certs) == 0 {
					return &tls.Certificate{}, nil
				}
				return &certs[0], nil
			},
		})
	}
	s := start(t, respond(results(fnv1.Severity_SEVERITY_NORMAL)), Options{TLSCertsDir: ours.server}, with(ours.pool, ours.client))

	cases := map[string]struct {
		reason string
		creds  credentials.TransportCredentials
		want   codes.Code
	}{
		"OurClient": {
			reason: "A client with a certificate of our authority is served.",
			creds:  with(ours.pool, ours.client),
			want:   codes.OK,
		},
		"NoCertificate": {
			reason: "A client without a certificate is refused.",
			creds:  with(ours.pool),
			want:   codes.Unavailable,
		},
		"TheirClient": {
			reason: "A client with a certificate of another authority is refused.",
			creds:  with(ours.pool, theirs.client),
			want:   codes.Unavailable,
		},
		"ServerCertificateAsClient": {
			reason: "A certificate for another use is refused.",
			creds:  with(ours.pool, serverPair(t, ours)),
			want:   codes.Unavailable,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := fnv1.NewFunctionRunnerServiceClient(dial(t, s.address, tc.creds)).RunFunction(t.Context(), requestFor("DynamoModel"))
			if got := status.Code(err); got != tc.want {
				t.Errorf("\n%s\nRunFunction(...): want code %s, got %s: %v", tc.reason, tc.want, got, err)
			}
		})
	}
}

// serverPair is the server's own certificate.
func serverPair(t *testing.T, p pki) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(p.server, "tls.crt"), filepath.Join(p.server, "tls.key"))
	if err != nil {
		t.Fatal(err)
	}
	return pair
}
