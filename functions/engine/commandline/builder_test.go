package commandline

import (
	corev1 "k8s.io/api/core/v1"
)

// script runs a script of a shell, with arguments of its own.
func inShell(script string, arguments ...string) corev1.Container {
	return corev1.Container{Command: []string{"/bin/sh", "-c"}, Args: append([]string{script}, arguments...)}
}

// run runs words without a shell: the first ones as the command.
func run(command []string, args ...string) corev1.Container {
	return corev1.Container{Command: command, Args: args}
}

func words(w ...string) []string { return w }

// with adds variables to a container: names and values in turn.
func with(main corev1.Container, env ...string) corev1.Container {
	for i := 0; i < len(env); i += 2 {
		main.Env = append(main.Env, corev1.EnvVar{Name: env[i], Value: env[i+1]})
	}
	return main
}

// withSecret adds variables whose values only the cluster knows.
func withSecret(main corev1.Container, names ...string) corev1.Container {
	for _, name := range names {
		main.Env = append(main.Env, corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{
			SecretKeyRef: &corev1.SecretKeySelector{Key: name},
		}})
	}
	return main
}

// tensor is a flag by three spellings.
func tensor() Flag { return Flag{"--tensor-parallel-size", "--tensor-parallel", "-tp"} }
