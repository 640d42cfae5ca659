// Package changes says what is different between what manifests became before and what
// they become now: which objects, and which pods restart because of which field.
//
// Pods restart where their controller makes them of another template: that of a
// Deployment, and of a LeaderWorkerSet all that its revision is made of. They end where
// their workload goes. Nothing else that is composed restarts a pod.
package changes
