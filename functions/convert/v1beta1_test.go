package convert

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// decode reads the graph chat with a spec in YAML.
func decode(t *testing.T, spec string) dynamo.Graph {
	t.Helper()
	_, g, err := DecodeGraph(composite(t, "DynamoGraphDeployment", "metadata: {name: chat, namespace: team-a}\nspec: "+spec))
	if err != nil {
		t.Fatalf("DecodeGraph(...): %v", err)
	}
	return g
}

// decodeAlone reads a component on its own.
func decodeAlone(t *testing.T, manifest string) dynamo.Component {
	t.Helper()
	_, c, err := DecodeComponent(composite(t, "DynamoComponentDeployment", manifest))
	if err != nil {
		t.Fatalf("DecodeComponent(...): %v", err)
	}
	return c
}

func composite(t *testing.T, kind, manifest string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := kyaml.Unmarshal([]byte("apiVersion: nvidia.com/v1alpha1\nkind: "+kind+"\n"+manifest), &out); err != nil {
		t.Fatalf("cannot parse %q: %v", manifest, err)
	}
	return out
}

// sameModel compares models but for where their values stand, and the form that they
// were written in.
func sameModel() cmp.Option {
	return cmp.Options{withoutPaths(), cmpopts.IgnoreFields(dynamo.Graph{}, "Version"), cmpopts.EquateEmpty()}
}

// TestForms writes one component in both forms: the model is the same.
func TestForms(t *testing.T) {
	cases := map[string]struct {
		reason string
		old    string
		recent string
	}{
		"Empty":         {reason: "a component of which nothing is said", old: "{}", recent: ""},
		"Type":          {reason: "a type", old: "{componentType: frontend}", recent: "type: frontend"},
		"Prefill":       {reason: "prefill workers are a type of v1beta1", old: "{componentType: worker, subComponentType: prefill}", recent: "type: prefill"},
		"Decode":        {reason: "so are decode workers", old: "{componentType: worker, subComponentType: decode}", recent: "type: decode"},
		"Parked":        {reason: "no replicas are not the default", old: "{replicas: 0}", recent: "replicas: 0"},
		"Nodes":         {reason: "several nodes", old: "{multinode: {nodeCount: 4}}", recent: "multinode: {nodeCount: 4}"},
		"TwoNodes":      {reason: "an empty block is two nodes", old: "{multinode: {nodeCount: 2}}", recent: "multinode: {}"},
		"Adapter":       {reason: "an adapter is on where its block stands", old: "{scalingAdapter: {enabled: true}}", recent: "scalingAdapter: {}"},
		"NoAdapter":     {reason: "and off without it", old: "{scalingAdapter: {enabled: false}}", recent: ""},
		"Memory":        {reason: "a size of shared memory", old: "{sharedMemory: {size: 16Gi}}", recent: "sharedMemorySize: 16Gi"},
		"NoMemory":      {reason: "zero is none", old: "{sharedMemory: {disabled: true}}", recent: "sharedMemorySize: 0"},
		"NoMemoryText":  {reason: "however it is spelled", old: "{sharedMemory: {disabled: true}}", recent: `sharedMemorySize: "0"`},
		"NoMemoryUnit":  {reason: "also with a unit", old: "{sharedMemory: {disabled: true}}", recent: `sharedMemorySize: "0Gi"`},
		"Model":         {reason: "a model", old: "{modelRef: {name: m, revision: r}}", recent: "modelRef: {name: m, revision: r}"},
		"Picker":        {reason: "the configuration of a picker", old: "{componentType: epp, eppConfig: {config: {plugins: []}}}", recent: "type: epp, eppConfig: {config: {plugins: []}}"},
		"Namespace":     {reason: "the shared namespace", old: "{globalDynamoNamespace: true}", recent: "globalDynamoNamespace: true"},
		"Cache":         {reason: "a compilation cache is a mount", old: "{volumeMounts: [{name: c, mountPoint: /c, useAsCompilationCache: true}]}", recent: "compilationCache: {pvcName: c, mountPath: /c}"},
		"CachePath":     {reason: "its path may be the engine's", old: "{volumeMounts: [{name: c, useAsCompilationCache: true}]}", recent: "compilationCache: {pvcName: c}"},
		"Metadata":      {reason: "metadata of pods", old: "{extraPodMetadata: {labels: {a: b}, annotations: {c: d}}}", recent: "podTemplate: {metadata: {labels: {a: b}, annotations: {c: d}}}"},
		"Main":          {reason: "the main container", old: "{extraPodSpec: {mainContainer: {name: main, image: i}}}", recent: "podTemplate: {spec: {containers: [{name: main, image: i}]}}"},
		"Pod":           {reason: "a pod spec", old: "{extraPodSpec: {hostNetwork: true}}", recent: "podTemplate: {spec: {hostNetwork: true}}"},
		"EmptyTemplate": {reason: "a template without anything", old: "{}", recent: "podTemplate: {}"},
		"MainLast": {
			reason: "main is first, wherever it stands, and the others keep their order",
			old:    "{extraPodSpec: {mainContainer: {name: main, image: i}, containers: [{name: b, image: i}, {name: a, image: i}]}}",
			recent: "podTemplate: {spec: {containers: [{name: b, image: i}, {name: a, image: i}, {name: main, image: i}]}}",
		},
		"NoMain": {
			reason: "a template with others alone has no main container",
			old:    "{extraPodSpec: {containers: [{name: log, image: i}]}}",
			recent: "podTemplate: {spec: {containers: [{name: log, image: i}]}}",
		},
		"MainAmongInit": {
			reason: "an init container of that name is not the main one",
			old:    "{extraPodSpec: {initContainers: [{name: main, image: i}]}}",
			recent: "podTemplate: {spec: {initContainers: [{name: main, image: i}]}}",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			old := decode(t, "{services: {Worker: "+tc.old+"}}")
			recent := decode(t, "{components: [{name: Worker, "+tc.recent+"}]}")
			if diff := cmp.Diff(old, recent, sameModel()); diff != "" {
				t.Errorf("\n%s\nDecodeGraph(...): -v1alpha1, +v1beta1:\n%s", tc.reason, diff)
			}
			alone := decodeAlone(t, "metadata: {name: solo}\nspec: {name: Worker, "+tc.recent+"}")
			want := decodeAlone(t, "metadata: {name: solo}\nspec: {serviceName: Worker, "+strings.TrimPrefix(tc.old, "{"))
			if diff := cmp.Diff(want, alone, sameModel(), cmpopts.IgnoreFields(dynamo.Component{}, "Ignored")); diff != "" {
				t.Errorf("\n%s\nDecodeComponent(...): -v1alpha1, +v1beta1:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestGraphForms does the same of what a graph says for all.
func TestGraphForms(t *testing.T) {
	cases := map[string]struct {
		reason string
		old    string
		recent string
	}{
		"Engine":      {reason: "the engine", old: "backendFramework: vllm, services: {A: {}}", recent: "backendFramework: vllm, components: [{name: A}]"},
		"Labels":      {reason: "labels", old: "labels: {a: b}, services: {A: {}}", recent: "labels: {a: b}, components: [{name: A}]"},
		"Annotations": {reason: "annotations", old: "annotations: {a: b}, services: {A: {}}", recent: "annotations: {a: b}, components: [{name: A}]"},
		"Env":         {reason: "variables", old: "envs: [{name: X, value: z}], services: {A: {}}", recent: "env: [{name: X, value: z}], components: [{name: A}]"},
		"Restart":     {reason: "a restart", old: "restart: {id: one}, services: {A: {}}", recent: "restart: {id: one}, components: [{name: A}]"},
		"Sibling": {
			reason: "an engine that is found on a sibling",
			old:    "services: {A: {componentType: worker}, B: {componentType: worker, extraPodSpec: {mainContainer: {name: main, command: [python3, -m, dynamo.sglang]}}}}",
			recent: "components: [{name: A, type: worker}, {name: B, type: worker, podTemplate: {spec: {containers: [{name: main, command: [python3, -m, dynamo.sglang]}]}}}]",
		},
		"Picked": {
			reason: "workers that a picker chooses among, of all types",
			old:    "services: {A: {componentType: worker, subComponentType: prefill}, E: {componentType: epp}}",
			recent: "components: [{name: A, type: prefill}, {name: E, type: epp}]",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			old, recent := decode(t, "{"+tc.old+"}"), decode(t, "{"+tc.recent+"}")
			if diff := cmp.Diff(old, recent, sameModel()); diff != "" {
				t.Errorf("\n%s\nDecodeGraph(...): -v1alpha1, +v1beta1:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestListOrder: a list has an order of its own.
func TestListOrder(t *testing.T) {
	var got []string
	for _, c := range decode(t, "{components: [{name: b}, {name: a}, {name: C}]}").Components {
		got = append(got, c.Service)
	}
	if diff := cmp.Diff([]string{"b", "a", "C"}, got); diff != "" {
		t.Errorf("components (-want, +got):\n%s", diff)
	}
}

// TestFieldsV1Beta1 fails for a field that was added to the API and that the model
// neither has nor names.
func TestFieldsV1Beta1(t *testing.T) {
	type sample struct {
		value string
		named string
	}
	all := map[string]sample{
		"compilationCache":       {value: "{pvcName: c}"},
		"eppConfig":              {value: "{config: {}}"},
		"experimental":           {value: "{failover: {}, gpuMemoryService: {}}", named: "spec.components[A].experimental.failover, spec.components[A].experimental.gpuMemoryService"},
		"frontendSidecar":        {value: "x"},
		"globalDynamoNamespace":  {value: "true"},
		"minAvailable":           {value: "1", named: "spec.components[A].minAvailable"},
		"modelRef":               {value: "{name: m}"},
		"multinode":              {value: "{nodeCount: 3}"},
		"podTemplate":            {value: "{spec: {hostNetwork: true}}"},
		"providerOverride":       {value: "{value: {}}", named: "spec.components[A].providerOverride"},
		"replicas":               {value: "3"},
		"roles":                  {value: "[{name: leader}]", named: "spec.components[A].roles"},
		"runtimeVersionOverride": {value: "1.2.3"},
		"scalingAdapter":         {value: "{}"},
		"sharedMemorySize":       {value: "1Gi"},
		"topologyConstraint":     {value: "{packDomain: rack}", named: "spec.components[A].topologyConstraint"},
		"type":                   {value: "worker"},
	}
	for _, name := range jsonNames(t, v1beta1.DynamoComponentDeploymentSharedSpec{}) {
		if _, ok := all[name]; !ok {
			t.Errorf("field %q is new: convert it or leave it to listIgnoredV1Beta1, and give it a sample here", name)
		}
	}
	bare := decode(t, "{components: [{name: A}]}").Components[0]
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			got := decode(t, "{components: [{name: A, "+name+": "+tc.value+"}]}").Components[0]
			if diff := cmp.Diff(tc.named, strings.Join(got.Ignored, ", ")); diff != "" {
				t.Errorf("ignored fields (-want, +got):\n%s", diff)
			}
			got.Ignored, got.Faults = nil, nil
			if same := cmp.Equal(bare, got, withoutPaths()); same != (tc.named != "") {
				t.Errorf("the model has the field: %t (-bare, +with the field):\n%s", !same, cmp.Diff(bare, got, withoutPaths()))
			}
		})
	}
}

// TestIgnoredV1Beta1 names what nothing acts on, also what is not known here.
func TestIgnoredV1Beta1(t *testing.T) {
	cases := map[string]struct {
		reason string
		spec   string
		want   []string
	}{
		"Nothing": {reason: "nothing is named for nothing", spec: "components: [{name: A}]"},
		"Unknown": {reason: "a field of a later API", spec: "components: [{name: A, warpDrive: {}}]", want: []string{"spec.components[A].warpDrive"}},
		"Later":   {reason: "a type of later runtimes is one without anything of its own", spec: "components: [{name: A, type: lpx}]", want: []string{"spec.components[A].type (lpx: runs with what the manifest gives it, and nothing of a type's own)"}},
		"Switch":  {reason: "an adapter has no switch: its block stands or it does not", spec: "components: [{name: A, scalingAdapter: {enabled: false}}]", want: []string{"spec.components[A].scalingAdapter.enabled"}},
		"Deep": {
			reason: "what the definition of the other version lets through is named wherever it stands",
			spec:   "components: [{name: B}, {name: A, podTemplate: {spec: {nodeSelectr: {}, containers: [{name: main, imag: x}, {env: [{name: E, valu: y}]}]}}}], restart: {idd: x}",
			want: []string{
				"spec.components[A].podTemplate.spec.containers[1].env[E].valu", "spec.components[A].podTemplate.spec.containers[main].imag",
				"spec.components[A].podTemplate.spec.nodeSelectr", "spec.restart.idd",
			},
		},
		"Null":      {reason: "what is null is not given", spec: "components: [{name: A, warpDrive: null, experimental: null}]"},
		"Multinode": {reason: "what is said of the nodes of a replica", spec: "components: [{name: A, multinode: {nodeCount: 2, leader: {}, roles: []}}]", want: []string{"spec.components[A].multinode.leader", "spec.components[A].multinode.roles"}},
		"Template": {
			reason: "of a template its metadata counts in part",
			spec:   "components: [{name: A, podTemplate: {metadata: {name: x, creationTimestamp: null, labels: {a: b}}, other: {}}}]",
			want:   []string{"spec.components[A].podTemplate.metadata.name", "spec.components[A].podTemplate.other"},
		},
		"Flags": {reason: "experimental fields each", spec: "components: [{name: A, experimental: {flagsInjection: Manual}}]", want: []string{"spec.components[A].experimental.flagsInjection"}},
		"Graph": {
			reason: "those of a graph, but for Crossplane's own",
			spec: "components: [], crossplane: {compositionRef: {name: x}}, experimental: {componentGroups: []}, priorityClassName: p, " +
				"providerOverride: {}, topologyConstraint: {clusterTopologyName: t}, other: 1",
			want: []string{"spec.experimental.componentGroups", "spec.other", "spec.priorityClassName", "spec.providerOverride", "spec.topologyConstraint"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			g := decode(t, "{"+tc.spec+"}")
			got := g.Ignored
			for _, c := range g.Components {
				got = append(got, c.Ignored...)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nignored fields (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFaultsV1Beta1 has what reading finds by itself.
func TestFaultsV1Beta1(t *testing.T) {
	cases := map[string]struct {
		reason string
		spec   string
		want   []string
	}{
		"NoName": {reason: "a component has a name", spec: "components: [{type: worker}]", want: []string{"spec.components[0].name: Required value: name the component"}},
		"Twice":  {reason: "and each another one", spec: "components: [{name: A}, {name: A}]", want: []string{`spec.components[1].name: Duplicate value: "A"`}},
		"CacheVolume": {
			reason: "a volume that has the name of the cache's claim, and is another",
			spec:   "components: [{name: A, compilationCache: {pvcName: c}, podTemplate: {spec: {volumes: [{name: c, emptyDir: {}}]}}}]",
			want:   []string{`spec.components[A].compilationCache.pvcName: Invalid value: "c": a volume of the pod has this name, and is not this claim to be written: rename the volume, or remove it`},
		},
		"CacheReadOnly": {
			reason: "or may not be written",
			spec:   "components: [{name: A, compilationCache: {pvcName: c}, podTemplate: {spec: {volumes: [{name: c, persistentVolumeClaim: {claimName: c, readOnly: true}}]}}}]",
			want:   []string{`spec.components[A].compilationCache.pvcName: Invalid value: "c": a volume of the pod has this name, and is not this claim to be written: rename the volume, or remove it`},
		},
		"CacheClaim": {
			reason: "the claim itself may be a volume",
			spec:   "components: [{name: A, compilationCache: {pvcName: c}, podTemplate: {spec: {volumes: [{name: c, persistentVolumeClaim: {claimName: c}}]}}}]",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			g := decode(t, "{"+tc.spec+"}")
			all := g.Faults
			for _, c := range g.Components {
				all = append(all, c.Faults...)
			}
			var got []string
			for _, f := range all {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nfaults (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSidecarV1Beta1: a frontend sidecar is a container of the pod, and the component
// that the graph makes knows which.
func TestSidecarV1Beta1(t *testing.T) {
	const front = "{name: front, image: f:1}"
	c := decode(t, "{components: [{name: A, type: worker, frontendSidecar: front, podTemplate: {spec: {containers: ["+front+", {name: main, image: m:1}]}}}]}").Components[0]
	if diff := cmp.Diff(&dynamo.Sidecar{Container: "front", Image: "f:1"}, c.Pod.Sidecar); diff != "" {
		t.Errorf("sidecar (-want, +got):\n%s", diff)
	}
	written := WriteComponent(c)
	if written.Spec.FrontendSidecar != nil {
		t.Errorf("the component gets another sidecar beside it: %v", written.Spec.FrontendSidecar)
	}
	if diff := cmp.Diff(c.Pod, ReadComponent(written).Pod, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("ReadComponent(WriteComponent(...)): -want pod, +got:\n%s", diff)
	}
}

// TestPathsV1Beta1 pins where values stand.
func TestPathsV1Beta1(t *testing.T) {
	g := decode(t, "{labels: {l: graph}, components: [{name: A, podTemplate: {metadata: {labels: {own: x}}}}]}")
	at := g.Components[0].At
	alone := decodeAlone(t, "metadata: {name: solo, annotations: {nvidia.com/enable-metrics: 'false'}}\nspec: {type: worker}").At
	cases := map[string]struct {
		reason string
		got    string
		want   string
	}{
		"Components": {reason: "where components stand", got: g.At.Components.String(), want: "spec.components"},
		"Name":       {reason: "a name is the component's key", got: at.Name.String(), want: "spec.components[A]"},
		"NameAlone":  {reason: "one on its own has a field for it", got: alone.Name.String(), want: "spec.name"},
		"Framework":  {reason: "the engine is the graph's", got: at.Framework.String(), want: "spec.backendFramework"},
		"Main":       {reason: "main is one of the containers", got: at.Main("command").String(), want: "spec.components[A].podTemplate.spec.containers[main].command"},
		"MainAlone":  {reason: "of a component on its own, too", got: alone.Main("image").String(), want: "spec.podTemplate.spec.containers[main].image"},
		"Env":        {reason: "variables that are not main's own are the graph's", got: at.At(dynamo.FieldEnvs).String(), want: "spec.env"},
		"EnvAlone":   {reason: "a component on its own has only main's", got: alone.At(dynamo.FieldEnvs).String(), want: "spec.podTemplate.spec.containers[main].env"},
		"Cache":      {reason: "the one mount that is no container's", got: at.Mount(0, dynamo.FieldMountPath).String(), want: "spec.components[A].compilationCache.mountPath"},
		"Container":  {reason: "other containers go by their names", got: at.Container("containers", 0, "log").String(), want: "spec.components[A].podTemplate.spec.containers[log]"},
		"NoName":     {reason: "unless they have none", got: at.Container("initContainers", 1, "").String(), want: "spec.components[A].podTemplate.spec.initContainers[1]"},
		"Label":      {reason: "a label of its own", got: at.Labels("own").String(), want: "spec.components[A].podTemplate.metadata.labels"},
		"GraphLabel": {reason: "a label of the graph's", got: at.Labels("l").String(), want: "spec.labels"},
		"Annotation": {reason: "an annotation of the object", got: alone.Annotations("nvidia.com/enable-metrics").String(), want: "metadata.annotations"},
		"Word":       {reason: "what the user writes for it", got: at.Word(dynamo.FieldMain), want: "main"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("\n%s\nwant %q, got %q", tc.reason, tc.want, tc.got)
			}
		})
	}
}

// TestNoServicesPaths: nothing that is read of v1beta1 stands where v1alpha1 has it.
func TestNoServicesPaths(t *testing.T) {
	at := decode(t, "{components: [{name: A}]}").Components[0].At
	for f, names := range FormV1Beta1() {
		if path := at.At(f).String(); strings.Contains(path, "services") || slices.Contains(names, "extraPodSpec") {
			t.Errorf("field %d stands at %s", f, path)
		}
	}
}

// TestAloneV1Beta1 has what a component on its own is called, and where it registers.
func TestAloneV1Beta1(t *testing.T) {
	type want struct{ Service, Graph, Namespace string }
	cases := map[string]struct {
		reason   string
		manifest string
		want     want
	}{
		"Own":       {reason: "by its own name", manifest: "metadata: {name: solo, namespace: team}\nspec: {type: worker}", want: want{"solo", "solo", "team-solo"}},
		"Name":      {reason: "by the name that it gives itself", manifest: "metadata: {name: solo, namespace: team}\nspec: {name: Rank}", want: want{"Rank", "solo", "team-solo"}},
		"Label":     {reason: "by its label", manifest: "metadata: {name: solo, namespace: team, labels: {nvidia.com/dynamo-component: Rank}}\nspec: {type: worker}", want: want{"Rank", "solo", "team-solo"}},
		"Graph":     {reason: "a graph is named by a label", manifest: "metadata: {name: solo, namespace: team, labels: {nvidia.com/dynamo-graph-deployment-name: chat}}\nspec: {type: worker}", want: want{"solo", "chat", "team-chat"}},
		"Namespace": {reason: "and so is the Dynamo namespace, which has no field", manifest: "metadata: {name: solo, namespace: team, labels: {nvidia.com/dynamo-namespace: mine}}\nspec: {type: worker}", want: want{"solo", "solo", "mine"}},
		"Global":    {reason: "unless it is shared", manifest: "metadata: {name: solo, namespace: team}\nspec: {globalDynamoNamespace: true, type: worker}", want: want{"solo", "solo", "dynamo"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := decodeAlone(t, tc.manifest)
			if diff := cmp.Diff(tc.want, want{c.Service, c.Graph, c.DynamoNamespace}); diff != "" {
				t.Errorf("\n%s\nDecodeComponent(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAloneInBothForms: a component is called the same, and registers in the same place,
// whichever form it has: else its pods restart when it is written anew.
func TestAloneInBothForms(t *testing.T) {
	cases := map[string]struct {
		reason      string
		labels      string
		old, recent string
		want        [2]string
	}{
		"Nothing":   {reason: "by its own name", old: "{componentType: worker}", recent: "{type: worker}", want: [2]string{"solo", "team-solo"}},
		"Component": {reason: "by its label", labels: "nvidia.com/dynamo-component: Rank", old: "{componentType: worker}", recent: "{type: worker}", want: [2]string{"Rank", "team-solo"}},
		"Name": {
			reason: "its spec counts first", labels: "nvidia.com/dynamo-component: Rank",
			old: "{serviceName: Own}", recent: "{name: Own}", want: [2]string{"Own", "team-solo"},
		},
		"Namespace": {reason: "the label of the Dynamo namespace", labels: "nvidia.com/dynamo-namespace: mine", old: "{componentType: worker}", recent: "{type: worker}", want: [2]string{"solo", "mine"}},
		"Global": {
			reason: "also before the shared one", labels: "nvidia.com/dynamo-namespace: mine",
			old: "{globalDynamoNamespace: true}", recent: "{globalDynamoNamespace: true, type: worker}", want: [2]string{"solo", "mine"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, spec := range []string{tc.old, tc.recent} {
				c := decodeAlone(t, "metadata: {name: solo, namespace: team, labels: {"+tc.labels+"}}\nspec: "+spec)
				if diff := cmp.Diff(tc.want, [2]string{c.Service, c.DynamoNamespace}); diff != "" {
					t.Errorf("\n%s\nDecodeComponent(%s): -want, +got:\n%s", tc.reason, spec, diff)
				}
			}
		})
	}
}

// TestFormOfComponent: a component on its own says by its fields which form it has.
func TestFormOfComponent(t *testing.T) {
	cases := map[string]struct {
		reason string
		spec   string
		image  string
		faults []string
	}{
		"Shared":  {reason: "fields of both forms are of neither", spec: "{replicas: 2}", image: "spec.extraPodSpec.mainContainer.image"},
		"Old":     {reason: "a field of v1alpha1", spec: "{componentType: worker}", image: "spec.extraPodSpec.mainContainer.image"},
		"Recent":  {reason: "a field of v1beta1", spec: "{type: worker}", image: "spec.podTemplate.spec.containers[main].image"},
		"Sidecar": {reason: "the one field that both call alike is a text there", spec: "{frontendSidecar: front}", image: "spec.podTemplate.spec.containers[main].image"},
		"Mixed": {
			reason: "nobody can say which of two forms counts", spec: "{componentType: worker, podTemplate: {}}", image: "spec.podTemplate.spec.containers[main].image",
			faults: []string{"spec.componentType: Forbidden: is of v1alpha1, and spec.podTemplate of v1beta1: write the component in one of the two forms"},
		},
		"Unreadable": {
			reason: "what cannot be read is a fault", spec: "{type: worker, replicas: many}", image: "spec.podTemplate.spec.containers[main].image",
			faults: []string{"spec.replicas: Invalid value: must be an integer of at most 32 bits"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := decodeAlone(t, "metadata: {name: solo}\nspec: "+tc.spec)
			if got := c.At.Main("image").String(); got != tc.image {
				t.Errorf("\n%s\nwant the image at %s, got %s", tc.reason, tc.image, got)
			}
			var got []string
			for _, f := range c.Faults {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.faults, got); diff != "" {
				t.Errorf("\n%s\nfaults (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
