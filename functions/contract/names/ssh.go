package names

// SSHSecret is the Secret with the key pair that a graph, or a component
// without one, makes for MPI.
func SSHSecret(owner string) string { return Limit(owner + "-mpi-ssh") }

// Volume is the name of a pod's volume for the object of a name: a DNS label.
func Volume(object string) string { return Limit(hyphens(object)) }
