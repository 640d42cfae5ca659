// Package verification shows that the ImageConfigs of package/verification let in
// the packages that they should, and no others: it signs packages and asks the
// validator of Crossplane's own, with a Sigstore of the test's. It holds tests only.
package verification
