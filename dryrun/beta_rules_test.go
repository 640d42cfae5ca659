package dryrun_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// Manifests of v1beta1 without a fault.
const (
	betaGraph = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  backendFramework: vllm
  components:
  - {name: Frontend, type: frontend}
  - {name: Worker, type: worker}
`
	betaComponent = `
apiVersion: nvidia.com/v1beta1
kind: DynamoComponentDeployment
metadata:
  name: chat-worker
spec:
  backendFramework: vllm
  type: worker
`
	betaAdapter = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: chat-worker
spec:
  replicas: 1
  dgdRef: {name: chat, componentName: Worker}
`
)

// components are a list of a graph's components, each in YAML.
func components(each ...string) changes {
	return changes{"spec/components": "[" + strings.Join(each, ", ") + "]"}
}

// component is the list of one that has these further fields.
func component(fields string) changes {
	return components("{name: Worker, " + fields + "}")
}

// manyComponents is a list of n components.
func manyComponents(n int) changes {
	each := make([]string, 0, n)
	for i := range n {
		each = append(each, fmt.Sprintf("{name: c%d}", i))
	}

	return components(each...)
}

func TestBetaGraphRules(t *testing.T) {
	const picker = "type: epp, eppConfig: {config: {kind: EndpointPickerConfig}}"

	runRules(t, betaGraph, map[string]ruleCase{
		"Valid":                {reason: "the manifest that the other cases change must be valid", want: none()},
		"NoComponents":         {reason: "a graph without components is nothing", args: components(), want: []string{"spec.components"}},
		"ComponentsAbsent":     {reason: "components are required", args: changes{"spec/components": ""}, want: []string{"spec.components"}},
		"TwentyFiveComponents": {reason: "25 components are the most", args: manyComponents(25), want: none()},
		"TwentySixComponents":  {reason: "26 components are too many", args: manyComponents(26), want: []string{skipped, "spec.components"}},
		"NoName":               {reason: "a component has a name", args: components("{type: worker}"), want: []string{skipped, "spec.components[0].name"}},
		"EmptyName":            {reason: "the name is not empty", args: components("{name: ''}"), want: []string{"spec.components[0].name"}},
		"NameOf63":             {reason: "63 characters are the most", args: components("{name: " + letters(63) + "}"), want: none()},
		"NameOf64":             {reason: "64 characters are too many", args: components("{name: " + letters(64) + "}"), want: []string{skipped, "spec.components[0].name"}},
		"NameWithDot":          {reason: "a name has no dots, unlike that of a service", args: components("{name: a.b}"), want: []string{"spec.components[0].name"}},
		"NameWithUnderscore":   {reason: "nor underscores", args: components("{name: a_b}"), want: []string{"spec.components[0].name"}},
		"NameTwice":            {reason: "a name is given once", args: components("{name: a}", "{name: a}"), want: []string{"spec.components", "spec.components[1]"}},
		"NamesDifferInCase":    {reason: "both would be called chat-worker", args: components("{name: Worker}", "{name: WORKER}"), want: []string{"spec.components"}},
		"UnknownType":          {reason: "the type is an enum", args: component("type: main"), want: []string{skipped, "spec.components[0].type"}},
		"LaterType":            {reason: "a type of runtimes since 1.6", args: component("type: lpx"), want: none()},
		"NoType":               {reason: "a component may have no type", args: component("replicas: 2"), want: none()},
		"ReplicasNegative":     {reason: "replicas are not negative", args: component("replicas: -1"), want: []string{"spec.components[0].replicas"}},
		"MinAvailableZero":     {reason: "minAvailable is at least 1", args: component("minAvailable: 0"), want: []string{"spec.components[0].minAvailable"}},
		"MultinodeEmpty":       {reason: "two nodes are the default", args: component("multinode: {}"), want: none()},
		"OneNode":              {reason: "one node is not several", args: component("multinode: {nodeCount: 1}"), want: []string{"spec.components[0].multinode.nodeCount"}},
		"RuntimeVersion":       {reason: "two numbers are no version", args: component("runtimeVersionOverride: '1.10'"), want: []string{"spec.components[0].runtimeVersionOverride"}},
		"ModelWithoutName":     {reason: "a model has a name", args: component("modelRef: {}"), want: []string{skipped, "spec.components[0].modelRef.name"}},
		"CacheWithoutClaim":    {reason: "a cache is on a claim", args: component("compilationCache: {}"), want: []string{skipped, "spec.components[0].compilationCache.pvcName"}},
		"CacheEmptyClaim":      {reason: "a claim has a name", args: component("compilationCache: {pvcName: ''}"), want: []string{"spec.components[0].compilationCache.pvcName"}},
		"Cache":                {reason: "the engine knows where its cache is", args: component("compilationCache: {pvcName: a}"), want: none()},
		"SidecarNoText":        {reason: "the sidecar is the name of a container", args: component("frontendSidecar: {image: i}"), want: []string{skipped, "spec.components[0].frontendSidecar"}},
		"OnePicker":            {reason: "one picker is what graphs have", args: component(picker), want: none()},
		"TwoPickers":           {reason: "at most one", args: components("{name: a, type: epp}", "{name: b, type: epp}"), want: []string{"spec.components"}},
		"PickerWithoutConfig":  {reason: "pickers since 1.5 have none", args: component("type: epp, replicas: 2"), want: none()},
		"PickerTwoReplicas":    {reason: "one with a configuration runs once", args: component(picker + ", replicas: 2"), want: []string{"spec.components[0].replicas"}},
		"PickerMultinode":      {reason: "one node", args: component(picker + ", multinode: {}"), want: []string{"spec.components[0].multinode"}},
		"PickerConfigEmpty":    {reason: "one of the two", args: component("type: epp, eppConfig: {}"), want: []string{"spec.components[0].eppConfig"}},
		"PickerConfigBoth":     {reason: "one of the two", args: component("type: epp, eppConfig: {config: {}, configMapRef: {name: c, key: k}}"), want: []string{"spec.components[0].eppConfig"}},
		"PickerConfigOfWorker": {reason: "eppConfig is for pickers", args: component("type: worker, eppConfig: {config: {}}"), want: []string{"spec.components[0].eppConfig"}},
		"GraphVariableTwice":   {reason: "a variable is given once", args: changes{"spec/env": "[{name: A}, {name: A}]"}, want: []string{"spec.env[1]"}},
		"RestartOrder":         {reason: "every component once", args: changes{"spec/restart": "{id: a, strategy: {order: [Worker, Frontend]}}"}, want: none()},
		"RestartOrderUnknown":  {reason: "known components only", args: changes{"spec/restart": "{id: a, strategy: {order: [Worker, Other]}}"}, want: []string{"spec.restart.strategy.order"}},
		"RestartOrderShort":    {reason: "every component", args: changes{"spec/restart": "{id: a, strategy: {order: [Worker]}}"}, want: []string{"spec.restart.strategy.order"}},
		"Topology":             {reason: "a topology has a name", args: changes{"spec/topologyConstraint": "{clusterTopologyName: t, packDomain: rack}"}, want: none()},
		"TopologyWithoutName":  {reason: "it is required here", args: changes{"spec/topologyConstraint": "{packDomain: rack}"}, want: []string{"spec.topologyConstraint.clusterTopologyName"}},
	})
}

// TestBetaPitfalls are the pitfalls of v1beta1 that the schema decides.
func TestBetaPitfalls(t *testing.T) {
	pod := func(containers string) changes {
		return component("podTemplate: {spec: {containers: [" + containers + "]}}")
	}

	runRules(t, betaGraph, map[string]ruleCase{
		"SharedMemoryNumber":   {reason: "0 turns shared memory off", args: component("sharedMemorySize: 0"), want: none()},
		"SharedMemoryText":     {reason: "in any spelling", args: component("sharedMemorySize: '0'"), want: none()},
		"SharedMemoryUnit":     {reason: "in any spelling", args: component("sharedMemorySize: 0Gi"), want: none()},
		"SharedMemoryNegative": {reason: "less than nothing is no size", args: component("sharedMemorySize: -1Gi"), want: []string{"spec.components[0].sharedMemorySize"}},
		"SharedMemoryMinus":    {reason: "nor as a number", args: component("sharedMemorySize: -1"), want: []string{"spec.components[0].sharedMemorySize"}},
		"SharedMemoryWord":     {reason: "a word is no size", args: component("sharedMemorySize: big"), want: []string{"spec.components[0].sharedMemorySize"}},
		"MainNotFirst":         {reason: "main may stand anywhere", args: pod("{name: side, image: i}, {name: main, image: i}"), want: none()},
		"NoTemplate":           {reason: "a component may say nothing of its pods", args: component("type: worker"), want: none()},
		"TemplateOfNothing":    {reason: "a template may be empty", args: component("podTemplate: {}"), want: none()},
		"OnlySidecars":         {reason: "what main lacks is for the function to tell", args: pod("{name: side, image: i}"), want: none()},
		"MainTwice":            {reason: "there is one main container", args: pod("{name: main}, {name: main}"), want: []string{"spec.components[0].podTemplate.spec.containers[1]"}},
		"MountAsVolume":        {reason: "a mount may have the name of a volume", args: component("podTemplate: {spec: {volumes: [{name: a, emptyDir: {}}], containers: [{name: main, volumeMounts: [{name: a, mountPath: /a}]}]}}"), want: none()},
		"NamesDifferInCase":    {reason: "names are unique ignoring case", args: components("{name: a}", "{name: A}"), want: []string{"spec.components"}},
		"PrefillAndDecode":     {reason: "they are types of their own", args: components("{name: a, type: prefill}", "{name: b, type: decode}", "{name: c, type: planner}", "{name: d, type: epp}"), want: none()},
		"SidecarIsInit":        {reason: "which containers there are is for the function to tell", args: component("frontendSidecar: a, podTemplate: {spec: {initContainers: [{name: a}]}}"), want: none()},
		"VariableTwiceOver":    {reason: "a component's variable wins over the graph's, whatever it is of", args: changes{"spec/env": "[{name: A, value: b}]", "spec/components": "[{name: a, podTemplate: {spec: {containers: [{name: main, env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}}}]"}, want: none()},
	})
}

// TestBetaKeeps holds what must reach the function, as it was written, in both
// versions.
func TestBetaKeeps(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
	}{
		"ScalingAdapter":   {reason: "an empty block is a switch", args: "{name: a, scalingAdapter: {}}"},
		"SharedMemory":     {reason: "0 is no default", args: "{name: a, sharedMemorySize: 0}"},
		"MultinodeRoles":   {reason: "both spellings of what roles override", args: "{name: a, multinode: {nodeCount: 2, leader: {providerOverride: {value: 1}}}, roles: [{name: leader, replicas: 1, providerOverride: {value: 1}, podTemplate: {spec: {any: thing}}, later: 1}]}"},
		"Experimental":     {reason: "all that is experimental", args: "{name: a, experimental: {flagsInjection: Manual, gpuMemoryService: {mode: IntraPod}, grove: {forceScalingGroup: true}, later: [1]}}"},
		"ProviderOverride": {reason: "an override is of any API", args: "{name: a, providerOverride: {apiVersion: v1, target: t, value: {a: b}}}"},
		"UnknownField":     {reason: "later runtimes bring further fields", args: "{name: a, later: {than: [this]}}"},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := with(t, betaGraph, components(tc.args))
			object["spec"].(map[string]any)["experimental"] = parse(t, "{componentGroups: [{name: a}], kvTransferPolicy: {any: thing}}")
			admitInBoth(t, schemas, object)

			got := lookup(t, schemas, object).Admit(object).Object["spec"]
			want := with(t, betaGraph, changes{"spec": "{backendFramework: vllm, experimental: {componentGroups: [{name: a}], kvTransferPolicy: {any: thing}}, components: [" + tc.args + "]}"})["spec"]

			if diff := cmp.Diff(asJSON(t, want), asJSON(t, got)); diff != "" {
				t.Errorf("\n%s\nkept: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestBetaComponentRules(t *testing.T) {
	runRules(t, betaComponent, map[string]ruleCase{
		"Valid":             {reason: "the manifest that the other cases change must be valid", want: none()},
		"Name":              {reason: "the name inside of a graph", args: changes{"spec/name": "Worker"}, want: none()},
		"NameWithDot":       {reason: "a name has no dots", args: changes{"spec/name": "a.b"}, want: []string{"spec.name"}},
		"ReplicasNegative":  {reason: "replicas are not negative", args: changes{"spec/replicas": "-1"}, want: []string{"spec.replicas"}},
		"OneNode":           {reason: "one node is not several", args: changes{"spec/multinode/nodeCount": "1"}, want: []string{"spec.multinode.nodeCount"}},
		"Picker":            {reason: "a picker with its configuration", args: changes{"spec": "{type: epp, eppConfig: {config: {}}}"}, want: none()},
		"PickerTwoReplicas": {reason: "one replica", args: changes{"spec": "{type: epp, eppConfig: {config: {}}, replicas: 2}"}, want: []string{"spec.replicas"}},
		"PickerMultinode":   {reason: "one node", args: changes{"spec": "{type: epp, multinode: {}}"}, want: []string{"spec.multinode"}},
		"PickerNeither":     {reason: "one of the two", args: changes{"spec": "{type: epp, eppConfig: {}}"}, want: []string{"spec.eppConfig"}},
		"EPPConfigOnWorker": {reason: "eppConfig is for pickers", args: changes{"spec/eppConfig": "{config: {}}"}, want: []string{"spec.eppConfig"}},
		"MainTwice":         {reason: "there is one main container", args: changes{"spec/podTemplate": "{spec: {containers: [{name: main}, {name: main}]}}"}, want: []string{"spec.podTemplate.spec.containers[1]"}},
		"Sidecar":           {reason: "the sidecar is the name of a container", args: changes{"spec/frontendSidecar": "side"}, want: none()},
	})
}

func TestBetaAdapterRules(t *testing.T) {
	runRules(t, betaAdapter, map[string]ruleCase{
		"Valid":            {reason: "the manifest that the other cases change must be valid", want: none()},
		"NoReplicas":       {reason: "replicas are required", args: changes{"spec/replicas": ""}, want: []string{skipped, "spec.replicas"}},
		"ReplicasNegative": {reason: "replicas are not negative", args: changes{"spec/replicas": "-1"}, want: []string{"spec.replicas"}},
		"NoGraph":          {reason: "the graph has a name", args: changes{"spec/dgdRef": "{componentName: a}"}, want: []string{skipped, "spec.dgdRef.name"}},
		"NoComponent":      {reason: "the component has a name", args: changes{"spec/dgdRef": "{name: a}"}, want: []string{"spec.dgdRef.componentName"}},
		"EmptyComponent":   {reason: "the name is not empty", args: changes{"spec/dgdRef": "{name: a, componentName: ''}"}, want: []string{"spec.dgdRef.componentName"}},
		"Service":          {reason: "it may be called a service", args: changes{"spec/dgdRef": "{name: a, serviceName: b}"}, want: none()},
		"ServiceToo":       {reason: "it has one name", args: changes{"spec/dgdRef": "{name: a, serviceName: b, componentName: b}"}, want: []string{"spec.dgdRef"}},
	})
}

// TestForms has an object of both forms, and of neither, in both versions.
func TestForms(t *testing.T) {
	graph := func(spec string) changes { return changes{"spec": spec} }
	cases := map[string]struct {
		reason   string
		manifest string
		args     changes
		want     []string
	}{
		"Both":              {reason: "a graph has services or components", manifest: betaGraph, args: graph("{services: {A: {}}, components: [{name: a}]}"), want: []string{"spec"}},
		"EnvsToo":           {reason: "components have env", manifest: betaGraph, args: graph("{envs: [{name: A}], components: [{name: a}]}"), want: []string{"spec"}},
		"PVCsToo":           {reason: "components have no pvcs", manifest: betaGraph, args: graph("{pvcs: [{name: a}], components: [{name: a}]}"), want: []string{"spec"}},
		"EnvToo":            {reason: "services have envs", manifest: betaGraph, args: graph("{env: [{name: A}], services: {A: {}}}"), want: []string{"spec"}},
		"Profile":           {reason: "a profile is of services", manifest: betaGraph, args: graph("{topologyConstraint: {topologyProfile: a, clusterTopologyName: b}, components: [{name: a}]}"), want: []string{"spec.topologyConstraint", "spec.topologyConstraint.topologyProfile"}},
		"ServicesOrder":     {reason: "an order is held to the services", manifest: betaGraph, args: graph("{restart: {id: a, strategy: {order: [B]}}, services: {A: {}}}"), want: []string{"spec.restart.strategy.order"}},
		"ComponentsOrder":   {reason: "an order is held to the components", manifest: betaGraph, args: graph("{restart: {id: a, strategy: {order: [b]}}, components: [{name: a}]}"), want: []string{"spec.restart.strategy.order"}},
		"ComponentTwoTypes": {reason: "a component has one form", manifest: betaComponent, args: graph("{type: worker, componentType: worker}"), want: []string{"spec"}},
		"SidecarObject":     {reason: "a sidecar may be described", manifest: betaComponent, args: graph("{componentType: worker, frontendSidecar: {image: i}}"), want: none()},
		"SidecarName":       {reason: "or named", manifest: betaComponent, args: graph("{type: worker, frontendSidecar: side}"), want: none()},
		"PickerOld":         {reason: "a picker has its type in one form", manifest: betaComponent, args: graph("{componentType: epp, eppConfig: {config: {}}}"), want: none()},
		"PickerLater":       {reason: "or in the other", manifest: betaComponent, args: graph("{type: epp, eppConfig: {config: {}}}"), want: none()},
		"ComponentShared":   {reason: "what both forms say has no form", manifest: betaComponent, args: graph("{replicas: 2, multinode: {}}"), want: none()},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		for _, version := range []string{"nvidia.com/v1alpha1", "nvidia.com/v1beta1"} {
			t.Run(name+"/"+version, func(t *testing.T) {
				object := with(t, tc.manifest, tc.args)
				object["apiVersion"] = version
				result := lookup(t, schemas, object).Admit(object)

				if diff := cmp.Diff(tc.want, faults(result)); diff != "" {
					t.Errorf("\n%s\nAdmit(...): -want fields, +got fields:\n%s\n%v", tc.reason, diff, result.Errors.ToAggregate())
				}
			})
		}
	}
}

// TestFormsOfComponents has each field of one form of a component beside one of
// the other.
func TestFormsOfComponents(t *testing.T) {
	old := map[string]string{
		"componentType": "worker", "subComponentType": "decode", "serviceName": "a", "dynamoNamespace": "a", "resources": "{}", "envs": "[]",
		"envFromSecret": "a", "volumeMounts": "[]", "livenessProbe": "{}", "readinessProbe": "{}", "extraPodSpec": "{}", "extraPodMetadata": "{}",
		"sharedMemory": "{disabled: true}", "labels": "{}", "annotations": "{}", "ingress": "{}", "autoscaling": "{}", "checkpoint": "{}",
		"failover": "{}", "gpuMemoryService": "{}",
	}
	later := map[string]string{
		"type": "worker", "name": "a", "podTemplate": "{}", "compilationCache": "{pvcName: a}", "sharedMemorySize": "0", "experimental": "{}", "roles": "[]",
	}
	schemas := dryrun.ForKinds()

	for a, valueA := range old {
		for b, valueB := range later {
			object := with(t, betaComponent, changes{"spec": fmt.Sprintf("{%s: %s, %s: %s}", a, valueA, b, valueB)})
			result := lookup(t, schemas, object).Admit(object)

			if diff := cmp.Diff([]string{"spec"}, faults(result)); diff != "" {
				t.Errorf("%s with %s: -want fields, +got fields:\n%s", a, b, diff)
			}
		}
	}
}

func TestBetaUpdateRules(t *testing.T) {
	type args struct {
		manifest string
		old, new changes
	}

	nodes := "{nodeCount: 4}"
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Unchanged":      {reason: "applying again changes nothing", args: args{manifest: betaGraph}, want: none()},
		"Engine":         {reason: "the engine stays", args: args{manifest: betaGraph, new: changes{"spec/backendFramework": "sglang"}}, want: []string{"spec.backendFramework"}},
		"Reordered":      {reason: "components are known by name", args: args{manifest: betaGraph, old: components("{name: a}", "{name: b, multinode: {}}"), new: components("{name: b, multinode: {}}", "{name: a}")}, want: none()},
		"ToSeveral":      {reason: "a component keeps to one node", args: args{manifest: betaGraph, old: component("type: worker"), new: component("multinode: {}")}, want: []string{"spec.components[0].multinode"}},
		"MoreNodes":      {reason: "several may be more", args: args{manifest: betaGraph, old: component("multinode: {}"), new: component("multinode: " + nodes)}, want: none()},
		"AddedAndGone":   {reason: "components come and go", args: args{manifest: betaGraph, new: components("{name: Other, multinode: {}}")}, want: none()},
		"ToServices":     {reason: "a graph may take the other form", args: args{manifest: betaGraph, new: changes{"spec/components": "", "spec/services": "{Worker: {}}"}}, want: none()},
		"AdapterGraph":   {reason: "an adapter keeps its graph", args: args{manifest: betaAdapter, new: changes{"spec/dgdRef/name": "other"}}, want: []string{"spec.dgdRef.name"}},
		"AdapterOther":   {reason: "and its component", args: args{manifest: betaAdapter, new: changes{"spec/dgdRef/componentName": "Other"}}, want: []string{"spec.dgdRef.componentName"}},
		"AdapterRenamed": {reason: "under either key", args: args{manifest: betaAdapter, new: changes{"spec/dgdRef": "{name: chat, serviceName: Other}"}}, want: []string{"spec.dgdRef.componentName"}},
		"AdapterKey":     {reason: "which may change", args: args{manifest: betaAdapter, new: changes{"spec/dgdRef": "{name: chat, serviceName: Worker}"}}, want: none()},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := with(t, tc.args.manifest, tc.args.old)
			after := with(t, tc.args.manifest, tc.args.new)
			result := lookup(t, schemas, before).AdmitUpdate(before, after)

			if diff := cmp.Diff(tc.want, faults(result)); diff != "" {
				t.Errorf("\n%s\nAdmitUpdate(...): -want fields, +got fields:\n%s\n%v", tc.reason, diff, result.Errors.ToAggregate())
			}
		})
	}
}
