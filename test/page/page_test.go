package page

import (
	"bytes"
	"context"
	"image/png"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/programs"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
	"github.com/crossplane-contrib/function-dynamo/preview/page"
)

// patience is how long a browser may take for a test.
const patience = 2 * time.Minute

// keep names a folder that screenshots are left in, for people to look at.
const keep = "FUNCTION_DYNAMO_SCREENSHOTS"

// browser has a page open, and knows what that complains of.
type browser struct {
	context.Context //nolint:containedctx // chromedp keeps the browser in it.

	mu         sync.Mutex
	complaints []string
}

func open(t *testing.T, file string) *browser {
	t.Helper()
	chromium := programs.Find(t, "chromium", "the page of xdynamo render in a browser")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.WindowSize(1440, 1000))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	b := &browser{Context: ctx}
	go b.listen(chromedp.Console(ctx))
	b.run(t, chromedp.Navigate((&url.URL{Scheme: "file", Path: write(t, file)}).String()), chromedp.WaitVisible(chromedp.CSS("#o0")))
	return b
}

// listen keeps what the page says in its console: errors of scripts, and what its policy
// refuses.
func (b *browser) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return // The browser is closed.
		}
		b.mu.Lock()
		b.complaints = append(b.complaints, m.Text)
		b.mu.Unlock()
	}
}

func (b *browser) run(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		t.Fatal(err)
	}
}

// evaluate is the value of an expression on the page.
func evaluate[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	out, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// quiet fails a test whose page complained.
func (b *browser) quiet(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		t.Errorf("the page complains: %q", b.complaints)
	}
}

// look takes a screenshot, and fails where it is of one colour or of few: then nothing is
// drawn.
func (b *browser) look(t *testing.T, name string) {
	t.Helper()
	shot, err := chromedp.Run(b, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv(keep); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), shot, 0o600); err != nil {
			t.Error(err)
		}
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatalf("the screenshot is no picture: %v", err)
	}
	colours := map[any]int{}
	size := picture.Bounds()
	for x := size.Min.X; x < size.Max.X; x += 2 {
		for y := size.Min.Y; y < size.Max.Y; y += 2 {
			colours[picture.At(x, y)]++
		}
	}
	if len(colours) < 50 {
		t.Errorf("%s: the screenshot has %d colours: nothing is drawn", name, len(colours))
	}
}

// write writes the page of a file of manifests, and returns its path.
func write(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	manifests, err := preview.Documents(f)
	if err != nil {
		t.Fatal(err)
	}
	options := preview.Options{Settings: settings.Default()}
	p := preview.New(options)
	nodes, err := p.All(manifests)
	if err != nil {
		t.Fatal(err)
	}
	origins, err := origin.Find(origin.Setup{Previewer: p, Options: options, Manifests: manifests}, nodes)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "page.html")
	made, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Write(made, page.Preview{Files: []string{filepath.Base(file)}, Manifests: manifests, Nodes: nodes, Origins: origins, Layers: options.Settings.Layers}); err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

func example(name string) string { return filepath.Join("..", "..", "examples", name, "xr.yaml") }

// shown are the objects that can be seen.
const shown = `[...document.querySelectorAll('.object')].filter(o => o.offsetParent).map(o => o.ariaLabel)`

// TestClick goes through a page as a person with a mouse does.
func TestClick(t *testing.T) {
	b := open(t, example("graph"))
	see := func(step string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, evaluate[[]string](t, b, shown)); diff != "" {
			t.Errorf("%s: objects shown: -want, +got:\n%s", step, diff)
		}
	}
	see("at first", "DynamoGraphDeployment qwen")
	b.look(t, "light")

	b.run(t, chromedp.Click(chromedp.Search(`//nav//a[contains(., "Deployment") and contains(., "qwen-decodeworker")]`)))
	see("a click in the picture", "Deployment qwen-decodeworker")
	b.look(t, "object")

	b.run(t, chromedp.Click(chromedp.Search(`//article[not(@hidden)]//a[text()="replicas"]`)))
	see("a click on what set a field", "DynamoGraphDeployment qwen")
	if diff := cmp.Diff("      replicas: 2", evaluate[string](t, b, `document.querySelector('.seen code').textContent`)); diff != "" {
		t.Errorf("the line that set the field: -want, +got:\n%s", diff)
	}

	b.run(t, chromedp.Evaluate[chromedp.Void](`history.back()`), chromedp.WaitVisible(chromedp.CSS(`#o2`)))
	see("back", "Deployment qwen-decodeworker")

	b.run(t, chromedp.Click(chromedp.CSS(`[data-source="type"]`)))
	if lit := evaluate[int](t, b, `document.querySelectorAll('.object:not([hidden]) li:not(.dim):not(.w-type)').length`); lit > 0 {
		t.Errorf("%d lines of other kinds are lit", lit)
	}
	b.run(t, chromedp.Click(chromedp.CSS(`[data-source="type"]`)), chromedp.Click(chromedp.CSS(`#all`)))
	if want, got := evaluate[int](t, b, `document.querySelectorAll('.object').length`), len(evaluate[[]string](t, b, shown)); want != got {
		t.Errorf("all objects: want %d, got %d", want, got)
	}
	b.quiet(t)
}

// TestKeys goes through a page with the keyboard alone.
func TestKeys(t *testing.T) {
	b := open(t, example("graph"))
	b.run(t, chromedp.KeyEvent("/"), chromedp.KeyEvent("prefill"))
	const visible = `[...document.querySelectorAll('.tree a')].filter(a => a.offsetParent).map(a => a.textContent.trim().replace(/\s+/g, ' '))`
	want := []string{"Graph qwen", "Component PrefillWorker worker prefill vllm", "Deployment qwen-prefillworker", "Service qwen-prefillworker"}
	if diff := cmp.Diff(want, evaluate[[]string](t, b, visible)); diff != "" {
		t.Errorf("filtered picture: -want, +got:\n%s", diff)
	}
	b.run(t, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	if diff := cmp.Diff([]string{"Deployment qwen-prefillworker"}, evaluate[[]string](t, b, shown)); diff != "" {
		t.Errorf("objects shown: -want, +got:\n%s", diff)
	}
	b.run(t, chromedp.KeyEvent("/"), chromedp.KeyEvent(kb.Escape))
	if got := len(evaluate[[]string](t, b, visible)); got <= len(want) {
		t.Errorf("Escape leaves the filter: %d objects", got)
	}
	b.quiet(t)
}

// TestMedia looks at pages in the ways that they are looked at.
func TestMedia(t *testing.T) {
	cases := map[string]struct {
		reason string
		file   string
		how    chromedp.Action[chromedp.Void]
	}{
		"Dark":      {reason: "colours follow the system", file: example("multinode"), how: media(emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})},
		"Narrow":    {reason: "a telephone", file: example("graph-v1beta1"), how: chromedp.EmulateViewport(390, 900)},
		"Print":     {reason: "paper", file: example("graph"), how: media(emulation.SetEmulatedMediaParams{Media: "print"})},
		"Request":   {reason: "a request has a Job", file: example("request"), how: chromedp.EmulateViewport(1440, 1000)},
		"Findings":  {reason: "errors and warnings", file: filepath.Join("testdata", "findings.yaml"), how: chromedp.EmulateViewport(1440, 1200)},
		"NoScripts": {reason: "all objects, one behind the other", file: example("graph"), how: chromedp.Func(withoutScripts)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := open(t, tc.file)
			b.run(t, tc.how)
			b.look(t, name)
			if wide := evaluate[bool](t, b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide {
				t.Errorf("\n%s\nthe page is wider than the window", tc.reason)
			}
			b.quiet(t)
		})
	}
}

func media(p emulation.SetEmulatedMediaParams) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, p)
		return err
	})
}

func withoutScripts(ctx context.Context, t *chromedp.Target) error {
	if _, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.Reload())
}

// TestHostile: what a manifest and its name have of scripts stays text.
func TestHostile(t *testing.T) {
	b := open(t, filepath.Join("testdata", "findings.yaml"))
	if n := evaluate[int](t, b, `document.querySelectorAll('script').length + document.images.length`); n != 1 {
		t.Errorf("scripts and pictures: want the page's own script, got %d", n)
	}
	text := evaluate[string](t, b, `document.body.innerText`)
	if want := "<script>alert(1)</script>"; !strings.Contains(text, want) {
		t.Errorf("the page does not show %s", want)
	}
	b.quiet(t)
	ran := evaluate[bool](t, b, `(() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s); return Boolean(window.ran) })()`)
	if ran {
		t.Error("the page runs scripts that its policy does not name")
	}
}
