package names

// SSHSecret is the Secret with the key pair that a graph, or a component
// without one, makes for MPI.
func SSHSecret(owner string) string { return Limit(owner + "-mpi-ssh") }
