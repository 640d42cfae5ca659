module github.com/crossplane-contrib/function-dynamo

go 1.26.0

require (
	github.com/alecthomas/kong v1.15.0
	github.com/crossplane/crossplane-runtime/v2 v2.4.0
	github.com/crossplane/function-sdk-go v0.7.1
	github.com/google/go-cmp v0.7.0
	k8s.io/api v0.36.4
	k8s.io/apiextensions-apiserver v0.36.4
	k8s.io/apimachinery v0.36.4
	k8s.io/utils v0.0.0-20260707023825-cf1189d6abe3
	sigs.k8s.io/yaml v1.6.0
)
