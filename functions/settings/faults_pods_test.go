package settings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPodDefaultFaults: what an API server would refuse in every pod of a site is told where
// the site says it.
func TestPodDefaultFaults(t *testing.T) {
	node := func(term string) string {
		return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [" + term + "]}]}}}"
	}
	spread := func(text string) string { return "topologySpreadConstraints: [{" + text + "}]" }
	const whole = "topologyKey: zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule"
	cases := map[string]struct {
		reason string
		args   string
		// want are the paths of the faults, below podDefaults.
		want []string
	}{
		"Nothing":            {reason: "nothing is no fault", args: "labels: {}"},
		"AnnotationKey":      {reason: "a key has a form", args: "annotations: {'a b': c, A/B: c}", want: []string{"annotations[a b]"}},
		"AnnotationSteering": {reason: "on pods it would say nothing", args: "annotations: {nvidia.com/enable-metrics: 'false'}", want: []string{"annotations[nvidia.com/enable-metrics]"}},
		"LabelOfDynamo":      {reason: "by those of Dynamo pods are told apart", args: "labels: {nvidia.com/selector: x, nvidia.com/gpu.family: hopper, nvidia.com/metrics-enabled: 'false'}", want: []string{"labels[nvidia.com/metrics-enabled]", "labels[nvidia.com/selector]"}},

		"Node":         {reason: "any operator of node selectors", args: node("{key: a, operator: In, values: [b]}, {key: a, operator: Gt, values: ['1']}, {key: a, operator: DoesNotExist}")},
		"NodeOperator": {reason: "and no other", args: node("{key: a, operator: Is, values: [b]}"), want: []string{"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator"}},
		"NodeValues":   {reason: "with values where it takes them", args: node("{key: a, operator: In}"), want: []string{"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]"}},
		"NodeNone":     {reason: "a requirement has terms", args: "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}", want: []string{"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"}},
		"NodeWeight":   {reason: "a preference has a weight", args: "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}, {weight: 100, preference: {}}]}}", want: []string{"affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight"}},
		"PodTopology":  {reason: "pods are near by something", args: "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}}", want: []string{"affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey"}},
		"PodSelector": {
			reason: "selectors have a form",
			args:   "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {'a b': c}}}}]}}",
			want:   []string{"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector.matchLabels"},
		},

		"Spread":           {reason: "a selector may be left out, for keys of labels too", args: spread(whole + ", minDomains: 2, matchLabelKeys: [pod-template-hash], nodeAffinityPolicy: Honor")},
		"SpreadTwice":      {reason: "two of one kind are refused", args: "topologySpreadConstraints: [{" + whole + "}, {" + whole + "}]", want: []string{"topologySpreadConstraints[1]"}},
		"SpreadKey":        {reason: "over something", args: spread("maxSkew: 1, whenUnsatisfiable: DoNotSchedule"), want: []string{"topologySpreadConstraints[0].topologyKey"}},
		"SpreadSkew":       {reason: "by something", args: spread("topologyKey: zone, whenUnsatisfiable: DoNotSchedule"), want: []string{"topologySpreadConstraints[0].maxSkew"}},
		"SpreadOtherwise":  {reason: "or else", args: spread("topologyKey: zone, maxSkew: 1"), want: []string{"topologySpreadConstraints[0].whenUnsatisfiable"}},
		"SpreadMinDomains": {reason: "domains are counted where pods wait", args: spread("topologyKey: zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway, minDomains: 1"), want: []string{"topologySpreadConstraints[0].minDomains"}},
		"SpreadPolicies": {
			reason: "policies are told in one order",
			args:   spread(whole + ", nodeAffinityPolicy: a, nodeTaintsPolicy: b, matchLabelKeys: [a b]"),
			want:   []string{"topologySpreadConstraints[0].nodeAffinityPolicy", "topologySpreadConstraints[0].nodeTaintsPolicy", "topologySpreadConstraints[0].matchLabelKeys[0]"},
		},

		"Env":       {reason: "a value, or a source of one", args: "env: [{name: A}, {name: b.c, value: d}, {name: E, valueFrom: {secretKeyRef: {name: s, key: k}}}]"},
		"EnvName":   {reason: "a variable has a name", args: "env: [{value: a}, {name: a=b}]", want: []string{"env[0].name", "env[1].name"}},
		"EnvTwice":  {reason: "one name has one value", args: "env: [{name: A, value: a}, {name: A, value: b}]", want: []string{"env[1].name"}},
		"EnvBoth":   {reason: "a variable has one value", args: "env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]", want: []string{"env[0].valueFrom"}},
		"EnvSource": {reason: "of one source", args: "env: [{name: A, valueFrom: {}}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}, fieldRef: {fieldPath: spec.nodeName}}}]", want: []string{"env[0].valueFrom", "env[1].valueFrom"}},
		"EnvFile":   {reason: "and not of a volume, which pods of a site do not share", args: "env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: p, key: k}}}]", want: []string{"env[0].valueFrom.fileKeyRef"}},
		"EnvReserved": {
			reason: "what other settings say, or tells a process who it is, is not for all pods",
			args:   "env: [{name: NATS_SERVER, value: a}, {name: POD_NAME, value: a}, {name: LWS_LEADER_ADDRESS, value: a}, {name: DYN_PARENT_DGD_K8S_NAME, value: a}, {name: DYN_LOG, value: debug}]",
			want:   []string{"env[0].name", "env[1].name", "env[2].name", "env[3].name"},
		},

		"Security": {
			reason: "what restricted namespaces ask for",
			args: "securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 0, supplementalGroups: [1], fsGroupChangePolicy: OnRootMismatch, seccompProfile: {type: RuntimeDefault}}, " +
				"containerSecurityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, procMount: Default}",
		},
		"SecurityIds": {
			reason: "numbers have a range",
			args:   "securityContext: {runAsUser: -1, runAsGroup: -1, fsGroup: -1, supplementalGroups: [1, -1]}, containerSecurityContext: {runAsUser: -1, runAsGroup: -1}",
			want: []string{
				"securityContext.runAsUser", "securityContext.runAsGroup", "securityContext.fsGroup", "securityContext.supplementalGroups[1]",
				"containerSecurityContext.runAsUser", "containerSecurityContext.runAsGroup",
			},
		},
		"SecurityWords": {
			reason: "words are known",
			args:   "securityContext: {fsGroupChangePolicy: a, supplementalGroupsPolicy: a, seLinuxChangePolicy: a, seccompProfile: {}}, containerSecurityContext: {procMount: a, appArmorProfile: {type: a}}",
			want: []string{
				"securityContext.fsGroupChangePolicy", "securityContext.supplementalGroupsPolicy", "securityContext.seLinuxChangePolicy", "securityContext.seccompProfile.type",
				"containerSecurityContext.procMount", "containerSecurityContext.appArmorProfile.type",
			},
		},
		"SecurityProfiles": {
			reason: "a profile of the node has a name, and no other has",
			args:   "securityContext: {seccompProfile: {type: Localhost}, appArmorProfile: {type: RuntimeDefault, localhostProfile: p}}",
			want:   []string{"securityContext.seccompProfile.localhostProfile", "securityContext.appArmorProfile.localhostProfile"},
		},
		"SecurityEscalation": {reason: "who is privileged has escalated", args: "containerSecurityContext: {privileged: true, allowPrivilegeEscalation: false}", want: []string{"containerSecurityContext.allowPrivilegeEscalation"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := decode(t, "podDefaults: {"+tc.args+"}")
			var got []string
			for _, f := range faults {
				path, _, _ := strings.Cut(strings.TrimPrefix(f, "input.podDefaults."), ": ")
				got = append(got, path)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nDecode(...): -want faults, +got:\n%s\n%q", tc.reason, diff, faults)
			}
		})
	}
}

// TestReservedVariables: a fault says which setting is meant.
func TestReservedVariables(t *testing.T) {
	for variable, want := range map[string]string{
		"ETCD_ENDPOINTS":        "is what the setting infrastructure.etcdAddress says: set that",
		"DYN_DISCOVERY_BACKEND": "is what the setting discovery.backend says: set that",
		"DYN_SYSTEM_PORT":       "tells a process who or where it is, which differs from pod to pod: leave it to Dynamo, or set it in a graph",
		"HF_HOME":               "",
	} {
		if got := explainReserved(variable); got != want {
			t.Errorf("explainReserved(%q): want %q, got %q", variable, want, got)
		}
	}
}
