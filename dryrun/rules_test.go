package dryrun_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// ruleCase changes one thing of a valid manifest.
type ruleCase struct {
	reason string
	args   changes
	want   []string
}

// runRules admits the manifest with each case's change.
func runRules(t *testing.T, manifest string, cases map[string]ruleCase) {
	t.Helper()

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := with(t, manifest, tc.args)
			result := lookup(t, schemas, object).Admit(object)

			if diff := cmp.Diff(tc.want, faults(result)); diff != "" {
				t.Errorf("\n%s\nAdmit(...): -want fields, +got fields:\n%s\n%v", tc.reason, diff, result.Errors.ToAggregate())
			}
		})
	}
}

// none is what a valid manifest gets.
func none() []string { return []string{} }

// skipped is the field of the error that stands for rules not evaluated.
const skipped = "spec"

func TestGraphRules(t *testing.T) {
	runRules(t, validGraph, map[string]ruleCase{
		"Valid": {reason: "the manifest that the other cases change must be valid", want: none()},
		"NoServices": {
			reason: "a graph without services is nothing",
			args:   changes{"spec/services": "{}"},
			want:   []string{"spec.services"},
		},
		"ServicesAbsent": {
			reason: "services are required",
			args:   changes{"spec/services": ""},
			want:   []string{"spec.services"},
		},
		"TwentyFiveServices": {
			reason: "25 services are the most",
			args:   changes{"spec/services": manyServices(25)},
			want:   none(),
		},
		"TwentySixServices": {
			reason: "26 services are too many",
			args:   changes{"spec/services": manyServices(26)},
			want:   []string{skipped, "spec.services"},
		},
		"ServiceNameWithDotsAndUnderscores": {
			reason: "dots, underscores and dashes may stand inside of a name",
			args:   changes{"spec/services/Worker_7b.fp8-a": "{}"},
			want:   none(),
		},
		"ServiceNameLeadingDash": {
			reason: "a name begins with a letter or digit",
			args:   changes{"spec/services/-worker": "{}"},
			want:   []string{"spec.services"},
		},
		"ServiceNameTrailingDot": {
			reason: "a name ends with a letter or digit",
			args:   changes{"spec/services/worker.": "{}"},
			want:   []string{"spec.services"},
		},
		"ServiceNameOf63": {
			reason: "63 characters are the most",
			args:   changes{"spec/services/" + letters(63): "{}"},
			want:   none(),
		},
		"ServiceNameOf64": {
			reason: "64 characters are too many",
			args:   changes{"spec/services/" + letters(64): "{}"},
			want:   []string{"spec.services"},
		},
		"ServiceNamesDifferInCase": {
			reason: "both would be called chat-worker",
			args:   changes{"spec/services/WORKER": "{}"},
			want:   []string{"spec.services"},
		},
		"ServiceNamesDifferInSeparator": {
			reason: "both would be called chat-a-b",
			args:   changes{"spec/services/a_b": "{}", "spec/services/A.b": "{}"},
			want:   []string{"spec.services"},
		},
		"UnknownEngine": {
			reason: "backendFramework is an enum",
			args:   changes{"spec/backendFramework": "tgi"},
			want:   []string{skipped, "spec.backendFramework"},
		},
		"PVCWithoutName": {
			reason: "a PVC needs a name",
			args:   changes{"spec/pvcs": "[{create: false}]"},
			want:   []string{skipped, "spec.pvcs[0].name"},
		},
		"PVCEmptyName": {
			reason: "the name must not be empty",
			args:   changes{"spec/pvcs": "[{name: ''}]"},
			want:   []string{"spec.pvcs[0].name"},
		},
		"PVCTwice": {
			reason: "a PVC's name is unique",
			args:   changes{"spec/pvcs": "[{name: a}, {name: a}]"},
			want:   []string{"spec.pvcs[1]"},
		},
		"PVCReferenced": {
			reason: "a PVC that exists needs no more than its name",
			args:   changes{"spec/pvcs": "[{name: a}, {name: b, create: false}]"},
			want:   none(),
		},
		"PVCCreated": {
			reason: "a PVC that is made needs size, class and access mode",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: 5Gi, storageClass: '', volumeAccessMode: ReadWriteMany}]"},
			want:   none(),
		},
		"PVCCreatedWithoutSize": {
			reason: "a PVC that is made needs a size",
			args:   changes{"spec/pvcs": "[{name: a, create: true, storageClass: fast, volumeAccessMode: ReadWriteMany}]"},
			want:   []string{"spec.pvcs[0].size"},
		},
		"PVCCreatedWithoutClass": {
			reason: "a PVC that is made needs a class",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: 5Gi, volumeAccessMode: ReadWriteMany}]"},
			want:   []string{"spec.pvcs[0].storageClass"},
		},
		"PVCCreatedWithoutMode": {
			reason: "a PVC that is made needs an access mode",
			args:   changes{"spec/pvcs": "[{name: a, create: true, size: 5Gi, storageClass: fast}]"},
			want:   []string{"spec.pvcs[0].volumeAccessMode"},
		},
		"PVCCreatedBare": {
			reason: "each of the three that is missing is named",
			args:   changes{"spec/pvcs": "[{name: a, create: true}]"},
			want:   []string{"spec.pvcs[0].size", "spec.pvcs[0].storageClass", "spec.pvcs[0].volumeAccessMode"},
		},
		"RestartWithoutID": {
			reason: "a restart needs an id",
			args:   changes{"spec/restart": "{}"},
			want:   []string{skipped, "spec.restart.id"},
		},
		"RestartEmptyID": {
			reason: "the id must not be empty",
			args:   changes{"spec/restart/id": "''"},
			want:   []string{"spec.restart.id"},
		},
		"RestartCompleteOrder": {
			reason: "an order with every service once is what order is for",
			args:   changes{"spec/restart": "{id: a, strategy: {type: Sequential, order: [Worker, Frontend]}}"},
			want:   none(),
		},
		"RestartOrderWithoutType": {
			reason: "the type defaults to Sequential",
			args:   changes{"spec/restart": "{id: a, strategy: {order: [Worker, Frontend]}}"},
			want:   none(),
		},
		"RestartOrderParallel": {
			reason: "an order means nothing when all restart at once",
			args:   changes{"spec/restart": "{id: a, strategy: {type: Parallel, order: [Worker, Frontend]}}"},
			want:   []string{"spec.restart.strategy.order"},
		},
		"RestartEmptyOrderParallel": {
			reason: "an empty order counts as absent",
			args:   changes{"spec/restart": "{id: a, strategy: {type: Parallel, order: []}}"},
			want:   none(),
		},
		"RestartOrderIncomplete": {
			reason: "an order names every service",
			args:   changes{"spec/restart": "{id: a, strategy: {order: [Worker]}}"},
			want:   []string{"spec.restart.strategy.order"},
		},
		"RestartOrderUnknown": {
			reason: "an order names known services only",
			args:   changes{"spec/restart": "{id: a, strategy: {order: [Worker, Backend]}}"},
			want:   []string{"spec.restart.strategy.order"},
		},
		"RestartOrderTwice": {
			reason: "an order names a service once",
			args:   changes{"spec/restart": "{id: a, strategy: {order: [Worker, Worker]}}"},
			want:   []string{"spec.restart.strategy.order"},
		},
		"RestartUnknownStrategy": {
			reason: "the type is an enum",
			args:   changes{"spec/restart": "{id: a, strategy: {type: Random}}"},
			want:   []string{skipped, "spec.restart.strategy.type"},
		},
		"OneEndpointPicker": {
			reason: "one picker is what graphs have",
			args:   changes{"spec/services/Epp": picker},
			want:   none(),
		},
		"TwoEndpointPickers": {
			reason: "at most one service is a picker",
			args:   changes{"spec/services/Epp": picker, "spec/services/Other": picker},
			want:   []string{"spec.services"},
		},
		"GraphVariableTwice": {
			reason: "a variable is given once",
			args:   changes{"spec/envs": "[{name: A, value: one}, {name: A, value: two}]"},
			want:   []string{"spec.envs[1]"},
		},
		"ServiceVariableTwice": {
			reason: "a variable is given once",
			args:   changes{"spec/services/Worker/envs": "[{name: A}, {name: A}]"},
			want:   []string{"spec.services[Worker].envs[1]"},
		},
		"SidecarVariableTwice": {
			reason: "a variable is given once",
			args:   changes{"spec/services/Worker/frontendSidecar": "{image: i, envs: [{name: A}, {name: A}]}"},
			want:   []string{"spec.services[Worker].frontendSidecar.envs[1]"},
		},
		"RulesHoldInServices": {
			reason: "what holds for a component holds for a service, and the path says which",
			args:   changes{"spec/services/a.b/multinode": "{nodeCount: 1}", "spec/services/a.b/replicas": "-1"},
			want:   []string{"spec.services[a.b].multinode.nodeCount", "spec.services[a.b].replicas"},
		},
	})
}

func TestComponentRules(t *testing.T) {
	runRules(t, validComponent, map[string]ruleCase{
		"Valid":            {reason: "the manifest that the other cases change must be valid", want: none()},
		"ReplicasZero":     {reason: "zero parks a component", args: changes{"spec/replicas": "0"}, want: none()},
		"ReplicasNegative": {reason: "replicas are not negative", args: changes{"spec/replicas": "-1"}, want: []string{"spec.replicas"}},
		"TwoNodes":         {reason: "two nodes are the least", args: changes{"spec/multinode/nodeCount": "2"}, want: none()},
		"OneNode":          {reason: "one node is not several", args: changes{"spec/multinode/nodeCount": "1"}, want: []string{"spec.multinode.nodeCount"}},
		"MinAvailableZero": {reason: "minAvailable is at least 1", args: changes{"spec/minAvailable": "0"}, want: []string{"spec.minAvailable"}},
		"RuntimeVersion":   {reason: "three numbers", args: changes{"spec/runtimeVersionOverride": "1.10.0"}, want: none()},
		"RuntimeVersionOfTwo": {
			reason: "two numbers are no version",
			args:   changes{"spec/runtimeVersionOverride": "'1.10'"},
			want:   []string{"spec.runtimeVersionOverride"},
		},
		"IngressDisabled":  {reason: "what is off needs no host", args: changes{"spec/ingress": "{enabled: false}"}, want: none()},
		"IngressWithHost":  {reason: "a host is enough", args: changes{"spec/ingress": "{enabled: true, host: chat}"}, want: none()},
		"IngressNoHost":    {reason: "an ingress needs a host", args: changes{"spec/ingress": "{enabled: true}"}, want: []string{"spec.ingress.host"}},
		"IngressEmptyHost": {reason: "an empty host is none", args: changes{"spec/ingress": "{enabled: true, host: ''}"}, want: []string{"spec.ingress.host"}},
		"MountWithPath":    {reason: "a mount has a path", args: changes{"spec/volumeMounts": "[{name: a, mountPoint: /a}]"}, want: none()},
		"MountOfCache":     {reason: "the cache has a path of its own", args: changes{"spec/volumeMounts": "[{name: a, useAsCompilationCache: true}]"}, want: none()},
		"MountNoPath": {
			reason: "another mount needs a path",
			args:   changes{"spec/volumeMounts": "[{name: b, mountPoint: /b}, {name: a}]"},
			want:   []string{"spec.volumeMounts[1].mountPoint"},
		},
		"MountNoName": {
			reason: "a mount needs a name",
			args:   changes{"spec/volumeMounts": "[{mountPoint: /b}]"},
			want:   []string{skipped, "spec.volumeMounts[0].name"},
		},
		"SharedMemoryDisabled":   {reason: "off needs no size", args: changes{"spec/sharedMemory": "{disabled: true}"}, want: none()},
		"SharedMemorySized":      {reason: "a size is a size", args: changes{"spec/sharedMemory": "{size: 0.5Gi}"}, want: none()},
		"SharedMemoryBytes":      {reason: "a size may be a number", args: changes{"spec/sharedMemory": "{size: 1024}"}, want: none()},
		"SharedMemoryEmpty":      {reason: "a block that says nothing", args: changes{"spec/sharedMemory": "{}"}, want: []string{"spec.sharedMemory.size"}},
		"SharedMemoryZero":       {reason: "nothing is no size", args: changes{"spec/sharedMemory": "{size: 0}"}, want: []string{"spec.sharedMemory.size"}},
		"SharedMemoryZeroString": {reason: "nothing is no size", args: changes{"spec/sharedMemory": "{size: 0Gi}"}, want: []string{"spec.sharedMemory.size"}},
		"SharedMemoryNegative":   {reason: "less than nothing is no size", args: changes{"spec/sharedMemory": "{size: -1Gi}"}, want: []string{"spec.sharedMemory.size"}},
		"ModelRefNoName":         {reason: "a model has a name", args: changes{"spec/modelRef": "{}"}, want: []string{skipped, "spec.modelRef.name"}},
		"PickerByReference":      {reason: "a picker by reference", args: asPicker("{configMapRef: {name: c, key: k}}"), want: none()},
		"PickerInline":           {reason: "a picker in place", args: asPicker("{config: {kind: EndpointPickerConfig}}"), want: none()},
		"PickerBoth":             {reason: "one of the two", args: asPicker("{config: {}, configMapRef: {name: c, key: k}}"), want: []string{"spec.eppConfig"}},
		"PickerNeither":          {reason: "one of the two", args: asPicker("{}"), want: []string{"spec.eppConfig"}},
		"PickerUnconfigured":     {reason: "pickers since 1.5 have no configuration; that older ones need it the function says", args: changes{"spec/componentType": "epp"}, want: none()},
		"PickerUnconfiguredTwo":  {reason: "and such pickers may be several", args: changes{"spec": "{componentType: epp, replicas: 2}"}, want: none()},
		"PickerUnconfiguredNone": {reason: "at least one", args: changes{"spec": "{componentType: epp, replicas: 0}"}, want: []string{"spec.replicas"}},
		"PickerReferenceNoName":  {reason: "a reference has a name", args: asPicker("{configMapRef: {key: k}}"), want: []string{"spec.eppConfig.configMapRef.name"}},
		"PickerReferenceNoKey":   {reason: "a reference has a key", args: asPicker("{configMapRef: {name: c}}"), want: []string{skipped, "spec.eppConfig.configMapRef.key"}},
		"PickerOneReplica":       {reason: "one replica", args: changes{"spec": pickerWith("replicas: 1")}, want: none()},
		"PickerTwoReplicas":      {reason: "one replica", args: changes{"spec": pickerWith("replicas: 2")}, want: []string{"spec.replicas"}},
		"PickerParked":           {reason: "one replica", args: changes{"spec": pickerWith("replicas: 0")}, want: []string{"spec.replicas"}},
		"PickerMultinode":        {reason: "one node", args: changes{"spec": pickerWith("multinode: {}")}, want: []string{"spec.multinode"}},
		"EPPConfigOnWorker":      {reason: "eppConfig is for pickers", args: changes{"spec/eppConfig": "{config: {}}"}, want: []string{"spec.eppConfig"}},
		"VariableTwice":          {reason: "a variable is given once", args: changes{"spec/envs": "[{name: A}, {name: A}]"}, want: []string{"spec.envs[1]"}},
		"UnknownEngine":          {reason: "an enum", args: changes{"spec/backendFramework": "VLLM"}, want: []string{skipped, "spec.backendFramework"}},
		"PodSpecWithoutContainers": {
			reason: "the main container is given beside them and needs no name",
			args:   changes{"spec/extraPodSpec": "{containers: null, mainContainer: {image: i}}"},
			want:   none(),
		},
		"ContainerWithoutName": {
			reason: "a further container needs its name",
			args:   changes{"spec/extraPodSpec": "{containers: [{image: i}]}"},
			want:   []string{skipped, "spec.extraPodSpec.containers[0].name"},
		},
	})
}

func TestUpdateRules(t *testing.T) {
	type args struct {
		manifest string
		old, new changes
	}

	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Unchanged":    {reason: "applying again changes nothing", args: args{manifest: validGraph}, want: none()},
		"GraphEngine":  {reason: "the engine stays", args: args{manifest: validGraph, new: changes{"spec/backendFramework": "sglang"}}, want: []string{"spec.backendFramework"}},
		"GraphRemoved": {reason: "the engine stays", args: args{manifest: validGraph, new: changes{"spec/backendFramework": ""}}, want: []string{"spec.backendFramework"}},
		"GraphEngineSetLater": {
			reason: "an engine may be declared later",
			args:   args{manifest: validGraph, old: changes{"spec/backendFramework": ""}},
			want:   none(),
		},
		"ComponentEngine": {
			reason: "the engine stays",
			args:   args{manifest: validComponent, new: changes{"spec/backendFramework": "trtllm"}},
			want:   []string{"spec.backendFramework"},
		},
		"ServiceToMultinode": {
			reason: "a Deployment cannot become a LeaderWorkerSet",
			args:   args{manifest: validGraph, new: changes{"spec/services/Worker/multinode": "{nodeCount: 2}"}},
			want:   []string{"spec.services[Worker].multinode"},
		},
		"ServiceFromMultinode": {
			reason: "a LeaderWorkerSet cannot become a Deployment",
			args:   args{manifest: validGraph, old: changes{"spec/services/Worker/multinode": "{nodeCount: 2}"}},
			want:   []string{"spec.services[Worker].multinode"},
		},
		"MoreNodes": {
			reason: "the number of nodes may change",
			args: args{
				manifest: validGraph,
				old:      changes{"spec/services/Worker/multinode": "{nodeCount: 2}"},
				new:      changes{"spec/services/Worker/multinode": "{nodeCount: 4}"},
			},
			want: none(),
		},
		"ServiceAddedAndRemoved": {
			reason: "services may come and go",
			args:   args{manifest: validGraph, new: changes{"spec/services/Worker": "", "spec/services/Other": "{multinode: {}}"}},
			want:   none(),
		},
		"OtherName": {
			reason: "an object keeps its name",
			args:   args{manifest: validGraph, new: changes{"metadata/name": "other"}},
			want:   []string{"metadata.name"},
		},
		"NewFault": {
			reason: "an update is checked like a creation",
			args:   args{manifest: validComponent, new: changes{"spec/replicas": "-1"}},
			want:   []string{"spec.replicas"},
		},
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
