package preview_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// spread runs TensorRT-LLM on two nodes.
const spread = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: big}
spec:
  services:
    Worker:
      componentType: worker
      multinode: {nodeCount: 2}
      resources: {limits: {gpu: "4"}}
      extraPodSpec: {mainContainer: {image: "example.org/dynamo:1", command: [python3], args: [-m, dynamo.trtllm]}}
`

// alone is the same without a graph.
const alone = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata: {name: alone}
spec:
  componentType: worker
  backendFramework: trtllm
  multinode: {nodeCount: 2}
  resources: {limits: {gpu: "4"}}
  extraPodSpec: {mainContainer: {image: "example.org/dynamo:1", command: [python3], args: [-m, dynamo.trtllm]}}
`

// secrets are those of a preview, and the Secrets that workloads mount.
func secrets(nodes []preview.Node) (composed []unstructured.Unstructured, mounts []string) { //nolint:nonamedreturns // Which is which would not show.
	for _, o := range preview.Composed(nodes) {
		u := unstructured.Unstructured{Object: o}
		switch u.GetKind() {
		case "Secret":
			composed = append(composed, u)
		case "LeaderWorkerSet":
			for _, role := range []string{"leaderTemplate", "workerTemplate"} {
				volumes, _, _ := unstructured.NestedSlice(o, "spec", "leaderWorkerTemplate", role, "spec", "volumes")
				for _, v := range volumes {
					fields, _ := v.(map[string]any)
					if name, ok, _ := unstructured.NestedString(fields, "secret", "secretName"); ok {
						mounts = append(mounts, name)
					}
				}
			}
		}
	}
	return composed, mounts
}

func TestKeys(t *testing.T) {
	type want struct {
		// composed Secrets, and those that both roles mount.
		composed, mounts []string
		// example says that a Secret is marked, and that the report says so.
		example bool
	}
	cases := map[string]struct {
		reason   string
		args     string
		existing string
		want     want
	}{
		"Made": {
			reason: "A graph on a cluster without a key pair gets one, which is marked",
			args:   spread,
			want:   want{composed: []string{"big-mpi-ssh"}, mounts: []string{"big-mpi-ssh", "big-mpi-ssh"}, example: true},
		},
		"MadeForComponent": {
			reason: "So does a component on its own",
			args:   alone,
			want:   want{composed: []string{"alone-mpi-ssh"}, mounts: []string{"alone-mpi-ssh", "alone-mpi-ssh"}, example: true},
		},
		"Settings": {
			reason:   "The Secret of the settings is used where it exists",
			args:     spread,
			existing: "{apiVersion: v1, kind: Secret, metadata: {name: mpi-run-ssh-secret}}",
			want:     want{mounts: []string{"mpi-run-ssh-secret", "mpi-run-ssh-secret"}},
		},
		"Environment": {
			reason: "Also where an EnvironmentConfig names it",
			args:   spread,
			existing: "{apiVersion: v1, kind: Secret, metadata: {name: keys}}\n---\n" +
				"{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: dynamo}, data: {dynamo: {multinode: {sshSecretName: keys}}}}",
			want: want{mounts: []string{"keys", "keys"}},
		},
		"OtherNamespace": {
			reason:   "Only in the namespace of the graph: pods mount no others",
			args:     spread,
			existing: "{apiVersion: v1, kind: Secret, metadata: {name: mpi-run-ssh-secret, namespace: elsewhere}}",
			want:     want{composed: []string{"big-mpi-ssh"}, mounts: []string{"big-mpi-ssh", "big-mpi-ssh"}, example: true},
		},
		"Kept": {
			reason: "A pair that the cluster holds is repeated, and no example",
			args:   spread,
			existing: "{apiVersion: v1, kind: Secret, metadata: {name: big-mpi-ssh, annotations: {crossplane.io/composition-resource-name: secret/mpi-ssh}," +
				" ownerReferences: [{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, name: big, controller: true, uid: a}]}," +
				" data: {private.key: cHJpdmF0ZQ==, private.key.pub: cHVibGlj}}",
			want: want{composed: []string{"big-mpi-ssh"}, mounts: []string{"big-mpi-ssh", "big-mpi-ssh"}},
		},
		"Lost": {
			reason: "A component mounts a pair that is not among what the cluster holds: it is made again, and marked",
			args:   spread,
			existing: "{apiVersion: nvidia.com/v1alpha1, kind: DynamoComponentDeployment, metadata: {name: big-worker," +
				" annotations: {crossplane.io/composition-resource-name: component/Worker, dynamo.fn.crossplane.io/ssh-secret: big-mpi-ssh}," +
				" ownerReferences: [{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, name: big, controller: true, uid: a}]}}",
			want: want{composed: []string{"big-mpi-ssh"}, mounts: []string{"big-mpi-ssh", "big-mpi-ssh"}, example: true},
		},
		"NoMPI": {
			reason: "Nobody else gets one",
			args:   chat,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := options()
			if tc.existing != "" {
				o.Existing = documents(t, tc.existing)
			}
			nodes := rendered(t, o, tc.args)
			report := &strings.Builder{}
			if validate.Report(report, nodes, false) {
				t.Fatalf("\n%s\nrefused: %s", tc.reason, report)
			}
			composed, mounts := secrets(nodes)
			got := want{mounts: mounts, example: strings.Contains(report.String(), "note: "+preview.ExampleKey)}
			for _, s := range composed {
				got.composed = append(got.composed, s.GetName())
				if marked := s.GetAnnotations()[preview.AnnotationExample] != ""; marked != tc.want.example {
					t.Errorf("\n%s\nSecret %s: want it marked %t, got %t", tc.reason, s.GetName(), tc.want.example, marked)
				}
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nRender(...): -want, +got:\n%s", tc.reason, diff)
			}
			again, _ := secrets(rendered(t, o, tc.args))
			if diff := cmp.Diff(composed, again); diff != "" {
				t.Errorf("\n%s\nRender(...): want equal previews: -first, +second:\n%s", tc.reason, diff)
			}
			for _, s := range composed {
				if key, _, _ := unstructured.NestedString(s.Object, "data", "private.key"); key == "" || strings.Contains(report.String(), key) {
					t.Errorf("\n%s\nSecret %s: want a key, and none in the report", tc.reason, s.GetName())
				}
			}
		})
	}
}
