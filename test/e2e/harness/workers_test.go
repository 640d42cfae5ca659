package harness

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWorkers asks stand-ins as Dynamo's contract says.
func TestWorkers(t *testing.T) {
	const (
		at   = "10.0.0.1:9090"
		load = `{"lora_name":"acme/a","source":{"uri":"s3://one"}}`
	)
	w := &Workers{all: map[string]*worker{}}
	ask := func(method, path, body string) string {
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), method, "http://"+at+path, strings.NewReader(body)))
		return http.StatusText(rec.Code) + " " + strings.TrimSpace(rec.Body.String())
	}
	got := []string{
		ask(http.MethodPost, "/v1/loras", load),
		ask(http.MethodPost, "/v1/loras", strings.Replace(load, "one", "two", 1)),
		ask(http.MethodGet, "/v1/loras", ""),
		ask(http.MethodDelete, "/v1/loras/acme/a", ""),
		ask(http.MethodDelete, "/v1/loras/acme/a", ""),
		ask(http.MethodGet, "/v1/other", ""),
	}
	for _, mood := range []Mood{Fails, FailsQuietly, TakesNone, ManagesNone} {
		w.Set(at, mood)
		got = append(got, ask(http.MethodPost, "/v1/loras", load))
	}
	want := []string{
		`OK {"lora_id":6,"lora_name":"acme/a","message":"loaded","status":"success"}`,
		`OK {"lora_id":6,"lora_name":"acme/a","message":"already loaded","status":"success"}`,
		`OK {"count":1,"loras":{"acme/a":6},"status":"success"}`,
		`OK {"lora_name":"acme/a","message":"unloaded","status":"success"}`,
		`OK {"message":"no such LoRA","status":"error"}`,
		`Not Found 404 page not found`,
		`Internal Server Error {"message":"no such bucket","status":"error"}`,
		`OK {"message":"no such bucket","status":"error"}`,
		`Not Found 404 page not found`,
		`Internal Server Error {"message":"LoRA management not available","status":"error"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers: -want, +got:\n%s", diff)
	}
	calls := w.Calls(at, time.Time{}, http.MethodDelete)
	if diff := cmp.Diff([]string{"DELETE acme/a", "DELETE acme/a"}, calls); diff != "" {
		t.Errorf("calls that unload: -want, +got:\n%s", diff)
	}
}
