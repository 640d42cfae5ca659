package verification

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/url"
	"testing"
	"time"

	ct "github.com/google/certificate-transparency-go"
	cttls "github.com/google/certificate-transparency-go/tls"
	"github.com/google/certificate-transparency-go/x509util"
)

// An identity is what a certificate of Sigstore says of who signs.
type identity struct {
	// Issuer is who has vouched for it, such as GitHub for its workflows.
	Issuer string
	// Subject is who it is: for a workflow its file, and the branch or tag that it runs for.
	Subject string
}

// Extensions of a certificate: the issuer, as Sigstore writes it, and receipts of logs of certificates.
func issuerExtension() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}
}
func receiptsExtension() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
}

// newAuthority is a certificate that may sign others.
func newAuthority(t *testing.T, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "sigstore of a test"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	return newCertificate(t, template, template, key, key)
}

// certify gives key a certificate of ten minutes for an identity. The log of certificates has it: its receipt, over the certificate
// without it, is part of the certificate.
func (s *sigstore) certify(t *testing.T, key *ecdsa.PrivateKey, who identity) *x509.Certificate {
	t.Helper()
	subject, err := url.Parse(who.Subject)
	noError(t, err)
	template := &x509.Certificate{
		SerialNumber:    big.NewInt(2),
		NotBefore:       time.Now().Add(-time.Minute),
		NotAfter:        time.Now().Add(9 * time.Minute),
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtKeyUsage:     []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		URIs:            []*url.URL{subject},
		ExtraExtensions: []pkix.Extension{{Id: issuerExtension(), Value: []byte(who.Issuer)}},
	}
	unnoted := newCertificate(t, template, s.authority, key, s.authorityKey)
	template.ExtraExtensions = append(template.ExtraExtensions, s.receipts(t, unnoted))
	return newCertificate(t, template, s.authority, key, s.authorityKey)
}

func newCertificate(t *testing.T, template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	noError(t, err)
	out, err := x509.ParseCertificate(der)
	noError(t, err)
	return out
}

// receipts notes a certificate in the log of certificates.
func (s *sigstore) receipts(t *testing.T, unnoted *x509.Certificate) pkix.Extension {
	t.Helper()
	receipt := &ct.SignedCertificateTimestamp{SCTVersion: ct.V1, Timestamp: uint64(time.Now().UnixMilli())}
	copy(receipt.LogID.KeyID[:], logID(t, s.certificates))
	noted, err := ct.SerializeSCTSignatureInput(*receipt, ct.LogEntry{Leaf: ct.MerkleTreeLeaf{
		Version:  ct.V1,
		LeafType: ct.TimestampedEntryLeafType,
		TimestampedEntry: &ct.TimestampedEntry{
			EntryType: ct.PrecertLogEntryType,
			Timestamp: receipt.Timestamp,
			PrecertEntry: &ct.PreCert{
				IssuerKeyHash:  sha256.Sum256(s.authority.RawSubjectPublicKeyInfo),
				TBSCertificate: unnoted.RawTBSCertificate,
			},
		},
	}})
	noError(t, err)
	receipt.Signature = ct.DigitallySigned{
		Algorithm: cttls.SignatureAndHashAlgorithm{Hash: cttls.SHA256, Signature: cttls.ECDSA},
		Signature: sign(t, s.certificates, noted),
	}
	return extension(t, receipt)
}

// extension is how a certificate carries a receipt.
func extension(t *testing.T, receipt *ct.SignedCertificateTimestamp) pkix.Extension {
	t.Helper()
	list, err := x509util.MarshalSCTsIntoSCTList([]*ct.SignedCertificateTimestamp{receipt})
	noError(t, err)
	raw, err := cttls.Marshal(*list)
	noError(t, err)
	value, err := asn1.Marshal(raw)
	noError(t, err)
	return pkix.Extension{Id: receiptsExtension(), Value: value}
}
