package compare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ruleCase is two sets of fields of an object, and whether they are equal.
type ruleCase struct {
	reason    string
	want, got string
	equal     bool
}

func checkRules(t *testing.T, cases map[string]ruleCase) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := fields(t, object("a", tc.want), object("a", tc.got))
			if (len(got) == 0) != tc.equal {
				t.Errorf("%s\nwant equal %t, got differences %v", tc.reason, tc.equal, got)
			}
		})
	}
}

func TestLists(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"ArgsOrdered":           {reason: "The order of arguments counts.", want: "spec: {args: [a, b]}", got: "spec: {args: [b, a]}"},
		"CommandOrdered":        {reason: "So does that of a command.", want: "spec: {command: [a, b]}", got: "spec: {command: [b, a]}"},
		"InitContainersOrdered": {reason: "Init containers run one after another.", want: "spec: {initContainers: [{name: a}, {name: b}]}", got: "spec: {initContainers: [{name: b}, {name: a}]}"},
		"ArgRepeated":           {reason: "An argument given twice is not one given once.", want: "spec: {args: [a, a]}", got: "spec: {args: [a]}"},
		"ContainersByName":      {reason: "Containers are matched by name.", want: "spec: {containers: [{name: a, image: x}, {name: b}]}", got: "spec: {containers: [{name: b}, {name: a, image: x}]}", equal: true},
		"ContainersSwapped":     {reason: "Who has which image counts.", want: "spec: {containers: [{name: a, image: x}, {name: b}]}", got: "spec: {containers: [{name: b, image: x}, {name: a}]}"},
		"EnvByName":             {reason: "So are environment variables.", want: "spec: {env: [{name: A, value: x}, {name: B, value: y}]}", got: "spec: {env: [{name: B, value: y}, {name: A, value: x}]}", equal: true},
		"EnvLost":               {reason: "A variable that is lost is seen.", want: "spec: {env: [{name: A}, {name: B}]}", got: "spec: {env: [{name: A}]}"},
		"EnvTwice":              {reason: "A variable that is there twice is seen.", want: "spec: {env: [{name: A, value: x}]}", got: "spec: {env: [{name: A, value: x}, {name: A, value: x}]}"},
		"PortsByName":           {reason: "So are ports.", want: "spec: {ports: [{name: a, port: 1}, {name: b, port: 2}]}", got: "spec: {ports: [{name: b, port: 2}, {name: a, port: 1}]}", equal: true},
		"MountsByPath":          {reason: "Mounts are matched by path: a volume may be mounted twice.", want: "spec: {volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]}", got: "spec: {volumeMounts: [{name: v, mountPath: /b}, {name: v, mountPath: /a}]}", equal: true},
		"MountMoved":            {reason: "A mount elsewhere is another one.", want: "spec: {volumeMounts: [{name: v, mountPath: /a}]}", got: "spec: {volumeMounts: [{name: v, mountPath: /b}]}"},
		"MountTwice":            {reason: "A mount that is listed twice counts once.", want: "spec: {volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]}", got: "spec: {volumeMounts: [{name: v, mountPath: /a}]}", equal: true},
		"MountsAtOnePath":       {reason: "Two volumes at one path are two.", want: "spec: {volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a}]}", got: "spec: {volumeMounts: [{name: v, mountPath: /a}]}"},
		"SetOfTexts":            {reason: "Other lists are sets.", want: "rules: [{verbs: [get, list]}, {verbs: [watch]}]", got: "rules: [{verbs: [watch]}, {verbs: [list, get]}]", equal: true},
		"SetChanged":            {reason: "Another item is a difference.", want: "rules: [{verbs: [get, list]}]", got: "rules: [{verbs: [get, patch]}]"},
		"SetGrown":              {reason: "So is one more.", want: "rules: [{verbs: [get]}]", got: "rules: [{verbs: [get, patch]}]"},
		"SetWithRepeats":        {reason: "How often an item is there counts.", want: "rules: [{verbs: [get, get, list]}]", got: "rules: [{verbs: [get, list, list]}]"},
		"ListAndMap":            {reason: "A list is no map.", want: "spec: {args: [a]}", got: "spec: {args: {a: b}}"},
		"NamesAndNameless":      {reason: "Where an item has no name, the list is a set.", want: "spec: {items: [{name: a}, {key: b}]}", got: "spec: {items: [{key: b}, {name: a}]}", equal: true},
	})
}

func TestRanks(t *testing.T) {
	const expected = "spec: {args: ['--rank $(( 8 * $(LWS_WORKER_INDEX) )) -a']}"
	checkRules(t, map[string]ruleCase{
		"Name":      {reason: "A shell computes with a name.", want: expected, got: "spec: {args: ['--rank $(( 8 * LWS_WORKER_INDEX )) -a']}", equal: true},
		"Variable":  {reason: "Or with a variable.", want: expected, got: "spec: {args: ['--rank $((8 * $LWS_WORKER_INDEX)) -a']}", equal: true},
		"Braces":    {reason: "Also in braces.", want: expected, got: "spec: {args: ['--rank $((8*${LWS_WORKER_INDEX})) -a']}", equal: true},
		"Escaped":   {reason: "Two dollars are one for Kubernetes.", want: expected, got: "spec: {args: ['--rank $$(( 8 * LWS_WORKER_INDEX )) -a']}", equal: true},
		"Number":    {reason: "By another number it is another rank.", want: expected, got: "spec: {args: ['--rank $(( 4 * LWS_WORKER_INDEX )) -a']}"},
		"Sum":       {reason: "And so it is as a sum.", want: expected, got: "spec: {args: ['--rank $(( 8 + LWS_WORKER_INDEX )) -a']}"},
		"OtherName": {reason: "Of the index only.", want: expected, got: "spec: {args: ['--rank $(( 8 * LWS_GROUP_INDEX )) -a']}"},
		"Elsewhere": {reason: "Not without the sum.", want: expected, got: "spec: {args: ['--rank $(LWS_WORKER_INDEX) -a']}"},
	})
}

func TestDiscovery(t *testing.T) {
	binding := func(name, kind, role string) string {
		return "apiVersion: v1\nkind: RoleBinding\nmetadata: {name: " + name + "}\nroleRef: {kind: " + kind + ", name: " + role + "}\n---\n"
	}
	const role = "apiVersion: v1\nkind: Role\nmetadata: {name: a-k8s-service-discovery-role}\nrules: [{verbs: [get]}]\n---\n"
	expected := binding("a", "Role", "a-k8s-service-discovery-role") + role
	cases := map[string]struct {
		reason string
		want   string
		got    string
		fields []string
	}{
		"Same":        {reason: "A role of its own.", want: expected, got: expected},
		"ClusterRole": {reason: "A ClusterRole stands for the Role.", want: expected, got: binding("a", "ClusterRole", "shared")},
		"Both":        {reason: "A Role that nobody is bound to is one too many.", want: expected, got: binding("a", "ClusterRole", "shared") + role, fields: []string{"Role/a-k8s-service-discovery-role"}},
		"OtherRole":   {reason: "Another Role is another one.", want: expected, got: binding("a", "Role", "other") + role, fields: []string{"RoleBinding/a.roleRef.name"}},
		"NoBinding":   {reason: "Without a binding there are no rights.", want: expected, fields: []string{"Role/a-k8s-service-discovery-role", "RoleBinding/a"}},
		"OtherRights": {
			reason: "Other rights have to be as they are.", want: binding("a", "Role", "planner"), got: binding("a", "ClusterRole", "planner"),
			fields: []string{"RoleBinding/a.roleRef.kind"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.fields, fields(t, tc.want, tc.got)); diff != "" {
				t.Errorf("%s\nfields: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestQuantities(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"BinaryAndBytes":     {reason: "8Gi is 8589934592 bytes.", want: "spec: {limits: {memory: 8Gi}}", got: "spec: {limits: {memory: '8589934592'}}", equal: true},
		"BytesAsNumber":      {reason: "So it is as a number.", want: "spec: {requests: {memory: 8Gi}}", got: "spec: {requests: {memory: 8589934592}}", equal: true},
		"UnitsOfUnits":       {reason: "1Gi is 1024Mi.", want: "spec: {limits: {memory: 1Gi}}", got: "spec: {limits: {memory: 1024Mi}}", equal: true},
		"DecimalAndBinary":   {reason: "8G is less than 8Gi.", want: "spec: {limits: {memory: 8Gi}}", got: "spec: {limits: {memory: 8G}}"},
		"MilliAndFraction":   {reason: "500m is a half.", want: "spec: {limits: {cpu: 500m}}", got: "spec: {limits: {cpu: 0.5}}", equal: true},
		"MilliExact":         {reason: "700m is 0.7, though binary fractions cannot say so.", want: "spec: {limits: {cpu: 700m}}", got: "spec: {limits: {cpu: '0.7'}}", equal: true},
		"Count":              {reason: "Numbers and their texts are equal in resource lists.", want: "spec: {limits: {nvidia.com/gpu: '8'}}", got: "spec: {limits: {nvidia.com/gpu: 8}}", equal: true},
		"OtherCount":         {reason: "Another number is not.", want: "spec: {limits: {nvidia.com/gpu: '8'}}", got: "spec: {limits: {nvidia.com/gpu: 4}}"},
		"ZeroKept":           {reason: "Zero is an amount.", want: "spec: {limits: {nvidia.com/gpu: '0'}}", got: "spec: {limits: {}}"},
		"SizeLimit":          {reason: "A size limit is an amount.", want: "spec: {emptyDir: {sizeLimit: 1Gi}}", got: "spec: {emptyDir: {sizeLimit: 1024Mi}}", equal: true},
		"Storage":            {reason: "So is storage.", want: "spec: {resources: {requests: {storage: 1Ti}}}", got: "spec: {resources: {requests: {storage: 1024Gi}}}", equal: true},
		"ElsewhereText":      {reason: "Elsewhere, 1Gi is a text.", want: "spec: {args: [1Gi]}", got: "spec: {args: [1024Mi]}"},
		"NoQuantity":         {reason: "What is no amount is compared as it is written.", want: "spec: {limits: {memory: lots}}", got: "spec: {limits: {memory: lots}}", equal: true},
		"NoQuantityAndOne":   {reason: "It equals no amount.", want: "spec: {limits: {memory: 1Gi}}", got: "spec: {limits: {memory: 1Gib}}"},
		"TooManyPoints":      {reason: "Neither is a version an amount.", want: "spec: {limits: {memory: 1.2.3}}", got: "spec: {limits: {memory: 1.2.4}}"},
		"ExponentAsWritten":  {reason: "Exponents are left as they are written.", want: "spec: {limits: {cpu: '1e3'}}", got: "spec: {limits: {cpu: '1000'}}"},
		"NameOfLimitMatters": {reason: "An amount belongs to its resource.", want: "spec: {limits: {cpu: 1}}", got: "spec: {limits: {memory: 1}}"},
	})
}

func TestAbsent(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"EmptyMap":             {reason: "An empty map is nothing.", want: "spec: {x: 1}", got: "spec: {x: 1, resources: {}}", equal: true},
		"EmptyList":            {reason: "So is an empty list.", want: "spec: {x: 1, args: []}", got: "spec: {x: 1}", equal: true},
		"EmptyText":            {reason: "So is an empty text.", want: "spec: {env: [{name: A, value: ''}]}", got: "spec: {env: [{name: A}]}", equal: true},
		"Null":                 {reason: "So is null.", want: "spec: {x: 1, selector: null}", got: "spec: {x: 1}", equal: true},
		"NestedEmpty":          {reason: "A map that holds nothing but empties is empty.", want: "spec: {x: 1, a: {b: {c: []}}}", got: "spec: {x: 1}", equal: true},
		"EmptySelectorValue":   {reason: "A selector's empty value is the reference's fault: we leave it out.", want: "spec: {selector: {a: b, nvidia.com/dynamo-component-type: ''}}", got: "spec: {selector: {a: b}}", equal: true},
		"SelectorValue":        {reason: "A value in its place selects something.", want: "spec: {selector: {a: b, nvidia.com/dynamo-component-type: ''}}", got: "spec: {selector: {a: b, nvidia.com/dynamo-component-type: worker}}"},
		"EmptyAndText":         {reason: "An empty text is not any text.", want: "spec: {env: [{name: A, value: ''}]}", got: "spec: {env: [{name: A, value: x}]}"},
		"Zero":                 {reason: "Zero is a value.", want: "spec: {x: 1, replicas: 0}", got: "spec: {x: 1}"},
		"False":                {reason: "So is false.", want: "spec: {x: 1, automountServiceAccountToken: false}", got: "spec: {x: 1}"},
		"Protocol":             {reason: "A port's protocol is TCP.", want: "spec: {ports: [{name: a, protocol: TCP}]}", got: "spec: {ports: [{name: a}]}", equal: true},
		"OtherProtocol":        {reason: "UDP is another one.", want: "spec: {ports: [{name: a, protocol: UDP}]}", got: "spec: {ports: [{name: a}]}"},
		"Scheme":               {reason: "A probe speaks HTTP.", want: "spec: {httpGet: {path: /, scheme: HTTP}}", got: "spec: {httpGet: {path: /}}", equal: true},
		"OtherScheme":          {reason: "HTTPS is another scheme.", want: "spec: {httpGet: {path: /, scheme: HTTPS}}", got: "spec: {httpGet: {path: /}}"},
		"RestartPolicy":        {reason: "Pods restart always.", want: "spec: {x: 1, restartPolicy: Always}", got: "spec: {x: 1}", equal: true},
		"OtherRestartPolicy":   {reason: "Jobs do not.", want: "spec: {x: 1, restartPolicy: Never}", got: "spec: {x: 1}"},
		"ProbeNumbers":         {reason: "All numbers of a probe have defaults.", want: "spec: {probe: {path: /, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3}}", got: "spec: {probe: {path: /}}", equal: true},
		"OtherTimeout":         {reason: "Another timeout counts.", want: "spec: {probe: {path: /, timeoutSeconds: 4}}", got: "spec: {probe: {path: /}}"},
		"OtherPeriod":          {reason: "Another period counts.", want: "spec: {probe: {path: /}}", got: "spec: {probe: {path: /, periodSeconds: 5}}"},
		"OtherFailures":        {reason: "Another threshold counts.", want: "spec: {probe: {path: /, failureThreshold: 720}}", got: "spec: {probe: {path: /}}"},
		"InitialDelay":         {reason: "A probe's delay has no default but zero, which nobody writes.", want: "spec: {probe: {path: /, initialDelaySeconds: 10}}", got: "spec: {probe: {path: /}}"},
		"ServiceType":          {reason: "Services have cluster addresses.", want: "spec: {x: 1, type: ClusterIP}", got: "spec: {x: 1}", equal: true},
		"OtherServiceType":     {reason: "A load balancer is another type.", want: "spec: {x: 1, type: LoadBalancer}", got: "spec: {x: 1}"},
		"RollingUpdate":        {reason: "Deployments roll a quarter of their pods.", want: "spec: {x: 1, strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}}", got: "spec: {x: 1}", equal: true},
		"OtherSurge":           {reason: "Another surge counts.", want: "spec: {x: 1, strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0}}}", got: "spec: {x: 1}"},
		"Recreate":             {reason: "Another strategy counts.", want: "spec: {x: 1, strategy: {type: Recreate}}", got: "spec: {x: 1}"},
		"FieldRefVersion":      {reason: "A field reference is of version v1.", want: "spec: {fieldRef: {apiVersion: v1, fieldPath: a}}", got: "spec: {fieldRef: {fieldPath: a}}", equal: true},
		"OtherFieldRefVersion": {reason: "Another version counts.", want: "spec: {fieldRef: {apiVersion: v2, fieldPath: a}}", got: "spec: {fieldRef: {fieldPath: a}}"},
		"FileMode":             {reason: "Files of volumes have mode 0644.", want: "spec: {configMap: {name: a, defaultMode: 420}}", got: "spec: {configMap: {name: a}}", equal: true},
		"OtherFileMode":        {reason: "Another mode counts.", want: "spec: {configMap: {name: a, defaultMode: 493}}", got: "spec: {configMap: {name: a}}"},
		"PodDefaults":          {reason: "Pods have a scheduler and resolve names in the cluster first.", want: "spec: {x: 1}", got: "spec: {x: 1, dnsPolicy: ClusterFirst, schedulerName: default-scheduler}", equal: true},
		"OtherDNSPolicy":       {reason: "Another resolver counts.", want: "spec: {x: 1}", got: "spec: {x: 1, dnsPolicy: ClusterFirstWithHostNet}"},
		"OtherScheduler":       {reason: "Another scheduler counts.", want: "spec: {x: 1, schedulerName: kai-scheduler}", got: "spec: {x: 1}"},
		"DeploymentDefaults":   {reason: "Deployments have ten minutes and ten revisions.", want: "spec: {x: 1, progressDeadlineSeconds: 600, revisionHistoryLimit: 10}", got: "spec: {x: 1}", equal: true},
		"OtherDeadline":        {reason: "Another deadline counts.", want: "spec: {x: 1}", got: "spec: {x: 1, progressDeadlineSeconds: 60}"},
		"OtherHistory":         {reason: "Another history counts.", want: "spec: {x: 1}", got: "spec: {x: 1, revisionHistoryLimit: 3}"},
		"ServiceDefaults":      {reason: "Services reach all pods alike.", want: "spec: {x: 1}", got: "spec: {x: 1, sessionAffinity: None, internalTrafficPolicy: Cluster}", equal: true},
		"OtherAffinity":        {reason: "Sticking to one counts.", want: "spec: {x: 1}", got: "spec: {x: 1, sessionAffinity: ClientIP}"},
		"OtherTraffic":         {reason: "Keeping to the node counts.", want: "spec: {x: 1}", got: "spec: {x: 1, internalTrafficPolicy: Local}"},
		"TerminationMessage":   {reason: "Where a container leaves its last words does not matter.", want: "spec: {x: 1, terminationMessagePath: /dev/log, terminationMessagePolicy: File}", got: "spec: {x: 1}", equal: true},
		"OldServiceAccount":    {reason: "The old name of an account is the new one's copy.", want: "spec: {serviceAccountName: a, serviceAccount: a}", got: "spec: {serviceAccountName: a}", equal: true},
		"AccountLost":          {reason: "The account itself counts.", want: "spec: {x: 1, serviceAccountName: a}", got: "spec: {x: 1}"},
	})
}

func TestPullPolicies(t *testing.T) {
	with := func(image, policy string) string {
		return "spec: {containers: [{name: a, image: '" + image + "', imagePullPolicy: " + policy + "}]}"
	}
	without := func(image string) string {
		return "spec: {containers: [{name: a, image: '" + image + "'}]}"
	}
	digest := "r.io/x@sha256:0123456789abcdef"
	checkRules(t, map[string]ruleCase{
		"Tag":               {reason: "An image with a tag is pulled if not present.", want: with("r.io/x:1", "IfNotPresent"), got: without("r.io/x:1"), equal: true},
		"TagAlways":         {reason: "To pull it always is a wish.", want: with("r.io/x:1", "Always"), got: without("r.io/x:1")},
		"TagNever":          {reason: "So is never to pull it.", want: without("r.io/x:1"), got: with("r.io/x:1", "Never")},
		"NoTag":             {reason: "An image without a tag is the latest one, which is pulled always.", want: without("r.io/x"), got: with("r.io/x", "Always"), equal: true},
		"NoTagIfNotPresent": {reason: "To pull it once is a wish.", want: without("r.io/x"), got: with("r.io/x", "IfNotPresent")},
		"Latest":            {reason: "The tag latest says the same.", want: without("x:latest"), got: with("x:latest", "Always"), equal: true},
		"PortOfRegistry":    {reason: "A registry's port is no tag.", want: without("r.io:5000/x"), got: with("r.io:5000/x", "Always"), equal: true},
		"Digest":            {reason: "A digest pins the image.", want: without(digest), got: with(digest, "IfNotPresent"), equal: true},
		"DigestOfLatest":    {reason: "It does so behind the tag latest, too: to pull it always is a wish.", want: without("x:latest@sha256:01"), got: with("x:latest@sha256:01", "Always")},
		"NoImage":           {reason: "Without an image there is no default.", want: "spec: {x: 1}", got: "spec: {x: 1, imagePullPolicy: Always}"},
	})
}

func TestMetadata(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"FromCluster": {
			reason: "What the cluster writes is not compared.",
			want:   "spec: {x: 1}",
			got:    "metadata: {name: a, uid: u, resourceVersion: '1', generation: 2, creationTimestamp: null, managedFields: [{manager: m}], finalizers: [f], generateName: g, ownerReferences: [{name: o}]}\nspec: {x: 1}\nstatus: {ready: true}",
			equal:  true,
		},
		"Namespace":               {reason: "Children get their namespace from the composite.", want: "metadata: {name: a, namespace: n}", got: "metadata: {name: a}", equal: true},
		"NamespaceElsewhere":      {reason: "Any other namespace counts.", want: "subjects: [{name: a, namespace: n}]", got: "subjects: [{name: a}]"},
		"StatusElsewhere":         {reason: "Only an object's own status is left out.", want: "spec: {status: x}", got: "spec: {status: y}"},
		"NestedCreationTimestamp": {reason: "A pod template's creation time is an empty field of Go.", want: "spec: {template: {metadata: {creationTimestamp: null, labels: {a: b}}}}", got: "spec: {template: {metadata: {labels: {a: b}}}}", equal: true},
		"Label":                   {reason: "A label is compared.", want: "metadata: {name: a, labels: {x: y}}", got: "metadata: {name: a, labels: {x: z}}"},
		"LabelAdded":              {reason: "So is one that is not expected.", want: "metadata: {name: a}", got: "metadata: {name: a, labels: {x: z}}"},
		"CrossplaneLabel":         {reason: "Crossplane's labels are ours to add.", want: "metadata: {name: a}", got: "metadata: {name: a, labels: {crossplane.io/composite: x}}", equal: true},
		"OwnAnnotation":           {reason: "So are annotations of our domain.", want: "metadata: {name: a}", got: "metadata: {name: a, annotations: {dynamo.fn.crossplane.io/x: y}}", equal: true},
		"OtherCrossplaneDomain":   {reason: "Other domains that end alike are not ours.", want: "metadata: {name: a}", got: "metadata: {name: a, labels: {x.crossplane.io/y: z}}"},
		"ManagedBy":               {reason: "Who manages is ours to say.", want: "metadata: {name: a, labels: {app.kubernetes.io/managed-by: x}}", got: "metadata: {name: a, labels: {app.kubernetes.io/managed-by: y}}", equal: true},
		"NoManagedBy":             {reason: "Or not to say.", want: "metadata: {name: a, labels: {app.kubernetes.io/managed-by: x}}", got: "metadata: {name: a}", equal: true},
		"TemplateLabel":           {reason: "That holds in a pod template.", want: "spec: {template: {metadata: {labels: {a: b}}}}", got: "spec: {template: {metadata: {labels: {a: b, crossplane.io/x: y}}}}", equal: true},
		"SelectorLabel":           {reason: "It does not in a selector.", want: "spec: {selector: {matchLabels: {a: b}}}", got: "spec: {selector: {matchLabels: {a: b, crossplane.io/x: y}}}"},
		"OwnSelectorLabel":        {reason: "Our own domain is no exception.", want: "spec: {selector: {matchLabels: {a: b}}}", got: "spec: {selector: {matchLabels: {a: b, dynamo.fn.crossplane.io/x: y}}}"},
		"ServiceSelectorLabel":    {reason: "A Service's selector is none either.", want: "spec: {selector: {a: b}}", got: "spec: {selector: {a: b, crossplane.io/x: y}}"},
	})
}

func TestScripts(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"Text":       {reason: "Any text of ours will do.", want: "data: {wait.py: $SCRIPT wait}", got: "data: {wait.py: print()}", equal: true},
		"Missing":    {reason: "It must be there.", want: "data: {x: y, wait.py: $SCRIPT wait}", got: "data: {x: y}"},
		"Empty":      {reason: "An empty text does nothing.", want: "data: {x: y, wait.py: $SCRIPT wait}", got: "data: {x: y, wait.py: ''}"},
		"Argument":   {reason: "It may be an argument.", want: "spec: {args: [-c, $SCRIPT mpi-leader]}", got: "spec: {args: [-c, 'mpirun x']}", equal: true},
		"Elsewhere":  {reason: "Arguments beside it count.", want: "spec: {args: [-c, $SCRIPT mpi-leader]}", got: "spec: {args: [-e, 'mpirun x']}"},
		"YAMLKey":    {reason: "A placeholder is no YAML.", want: "data: {a.yaml: $SCRIPT config}", got: "data: {a.yaml: 'x: y'}", equal: true},
		"InExpected": {reason: "Only what is expected can be a placeholder.", want: "data: {a: b}", got: "data: {a: $SCRIPT config}"},
	})
}

func TestConfigMapKeys(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"Formatting": {reason: "YAML is compared by what it means.", want: "data: {a.yaml: \"x: 1\\ny: [a, b]\\n\"}", got: "data: {a.yaml: '{\"y\": [\"a\", \"b\"], \"x\": 1}'}", equal: true},
		"Comment":    {reason: "Comments mean nothing.", want: "data: {a.yml: \"x: 1\\n# because\\n\"}", got: "data: {a.yml: 'x: 1'}", equal: true},
		"Value":      {reason: "A value means something.", want: "data: {a.yaml: 'x: 1'}", got: "data: {a.yaml: 'x: 2'}"},
		"Lists":      {reason: "The rules of lists hold within.", want: "data: {a.yaml: 'plugins: [{name: b}, {name: a, x: 1}]'}", got: "data: {a.yaml: 'plugins: [{name: a, x: 1}, {name: b}]'}", equal: true},
		"OldBoolean": {reason: "Yes is true, as it is to Kubernetes.", want: "data: {a.yaml: 'x: yes'}", got: "data: {a.yaml: 'x: true'}", equal: true},
		"QuotedYes":  {reason: "It is a text in quotes.", want: "data: {a.yaml: 'x: \"yes\"'}", got: "data: {a.yaml: 'x: true'}"},
		"OtherKey":   {reason: "Other keys are texts.", want: "data: {a.txt: '{x: 1}'}", got: "data: {a.txt: 'x: 1'}"},
		"NotInData":  {reason: "So are other maps.", want: "spec: {a.yaml: '{x: 1}'}", got: "spec: {a.yaml: 'x: 1'}"},
		"NoYAML":     {reason: "What is no YAML is compared as a text.", want: "data: {a.yaml: '{x'}", got: "data: {a.yaml: '{x'}", equal: true},
		"OtherText":  {reason: "Another text differs.", want: "data: {a.yaml: '{x'}", got: "data: {a.yaml: '{y'}"},
		"Documents":  {reason: "Several documents are a text: the second one counts too.", want: "data: {a.yaml: \"x: 1\\n---\\ny: 1\\n\"}", got: "data: {a.yaml: \"x: 1\\n---\\ny: 2\\n\"}"},
		"OnlyNulls":  {reason: "A YAML text that says nothing is empty.", want: "data: {x: y, a.yaml: '# nothing'}", got: "data: {x: y}", equal: true},
	})
}
