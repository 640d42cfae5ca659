package leader

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

func TestScript(t *testing.T) {
	cases := map[string]struct {
		reason   string
		graph    string
		observed layer.Observed
		want     map[string]string
		ready    bool
	}{
		"Graph":      {reason: "the graph's name is its only label", graph: "chat", want: map[string]string{"nvidia.com/dynamo-graph-deployment-name": "chat"}},
		"Standalone": {reason: "a component without a graph has none to name"},
		"Exists":     {reason: "it is ready as soon as it exists", observed: layer.Observed{KeyScript: {}}, ready: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Script("chat", tc.graph, tc.observed)
			want := &corev1.ConfigMap{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
				ObjectMeta: metav1.ObjectMeta{Name: "chat-wait-leader-script", Labels: tc.want},
				Data:       map[string]string{"wait-for-leader.py": script},
			}
			if diff := cmp.Diff(want, got.Object); diff != "" || got.Ready != tc.ready || got.Key != "configmap/wait-leader" {
				t.Errorf("%s: Script(...): key %s, ready %t, -want, +got:\n%s", tc.reason, got.Key, got.Ready, diff)
			}
		})
	}
}

// Pods of a leader, as the API tells of them.
const (
	running     = `{"metadata":{},"status":{"phase":"Running"}}`
	pending     = `{"metadata":{},"status":{"phase":"Pending"}}`
	unscheduled = `{"metadata":{}}`
	terminating = `{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Running"}}`
)

// answer of the API; status 0 is 200.
type answer struct {
	status int
	body   string
}

// api answers one request after the other; the last answer stays.
func api(t *testing.T, answers ...answer) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	asked := &atomic.Int32{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/namespaces/team/pods/localhost" || r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("asked for %s with %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		a := answers[min(int(asked.Add(1)), len(answers))-1]
		if a.status != 0 {
			w.WriteHeader(a.status)
		}
		_, _ = w.Write([]byte(a.body))
	}))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	return server, asked
}

// account is a folder as Kubernetes mounts it, which trusts a server.
func account(t *testing.T, server *httptest.Server) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{"namespace": []byte("team"), "token": []byte("secret\n")}
	if server != nil {
		files["ca.crt"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// listen is a leader's port.
func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// outcome of a run: what it said, and whether the time was up before its end.
type outcome struct {
	said    string
	timeout bool
	failed  bool
}

// wait runs the script for at most a time.
func wait(t *testing.T, limit time.Duration, env ...string) outcome {
	t.Helper()
	return listening(t, limit, func() {}, env...)
}

// speaker keeps what the script says, and calls back when it begins to.
type speaker struct {
	said   bytes.Buffer
	begins func()
}

func (s *speaker) Write(p []byte) (int, error) {
	if s.said.Len() == 0 {
		s.begins()
	}
	return s.said.Write(p)
}

// listening runs the script for at most a time, and calls back when it says
// something for the first time.
func listening(t *testing.T, limit time.Duration, begins func(), env ...string) outcome {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "wait-for-leader.py")
	cmd.Env = append([]string{"PYTHONDONTWRITEBYTECODE=1", "HTTPS_PROXY=http://127.0.0.1:1"}, env...)
	out := &speaker{begins: begins}
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	if ctx.Err() != nil {
		return outcome{said: out.said.String(), timeout: true}
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{said: out.said.String(), failed: err != nil}
}

// leaderAt is the environment for a leader on this machine.
func leaderAt(address string) []string {
	_, port, _ := strings.Cut(address, ":")
	return []string{"LEADER_HOST=localhost", "LEADER_PORT=" + port}
}

// inCluster is the environment for an API.
func inCluster(t *testing.T, server *httptest.Server) []string {
	t.Helper()
	host, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	return []string{"KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port, "ACCOUNT_PATH=" + account(t, server)}
}

// patience for a run that ends by itself. A poll is 2 s.
const patience = time.Minute

func TestWaitAsksForThePod(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		answers []answer
		// said is why it waited first; empty where it did not.
		said string
	}{
		"Running":     {reason: "the pod runs and its port is open", answers: []answer{{body: running}}},
		"Terminating": {reason: "the port is that of a pod on its way out", answers: []answer{{body: terminating}, {body: running}}, said: "its pod is terminating"},
		"Pending":     {reason: "whatever answers is not this pod", answers: []answer{{body: pending}, {body: running}}, said: "its pod is Pending"},
		"Unscheduled": {reason: "a pod without a phase does not run", answers: []answer{{body: unscheduled}, {body: running}}, said: "its pod is not scheduled"},
		"Missing":     {reason: "there is no pod yet", answers: []answer{{status: http.StatusNotFound, body: "{}"}, {body: running}}, said: "its pod does not exist"},
		"Restart":     {reason: "the replica restarts: old pod, no pod, new pod", answers: []answer{{body: terminating}, {status: http.StatusNotFound}, {body: pending}, {body: running}}, said: "its pod is terminating"},
		"Forbidden":   {reason: "without the right to ask, the port decides", answers: []answer{{status: http.StatusForbidden, body: "{}"}}},
		"Broken":      {reason: "an answer that cannot be read is none", answers: []answer{{body: "<html>"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, asked := api(t, tc.answers...)
			port := listen(t, "127.0.0.1:0").Addr().String()

			got := wait(t, patience, append(leaderAt(port), inCluster(t, server)...)...)

			if got.timeout || got.failed || !strings.Contains(got.said, "is there") {
				t.Errorf("%s: want it to end well, got %+v", tc.reason, got)
			}
			if int(asked.Load()) != len(tc.answers) {
				t.Errorf("%s: want %d questions, got %d", tc.reason, len(tc.answers), asked.Load())
			}
			if lines := strings.Count(got.said, "waiting for"); !strings.Contains(got.said, tc.said) || (lines == 1) != (tc.said != "") {
				t.Errorf("%s: want one line that says %q, got:\n%s", tc.reason, tc.said, got.said)
			}
		})
	}
}

func TestWaitWithoutTheAPI(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		env    func(t *testing.T) []string
	}{
		"NoCluster": {reason: "outside of a cluster", env: func(*testing.T) []string { return nil }},
		"NoAccount": {reason: "no token is mounted", env: func(t *testing.T) []string {
			t.Helper()
			return []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", "ACCOUNT_PATH=" + t.TempDir()}
		}},
		"NoCertificate": {reason: "nothing says whom to trust", env: func(t *testing.T) []string {
			t.Helper()
			return []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", "ACCOUNT_PATH=" + account(t, nil)}
		}},
		"Unreachable": {reason: "the API does not answer", env: func(t *testing.T) []string {
			t.Helper()
			server, _ := api(t, answer{body: terminating})
			env := inCluster(t, server)
			server.Close()
			return env
		}},
		"OtherServer": {reason: "an API that we do not trust is not asked", env: func(t *testing.T) []string {
			t.Helper()
			impostor := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(impostor.Close)
			dir := account(t, impostor)
			ca := filepath.Join(dir, "ca.crt")
			if err := os.WriteFile(ca, []byte("no certificate"), 0o600); err != nil {
				t.Fatal(err)
			}
			host, port, _ := strings.Cut(impostor.Listener.Addr().String(), ":")
			return []string{"KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port, "ACCOUNT_PATH=" + dir}
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			port := listen(t, "127.0.0.1:0").Addr().String()

			got := wait(t, patience, append(leaderAt(port), tc.env(t)...)...)

			if got.timeout || got.failed || strings.Contains(got.said, "waiting for") {
				t.Errorf("%s: want the port alone to decide, got %+v", tc.reason, got)
			}
		})
	}
}

func TestWaitForALateLeader(t *testing.T) {
	t.Parallel()
	first := listen(t, "127.0.0.1:0")
	address := first.Addr().String()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	comes := func() {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Errorf("somebody else took the port: %v", err)
			return
		}
		t.Cleanup(func() { _ = l.Close() })
	}

	got := listening(t, patience, comes, leaderAt(address)...)

	if got.timeout || got.failed || !strings.Contains(got.said, "does not accept connections") || !strings.Contains(got.said, "is there") {
		t.Errorf("want it to wait, and to end when the leader comes, got %+v", got)
	}
}

func TestWaitForALeaderThatNeverComes(t *testing.T) {
	t.Parallel()
	gone := listen(t, "127.0.0.1:0")
	address := gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}

	got := wait(t, 12*time.Second, leaderAt(address)...)

	// Several polls, and progress each 30 s.
	if !got.timeout || strings.Count(got.said, "waiting for") != 1 {
		t.Errorf("want it to wait for ever and say so once in 30 s, got %+v", got)
	}
}

func TestWaitWithoutALeader(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{nil, {"LEADER_HOST=localhost"}, {"LEADER_HOST=localhost", "LEADER_PORT=http"}} {
		t.Run(fmt.Sprint(env), func(t *testing.T) {
			t.Parallel()
			if got := wait(t, patience, env...); !got.failed || !strings.Contains(got.said, "set LEADER_HOST and LEADER_PORT") {
				t.Errorf("want a failure that says what to set, got %+v", got)
			}
		})
	}
}
