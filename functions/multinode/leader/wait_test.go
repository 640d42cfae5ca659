package leader

import (
	"fmt"
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

	"github.com/crossplane-contrib/function-dynamo/internal/drive"
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
		if r.URL.Path != "/api/v1/namespaces/team/pods/localhost" || r.Header.Get("Authorization") != "Bearer "+drive.Token {
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

// wait runs the script for as long as it likes.
func wait(t *testing.T, env ...string) outcome {
	t.Helper()
	return watch(t, func(int) drive.Answer { return drive.GoOn }, env...)
}

// watch runs the script with a clock of the test's. Timeouts are out of the way.
func watch(t *testing.T, next func(slept int) drive.Answer, env ...string) outcome {
	t.Helper()
	got := drive.Run(t, drive.Script{
		Path: "wait-for-leader.py", Env: env, Constants: []string{"API_SECONDS=600", "CONNECT_SECONDS=600"}, Untested: untested,
	}, next)
	return outcome{Said: lines(got.Said), Exit: got.Exit, Slept: got.Slept}
}

// lines are what a script said, without what differs between machines.
func lines(said string) []string {
	said = regexp.MustCompile(`(localhost):\d+|(connections) \(.*\)`).ReplaceAllString(said, "$1$2")
	return strings.FieldsFunc(strings.ReplaceAll(said, "wait-for-leader: ", ""), func(r rune) bool { return r == '\n' })
}

// leaderAt is the environment for a leader on this machine.
func leaderAt(address string) []string {
	_, port, _ := strings.Cut(address, ":")
	return []string{"LEADER_HOST=localhost", "LEADER_PORT=" + port}
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

			got := wait(t, append(leaderAt(listen(t)), drive.InCluster(t, server)...)...)

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
			return []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", "ACCOUNT_PATH=" + drive.Account(t, nil)}
		}},
		"Unreachable": {reason: "the API does not answer", env: func(t *testing.T) []string {
			t.Helper()
			server, _ := api(t, reply{body: terminating})
			env := drive.InCluster(t, server)
			server.Close()
			return env
		}},
		"OtherServer": {reason: "an API that we do not trust is not asked", env: func(t *testing.T) []string {
			t.Helper()
			impostor := httptest.NewTLSServer(http.NotFoundHandler())
			t.Cleanup(impostor.Close)
			dir := drive.Account(t, impostor)
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
	comes := func(slept int) drive.Answer {
		if slept == 10 {
			if err := open(); err != nil {
				t.Error(err)
			}
		}
		return drive.GoOn
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

	got := watch(t, func(slept int) drive.Answer {
		if slept < 75 {
			return drive.GoOn
		}
		return drive.End
	}, leaderAt(address)...)

	want := outcome{Said: []string{
		"localhost: it does not accept connections; waiting for 0s",
		"localhost: it does not accept connections; waiting for 30s",
		"localhost: it does not accept connections; waiting for 60s",
	}, Exit: drive.Ended, Slept: 76}
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
