package verification

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xpkg/signature"
	"github.com/crossplane/crossplane/apis/v2/pkg/v1beta1"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubernetes "k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"
)

const (
	// folder of the manifests under test.
	folder = "../../package/verification"
	// namespace that Crossplane runs in, and its account.
	namespace, account = "crossplane-system", "crossplane"
)

// Identities of workflows.
const (
	github     = "https://token.actions.githubusercontent.com"
	repository = "https://github.com/crossplane-contrib/function-dynamo"
	release    = repository + "/.github/workflows/release.yaml@refs/tags/v0.1.0"
)

// TestVerify asks Crossplane's own validator about packages that are signed in several ways.
func TestVerify(t *testing.T) {
	ours, strangers := newSigstore(t), newSigstore(t)
	ours.trust(t)
	host := serve(t)
	key, otherKey := keyed(t), keyed(t)
	validator := newValidator(t, key.Public)
	other := push(t, host+"/other")

	type args struct {
		config string
		sign   func(t *testing.T, pkg name.Digest)
	}
	by := func(s signing) func(*testing.T, name.Digest) {
		return func(t *testing.T, pkg name.Digest) { t.Helper(); attach(t, pkg, s) }
	}
	workflow := func(subject string) func(*testing.T, name.Digest) {
		return by(signing{By: ours.keyless(t, identity{Issuer: github, Subject: subject}), Log: ours})
	}
	none := func(*testing.T, name.Digest) {}

	// What is wanted is a part of the error, empty for none.
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Release": {
			reason: "What the release workflow signs is let in.",
			args:   args{config: "keyless.yaml", sign: workflow(release)},
		},
		"Candidate": {
			reason: "So is a version before a release.",
			args:   args{config: "keyless.yaml", sign: workflow(release + "-rc.1")},
		},
		"Unsigned": {
			reason: "A package that nobody has signed is not.",
			args:   args{config: "keyless.yaml", sign: none},
			want:   "no signatures found",
		},
		"Branch": {
			reason: "Whoever may push to a branch may not release.",
			args:   args{config: "keyless.yaml", sign: workflow(repository + "/.github/workflows/release.yaml@refs/heads/main")},
			want:   "none of the expected identities matched",
		},
		"Workflow": {
			reason: "No other workflow signs, though it runs for a tag.",
			args:   args{config: "keyless.yaml", sign: workflow(repository + "/.github/workflows/ci.yaml@refs/tags/v0.1.0")},
			want:   "none of the expected identities matched",
		},
		"Fork": {
			reason: "The same workflow of somebody else's repository is somebody else's.",
			args:   args{config: "keyless.yaml", sign: workflow(strings.Replace(release, "crossplane-contrib", "somebody", 1))},
			want:   "none of the expected identities matched",
		},
		"Dots": {
			reason: "The dots of the expression are dots.",
			args:   args{config: "keyless.yaml", sign: workflow(strings.Replace(release, "github.com", "githubXcom", 1))},
			want:   "none of the expected identities matched",
		},
		"Beyond": {
			reason: "The expression ends where the tag ends.",
			args:   args{config: "keyless.yaml", sign: workflow(release + "/v0.1.0")},
			want:   "none of the expected identities matched",
		},
		"Issuer": {
			reason: "Nobody but GitHub says what is a workflow of GitHub's.",
			args: args{config: "keyless.yaml", sign: by(signing{
				By: ours.keyless(t, identity{Issuer: "https://example.org", Subject: release}), Log: ours,
			})},
			want: "none of the expected identities matched",
		},
		"Authority": {
			reason: "A certificate of another authority says nothing, whatever stands in it.",
			args: args{config: "keyless.yaml", sign: by(signing{
				By: strangers.keyless(t, identity{Issuer: github, Subject: release}), Log: ours,
			})},
			want: "certificate signed by unknown authority",
		},
		"Unlogged": {
			reason: "A signature that no log has might be of a stolen key.",
			args:   args{config: "keyless.yaml", sign: by(signing{By: ours.keyless(t, identity{Issuer: github, Subject: release})})},
			want:   "rekor client not provided",
		},
		"OtherLog": {
			reason: "It has to be the log that is trusted.",
			args: args{config: "keyless.yaml", sign: by(signing{
				By: ours.keyless(t, identity{Issuer: github, Subject: release}), Log: strangers,
			})},
			want: "rekor log public key not found",
		},
		"OtherPackage": {
			reason: "A signature of one package does not hold for another.",
			args: args{config: "keyless.yaml", sign: by(signing{
				By: ours.keyless(t, identity{Issuer: github, Subject: release}), Log: ours, Of: &other,
			})},
			want: "invalid or missing digest in claim",
		},
		"Bundle": {
			reason: "Crossplane does not look for the form that cosign writes since version 3; releases are signed in the one before.",
			args:   args{config: "keyless.yaml", sign: attachBundle},
			want:   "no signatures found",
		},
		"Second": {
			reason: "One good signature is enough, whoever has put others beside it.",
			args: args{config: "keyless.yaml", sign: func(t *testing.T, pkg name.Digest) {
				t.Helper()
				attach(t, pkg, signing{By: otherKey, Log: ours})
				workflow(release)(t, pkg)
			}},
		},
		"Key": {
			reason: "What is signed with the key of the Secret is let in.",
			args:   args{config: "key.yaml", sign: by(signing{By: key, Log: ours})},
		},
		"KeyUnsigned": {
			reason: "A package that nobody has signed is not.",
			args:   args{config: "key.yaml", sign: none},
			want:   "no signatures found",
		},
		"OtherKey": {
			reason: "Nor is one that is signed with another key.",
			args:   args{config: "key.yaml", sign: by(signing{By: otherKey, Log: ours})},
			want:   "comparing public key PEMs",
		},
		"KeyUnlogged": {
			reason: "Crossplane asks for the receipt of the log for keys, too.",
			args:   args{config: "key.yaml", sign: by(signing{By: key})},
			want:   "rekor client not provided",
		},
		"KeyOfRelease": {
			reason: "Whoever asks for a key does not take the workflow.",
			args:   args{config: "key.yaml", sign: workflow(release)},
			want:   "did not match",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			pkg := push(t, host+"/"+strings.ToLower(name))
			tc.args.sign(t, pkg)
			err := validator.Validate(t.Context(), pkg, load(t, tc.args.config).Spec.Verification)
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nValidate(): want error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

// newValidator is Crossplane's, in a cluster that has its account and the Secret of key.yaml.
func newValidator(t *testing.T, public []byte) *signature.CosignValidator {
	t.Helper()
	ref := load(t, "key.yaml").Spec.Verification.Cosign.Authorities[0].Key.SecretRef
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: ref.Name},
		Data:       map[string][]byte{ref.Key: public},
	}
	clientset := kubernetes.NewClientset(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: account}})
	out, err := signature.NewCosignValidator(newClient(t, secret), clientset, namespace, account)
	noError(t, err)
	return out
}

func newClient(t *testing.T, objects ...client.Object) client.Client {
	t.Helper()
	return fake.NewClientBuilder().WithScheme(newScheme(t)).WithObjects(objects...).Build()
}

// load reads a manifest as Crossplane does, and knows no field that Crossplane does not.
func load(t *testing.T, file string) *v1beta1.ImageConfig {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(folder, file))
	noError(t, err)
	out := &v1beta1.ImageConfig{}
	noError(t, yaml.UnmarshalStrict(raw, out))
	return out
}

// serve starts a registry, and returns its host.
func serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.WithReferrersSupport(true)))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// push puts a package for several platforms into a registry. What is in it does not matter to a signature.
func push(t *testing.T, repository string) name.Digest {
	t.Helper()
	tag, err := name.NewTag(repository + ":v0.1.0")
	noError(t, err)
	index, err := random.Index(64, 1, 2)
	noError(t, err)
	noError(t, remote.WriteIndex(tag, index))
	digest, err := index.Digest()
	noError(t, err)
	return tag.Context().Digest(digest.String())
}
