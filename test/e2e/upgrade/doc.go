// Package upgrade has the packages of the last release run graphs, and then replaces them by
// ours. It has a control plane of its own, since definitions never go back a version.
package upgrade
