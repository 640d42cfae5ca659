// Package names computes the names of every object that a graph or a component
// makes. Names are frozen API: a changed name deletes and recreates the object.
package names

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// MaxLength is the longest name in bytes: that of a DNS label (RFC 1123), which
// Services, pod host names and label values share.
const MaxLength = 63

// maxLeaderWorkerSet is the longest name of a LeaderWorkerSet in bytes. Its pods
// and StatefulSets append two numbers to it, and a label of them a revision.
const maxLeaderWorkerSet = 45

// hashLength is "-" and the eight hex digits of a 32-bit hash.
const hashLength = 9

// Component is the name of a service's component, and of its workload: the
// graph's name and the service's in lower case, underscores as hyphens. Dots
// stay, unless one is not between letters or digits: no object may be called so.
func Component(graph, service string) string {
	name := graph + "-" + strings.ReplaceAll(strings.ToLower(service), "_", "-")
	for _, misplaced := range []string{"..", ".-", "-."} {
		if strings.Contains(name, misplaced) {
			return Limit(replaceDots(name))
		}
	}
	return Limit(name)
}

// Service is the name of a component's Service, which takes no dots.
func Service(component string) string {
	return Limit(replaceDots(component))
}

// LeaderWorkerSet is the name of the workload of a component whose replicas span
// several nodes: it takes no dots either.
func LeaderWorkerSet(component string) string {
	return limit(replaceDots(component)+"-0", maxLeaderWorkerSet)
}

// WaitScript is the ConfigMap with the script that waits for a leader.
func WaitScript(owner string) string {
	return Limit(owner + "-wait-leader-script")
}

// DynamoNamespace is the namespace that a graph's pods register in, unless they
// share the global one.
func DynamoNamespace(namespace, graph string) string {
	return Limit(replaceDots(namespace + "-" + graph))
}

// GlobalDynamoNamespace is the Dynamo namespace that graphs share.
const GlobalDynamoNamespace = "dynamo"

// DiscoveryAccount is the ServiceAccount that pods discover each other with.
func DiscoveryAccount(owner string) string {
	return Limit(owner + "-k8s-service-discovery")
}

// DiscoveryBinding is the RoleBinding of the discovery account.
func DiscoveryBinding(owner string) string {
	return Limit(owner + "-k8s-service-discovery-binding")
}

// Limit shortens a name that is longer than MaxLength: it keeps the beginning
// and ends it with a hash of the whole, so that two long names stay apart.
func Limit(name string) string { return limit(name, MaxLength) }

func limit(name string, length int) string {
	if len(name) <= length {
		return name
	}
	return endWithHash(name, name, length)
}

// endWithHash returns the beginning of a name with a hash of what it stands for behind it.
func endWithHash(head, whole string, length int) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(whole)) // Never fails, says hash.Hash.
	head = strings.TrimRight(head[:min(len(head), length-hashLength)], "-.")
	return fmt.Sprintf("%s-%08x", head, h.Sum32())
}

// replaceDots turns dots into hyphens, for names that take none.
func replaceDots(s string) string { return strings.ReplaceAll(s, ".", "-") }
