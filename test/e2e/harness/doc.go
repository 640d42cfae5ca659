// Package harness runs a real Kubernetes control plane with Crossplane and
// function-dynamo on loopback, without Docker and without kubelets:
//
//	etcd, kube-apiserver, kube-controller-manager, kube-scheduler
//	kwok, which gives nodes with GPUs, and pods that turn ready
//	Crossplane and its RBAC manager, with the rights that its Helm chart gives
//	the function's binary from its package, over mutual TLS
//	a registry, from which Crossplane installs the packages
//
// Every process has a log in Cluster.Dir. The harness ends what it started,
// and nothing else.
package harness
