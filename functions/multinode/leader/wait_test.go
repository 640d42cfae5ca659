package leader

import (
	"bufio"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

// Pods of a leader, as the API tells of them.
const (
	running     = `{"metadata":{},"status":{"phase":"Running"}}`
	pending     = `{"metadata":{},"status":{"phase":"Pending"}}`
	unscheduled = `{"metadata":{}}`
	terminating = `{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Running"}}`
)

// reply of the API; status 0 is 200.
type reply struct {
	status int
	body   string
}

// api replies to one request after the other; the last reply stays.
func api(t *testing.T, replies ...reply) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	asked := &atomic.Int32{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/namespaces/team/pods/localhost" || r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("asked for %s with %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		a := replies[min(int(asked.Add(1)), len(replies))-1]
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

// listen is a leader's port that is open.
func listen(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// reserve is a port that nobody else gets, and what opens it: before, it accepts
// no connection.
func reserve(t *testing.T) (string, func() error) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(socket) })
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	port := name.(*syscall.SockaddrInet4).Port
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), func() error { return syscall.Listen(socket, 1) }
}

// untested is what nobody looks at on a machine without Python.
const untested = "that pods of a replica over several nodes wait for their leader"

// outcome of a run: what it said of the leader, how it ended, and how many
// seconds it slept in all.
type outcome struct {
	Said  []string
	Exit  int
	Slept int
}

// ended is the exit status of a script whose test had seen enough.
const ended = 75

// wait runs the script for as long as it likes.
func wait(t *testing.T, env ...string) outcome {
	t.Helper()
	return watch(t, func(int) bool { return true }, env...)
}

// watch runs the script with a clock of the test's: each time that it has slept,
// goOn is told for how long in all, and says whether it goes on.
func watch(t *testing.T, goOn func(slept int) bool, env ...string) outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), programs.Find(t, "python3", untested), filepath.Join("testdata", "drive.py"))
	cmd.Env = append([]string{"PYTHONDONTWRITEBYTECODE=1", "HTTPS_PROXY=http://127.0.0.1:1"}, env...)
	said := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = said, said
	answers, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	sleeps, clock, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer sleeps.Close()
	cmd.ExtraFiles = []*os.File{clock}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = clock.Close() // It is the script's.
	slept := answer(t, sleeps, answers, goOn)
	if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return outcome{Said: lines(said.String()), Exit: cmd.ProcessState.ExitCode(), Slept: slept}
}

// lines are what a script said, without what differs between machines.
func lines(said string) []string {
	said = regexp.MustCompile(`(localhost):\d+|(connections) \(.*\)`).ReplaceAllString(said, "$1$2")
	return strings.FieldsFunc(strings.ReplaceAll(said, "wait-for-leader: ", ""), func(r rune) bool { return r == '\n' })
}

// answer lets a script go on after each time that it has slept, and returns for
// how long it has in all.
func answer(t *testing.T, sleeps io.Reader, answers io.WriteCloser, goOn func(slept int) bool) int {
	t.Helper()
	slept := 0
	for clock := bufio.NewScanner(sleeps); clock.Scan(); {
		n, err := strconv.Atoi(clock.Text())
		if err != nil {
			t.Errorf("want seconds from the script's clock, got %q", clock.Text())
		}
		slept = n
		if !goOn(slept) {
			_ = answers.Close()
			continue
		}
		_, _ = answers.Write([]byte("\n"))
	}
	return slept
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

func TestWaitAsksForThePod(t *testing.T) {
	t.Parallel()
	const isThere = "localhost is there"
	cases := map[string]struct {
		reason  string
		replies []reply
		want    outcome
	}{
		"Running": {
			reason:  "the pod runs and its port is open",
			replies: []reply{{body: running}}, want: outcome{Said: []string{isThere}},
		},
		"Terminating": {
			reason:  "the port is that of a pod on its way out",
			replies: []reply{{body: terminating}, {body: running}},
			want:    outcome{Said: []string{"localhost: its pod is terminating; waiting for 0s", isThere}, Slept: 2},
		},
		"Pending": {
			reason:  "whatever answers is not this pod",
			replies: []reply{{body: pending}, {body: running}},
			want:    outcome{Said: []string{"localhost: its pod is Pending; waiting for 0s", isThere}, Slept: 2},
		},
		"Unscheduled": {
			reason:  "a pod without a phase does not run",
			replies: []reply{{body: unscheduled}, {body: running}},
			want:    outcome{Said: []string{"localhost: its pod is not scheduled; waiting for 0s", isThere}, Slept: 2},
		},
		"Missing": {
			reason:  "there is no pod yet",
			replies: []reply{{status: http.StatusNotFound, body: "{}"}, {body: running}},
			want:    outcome{Said: []string{"localhost: its pod does not exist; waiting for 0s", isThere}, Slept: 2},
		},
		"Restart": {
			reason:  "the replica restarts: old pod, no pod, new pod",
			replies: []reply{{body: terminating}, {status: http.StatusNotFound}, {body: pending}, {body: running}},
			want:    outcome{Said: []string{"localhost: its pod is terminating; waiting for 0s", isThere}, Slept: 6},
		},
		"Forbidden": {
			reason:  "without the right to ask, the port decides",
			replies: []reply{{status: http.StatusForbidden, body: "{}"}}, want: outcome{Said: []string{isThere}},
		},
		"Broken": {
			reason:  "an answer that cannot be read is none",
			replies: []reply{{body: "<html>"}}, want: outcome{Said: []string{isThere}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, asked := api(t, tc.replies...)

			got := wait(t, append(leaderAt(listen(t)), inCluster(t, server)...)...)

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
			if int(asked.Load()) != len(tc.replies) {
				t.Errorf("%s: want %d questions, got %d", tc.reason, len(tc.replies), asked.Load())
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
			server, _ := api(t, reply{body: terminating})
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
			got := wait(t, append(leaderAt(listen(t)), tc.env(t)...)...)

			if diff := cmp.Diff(outcome{Said: []string{"localhost is there"}}, got); diff != "" {
				t.Errorf("%s: want the port alone to decide: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWaitForALateLeader(t *testing.T) {
	t.Parallel()
	address, open := reserve(t)
	comes := func(slept int) bool {
		if slept == 10 {
			if err := open(); err != nil {
				t.Error(err)
			}
		}
		return true
	}

	got := watch(t, comes, leaderAt(address)...)

	want := outcome{Said: []string{"localhost: it does not accept connections; waiting for 0s", "localhost is there"}, Slept: 10}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want it to end when the leader comes: -want, +got:\n%s", diff)
	}
}

func TestWaitForALeaderThatNeverComes(t *testing.T) {
	t.Parallel()
	address, _ := reserve(t)

	got := watch(t, func(slept int) bool { return slept < 75 }, leaderAt(address)...)

	want := outcome{Said: []string{
		"localhost: it does not accept connections; waiting for 0s",
		"localhost: it does not accept connections; waiting for 30s",
		"localhost: it does not accept connections; waiting for 60s",
	}, Exit: ended, Slept: 76}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want it to wait for ever and say so each 30 s: -want, +got:\n%s", diff)
	}
}

func TestWaitWithoutALeader(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{nil, {"LEADER_HOST=localhost"}, {"LEADER_HOST=localhost", "LEADER_PORT=http"}} {
		t.Run(fmt.Sprint(env), func(t *testing.T) {
			t.Parallel()
			want := outcome{Said: []string{"set LEADER_HOST and LEADER_PORT"}, Exit: 1}
			if diff := cmp.Diff(want, wait(t, env...)); diff != "" {
				t.Errorf("want a failure that says what to set: -want, +got:\n%s", diff)
			}
		})
	}
}

// TestWaitAsAProgram runs the script as pods do, with a real clock.
func TestWaitAsAProgram(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), programs.Find(t, "python3", untested), "wait-for-leader.py")
	cmd.Env = leaderAt(listen(t))
	said, err := cmd.CombinedOutput()
	if diff := cmp.Diff([]string{"localhost is there"}, lines(string(said))); diff != "" || err != nil {
		t.Errorf("want it to end when the leader is there, got %v: -want, +got:\n%s", err, diff)
	}
}
