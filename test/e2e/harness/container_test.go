package harness

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const podManifest = `
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: team}
spec:
  containers:
  - name: a
    command: [python3, -c]
    args: ["$(POD) $(NOTHING) $$(POD) $POD $"]
    env:
    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: PLAIN, value: text}
`

func TestContainer(t *testing.T) {
	objects, err := Objects(podManifest)
	if err != nil {
		t.Fatal(err)
	}
	container, err := containerOf(objects[0], "a")
	if err != nil {
		t.Fatal(err)
	}
	env := environmentOf(objects[0], container)
	if diff := cmp.Diff(map[string]string{"POD": "x", "PLAIN": "text"}, env); diff != "" {
		t.Errorf("environmentOf(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"python3", "-c", "x $(NOTHING) $(POD) $POD $"}, wordsOf(container, env)); diff != "" {
		t.Errorf("wordsOf(...): -want, +got:\n%s", diff)
	}
	if _, err := containerOf(objects[0], "b"); err == nil {
		t.Error("containerOf(...): want an error for a container that there is not")
	}
}
