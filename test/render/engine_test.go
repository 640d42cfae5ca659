package render

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	fncontext "github.com/crossplane/function-sdk-go/context"
	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/grpc"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// root of the repository, from the folder of this package.
const root = "../.."

// patience for one render, which takes about 0.3 s, and for building the two
// tools, which the first call of a machine does.
const (
	patienceRender = time.Minute
	patienceBuild  = 9 * time.Minute
)

// engine renders with the real Crossplane: its command line tool runs core's
// own reconciler over objects in memory, and calls the function over gRPC.
type engine struct {
	cli, core string
	// function is host:port of the function.
	function string
}

// manifests are the files of one render.
type manifests struct {
	xr, composition, functions string
	// observed is empty where nothing exists yet.
	observed string
	// required are other objects that the cluster holds; empty for none.
	required string
	// configs are EnvironmentConfigs that the cluster holds; empty for none.
	configs string
	// definition is the file of a definition that is none of ours; empty for ours.
	definition string
	// schemas is a folder of OpenAPI documents; empty for none.
	schemas string
	// settings are the input of every Composition's step; empty for the
	// Compositions as they are.
	settings string
	// environment is what earlier steps put into the environment; empty for
	// nothing.
	environment string
	// targets says that functions has the real targets of its functions; else
	// all of them are the engine's.
	targets bool
}

// newEngine starts a function of this tree. It fails the test where the tools
// cannot be had: without them nothing would be compared.
func newEngine(t *testing.T) *engine {
	t.Helper()
	if testing.Short() {
		t.Skip("the real engine is left out of short runs")
	}
	return &engine{
		cli:      tool(t, "crossplane-cli"),
		core:     tool(t, "crossplane-core"),
		function: serve(t, functions.New(logging.NewNopLogger())),
	}
}

// tool is the path of a pinned tool, which is built where it is missing.
func tool(t *testing.T, name string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceBuild)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(root, "hack", "tool"), name)
	stderr := &bytes.Buffer{}
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("hack/tool %s: %v\n%s", name, err, stderr)
	}
	return strings.TrimSpace(string(out))
}

// serve starts a function in this process, as `--insecure` would.
func serve(t *testing.T, f fnv1.FunctionRunnerServiceServer) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	fnv1.RegisterFunctionRunnerServiceServer(s, f)
	done := make(chan error, 1)
	go func() { done <- s.Serve(listener) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Errorf("the function stopped serving: %v", err)
		}
	})
	return listener.Addr().String()
}

// render runs one reconcile.
func (e *engine) render(t *testing.T, m manifests) (rendering, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceRender)
	defer cancel()
	cmd := exec.CommandContext(ctx, e.cli, e.args(t, m)...)
	stdout, stderr := &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Run(); err != nil {
		return rendering{}, fmt.Errorf("crossplane composition render %s: %w\n%s", m.xr, err, stderr)
	}
	documents, err := preview.Documents(stdout)
	if err != nil {
		return rendering{}, err
	}
	return sort(documents)
}

func (e *engine) args(t *testing.T, m manifests) []string {
	t.Helper()
	out := []string{
		"composition", "render", m.xr, m.composition, m.functions,
		"--crossplane-binary=" + e.core,
		"--xrd=" + cmp.Or(m.definition, definition(objectOf(t, m.xr))),
		"--include-full-xr",
	}
	if !m.targets {
		out = append(out, "--function-annotations=render.crossplane.io/runtime-development-target="+e.function)
	}
	if m.observed != "" {
		out = append(out, "--observed-resources="+m.observed)
	}
	if m.required != "" {
		out = append(out, "--required-resources="+m.required)
	}
	if m.configs != "" {
		out = append(out, "--required-resources="+m.configs)
	}
	if m.schemas != "" {
		out = append(out, "--required-schemas="+m.schemas)
	}
	if m.environment != "" {
		out = append(out, "--context-files="+fncontext.KeyEnvironment+"="+m.environment)
	}
	return out
}

// plural names the files of a kind.
func plural(u unstructured.Unstructured) string { return strings.ToLower(u.GetKind()) + "s" }

func definition(u unstructured.Unstructured) string { return installed(u, apis.DefinitionsFolder) }

// installed is the file of a kind in a folder of what is installed.
func installed(u unstructured.Unstructured, folder string) string {
	if v1alpha1.IsComposite(u.GetKind()) {
		folder = filepath.Join(apis.ClaimsFolder, folder)
	}
	return filepath.Join(root, "apis", folder, plural(u)+".yaml")
}

// standard are the files of an object that uses the Composition of its kind.
func standard(t *testing.T, o map[string]any) manifests {
	t.Helper()
	u := unstructured.Unstructured{Object: o}
	return manifests{
		xr:          write(t, plural(u)+"-"+u.GetName()+".yaml", o),
		composition: installed(u, apis.CompositionsFolder),
		functions:   filepath.Join(root, "examples", "graph", "functions.yaml"),
	}
}

// with has the settings as the input of a composition's step.
func (m manifests) with(t *testing.T, settings string) manifests {
	t.Helper()
	if settings == "" {
		return m
	}
	composition := objectOf(t, m.composition)
	pipeline, _, _ := unstructured.NestedSlice(composition.Object, "spec", "pipeline")
	pipeline[0].(map[string]any)["input"] = objectOf(t, settings).Object
	if err := unstructured.SetNestedSlice(composition.Object, pipeline, "spec", "pipeline"); err != nil {
		t.Fatal(err)
	}
	m.composition = write(t, "settings-"+filepath.Base(m.xr), composition.Object)
	m.settings = settings
	return m
}

// write writes objects into a file of its own: examples that run side by side have
// objects of one name.
func write(t *testing.T, name string, objects ...map[string]any) string {
	t.Helper()
	documents := make([]string, 0, len(objects))
	for _, o := range objects {
		raw, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(raw))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(documents, "---\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// objectOf is the only object of a file.
func objectOf(t *testing.T, path string) unstructured.Unstructured {
	t.Helper()
	all := objectsOf(t, path)
	if len(all) != 1 {
		t.Fatalf("%s: has %d documents, want 1", path, len(all))
	}
	return unstructured.Unstructured{Object: all[0]}
}

func objectsOf(t *testing.T, path string) []map[string]any {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := preview.Documents(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}
