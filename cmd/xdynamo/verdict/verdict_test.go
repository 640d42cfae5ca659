package verdict

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// judged is what is said of the one object in a text, a line for each reason.
// Its rules for names and labels end in regular expressions: they are cut off.
func judged(t *testing.T, text string) []string {
	t.Helper()
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := preview.Documents(strings.NewReader(text))
	if err != nil || len(objects) != 1 {
		t.Fatalf("want one object, got %d: %v", len(objects), err)
	}
	said, err := v.Judge(objects[0])
	if err != nil {
		t.Fatalf("Judge(...): %v", err)
	}
	var out []string
	for _, r := range said {
		line, _, _ := strings.Cut(r.Field+": "+r.Text, " must consist of ")
		line, _, _ = strings.Cut(line, " must be an empty string")
		out = append(out, line)
	}
	return slices.Compact(out) // The rules for StatefulSets look at labels twice.
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: 'n'}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - name: main
        image: example.org/a:1
`

const leaderWorkerSet = `
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: s, namespace: 'n'}
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate: {metadata: {labels: {role: leader}}, spec: {containers: [{name: main, image: "example.org/a:1"}]}}
    workerTemplate: {spec: {containers: [{name: main, image: "example.org/a:1"}]}}
`

func TestJudgeWorkloads(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Deployment": {reason: "what is left out has a default", args: deployment},
		"Privileged": {reason: "clusters allow it, if no policy forbids it", args: deployment + "        securityContext: {privileged: true}\n"},
		"Rule": {
			reason: "a rule of Kubernetes, with its field",
			args:   deployment + "        imagePullPolicy: Allways\n",
			want:   []string{`spec.template.spec.containers[0].imagePullPolicy: Unsupported value: "Allways": supported values: "Always", "IfNotPresent", "Never"`},
		},
		"Rules": {
			reason: "all of them",
			args:   deployment + "        env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]\n      restartPolicy: Never\n",
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty",
				`spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"`,
			},
		},
		"Structure": {
			reason: "of a value with many fields what is wrong is enough",
			args:   deployment + "        securityContext: {privileged: true, allowPrivilegeEscalation: false}\n",
			want:   []string{"spec.template.spec.containers[0].securityContext: Invalid value: cannot set `allowPrivilegeEscalation` to false and `privileged` to true"},
		},
		"Twice": {
			reason: "items of one key cannot be applied",
			args:   deployment + "        ports: [{containerPort: 1}, {containerPort: 1}]\n        volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a}]\n      volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]\n",
			want: []string{
				`spec.template.spec.containers[name="main"].ports: duplicate entries for key [containerPort=1,protocol="TCP"]`,
				`spec.template.spec.containers[name="main"].volumeMounts: duplicate entries for key [mountPath="/a"]`,
			},
		},
		"UnknownField": {
			reason: "nor can a field that is not known",
			args:   deployment + "        colour: red\n",
			want:   []string{`spec.template.spec.containers[name="main"].colour: field not declared in schema`},
		},
		"WrongType": {
			reason: "or a value of another type",
			args:   strings.Replace(deployment, "image: example.org/a:1", "image: {a: b}", 1),
			want:   []string{`spec.template.spec.containers[name="main"].image: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":"b"}}`},
		},
		"Unreadable": {
			reason: "a text that is no quantity is found when it is read",
			args:   deployment + "        resources: {limits: {cpu: much}}\n",
			want:   []string{`: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`},
		},
		"Name": {
			reason: "metadata has rules, too",
			args:   strings.Replace(deployment, "name: d,", "name: D_,", 1),
			want:   []string{`metadata.name: Invalid value: "D_": a lowercase RFC 1123 subdomain`},
		},
		"LeaderWorkerSet": {reason: "a set of a leader and a worker", args: leaderWorkerSet},
		"Templates": {
			reason: "a fault of one template is named there",
			args:   strings.Replace(leaderWorkerSet, "containers: [{name: main, image: \"example.org/a:1\"}]}}\n    worker", "restartPolicy: Never, containers: [{name: main, image: \"example.org/a:1\"}]}}\n    worker", 1),
			want:   []string{`spec.leaderWorkerTemplate.leaderTemplate.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"`},
		},
		"Worker": {
			reason: "and one of the other there; label paths are as the API server writes them",
			args:   strings.Replace(leaderWorkerSet, "workerTemplate: {", "workerTemplate: {metadata: {labels: {a: b c}}, ", 1),
			want:   []string{`spec.leaderWorkerTemplate.workerTemplate.labels: Invalid value: "b c": a valid label`},
		},
		"SetTwice": {
			reason: "items of one key are found in templates, too",
			args:   strings.Replace(leaderWorkerSet, "workerTemplate: {spec: {", "workerTemplate: {spec: {volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}], ", 1),
			want:   []string{`spec.leaderWorkerTemplate.workerTemplate.spec.volumes: duplicate entries for key [name="a"]`},
		},
		"SetName": {
			reason: "the set's own metadata",
			args:   strings.Replace(leaderWorkerSet, "name: s,", "name: S,", 1),
			want:   []string{`metadata.name: Invalid value: "S": a lowercase RFC 1123 subdomain`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, judged(t, tc.args)); diff != "" {
				t.Errorf("\n%s\nJudge(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestJudgeOthers(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Service":  {reason: "a Service gets its address later", args: "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: 'n'}, spec: {selector: {a: b}, ports: [{name: http, port: 80}]}}"},
		"Headless": {reason: "or never", args: "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: 'n'}, spec: {clusterIP: None, selector: {a: b}, ports: [{name: http, port: 80}]}}"},
		"ServicePort": {
			reason: "it has ports",
			args:   "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: 'n'}, spec: {ports: [{port: 0, targetPort: 1}]}}",
			want:   []string{"spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"},
		},
		"Ingress": {
			reason: "a host is a name",
			args:   "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: 'n'}, spec: {rules: [{host: 'a b', http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}}",
			want:   []string{`spec.rules[0].host: Invalid value: "a b": a lowercase RFC 1123 subdomain`},
		},
		"Claim": {
			reason: "a claim has known access modes",
			args:   "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: p, namespace: 'n'}, spec: {accessModes: [RWX], resources: {requests: {storage: 1Gi}}}}",
			want:   []string{`spec.accessModes: Unsupported value: "RWX": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"`},
		},
		"ConfigMap": {
			reason: "keys of a ConfigMap are file names",
			args:   "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: 'n'}, data: {a/b: c}}",
			want:   []string{`data[a/b]: Invalid value: "a/b": a valid config key`},
		},
		"Secret": {
			reason: "and those of a Secret",
			args:   "{apiVersion: v1, kind: Secret, metadata: {name: c, namespace: 'n'}, data: {a/b: YQ==}}",
			want:   []string{`data[a/b]: Invalid value: "a/b": a valid config key`},
		},
		"ServiceAccount": {
			reason: "an account has a name",
			args:   "{apiVersion: v1, kind: ServiceAccount, metadata: {name: A, namespace: 'n'}}",
			want:   []string{`metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain`},
		},
		"Role": {
			reason: "a rule has verbs",
			args:   "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r, namespace: 'n'}, rules: [{apiGroups: [''], resources: [pods]}]}",
			want:   []string{"rules[0].verbs: Required value: verbs must contain at least one value"},
		},
		"RoleBinding": {
			reason: "a role has a name",
			args:   "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: r, namespace: 'n'}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ''}, subjects: [{kind: ServiceAccount, name: a}]}",
			want:   []string{"roleRef.name: Required value"},
		},
		"Job": {reason: "a Job gets its selector from the API server", args: "{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: 'n'}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}"},
		"JobRule": {
			reason: "its pods end",
			args:   "{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: 'n'}, spec: {template: {spec: {containers: [{name: a, image: a}]}}}}",
			want:   []string{`spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`},
		},
		"Defined": {
			reason: "of kinds that we do not know the metadata is judged",
			args:   "{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: {name: v, namespace: 'n', annotations: {a b: c}}, spec: {any: thing}}",
			want:   []string{`metadata.annotations: Invalid value: "a b": name part`},
		},
		"Dynamo": {reason: "of Dynamo's, nothing: their definitions do", args: "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: A}}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, judged(t, tc.args)); diff != "" {
				t.Errorf("\n%s\nJudge(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestJudgeLeavesObjectsAlone: what is judged is printed and compared later.
func TestJudgeLeavesObjectsAlone(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{deployment, leaderWorkerSet} {
		before, _ := preview.Documents(strings.NewReader(text))
		after, _ := preview.Documents(strings.NewReader(text))
		if _, err := v.Judge(after[0]); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("Judge(...) changed its argument: -before, +after:\n%s", diff)
		}
	}
}

func TestApplyErrors(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []validate.Refusal
	}{
		"One":     {reason: "a path and what is wrong", args: `.spec.a[name="b"].c: field not declared in schema`, want: []validate.Refusal{{Field: `spec.a[name="b"].c`, Text: "field not declared in schema"}}},
		"Several": {reason: "a line each", args: "errors:\n  .spec.a: one\n  .spec.b: two: three", want: []validate.Refusal{{Field: "spec.a", Text: "one"}, {Field: "spec.b", Text: "two: three"}}},
		"Other":   {reason: "what has no path is about all of it", args: "no such\nthing", want: []validate.Refusal{{Text: "no such thing"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ApplyErrors(tc.args)); diff != "" {
				t.Errorf("\n%s\nApplyErrors(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
