package relay

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/internal/drive"
)

// Paths of the API that the relay may ask for.
const (
	podPath       = "/api/v1/namespaces/team/pods/profile-chat-x7k2p"
	configMapPath = "/api/v1/namespaces/team/configmaps/dgdr-output-chat"
)

// cluster is what the relay sees: its pod, the ConfigMap, and the profiler's
// files.
type cluster struct {
	*testing.T

	output string

	mu sync.Mutex
	// state of the profiler's container, and whether the pod is being deleted.
	state   string
	deleted bool
	// uid of the ConfigMap; there is none without.
	uid       string
	published []map[string]string
	replies   map[string][]reply
}

// reply stands in for the API server's own, for one request; without a status
// the connection is closed.
type reply struct {
	status int
	body   string
	header string
	// hangs is told that the request is there, which has no reply at all.
	hangs chan<- struct{}
}

// newCluster has a profiler that runs.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	return &cluster{T: t, output: t.TempDir(), state: `{"running":{}}`, uid: "1", replies: map[string][]reply{}}
}

// serve is the API server.
func (c *cluster) serve() *httptest.Server {
	c.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(c.answer))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	c.Cleanup(server.Close)
	return server
}

func (c *cluster) answer(w http.ResponseWriter, r *http.Request) {
	c.reply(r).write(w, r)
}

// reply to a request.
func (c *cluster) reply(r *http.Request) reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	if got := r.Header.Get("Authorization"); got != "Bearer "+drive.Token {
		c.Errorf("the relay asks with %q", got)
	}
	what := r.Method + " " + r.URL.Path
	if next := c.replies[what]; len(next) > 0 {
		c.replies[what] = next[1:]
		return next[0]
	}
	switch what {
	case "GET " + podPath:
		return reply{status: http.StatusOK, body: c.pod()}
	case "GET " + configMapPath:
		return c.get(r)
	case "PATCH " + configMapPath:
		return c.apply(r)
	default:
		c.Errorf("the relay asks for %s", what)
		return reply{}
	}
}

func (r reply) write(w http.ResponseWriter, req *http.Request) {
	if r.hangs != nil {
		r.hangs <- struct{}{}
		<-req.Context().Done()
	}
	if r.status == 0 {
		panic(http.ErrAbortHandler)
	}
	if r.header != "" {
		w.Header().Set("Retry-After", r.header)
	}
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, r.body)
}

// pod is the relay's own, as the API tells of it.
func (c *cluster) pod() string {
	metadata := `{}`
	if c.deleted {
		metadata = `{"deletionTimestamp":"2026-01-01T00:00:00Z"}`
	}
	if c.state == "" {
		return `{"metadata":` + metadata + `,"status":{"containerStatuses":null}}`
	}
	return `{"metadata":` + metadata + `,"status":{"containerStatuses":[{"name":"output-copier","state":{"terminated":{"exitCode":0}}},{"name":"profiler","state":` + c.state + `}]}}`
}

func (c *cluster) get(r *http.Request) reply {
	if !strings.HasPrefix(r.Header.Get("Accept"), "application/json;as=PartialObjectMetadata") {
		c.Errorf("the relay reads the ConfigMap as %q", r.Header.Get("Accept"))
	}
	if c.uid == "" {
		return reply{status: http.StatusNotFound, body: `{"message":"configmaps \"dgdr-output-chat\" not found"}`}
	}
	return reply{status: http.StatusOK, body: `{"metadata":{"uid":"` + c.uid + `"}}`}
}

// apply is what server-side apply makes of a ConfigMap that nobody else writes.
func (c *cluster) apply(r *http.Request) reply {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		c.Error(err)
	}
	body := struct {
		APIVersion, Kind string
		Metadata         struct{ Name, UID string }
		Data             map[string]string
	}{}
	if err := yaml.UnmarshalStrict(raw, &body); err != nil {
		c.Errorf("the relay applies what is no YAML: %v", err)
	}
	got := fmt.Sprintln(r.URL.RawQuery, r.Header.Get("Content-Type"), body.APIVersion, body.Kind, body.Metadata.Name)
	if want := "fieldManager=dynamo-profiler-relay&force=true application/apply-patch+yaml v1 ConfigMap dgdr-output-chat\n"; got != want {
		c.Errorf("the relay applies %q, want %q", got, want)
	}
	if body.Metadata.UID != c.uid {
		return reply{status: http.StatusConflict, body: `{"message":"uid mismatch"}`}
	}
	if body.Data["profiler_attempt"] != "5d41402a" {
		c.Errorf("the relay publishes attempt %q", body.Data["profiler_attempt"])
	}
	delete(body.Data, "profiler_attempt")
	c.published = append(c.published, body.Data)
	return reply{status: http.StatusOK, body: "{}"}
}

// publications are what was published so far. The relay's last answer may still be under
// way in the server when its process has ended.
func (c *cluster) publications() []map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.published)
}

// ends is the end of the profiler's container.
func (c *cluster) ends(code int, reason, message string) {
	c.becomes(map[string]any{"terminated": map[string]any{"exitCode": code, "reason": reason, "message": message}})
}

// becomes is another state of the profiler's container.
func (c *cluster) becomes(state map[string]any) {
	c.Helper()
	raw, err := json.Marshal(state)
	if err != nil {
		c.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = string(raw)
}

// change changes what the API tells.
func (c *cluster) change(do func(*cluster)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do(c)
}

// replyTo has the API give other replies to the next requests.
func (c *cluster) replyTo(what string, replies ...reply) {
	c.change(func(c *cluster) { c.replies[what] = append(c.replies[what], replies...) })
}

// writes a file of the profiler.
func (c *cluster) writes(name, content string) {
	c.Helper()
	if err := os.WriteFile(filepath.Join(c.output, name), []byte(content), 0o600); err != nil {
		c.Error(err)
	}
}

// environment is that of the container, as the kubelet makes it, and the paths
// that a test has elsewhere.
func (c *cluster) environment(r Relay) []string {
	c.Helper()
	fields := map[string]string{"metadata.name": "profile-chat-x7k2p", "metadata.namespace": "team"}
	out := append(drive.InCluster(c.T, c.serve()), "OUTPUT_PATH="+c.output)
	for _, e := range Container(r).Env {
		value := e.Value
		if e.ValueFrom != nil {
			value = fields[e.ValueFrom.FieldRef.FieldPath]
		}
		out = append(out, e.Name+"="+value)
	}
	return out
}

// of is what is published: a state and other data, as key, value, key, value.
func of(state string, others ...string) map[string]string {
	out := map[string]string{"profiler_status": state}
	for i := 0; i < len(others); i += 2 {
		out[others[i]] = others[i+1]
	}
	return out
}

// with is data with a file.
func with(data map[string]string, name, content string) map[string]string {
	out := maps.Clone(data)
	out[name] = content
	return out
}

// anys is the data of a ConfigMap as it is observed.
func anys(data map[string]string) map[string]any {
	out := make(map[string]any, len(data))
	for name, content := range data {
		out[name] = content
	}
	return out
}
