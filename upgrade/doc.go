// Package upgrade writes manifests of v1alpha1 in the form of v1beta1. Both make the same
// objects, so that nothing restarts; what has no place in v1beta1 is named. The function
// does not need it: it reads both forms.
package upgrade
