package settings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pathsOf are the paths of faults below the pod defaults of an input.
func pathsOf(faults []string) []string {
	var out []string
	for _, f := range faults {
		path, _, _ := strings.Cut(strings.TrimPrefix(f, "input.podDefaults."), ": ")
		out = append(out, path)
	}
	return out
}

// TestPodDefaultBreakers has what an API server takes as a field and refuses in pods: each
// apply of each workload of a site would fail as a whole, its replicas included.
func TestPodDefaultBreakers(t *testing.T) {
	const (
		nodes = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0]"
		near  = "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
	)
	fields := func(text string) string {
		return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{" + text + "}]}]}}}"
	}
	pods := func(text string) string {
		return "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, " + text + "}]}}"
	}
	spread := func(text string) string {
		return "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, " + text + "}]"
	}
	from := func(text string) string { return "env: [{name: A, valueFrom: {" + text + "}}]" }
	cases := map[string]struct {
		reason string
		args   string
		// want are the paths of the faults, below podDefaults.
		want []string
	}{
		"SysAdmin":      {reason: "who administers the system can escalate", args: "containerSecurityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}", want: []string{"containerSecurityContext.allowPrivilegeEscalation"}},
		"SysAdminShort": {reason: "however it is spelt", args: "containerSecurityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}", want: []string{"containerSecurityContext.allowPrivilegeEscalation"}},
		"SysAdminAlone": {reason: "alone it is none", args: "containerSecurityContext: {capabilities: {add: [SYS_ADMIN, NET_RAW]}}"},
		"ProcMount":     {reason: "which is for pods with users of their own", args: "containerSecurityContext: {procMount: Unmasked}", want: []string{"containerSecurityContext.procMount"}},
		"Windows": {
			reason: "no pod runs there",
			args:   "containerSecurityContext: {windowsOptions: {hostProcess: true}}, securityContext: {windowsOptions: {gmsaCredentialSpecName: Bad_Name}}",
			want:   []string{"securityContext.windowsOptions", "containerSecurityContext.windowsOptions"},
		},
		"Sysctls":       {reason: "parameters with dots and slashes", args: "securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}, {name: net/ipv4/ip_forward, value: '1'}]}"},
		"SysctlName":    {reason: "a parameter has a name", args: "securityContext: {sysctls: [{name: bad name!, value: '1'}, {name: '', value: '1'}]}", want: []string{"securityContext.sysctls[0].name", "securityContext.sysctls[1].name"}},
		"SysctlTwice":   {reason: "and one value", args: "securityContext: {sysctls: [{name: a.b, value: '1'}, {name: a.b, value: '2'}]}", want: []string{"securityContext.sysctls[1].name"}},
		"Seccomp":       {reason: "a profile is below a folder", args: "securityContext: {seccompProfile: {type: Localhost, localhostProfile: a/../../b}}, containerSecurityContext: {seccompProfile: {type: Localhost, localhostProfile: /a}}", want: []string{"securityContext.seccompProfile.localhostProfile", "containerSecurityContext.seccompProfile.localhostProfile"}},
		"AppArmor":      {reason: "a profile has no blanks around it", args: "containerSecurityContext: {appArmorProfile: {type: Localhost, localhostProfile: ' a'}}", want: []string{"containerSecurityContext.appArmorProfile.localhostProfile"}},
		"Root":          {reason: "a kubelet starts nothing of it", args: "securityContext: {runAsNonRoot: true, runAsUser: 0}", want: []string{"securityContext.runAsUser"}},
		"RootContainer": {reason: "nor of this", args: "containerSecurityContext: {runAsNonRoot: true, runAsUser: 0}", want: []string{"containerSecurityContext.runAsUser"}},
		"RootBetween":   {reason: "nor across the two", args: "securityContext: {runAsUser: 0}, containerSecurityContext: {runAsNonRoot: true}", want: []string{"securityContext.runAsUser"}},
		"RootSolved":    {reason: "what containers say counts", args: "securityContext: {runAsUser: 0, runAsNonRoot: true}, containerSecurityContext: {runAsUser: 1000}"},

		"NodeName":     {reason: "nodes have a name to select by", args: fields("key: metadata.name, operator: In, values: [a]")},
		"NodeField":    {reason: "and no other field", args: fields("key: metadata.foo, operator: In, values: [a]"), want: []string{nodes + ".key"}},
		"NodeOperator": {reason: "by few operators", args: fields("key: metadata.name, operator: Exists"), want: []string{nodes + ".operator", nodes + ".values"}},
		"NodeValues":   {reason: "one at a time", args: fields("key: metadata.name, operator: In, values: [A_b]"), want: []string{nodes + ".values[0]"}},
		"Namespaces":   {reason: "namespaces have a form", args: pods("namespaces: [a, Bad_NS], labelSelector: {}"), want: []string{near + ".namespaces[1]"}},
		"Keys":         {reason: "keys beside a selector", args: pods("matchLabelKeys: [a], mismatchLabelKeys: [b, c], labelSelector: {matchLabels: {b: d}}")},
		"KeysAlone":    {reason: "and only there", args: pods("matchLabelKeys: [x]"), want: []string{near + ".labelSelector"}},
		"KeysBoth":     {reason: "the same or another, not both", args: pods("matchLabelKeys: [a], mismatchLabelKeys: [a, ''], labelSelector: {}"), want: []string{near + ".mismatchLabelKeys[0]", near + ".mismatchLabelKeys[1]"}},
		"KeysTwice":    {reason: "pods are refused whose selectors say it twice", args: pods("matchLabelKeys: [a, b, b], labelSelector: {matchLabels: {a: b}}"), want: []string{near + ".matchLabelKeys[0]", near + ".matchLabelKeys[2]"}},
		"SpreadKeys":   {reason: "so it is with constraints", args: spread("matchLabelKeys: [a, a], labelSelector: {matchExpressions: [{key: a, operator: Exists}]}"), want: []string{"topologySpreadConstraints[0].matchLabelKeys[0]", "topologySpreadConstraints[0].matchLabelKeys[1]"}},
		"SpreadOwn":    {reason: "and with the selector that they get", args: spread("matchLabelKeys: [nvidia.com/selector, pod-template-hash, leaderworkerset.sigs.k8s.io/name]"), want: []string{"topologySpreadConstraints[0].matchLabelKeys[0]", "topologySpreadConstraints[0].matchLabelKeys[2]"}},

		"Fields":         {reason: "fields that a process may know", args: from("fieldRef: {apiVersion: v1, fieldPath: status.hostIP}")},
		"FieldLabel":     {reason: "labels and annotations", args: "env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a/b']\"}}}, {name: B, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['A/B']\"}}}]"},
		"FieldUnknown":   {reason: "and no other", args: from("fieldRef: {fieldPath: spec.bogus}"), want: []string{"env[0].valueFrom.fieldRef.fieldPath"}},
		"FieldNone":      {reason: "but one", args: from("fieldRef: {apiVersion: v2}"), want: []string{"env[0].valueFrom.fieldRef.apiVersion", "env[0].valueFrom.fieldRef.fieldPath"}},
		"FieldKey":       {reason: "by keys that are some", args: from("fieldRef: {fieldPath: \"metadata.labels['a b']\"}"), want: []string{"env[0].valueFrom.fieldRef.fieldPath"}},
		"FieldSubscript": {reason: "of what has keys", args: from("fieldRef: {fieldPath: \"metadata.name['a']\"}"), want: []string{"env[0].valueFrom.fieldRef.fieldPath"}},
		"Resource":       {reason: "amounts, in units", args: "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}, {name: B, valueFrom: {resourceFieldRef: {resource: requests.hugepages-2Mi}}}, {name: C, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}]"},
		"ResourceBogus":  {reason: "no other", args: from("resourceFieldRef: {resource: bogus}"), want: []string{"env[0].valueFrom.resourceFieldRef.resource"}},
		"ResourceNone":   {reason: "but one", args: from("resourceFieldRef: {}"), want: []string{"env[0].valueFrom.resourceFieldRef.resource"}},
		"ResourceUnit":   {reason: "in a unit of its kind", args: from("resourceFieldRef: {resource: limits.cpu, divisor: 1Mi}"), want: []string{"env[0].valueFrom.resourceFieldRef.divisor"}},
		"Key":            {reason: "an object and its key have names", args: from("secretKeyRef: {name: Bad Name, key: ''}"), want: []string{"env[0].valueFrom.secretKeyRef.name", "env[0].valueFrom.secretKeyRef.key"}},
		"KeyOfNothing":   {reason: "both of them", args: from("configMapKeyRef: {key: a/b}"), want: []string{"env[0].valueFrom.configMapKeyRef.name", "env[0].valueFrom.configMapKeyRef.key"}},

		"AnnotationArmor":   {reason: "of one container", args: "annotations: {container.apparmor.security.beta.kubernetes.io/main: bogus}", want: []string{"annotations[container.apparmor.security.beta.kubernetes.io/main]"}},
		"AnnotationsOfOld":  {reason: "fields took their place", args: "annotations: {seccomp.security.alpha.kubernetes.io/pod: a, scheduler.alpha.kubernetes.io/tolerations: b, kubernetes.io/config.mirror: c}", want: []string{"annotations[kubernetes.io/config.mirror]", "annotations[scheduler.alpha.kubernetes.io/tolerations]", "annotations[seccomp.security.alpha.kubernetes.io/pod]"}},
		"AnnotationCost":    {reason: "a number", args: "annotations: {controller.kubernetes.io/pod-deletion-cost: '+5'}", want: []string{"annotations[controller.kubernetes.io/pod-deletion-cost]"}},
		"AnnotationCostOK":  {reason: "of any size", args: "annotations: {controller.kubernetes.io/pod-deletion-cost: '-5'}"},
		"AnnotationsLarge":  {reason: "there is a limit", args: "annotations: {a: '" + strings.Repeat("x", 1<<18) + "'}", want: []string{"annotations"}},
		"TolerationGreater": {reason: "most API servers refuse it", args: "tolerations: [{key: a, operator: Gt, value: '5'}, {key: a, operator: Lt, value: b}]", want: []string{"tolerations[0].operator", "tolerations[1].operator"}},

		"Labels": {reason: "of the site's own", args: "labels: {app.kubernetes.io/part-of: ml, nvidia.com/team: a, role: inference, kueue.x-k8s.io/priority-class: high}"},
		"LabelsOfDynamo": {
			reason: "others would find the pods",
			args:   "labels: {nvidia.com/selector: a, nvidia.com/dynamo-component-class: worker, nvidia.com/dynamo-component-type: worker, nvidia.com/dynamo-graph-deployment-name: x, nvidia.com/metrics-enabled: 'true', dynamo.fn.crossplane.io/a: b}",
			want: []string{
				"labels[dynamo.fn.crossplane.io/a]", "labels[nvidia.com/dynamo-component-class]", "labels[nvidia.com/dynamo-component-type]",
				"labels[nvidia.com/dynamo-graph-deployment-name]", "labels[nvidia.com/metrics-enabled]", "labels[nvidia.com/selector]",
			},
		},
		"LabelsOfKubernetes": {
			reason: "or a controller would take them for its own",
			args:   "labels: {batch.kubernetes.io/job-name: a, job-name: a, kueue.x-k8s.io/queue-name: q, leaderworkerset.sigs.k8s.io/name: x, pod-template-hash: a}",
			want: []string{
				"labels[batch.kubernetes.io/job-name]", "labels[job-name]", "labels[kueue.x-k8s.io/queue-name]",
				"labels[leaderworkerset.sigs.k8s.io/name]", "labels[pod-template-hash]",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := decode(t, "podDefaults: {"+tc.args+"}")
			if diff := cmp.Diff(tc.want, pathsOf(faults)); diff != "" {
				t.Errorf("%s\nDecode(...): -want faults, +got:\n%s\n%q", tc.reason, diff, faults)
			}
		})
	}
}

// TestFoldClashes: layers that are right by themselves may not be together.
func TestFoldClashes(t *testing.T) {
	layer := func(name, context string) Source {
		return Source{layer: name, path: Config(name, nil).path, raw: []byte(`{"podDefaults":` + context + `}`)}
	}
	privileged := layer("dynamo", `{"containerSecurityContext":{"privileged":true}}`)
	nothing := layer("dynamo.team", `{}`)
	cases := map[string]struct {
		reason string
		args   []Source
		want   []string
	}{
		"One": {reason: "a layer by itself", args: []Source{privileged, nothing}},
		"Between": {
			reason: "the layer that brings it is named",
			args:   []Source{privileged, layer("dynamo.team", `{"containerSecurityContext":{"allowPrivilegeEscalation":false}}`), nothing},
			want: []string{
				"EnvironmentConfig[dynamo.team].data.dynamo.podDefaults.containerSecurityContext.allowPrivilegeEscalation: Invalid value: false: " +
					"cannot be beside privileged: leave one of the two out, in this layer or in one below it",
			},
		},
		"Solved": {
			reason: "what a layer above takes back has no effect",
			args: []Source{
				privileged, layer("dynamo.team", `{"containerSecurityContext":{"allowPrivilegeEscalation":false}}`), layer("environment", `{"containerSecurityContext":{"privileged":false}}`),
			},
		},
		"Root": {
			reason: "across the two contexts",
			args:   []Source{layer("dynamo", `{"securityContext":{"runAsUser":0}}`), layer("dynamo.team", `{"containerSecurityContext":{"runAsNonRoot":true}}`)},
			want: []string{
				"EnvironmentConfig[dynamo.team].data.dynamo.podDefaults.securityContext.runAsUser: Invalid value: 0: " +
					"is root, which runAsNonRoot: true forbids: leave one of the two out, in this layer or in one below it",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := Fold(Default(), tc.args...)
			var got []string
			for _, f := range faults {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nFold(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
