package changes

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"
)

// fields reads an object.
func fields(t *testing.T, text string) map[string]any {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return integers(out).(map[string]any)
}

// integers has int64 for numbers, as objects have.
func integers(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = integers(v[name])
		}
	case []any:
		for i := range v {
			v[i] = integers(v[i])
		}
	case json.Number:
		n, _ := v.Int64()
		return n
	}
	return value
}

func objects(t *testing.T, parent string, texts ...string) []Object {
	t.Helper()
	var out []Object
	for _, text := range texts {
		out = append(out, Object{Fields: fields(t, text), Manifest: ID{Kind: "G", Name: "g"}, Parent: ID{Kind: "C", Name: parent}})
	}
	return out
}

func asIs(fields map[string]any) map[string]any { return fields }

const (
	deployment = "{kind: Deployment, metadata: {name: d, namespace: 'n'}, spec: {replicas: 2, template: {spec: {containers: [{name: main, image: a}]}}}}"
	set        = "{kind: LeaderWorkerSet, metadata: {name: s, namespace: 'n'}, spec: {replicas: 2, leaderWorkerTemplate: {size: 3, workerTemplate: {spec: {hostname: a}}}, networkConfig: {subdomainPolicy: Shared}}}"
	job        = "{kind: Job, metadata: {name: j-1, namespace: 'n'}, spec: {template: {spec: {hostname: a}}}}"
	service    = "{kind: Service, metadata: {name: d, namespace: 'n'}, spec: {clusterIP: None}}"
)

func TestCompare(t *testing.T) {
	// change edits the text of an object.
	edit := func(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }
	type want struct {
		restart bool
		pods    map[string]Pods
		counts  [4]int
	}
	by := func(kind, name string) *ID { return &ID{Kind: kind, Namespace: "n", Name: name} }
	cases := map[string]struct {
		reason   string
		old, now []string
		want     want
	}{
		"Same":     {reason: "nothing is different", old: []string{deployment, set, service}, now: []string{service, set, deployment}, want: want{counts: [4]int{0, 0, 0, 3}}},
		"Template": {reason: "pods restart with their template", old: []string{deployment}, now: []string{edit(deployment, "image: a", "image: b")}, want: want{restart: true, pods: map[string]Pods{"d": {Effect: Restart, Before: 2, After: 2}}, counts: [4]int{0, 0, 1, 0}}},
		"Scale":    {reason: "replicas are no template", old: []string{deployment}, now: []string{edit(deployment, "replicas: 2", "replicas: 5")}, want: want{pods: map[string]Pods{"d": {Effect: Scaled, Before: 2, After: 5}}, counts: [4]int{0, 0, 1, 0}}},
		"Both": {
			reason: "a restart that also scales is a restart", old: []string{deployment}, now: []string{edit(deployment, "replicas: 2", "replicas: 1", "image: a", "image: b")},
			want: want{restart: true, pods: map[string]Pods{"d": {Effect: Restart, Before: 2, After: 1}}, counts: [4]int{0, 0, 1, 0}},
		},
		"NoPods": {
			reason: "where none run none restart", old: []string{edit(deployment, "replicas: 2", "replicas: 0")}, now: []string{edit(deployment, "replicas: 2", "replicas: 0", "image: a", "image: b")},
			want: want{counts: [4]int{0, 0, 1, 0}},
		},
		"Strategy": {reason: "other fields are no template", old: []string{deployment}, now: []string{edit(deployment, "replicas: 2", "replicas: 2, templates: a")}, want: want{counts: [4]int{0, 0, 1, 0}}},
		"Worker":   {reason: "workers are pods", old: []string{set}, now: []string{edit(set, "hostname: a", "hostname: b")}, want: want{restart: true, pods: map[string]Pods{"s": {Effect: Restart, Before: 6, After: 6}}, counts: [4]int{0, 0, 1, 0}}},
		"Size":     {reason: "the revision has the number of nodes", old: []string{set}, now: []string{edit(set, "size: 3", "size: 2")}, want: want{restart: true, pods: map[string]Pods{"s": {Effect: Restart, Before: 6, After: 4}}, counts: [4]int{0, 0, 1, 0}}},
		"Network":  {reason: "and how they are named", old: []string{set}, now: []string{edit(set, "Shared", "UniquePerReplica")}, want: want{restart: true, pods: map[string]Pods{"s": {Effect: Restart, Before: 6, After: 6}}, counts: [4]int{0, 0, 1, 0}}},
		"Groups":   {reason: "more groups restart none", old: []string{set}, now: []string{edit(set, "replicas: 2", "replicas: 3")}, want: want{pods: map[string]Pods{"s": {Effect: Scaled, Before: 6, After: 9}}, counts: [4]int{0, 0, 1, 0}}},
		"Removed":  {reason: "pods end with their workload", old: []string{deployment, service}, want: want{restart: true, pods: map[string]Pods{"d": {Effect: Removed, Before: 2}}, counts: [4]int{0, 2, 0, 0}}},
		"Empty":    {reason: "unless there are none", old: []string{edit(deployment, "replicas: 2", "replicas: 0")}, want: want{pods: map[string]Pods{"d": {Effect: Removed}}, counts: [4]int{0, 1, 0, 0}}},
		"New":      {reason: "what is new restarts nothing", now: []string{deployment}, want: want{pods: map[string]Pods{"d": {Effect: New, After: 2}}, counts: [4]int{1, 0, 0, 0}}},
		"Replaced": {
			reason: "what one composite has in the place of another workload replaces it", old: []string{deployment}, now: []string{set},
			want: want{restart: true, pods: map[string]Pods{"d": {Effect: Replaced, Before: 2, After: 6, By: by("LeaderWorkerSet", "s")}, "s": {Effect: New, After: 6, By: by("Deployment", "d")}}, counts: [4]int{1, 1, 0, 0}},
		},
		"Job": {
			reason: "a job of another name is another job", old: []string{job}, now: []string{edit(job, "j-1", "j-2")},
			want: want{restart: true, pods: map[string]Pods{"j-1": {Effect: Replaced, Before: 1, After: 1, By: by("Job", "j-2")}, "j-2": {Effect: New, After: 1, By: by("Job", "j-1")}}, counts: [4]int{1, 1, 0, 0}},
		},
		"Kind":  {reason: "a namesake of another kind is another object", old: []string{deployment}, now: []string{deployment, service}, want: want{counts: [4]int{1, 0, 0, 1}}},
		"Other": {reason: "nothing else restarts pods", old: []string{service}, now: []string{edit(service, "None", "''")}, want: want{counts: [4]int{0, 0, 1, 0}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := Compare(objects(t, "c", tc.old...), objects(t, "c", tc.now...), asIs)
			got := want{restart: r.Restart, pods: map[string]Pods{}, counts: [4]int{r.Counts.Added, r.Counts.Removed, r.Counts.Changed, r.Counts.Unchanged}}
			for _, c := range r.Changes {
				if c.Pods != nil {
					got.pods[c.Name] = *c.Pods
				}
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nCompare(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCompareApart: workloads of two composites do not replace each other.
func TestCompareApart(t *testing.T) {
	r := Compare(objects(t, "c", deployment), objects(t, "other", set), asIs)
	want := map[Effect]int{Removed: 1, New: 1}
	if diff := cmp.Diff(want, r.Counts.Workloads); diff != "" {
		t.Errorf("Compare(...): -want workloads, +got:\n%s", diff)
	}
}

// TestCompareNormal: objects are compared as a server keeps them, and stay as they are.
func TestCompareNormal(t *testing.T) {
	normal := func(fields map[string]any) map[string]any { return map[string]any{"kind": fields["kind"]} }
	old, now := objects(t, "c", deployment), objects(t, "c", strings.Replace(deployment, "image: a", "image: b", 1))
	r := Compare(old, now, normal)
	if r.Restart || r.Counts.Unchanged != 1 {
		t.Errorf("Compare(...): want no difference, got %v", r.Changes)
	}
	if diff := cmp.Diff(fields(t, deployment), old[0].Fields); diff != "" {
		t.Errorf("Compare(...) changed its argument: -before, +after:\n%s", diff)
	}
}

func TestCompareFields(t *testing.T) {
	long := strings.Repeat("x", 200)
	cases := map[string]struct {
		reason   string
		old, now string
		want     []Field
	}{
		"Same":    {reason: "nothing is different", old: "{a: {b: 1}}", now: "{a: {b: 1}}"},
		"Value":   {reason: "values by their path", old: "{a: {b: 1}, c: d}", now: "{a: {b: 2}, c: e}", want: []Field{{Path: "a.b", Old: "1", New: "2"}, {Path: "c", Old: "d", New: "e"}}},
		"Added":   {reason: "blocks as JSON", old: "{}", now: "{a: {c: <, b: [1]}}", want: []Field{{Path: "a", New: `{"b":[1],"c":"<"}`}}},
		"Removed": {reason: "what is not there any more", old: "{a: true}", now: "{}", want: []Field{{Path: "a", Old: "true"}}},
		"Empty":   {reason: "an empty text is one", old: "{a: ''}", now: "{a: b}", want: []Field{{Path: "a", Old: `""`, New: "b"}}},
		"Key":     {reason: "keys of labels in brackets", old: "{labels: {a.b/c: d}}", now: "{labels: {a.b/c: e}}", want: []Field{{Path: "labels[a.b/c]", Old: "d", New: "e"}}},
		"Items": {
			reason: "items by their names, wherever they stand", old: "{containers: [{name: b, image: x}]}", now: "{containers: [{name: a}, {name: b, image: z}]}",
			want: []Field{{Path: "containers[b].image", Old: "x", New: "z"}, {Path: "containers[a]", New: `{"name":"a"}`}},
		},
		"Order": {
			reason: "another order is another template", old: "{env: [{name: A}, {name: B}, {name: C}]}", now: "{env: [{name: B}, {name: A}]}",
			want: []Field{{Path: "env[C]", Old: `{"name":"C"}`}, {Path: "env", Old: "in the order [A] [B]", New: "in the order [B] [A]"}},
		},
		"Numbers": {reason: "items without names by number", old: "{tolerations: [{key: a}]}", now: "{tolerations: [{key: b}, {key: c}]}", want: []Field{{Path: "tolerations[0].key", Old: "a", New: "b"}, {Path: "tolerations[1]", New: `{"key":"c"}`}}},
		"Mixed":   {reason: "also where only one list has names that tell them apart", old: "{env: [{name: A}]}", now: "{env: [{name: A}, {name: A}]}", want: []Field{{Path: "env[1]", New: `{"name":"A"}`}}},
		"Word":    {reason: "a word by its place", old: "{args: [a, b, c]}", now: "{args: [a, x, c]}", want: []Field{{Path: "args[1]", Old: "b", New: "x"}}},
		"Words":   {reason: "words that came, where they did", old: "{args: [a, b]}", now: "{args: [a, --c, d, b]}", want: []Field{{Path: "args[1]", New: "--c d"}}},
		"Fewer":   {reason: "and that went", old: "{args: [a, b]}", now: "{args: []}", want: []Field{{Path: "args[0]", Old: "a b"}}},
		"Type":    {reason: "a value of another type", old: "{a: [b]}", now: "{a: {b: c}}", want: []Field{{Path: "a", Old: `["b"]`, New: `{"b":"c"}`}}},
		"Long": {
			reason: "of long texts what is different", old: "{a: " + long + "1" + long + "}", now: "{a: " + long + "22" + long + "}",
			want: []Field{{Path: "a", Old: "…" + long[:24] + "1" + long[:24] + "…", New: "…" + long[:24] + "22" + long[:24] + "…"}},
		},
		"LongAdded": {reason: "and of long new ones the beginning", old: "{}", now: "{a: " + long + "}", want: []Field{{Path: "a", New: long[:120] + "…"}}},
		"Lines":     {reason: "each field is one line", old: "{a: b}", now: `{a: "c\nd"}`, want: []Field{{Path: "a", Old: "b", New: `c\nd`}}},
		"Derived":   {reason: "hashes of what is told are not told", old: "{metadata: {annotations: {dynamo.fn.crossplane.io/spec-hash: a}}}", now: "{metadata: {annotations: {dynamo.fn.crossplane.io/spec-hash: b}}}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := compareFields(fields(t, tc.old), fields(t, tc.now))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\ncompareFields(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSecrets: what may be secret is changed, and not shown.
func TestSecrets(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, now string
		want     []Field
	}{
		"Secret":    {reason: "what a Secret holds", old: "{kind: Secret, data: {a: SECRET}}", now: "{kind: Secret, data: {a: SECRET2, b: SECRET}}", want: []Field{{Path: "data[a]", Old: hidden, New: hidden}, {Path: "data[b]", New: hidden}}},
		"All":       {reason: "all of it at once", old: "{kind: Secret}", now: "{kind: Secret, stringData: {a: SECRET}}", want: []Field{{Path: "stringData", New: hidden}}},
		"Variable":  {reason: "a variable's value", old: "{env: [{name: A, value: SECRET}]}", now: "{env: [{name: A, value: SECRET2}]}", want: []Field{{Path: "env[A].value", Old: hidden, New: hidden}}},
		"NewOne":    {reason: "that of a new one", old: "{envs: []}", now: "{envs: [{name: A, value: SECRET}]}", want: []Field{{Path: "envs[A]", New: `{"name":"A","value":"(not shown)"}`}}},
		"Container": {reason: "and of a new container", old: "{}", now: "{containers: [{name: c, env: [{name: A, value: SECRET}], args: [--api-key, SECRET]}]}", want: []Field{{Path: "containers", New: `[{"args":["--api-key","(not shown)"],"env":[{"name":"A","value":"(not shown)"}],"name":"c"}]`}}},
		"Reference": {reason: "where a value is from is no secret", old: "{env: [{name: A, valueFrom: {fieldRef: {fieldPath: a}}}]}", now: "{env: [{name: A, valueFrom: {fieldRef: {fieldPath: b}}}]}", want: []Field{{Path: "env[A].valueFrom.fieldRef.fieldPath", Old: "a", New: "b"}}},
		"Flag":      {reason: "the word behind a flag", old: "{args: [--api-key, SECRET]}", now: "{args: [--api-key, SECRET2]}", want: []Field{{Path: "args[1]", Old: hidden, New: hidden}}},
		"Assigned":  {reason: "or in it", old: "{args: [--hf-token=SECRET]}", now: "{args: [--hf-token=SECRET2]}", want: []Field{{Path: "args[0]", Old: hidden, New: hidden}}},
		"Line":      {reason: "also within a line", old: "{args: ['HF_TOKEN=SECRET run --password \"SECRET x\" -a 1']}", now: "{args: ['HF_TOKEN=SECRET run --password \"SECRET x\" -a 2']}", want: []Field{{Path: "args[0]", Old: "HF_TOKEN=(not shown) run --password (not shown) -a 1", New: "HF_TOKEN=(not shown) run --password (not shown) -a 2"}}},
		"Tokens":    {reason: "tokens of a model are none", old: "{args: [--max-num-batched-tokens, '1', --tokenizer=a]}", now: "{args: [--max-num-batched-tokens, '2', --tokenizer=b]}", want: []Field{{Path: "args[1]", Old: "1", New: "2"}, {Path: "args[2]", Old: "--tokenizer=a", New: "--tokenizer=b"}}},
		"Address":   {reason: "who logs in at an address", old: "{a: 'nats://me:SECRET@a:1'}", now: "{a: 'https://b/c?sig=SECRET'}", want: []Field{{Path: "a", Old: "nats://(not shown)@a:1", New: "https://b/c?(not shown)"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := compareFields(fields(t, tc.old), fields(t, tc.now))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\ncompareFields(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
