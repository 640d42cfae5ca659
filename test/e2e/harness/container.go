package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// RunContainer runs a container of a pod as a process of this machine, as a
// kubelet would: with its command line, the variables that refer to the pod, and
// a token of the pod's account. The image is not looked at, nor are mounts: the
// program finds its account at ACCOUNT_PATH, and env are further variables.
func (c *Cluster) RunContainer(ctx context.Context, pod Ref, name string, env ...string) (*Process, error) {
	o, account, err := c.podOf(ctx, pod)
	if err != nil {
		return nil, err
	}
	container, err := containerOf(o, name)
	if err != nil {
		return nil, err
	}
	own := environmentOf(o, container)
	words := wordsOf(container, own)
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil, fmt.Errorf("cannot run container %s: %w", name, err)
	}
	p := newProcess(c.Dir, strings.Join([]string{pod.Namespace, pod.Name, name}, "-"), path, words[1:]...)
	p.env = []string{"KUBERNETES_SERVICE_HOST=" + loopback, "KUBERNETES_SERVICE_PORT=" + strconv.Itoa(c.ports.APIServer), "ACCOUNT_PATH=" + account}
	for name, value := range own {
		p.env = append(p.env, name+"="+value)
	}
	p.env = append(p.env, env...)
	return p, c.run(ctx, p)
}

// ClientOf has the rights of a pod's account.
func (c *Cluster) ClientOf(ctx context.Context, pod Ref) (*Client, error) {
	_, account, err := c.podOf(ctx, pod)
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(filepath.Join(account, "token"))
	if err != nil {
		return nil, fmt.Errorf("cannot read the token of %s: %w", pod, err)
	}
	return NewClient(c.configOf(string(token)))
}

// podOf is a pod, and a folder with a token of its account.
func (c *Cluster) podOf(ctx context.Context, pod Ref) (*unstructured.Unstructured, string, error) {
	o, err := c.Client.Get(ctx, pod)
	if err != nil {
		return nil, "", err
	}
	account, err := c.accountOf(ctx, o)
	return o, account, err
}

// accountOf is a folder with a token of a pod's account, bound to the pod.
func (c *Cluster) accountOf(ctx context.Context, pod *unstructured.Unstructured) (string, error) {
	account, _, _ := unstructured.NestedString(pod.Object, "spec", "serviceAccountName")
	request := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
		"metadata": map[string]any{"name": account, "namespace": pod.GetNamespace()},
		"spec": map[string]any{"boundObjectRef": map[string]any{
			"apiVersion": "v1", "kind": "Pod", "name": pod.GetName(), "uid": string(pod.GetUID()),
		}},
	}}
	answer, err := c.Client.Of(Kind("", "v1", "ServiceAccount"), pod.GetNamespace()).Create(ctx, request, metav1.CreateOptions{}, "token")
	if err != nil {
		return "", fmt.Errorf("cannot get a token of account %s: %w", account, err)
	}
	token, _, _ := unstructured.NestedString(answer.Object, "status", "token")
	ca, err := os.ReadFile(filepath.Join(c.path("pki"), "apiserver.crt"))
	if err != nil {
		return "", fmt.Errorf("cannot read the API server's certificate: %w", err)
	}
	dir := c.path(strings.Join([]string{"account", pod.GetNamespace(), pod.GetName()}, "-"))
	return dir, files{"token": []byte(token), "ca.crt": ca, "namespace": []byte(pod.GetNamespace())}.write(dir)
}

// containerOf is a container of a pod by its name.
func containerOf(pod *unstructured.Unstructured, name string) (map[string]any, error) {
	all, _, _ := unstructured.NestedSlice(pod.Object, "spec", "containers")
	for _, each := range all {
		if container, ok := each.(map[string]any); ok && container["name"] == name {
			return container, nil
		}
	}
	return nil, fmt.Errorf("%s has no container %s", RefOf(pod), name)
}

// environmentOf are the variables of a container. Of fields of the pod it knows
// those that are texts; other sources have no value.
func environmentOf(pod *unstructured.Unstructured, container map[string]any) map[string]string {
	out := map[string]string{}
	all, _, _ := unstructured.NestedSlice(container, "env")
	for _, each := range all {
		e, _ := each.(map[string]any)
		name, _, _ := unstructured.NestedString(e, "name")
		value, _, _ := unstructured.NestedString(e, "value")
		if path, found, _ := unstructured.NestedString(e, "valueFrom", "fieldRef", "fieldPath"); found {
			value, _, _ = unstructured.NestedString(pod.Object, strings.Split(path, ".")...)
		}
		out[name] = value
	}
	return out
}

// wordsOf is the command line of a container.
func wordsOf(container map[string]any, env map[string]string) []string {
	command, _, _ := unstructured.NestedStringSlice(container, "command")
	args, _, _ := unstructured.NestedStringSlice(container, "args")
	var out []string
	for _, word := range append(command, args...) {
		out = append(out, expand(word, env))
	}
	return out
}

var reference = regexp.MustCompile(`\$\$|\$\([^)]*\)`)

// expand is a word as Kubernetes hands it to the program: $(NAME) is the value of
// a variable, and $$ a dollar. A variable that there is not stays as it is.
func expand(word string, env map[string]string) string {
	return reference.ReplaceAllStringFunc(word, func(found string) string {
		if found == "$$" {
			return "$"
		}
		if value, ok := env[found[2:len(found)-1]]; ok {
			return value
		}
		return found
	})
}

// errRunning is said of a process that has no exit status yet.
var errRunning = errors.New("it still runs")

// ExitCode is the exit status of a process, once it has ended.
func (p *Process) ExitCode() (int, error) {
	if p.Running() {
		return 0, errRunning
	}
	return p.cmd.ProcessState.ExitCode(), nil
}
