package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

// write puts files, by path, into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatalf("cannot make folder: %v", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatalf("cannot write file: %v", err)
		}
	}
	return root
}

const (
	graphHead     = "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: g}\nspec:\n  services:\n"
	componentHead = "apiVersion: nvidia.com/v1alpha1\nkind: DynamoComponentDeployment\nmetadata: {name: c}\nspec:\n"
)

func TestDiscover(t *testing.T) {
	planner := graphHead + "    P: {componentType: planner}\n"
	type want struct {
		cases []Case
		err   string
	}
	cases := map[string]struct {
		reason string
		files  map[string]string
		want   want
	}{
		"Folders": {
			reason: "Cases of all folders come sorted, with their features; other folders hold none.",
			files: map[string]string{
				"platform/a/input.yaml": planner, "platform/a/expected.yaml": "e1",
				"default/b/input.yaml": planner, "default/b/expected.yaml": "e2",
				"default/a/input.yaml": graphHead, "default/a/expected.yaml": "e3",
				"admission/refuse/a.yaml": "[",
			},
			want: want{cases: []Case{
				{Folder: "default", Name: "a", Input: []byte(graphHead), Expected: []byte("e3"), Features: map[Feature][]string{}},
				{Folder: "default", Name: "b", Input: []byte(planner), Expected: []byte("e2"), Features: map[Feature][]string{Planner: {"P"}}},
				{Folder: "platform", Name: "a", Input: []byte(planner), Expected: []byte("e1"), Features: map[Feature][]string{Planner: {"P"}}},
			}},
		},
		"None": {
			reason: "No folder, no cases.",
			files:  map[string]string{"x": ""},
		},
		"NoInput": {
			reason: "A case without a manifest is an error.",
			files:  map[string]string{"own/a/expected.yaml": ""},
			want:   want{err: "case own/a: cannot read manifest: "},
		},
		"NoExpected": {
			reason: "So is one without expected objects.",
			files:  map[string]string{"own/a/input.yaml": graphHead},
			want:   want{err: "case own/a: cannot read expected objects: "},
		},
		"BadInput": {
			reason: "So is one whose manifest is no YAML.",
			files:  map[string]string{"own/a/input.yaml": "[", "own/a/expected.yaml": ""},
			want:   want{err: "case own/a: cannot parse manifest: "},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Discover(write(t, tc.files))
			checkError(t, tc.reason, tc.want.err, err)
			if diff := cmp.Diff(tc.want.cases, got); diff != "" {
				t.Errorf("%s\nDiscover(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// checkError wants an error that starts with prefix, or none if it is empty.
func checkError(t *testing.T, reason, prefix string, err error) {
	t.Helper()
	if (err == nil) != (prefix == "") || err != nil && !strings.HasPrefix(err.Error(), prefix) {
		t.Errorf("%s\nwant error %q, got %v", reason, prefix, err)
	}
}

func TestFeatures(t *testing.T) {
	cases := map[string]struct {
		reason   string
		manifest string
		want     map[Feature][]string
	}{
		"None": {
			reason:   "A plain service uses none.",
			manifest: graphHead + "    A: {componentType: worker, replicas: 2}\n",
			want:     map[Feature][]string{},
		},
		"Multinode": {
			reason:   "A replica of several nodes; one node is none of them.",
			manifest: graphHead + "    A: {multinode: {nodeCount: 2}}\n    B: {multinode: {nodeCount: 1}}\n    C: {multinode: {}}\n",
			want:     map[Feature][]string{Multinode: {"A"}},
		},
		"Ingress": {
			reason:   "A block that is enabled; the mere block is not.",
			manifest: graphHead + "    A: {ingress: {enabled: true}}\n    B: {ingress: {enabled: false}}\n    C: {ingress: {host: x}}\n",
			want:     map[Feature][]string{Ingress: {"A"}},
		},
		"EndpointPicker": {
			reason:   "By type, or by its configuration.",
			manifest: graphHead + "    A: {componentType: epp}\n    B: {eppConfig: {config: {}}}\n    C: {componentType: frontend}\n",
			want:     map[Feature][]string{EndpointPicker: {"A", "B"}},
		},
		"Planner": {
			reason:   "By type; the name does not matter.",
			manifest: graphHead + "    A: {componentType: planner}\n    Planner: {componentType: worker}\n",
			want:     map[Feature][]string{Planner: {"A"}},
		},
		"ModelRef": {
			reason:   "By its reference.",
			manifest: graphHead + "    A: {modelRef: {name: m}}\n    B: {modelRef: null}\n",
			want:     map[Feature][]string{ModelRef: {"A"}},
		},
		"Several": {
			reason:   "A service may use several, and several services one, sorted by name.",
			manifest: graphHead + "    B: {modelRef: {name: m}, multinode: {nodeCount: 4}}\n    A: {multinode: {nodeCount: 2}}\n",
			want:     map[Feature][]string{Multinode: {"A", "B"}, ModelRef: {"B"}},
		},
		"Component": {
			reason:   "A component is a service by its own name.",
			manifest: componentHead + "  multinode: {nodeCount: 2}\n",
			want:     map[Feature][]string{Multinode: {"c"}},
		},
		"OtherKind": {
			reason:   "Other kinds have no services.",
			manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, spec: {services: {A: {componentType: planner}}}}",
			want:     map[Feature][]string{},
		},
		"NoServices": {
			reason:   "Neither has a graph whose services are no map.",
			manifest: "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: a}, spec: {services: [A]}}",
			want:     map[Feature][]string{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			manifests, err := compare.Objects([]byte(tc.manifest))
			if err != nil {
				t.Fatalf("Objects(): %v", err)
			}
			if diff := cmp.Diff(tc.want, features(manifests)); diff != "" {
				t.Errorf("%s\nfeatures(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestScopeSplit(t *testing.T) {
	scope := Scope{Folders: []string{"default"}, Unbuilt: []Feature{Multinode, Planner}}
	cases := map[string]struct {
		reason string
		c      Case
		want   []string
	}{
		"InScope":     {reason: "Nothing is lacking.", c: Case{Folder: "default"}},
		"Built":       {reason: "A feature that is built is no obstacle.", c: Case{Folder: "default", Features: map[Feature][]string{Ingress: {"A"}}}},
		"OtherFolder": {reason: "Other settings are.", c: Case{Folder: "platform"}, want: []string{"the settings of folder platform"}},
		"Unbuilt":     {reason: "Every service with an unbuilt feature is one.", c: Case{Folder: "default", Features: map[Feature][]string{Planner: {"P"}, Multinode: {"A", "B"}}}, want: []string{"multinode (A)", "multinode (B)", "planner (P)"}},
		"All":         {reason: "All obstacles are named.", c: Case{Folder: "own", Features: map[Feature][]string{Planner: {"P"}}}, want: []string{"the settings of folder own", "planner (P)"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, scope.Lacks(tc.c)); diff != "" {
				t.Errorf("%s\nLacks(): -want, +got:\n%s", tc.reason, diff)
			}
			in, out := scope.Split([]Case{tc.c})
			if want := len(tc.want) == 0; (len(in) == 1) != want || (len(out) == 0) != want {
				t.Errorf("%s\nSplit(): want in scope %t, got %d in and %d out", tc.reason, want, len(in), len(out))
			}
		})
	}
}

// The selection in testdata is a copy: it must not drift from the whole set.
func TestSelection(t *testing.T) {
	root, complete := whole(t)
	copies, err := Discover("testdata")
	if err != nil {
		t.Fatalf("Discover(): %v", err)
	}
	if in, _ := Current().Split(copies); len(in) != len(copies) || len(copies) < 12 {
		t.Errorf("want a dozen cases in testdata or more, all in scope: got %d of %d in scope", len(in), len(copies))
	}
	if !complete {
		t.Skip("the whole set of cases is not there: want ../shared/conformance beside the repository")
	}
	for _, c := range copies {
		original, err := load(root, c.Folder, c.Name)
		if err != nil {
			t.Errorf("cannot read the original of %s: %v", c.ID(), err)
			continue
		}
		if diff := cmp.Diff(original, c); diff != "" {
			t.Errorf("%s is not the original: -original, +copy:\n%s", c.ID(), diff)
		}
	}
}
