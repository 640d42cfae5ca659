package trace

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// graph has a service with everything that fields are traced to.
const graph = `
kind: DynamoGraphDeployment
metadata: {name: g, annotations: {inherited: "4"}}
spec:
  annotations: {shared: "1"}
  labels: {team: a b, both: graph}
  envs: [{name: SHARED, value: x}, {name: OWN, value: x}]
  pvcs: [{name: other}, {name: data, create: true, size: 1Gi, storageClass: s, volumeAccessMode: RWX}]
  services:
    Worker:
      replicas: 2
      annotations: {"bad key": "2", nvidia.com/deployment-strategy: Recreate}
      labels: {own: c d, both: service}
      extraPodMetadata: {labels: {pod: e f}, annotations: {pod: "3"}}
      envFromSecret: secret
      envs: [{name: FIRST, value: x}, {name: OWN, value: x}, {name: "0", value: x}, {value: x}]
      livenessProbe: {successThreshold: 2}
      readinessProbe: {periodSeconds: -1}
      modelRef: {name: model name}
      multinode: {nodeCount: 2}
      sharedMemory: {size: 1m}
      resources:
        limits: {cpu: "1", gpu: "1", gpuType: h100, custom: {rdma: "1"}}
        requests: {gpu: "1", memory: 1Gi}
        claims: [{name: gpu}]
      volumeMounts: [{name: data, mountPoint: /data}, {name: Cache, useAsCompilationCache: true}]
      ingress: {host: h, labels: {i: g h}, annotations: {i: j}, ingressControllerClassName: n, virtualServiceGateway: w, tls: {secretName: s}}
      eppConfig: {config: {a: b}, configMapRef: {name: c, key: d}}
      frontendSidecar: {image: f, envs: [{name: S, value: x}], envFromSecret: s}
      extraPodSpec:
        tolerations: [{key: a}]
        serviceAccount: a
        nodeSelector: {gpu: k l}
        volumes: [{name: mine, emptyDir: {}}, {name: Bad_Vol, emptyDir: {}}]
        containers: [{name: side, env: [{name: A}]}]
        initContainers: [{name: init}]
        mainContainer:
          image: i
          env: [{name: MAIN, valueFrom: {}}]
          envFrom: [{secretRef: {name: m}}]
          livenessProbe: {periodSeconds: 1}
          resources: {limits: {memory: 2Gi}}
          volumeMounts: [{name: mine, mountPath: /mine}]
`

// rendering is what such a service becomes, as far as fields are looked up in
// it.
const rendering = `
kind: Deployment
metadata: {name: g-worker}
spec:
  template:
    spec:
      containers:
      - name: main
        env: [{name: MAIN}, {name: FIRST}, {name: OWN}, {name: SHARED}, {name: OURS}, {name: "0"}, {name: ""}]
        envFrom: [{secretRef: {name: secret}}, {secretRef: {name: m}}]
        volumeMounts: [{name: mine, mountPath: /mine}, {name: data, mountPath: /data}, {name: Cache, mountPath: /root}, {name: shared-memory, mountPath: /dev/shm}]
        ports: [{name: a, containerPort: 1}]
      - name: side
      - name: sidecar-frontend
        env: [{name: POD}, {name: S}]
        envFrom: [{secretRef: {name: s}}]
        volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: mine}, {name: data}, {name: Cache}, {name: shared-memory}, {name: epp-config}, {name: Bad_Vol}]
`

func TestFieldOfDeployment(t *testing.T) {
	const (
		in      = "spec.template.spec."
		service = "spec.services[Worker]"
		main    = service + ".extraPodSpec.mainContainer"
	)
	type args struct{ field, text string }
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"PodField":        {reason: "pod specs keep their paths", args: args{field: in + "tolerations[0].operator"}, want: service + ".extraPodSpec.tolerations[0].operator"},
		"MissingPodField": {reason: "also of what is not there", args: args{field: in + "restartPolicy"}, want: service + ".extraPodSpec.restartPolicy"},
		"Node":            {reason: "labels of nodes are found like others", args: args{field: in + "nodeSelector", text: `Invalid value: "k l": a valid label`}, want: service + ".extraPodSpec.nodeSelector[gpu]"},
		"OldAccount":      {reason: "the account has two names", args: args{field: in + "serviceAccountName"}, want: service + ".extraPodSpec.serviceAccount"},
		"Init":            {reason: "init containers keep their places", args: args{field: in + "initContainers[0].name"}, want: service + ".extraPodSpec.initContainers[0].name"},
		"Main":            {reason: "the first container is main", args: args{field: in + "containers[0].image"}, want: main + ".image"},
		"MainByName":      {reason: "also as server-side apply writes it", args: args{field: in + `containers[name="main"].image`}, want: main + ".image"},
		"Side":            {reason: "the next one is the user's first", args: args{field: in + "containers[1].image"}, want: service + ".extraPodSpec.containers[0].image"},
		"Sidecar":         {reason: "behind them is the frontend", args: args{field: in + "containers[2].image"}, want: service + ".frontendSidecar.image"},
		"SidecarEnv":      {reason: "with its variables", args: args{field: in + "containers[2].env[1].valueFrom"}, want: service + ".frontendSidecar.envs[S].valueFrom"},
		"SidecarSecret":   {reason: "its Secret", args: args{field: in + "containers[2].envFrom[0].secretRef.name"}, want: service + ".frontendSidecar.envFromSecret"},
		"SidecarMount":    {reason: "and the mounts of main", args: args{field: in + "containers[2].volumeMounts[0].mountPath"}, want: service + ".volumeMounts[0].mountPoint"},

		"MainEnv":    {reason: "variables are found by name", args: args{field: in + "containers[0].env[0].valueFrom"}, want: main + ".env[MAIN].valueFrom"},
		"ServiceEnv": {reason: "in the service", args: args{field: in + "containers[0].env[1].name"}, want: service + ".envs[FIRST].name"},
		"OwnEnv":     {reason: "which wins over the graph", args: args{field: in + "containers[0].env[2].name"}, want: service + ".envs[OWN].name"},
		"GraphEnv":   {reason: "and in the graph", args: args{field: in + "containers[0].env[3].name"}, want: "spec.envs[SHARED].name"},
		"NumberEnv":  {reason: "a number is no name that could be told from an index", args: args{field: in + "containers[0].env[5].name"}, want: service + ".envs[2].name"},
		"NoEnv":      {reason: "nor is nothing", args: args{field: in + "containers[0].env[6].name"}, want: service + ".envs[3].name"},
		"Secret":     {reason: "the Secret of the service", args: args{field: in + "containers[0].envFrom[0].secretRef.name"}, want: service + ".envFromSecret"},
		"MainSecret": {reason: "comes before those of main", args: args{field: in + "containers[0].envFrom[1].secretRef.name"}, want: main + ".envFrom[0].secretRef.name"},

		"MainProbe":    {reason: "a probe is written in two places: here main has the field", args: args{field: in + "containers[0].livenessProbe.periodSeconds"}, want: main + ".livenessProbe.periodSeconds"},
		"ServiceProbe": {reason: "and here the service", args: args{field: in + "containers[0].livenessProbe.successThreshold"}, want: service + ".livenessProbe.successThreshold"},
		"OnlyProbe":    {reason: "or nothing else has one", args: args{field: in + "containers[0].readinessProbe.periodSeconds"}, want: service + ".readinessProbe.periodSeconds"},

		"MainLimit": {reason: "an amount of main", args: args{field: in + "containers[0].resources.limits[memory]"}, want: main + ".resources.limits[memory]"},
		"CPU":       {reason: "of the service, in its words", args: args{field: in + "containers[0].resources.limits[cpu]"}, want: service + ".resources.limits.cpu"},
		"GPUType":   {reason: "the name of what GPUs count", args: args{field: in + "containers[0].resources.limits[h100]"}, want: service + ".resources.limits.gpuType"},
		"GPU":       {reason: "or their number", args: args{field: in + "containers[0].resources.requests[nvidia.com/gpu]"}, want: service + ".resources.requests.gpu"},
		"Custom":    {reason: "any other", args: args{field: in + "containers[0].resources.limits[rdma]"}, want: service + ".resources.limits.custom[rdma]"},
		"Claim":     {reason: "claims of the service", args: args{field: in + "containers[0].resources.claims[0]"}, want: service + ".resources.claims[0]"},
		"Resources": {reason: "all of them", args: args{field: in + "containers[0].resources"}, want: main + ".resources"},

		"MainMount":    {reason: "a mount of main", args: args{field: in + "containers[0].volumeMounts[0].mountPath"}, want: main + ".volumeMounts[0].mountPath"},
		"ServiceMount": {reason: "of the service, in its words", args: args{field: in + "containers[0].volumeMounts[1].mountPath"}, want: service + ".volumeMounts[0].mountPoint"},
		"Cache":        {reason: "without a path of its own", args: args{field: in + "containers[0].volumeMounts[2].name"}, want: service + ".volumeMounts[1].name"},
		"Twice": {
			reason: "of two mounts at one path it is the second",
			args:   args{field: in + `containers[name="main"].volumeMounts`, text: `duplicate entries for key [mountPath="/data"]`},
			want:   service + ".volumeMounts[0]",
		},
		"Volume":        {reason: "volumes are found by name", args: args{field: in + "volumes[5].name"}, want: service + ".extraPodSpec.volumes[1].name"},
		"VolumeOfMount": {reason: "one that a mount makes is the mount's", args: args{field: in + "volumes[2].name"}, want: service + ".volumeMounts[1].name"},
		"SharedMemory":  {reason: "ours has a block", args: args{field: in + "volumes[3].emptyDir.sizeLimit"}, want: service + ".sharedMemory.size"},
		"PickerConfig":  {reason: "so has this", args: args{field: in + "volumes[4].configMap.name"}, want: service + ".eppConfig.configMapRef"},

		"Label":           {reason: "labels are found by value", args: args{field: "metadata.labels", text: `Invalid value: "c d": a valid label`}, want: service + ".labels[own]"},
		"GraphLabel":      {reason: "in the graph, too", args: args{field: "spec.template.labels", text: `Invalid value: "a b": a valid label`}, want: "spec.labels[team]"},
		"PodLabel":        {reason: "and in the pods' own metadata", args: args{field: "spec.template.metadata.labels", text: `Invalid value: "e f": a valid label`}, want: service + ".extraPodMetadata.labels[pod]"},
		"LabelKey":        {reason: "or by the key that the path has", args: args{field: "metadata.labels[both]", text: "Invalid value"}, want: service + ".labels[both]"},
		"Annotation":      {reason: "keys of annotations are wrong by themselves", args: args{field: "spec.template.annotations", text: `Invalid value: "bad key": name part`}, want: service + ".annotations[bad key]"},
		"GraphAnnotation": {reason: "in the graph, too", args: args{field: "metadata.annotations", text: `Invalid value: "shared": name part`}, want: "spec.annotations[shared]"},
		"Inherited":       {reason: "and in its metadata", args: args{field: "metadata.annotations", text: `Invalid value: "inherited": name part`}, want: "metadata.annotations[inherited]"},
		"Model":           {reason: "one has the model's name", args: args{field: "metadata.annotations", text: `Invalid value: "model name": any`}, want: service + ".modelRef.name"},
		"Name":            {reason: "the name follows from the service's", args: args{field: "metadata.name"}, want: service},
		"Replicas":        {reason: "replicas", args: args{field: "spec.replicas"}, want: service + ".replicas"},
		"Strategy":        {reason: "the strategy is an annotation", args: args{field: "spec.strategy.type"}, want: service + ".annotations[nvidia.com/deployment-strategy]"},

		"OurEnv":     {reason: "what is ours comes from nowhere", args: args{field: in + "containers[0].env[4].name"}},
		"OurLabel":   {reason: "what is ours comes from nowhere", args: args{field: "metadata.labels", text: `Invalid value: "z z": a valid label`}},
		"OurMount":   {reason: "what is ours comes from nowhere", args: args{field: in + "containers[0].volumeMounts[3].name"}},
		"Selector":   {reason: "what is ours comes from nowhere", args: args{field: "spec.selector"}},
		"SideEnv":    {reason: "variables of the user's others keep their places", args: args{field: in + "containers[1].env[0].name"}, want: service + ".extraPodSpec.containers[0].env[0].name"},
		"Everything": {reason: "no field, no place", args: args{text: "denied"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			from := Origin{Manifest: object(t, graph), Service: "Worker"}
			got, ok := from.Field(object(t, rendering), tc.args.field, tc.args.text)
			if diff := cmp.Diff(tc.want, got); diff != "" || ok != (tc.want != "") {
				t.Errorf("\n%s\nField(...): found %v: -want, +got:\n%s", tc.reason, ok, diff)
			}
		})
	}
}

func TestFieldOfOthers(t *testing.T) {
	const service = "spec.services[Worker]"
	type args struct{ object, service, field, text string }
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Leader": {
			reason: "the pods of a leader",
			args:   args{object: "{kind: LeaderWorkerSet}", service: "Worker", field: "spec.leaderWorkerTemplate.leaderTemplate.spec.containers[0].image"},
			want:   service + ".extraPodSpec.mainContainer.image",
		},
		"Worker": {
			reason: "and of workers",
			args:   args{object: "{kind: LeaderWorkerSet}", service: "Worker", field: "spec.leaderWorkerTemplate.workerTemplate.spec.dnsPolicy"},
			want:   service + ".extraPodSpec.dnsPolicy",
		},
		"Size":         {reason: "its size", args: args{object: "{kind: LeaderWorkerSet}", service: "Worker", field: "spec.leaderWorkerTemplate.size"}, want: service + ".multinode.nodeCount"},
		"SetReplicas":  {reason: "its replicas", args: args{object: "{kind: LeaderWorkerSet}", service: "Worker", field: "spec.replicas"}, want: service + ".replicas"},
		"Host":         {reason: "the host of an Ingress", args: args{object: "{kind: Ingress}", service: "Worker", field: "spec.rules[0].host"}, want: service + ".ingress.host"},
		"Class":        {reason: "its class", args: args{object: "{kind: Ingress}", service: "Worker", field: "spec.ingressClassName"}, want: service + ".ingress.ingressControllerClassName"},
		"TLS":          {reason: "its Secret", args: args{object: "{kind: Ingress}", service: "Worker", field: "spec.tls[0].secretName"}, want: service + ".ingress.tls.secretName"},
		"TLSHost":      {reason: "its host once more", args: args{object: "{kind: Ingress}", service: "Worker", field: "spec.tls[0].hosts[0]"}, want: service + ".ingress.host"},
		"IngressLabel": {reason: "it has labels of its own", args: args{object: "{kind: Ingress}", service: "Worker", field: "metadata.labels", text: `Invalid value: "g h"`}, want: service + ".ingress.labels[i]"},
		"OtherLabel":   {reason: "over those of the service", args: args{object: "{kind: Ingress}", service: "Worker", field: "metadata.labels", text: `Invalid value: "c d"`}, want: service + ".labels[own]"},
		"Gateway":      {reason: "the gateway of a VirtualService", args: args{object: "{kind: VirtualService}", service: "Worker", field: "spec.gateways[0]"}, want: service + ".ingress.virtualServiceGateway"},
		"RouteHost":    {reason: "the host of an HTTPRoute", args: args{object: "{kind: HTTPRoute}", service: "Worker", field: "spec.hostnames[0]"}, want: service + ".ingress.host"},
		"Picker":       {reason: "the picker's configuration", args: args{object: "{kind: ConfigMap}", service: "Worker", field: "data[a]"}, want: service + ".eppConfig.config"},
		"ServiceLabel": {reason: "a Service has the component's labels", args: args{object: "{kind: Service}", service: "Worker", field: "metadata.labels", text: `Invalid value: "c d"`}, want: service + ".labels[own]"},
		"ClaimName":    {reason: "a claim of the graph", args: args{object: "{kind: PersistentVolumeClaim, metadata: {name: data}}", field: "metadata.name"}, want: "spec.pvcs[1].name"},
		"ClaimSize":    {reason: "its size", args: args{object: "{kind: PersistentVolumeClaim, metadata: {name: data}}", field: "spec.resources[storage]"}, want: "spec.pvcs[1].size"},
		"ClaimMode":    {reason: "its mode", args: args{object: "{kind: PersistentVolumeClaim, metadata: {name: data}}", field: "spec.accessModes"}, want: "spec.pvcs[1].volumeAccessMode"},
		"ClaimClass":   {reason: "its class", args: args{object: "{kind: PersistentVolumeClaim, metadata: {name: data}}", field: "spec.storageClassName"}, want: "spec.pvcs[1].storageClass"},
		"Component":    {reason: "a component's spec is its service's", args: args{object: "{kind: DynamoComponentDeployment}", service: "Worker", field: "spec.replicas"}, want: service + ".replicas"},
		"ComponentEnv": {
			reason: "with what the graph adds",
			args:   args{object: "{kind: DynamoComponentDeployment, spec: {envs: [{name: SHARED}]}}", service: "Worker", field: "spec.envs[0].value"},
			want:   "spec.envs[SHARED].value",
		},
		"AccountName": {reason: "what is the graph's is called after it", args: args{object: "{kind: ServiceAccount}", field: "metadata.name"}, want: "metadata.name"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			from := Origin{Manifest: object(t, graph), Service: tc.args.service}
			got, _ := from.Field(object(t, tc.args.object), tc.args.field, tc.args.text)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nField(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFieldOfComponent: a component on its own has its fields in its spec.
func TestFieldOfComponent(t *testing.T) {
	from := Origin{Manifest: object(t, "{kind: DynamoComponentDeployment, spec: {extraPodSpec: {mainContainer: {image: a}}}}")}
	got, _ := from.Field(object(t, "{kind: Deployment}"), "spec.template.spec.containers[0].image", "")
	if diff := cmp.Diff("spec.extraPodSpec.mainContainer.image", got); diff != "" {
		t.Errorf("Field(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff("spec", from.Spec()); diff != "" {
		t.Errorf("Spec(): -want, +got:\n%s", diff)
	}
}
