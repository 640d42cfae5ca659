package relay

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/internal/drive"
	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

// untested is what nobody looks at on a machine without Python.
const untested = "that the results of profilers are relayed"

const (
	result = "config_with_planner.yaml"
	mocker = "mocker_config_with_planner.yaml"
	status = "profiler_status.yaml"
	final  = "final_config.yaml"
)

// event happens once the relay has slept for so long in all.
type event struct {
	at int
	do func(*cluster) drive.Answer
}

// at is something that happens without the relay being told.
func at(slept int, do func(*cluster)) event {
	return event{slept, func(c *cluster) drive.Answer {
		do(c)
		return drive.GoOn
	}}
}

// term is a SIGTERM.
func term(slept int) event {
	return event{slept, func(*cluster) drive.Answer { return drive.Term }}
}

// done is a profiler that ended well, and its result.
func done(c *cluster) {
	c.writes(result, "kind: Graph\n")
	c.ends(0, "Completed", "")
}

// outcome of a run.
type outcome struct {
	Published []map[string]string
	Exit      int
	Slept     int
}

// run runs the relay until it ends, or has slept for a day.
func (r runCase) run(t *testing.T, c *cluster) (outcome, string) {
	t.Helper()
	events := r.events
	next := func(slept int) drive.Answer {
		if slept > 24*3600 {
			return drive.End
		}
		answer := drive.GoOn
		for answer == drive.GoOn && len(events) > 0 && events[0].at <= slept {
			answer = events[0].do(c)
			events = events[1:]
		}
		return answer
	}
	got := drive.Run(t, drive.Script{
		Path: "relay.py", Env: c.environment(r.relay), Constants: append(r.constants, "API_SECONDS=600", "STOP_API_SECONDS=600"), Untested: untested,
	}, next)
	if strings.Contains(got.Said, drive.Token) || strings.Contains(got.Said, "Traceback") {
		t.Errorf("the relay says what it must not:\n%s", got.Said)
	}
	return outcome{Published: c.publications(), Exit: got.Exit, Slept: got.Slept}, got.Said
}

// runCase is a run in a cluster.
type runCase struct {
	reason string
	relay  Relay
	before func(*cluster)
	events []event
	want   outcome
	// constants of the script, as NAME=SECONDS.
	constants []string
}

func runCases(t *testing.T, cases map[string]runCase) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			if tc.before != nil {
				tc.before(c)
			}
			if tc.relay.Image == "" {
				tc.relay = legacy()
			}
			got, said := tc.run(t, c)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s\nIt said:\n%s", tc.reason, diff, said)
			}
		})
	}
}

func TestRunResult(t *testing.T) {
	t.Parallel()
	success := of("success", result, "kind: Graph\n")
	odd := "a: \"\\\x7f\u0085\u2028\ufeff\U0001f600\t\u00e9\"\n"
	runCases(t, map[string]runCase{
		"Result": {
			reason: "the profiler writes its result and ends",
			events: []event{at(10, done)},
			want:   outcome{Published: []map[string]string{of("running"), success}, Slept: 10},
		},
		"AtOnce": {
			reason: "it ended before the relay began",
			before: done,
			want:   outcome{Published: []map[string]string{success}},
		},
		"Others": {
			reason: "further files are published if they are there, and no others",
			before: func(c *cluster) {
				c.writes(mocker, "kind: Mocker\n")
				c.writes("profile.log", "noise")
				done(c)
			},
			want: outcome{Published: []map[string]string{with(success, mocker, "kind: Mocker\n")}},
		},
		"NotYetStarted": {
			reason: "Kubernetes tells nothing of containers yet",
			before: func(c *cluster) { c.state = "" },
			events: []event{at(5, done)},
			want:   outcome{Published: []map[string]string{of("running"), success}, Slept: 5},
		},
		"LateFile": {
			reason: "a slow volume shows the file a few seconds late",
			before: func(c *cluster) { c.ends(0, "Completed", "") },
			events: []event{at(4, done)},
			want:   outcome{Published: []map[string]string{success}, Slept: 4},
		},
		"Large": {
			reason: "a result of 900 KB fits",
			before: func(c *cluster) {
				c.writes(result, strings.Repeat("k: v\n", 180000))
				c.ends(0, "Completed", "")
			},
			want: outcome{Published: []map[string]string{of("success", result, strings.Repeat("k: v\n", 180000))}},
		},
		"OddCharacters": {
			reason: "a file arrives as it is, whatever YAML makes of its characters",
			before: func(c *cluster) {
				c.writes(result, odd)
				c.ends(0, "Completed", "")
			},
			want: outcome{Published: []map[string]string{of("success", result, odd)}},
		},
	})
}

func TestRunFailure(t *testing.T) {
	t.Parallel()
	ends := func(code int, reason, message string) func(*cluster) {
		return func(c *cluster) { c.ends(code, reason, message) }
	}
	writes := func(name, content string) func(*cluster) {
		return func(c *cluster) {
			c.writes(name, content)
			c.ends(0, "Completed", "")
		}
	}
	failed := func(slept int, text string) outcome {
		return outcome{Published: []map[string]string{of("failed", "profiler_error", text)}, Slept: slept}
	}
	runCases(t, map[string]runCase{
		"Error": {
			reason: "the last line of the log is what a Python program died of",
			before: ends(1, "Error", "Traceback (most recent call last):\n  File \"x.py\"\nValueError: no GPU is large enough\n\n"),
			want:   failed(0, "the profiler ended with exit code 1: ValueError: no GPU is large enough"),
		},
		"OutOfMemory": {
			reason: "the kernel ended it", before: ends(137, "OOMKilled", ""),
			want: failed(0, "the profiler ended with exit code 137 (OOMKilled)"),
		},
		"WithResult": {
			reason: "a result beside a failure is none",
			before: func(c *cluster) {
				done(c)
				c.ends(1, "Error", "")
			},
			want: failed(0, "the profiler ended with exit code 1"),
		},
		"NoResult": {
			reason: "it ended well and wrote nothing", before: ends(0, "Completed", "INFO done"),
			want: failed(10, "the profiler ended without writing config_with_planner.yaml"),
		},
		"Empty": {
			reason: "an empty file is no result", before: writes(result, " \n"),
			want: failed(10, "config_with_planner.yaml is empty"),
		},
		"Binary": {
			reason: "garbage", before: writes(result, "kind: \xff\xfe\n"),
			want: failed(10, "config_with_planner.yaml is not UTF-8: byte 6 is wrong"),
		},
		"TooLarge": {
			reason: "more than a ConfigMap takes", before: writes(result, strings.Repeat("x", 1100000)),
			want: failed(10, "config_with_planner.yaml has more than 1000000 bytes, which is more than a ConfigMap takes"),
		},
		"TooLargeTogether": {
			reason: "each would fit alone",
			before: func(c *cluster) {
				c.writes(mocker, strings.Repeat("x", 600000))
				writes(result, strings.Repeat("x", 600000))(c)
			},
			want: failed(10, "config_with_planner.yaml, mocker_config_with_planner.yaml have more than 1000000 bytes together, which is more than a ConfigMap takes"),
		},
		"Link": {
			reason: "a link may lead to the account's token",
			before: func(c *cluster) {
				if err := os.Symlink("/etc/passwd", filepath.Join(c.output, result)); err != nil {
					t.Error(err)
				}
				c.ends(0, "Completed", "")
			},
			want: failed(10, "config_with_planner.yaml cannot be read: Too many levels of symbolic links"),
		},
		"Folder": {
			reason: "not a file",
			before: func(c *cluster) {
				if err := os.Mkdir(filepath.Join(c.output, result), 0o700); err != nil {
					t.Error(err)
				}
				c.ends(0, "Completed", "")
			},
			want: failed(10, "config_with_planner.yaml is not a regular file"),
		},
		"Pipe": {
			reason: "nobody writes into it, and the relay does not wait for that",
			before: func(c *cluster) {
				if err := syscall.Mkfifo(filepath.Join(c.output, result), 0o600); err != nil {
					t.Error(err)
				}
				c.ends(0, "Completed", "")
			},
			want: failed(10, "config_with_planner.yaml is not a regular file"),
		},
		"Long": {
			reason: "a long line is cut",
			before: ends(2, "Error", "INFO\n"+strings.Repeat("é ", 400)),
			want:   failed(0, "the profiler ended with exit code 2: "+strings.Repeat("é ", 157)+"..."),
		},
	})
}

// TestRunSecrets holds what is published of a log to have no secrets.
func TestRunSecrets(t *testing.T) {
	t.Parallel()
	hex := strings.Repeat("deadbeef0", 5)
	cases := map[string]struct{ reason, line, want string }{
		"User":          {"a password in a URL", "cannot clone https://bob:hunter2@git.example/x.git", "cannot clone https://***@git.example/x.git"},
		"Query":         {"a signed URL", "403 for https://s3.example/x?X-Amz-Signature=abc&y=1 today", "403 for https://s3.example/x?*** today"},
		"Authorization": {"a header", `headers {'Authorization': 'Bearer abc.def'}`, `headers {'Authorization': ***'}`},
		"Bearer":        {"a header's value", "sent Bearer abcdef.ghi", "sent Bearer ***"},
		"Variable":      {"a setting", "HF_TOKEN=abcdefgh in env", "HF_TOKEN=*** in env"},
		"Password":      {"a setting", `{"password": "x", "user": "bob"}`, `{"password": "***", "user": "bob"}`},
		"HuggingFace":   {"a token that is known by its beginning", "invalid token hf_abcdefghijkl", "invalid token ***"},
		"Account":       {"the account's own", "got " + drive.Token, "got ***"},
		"Random":        {"a long word of letters and digits", "sent " + hex, "sent ***"},
		"Digest":        {"a digest is none", "image x@sha256:" + hex, "image x@sha256:" + hex},
		"Tokens":        {"nor is an amount of tokens", "max_num_tokens=8192 is too small", "max_num_tokens=8192 is too small"},
		"Tokenizer":     {"nor a tokenizer", "tokenizer: not in Qwen/Qwen3-0.6B", "tokenizer: not in Qwen/Qwen3-0.6B"},
		"Control":       {"control characters are dropped", "\x1b[31mred\x1b[0m\x00", "[31mred [0m"},
	}
	runs := map[string]runCase{}
	for name, tc := range cases {
		runs[name] = runCase{
			reason: tc.reason,
			before: func(c *cluster) { c.ends(1, "Error", "INFO\n"+tc.line+"\n") },
			want:   outcome{Published: []map[string]string{of("failed", "profiler_error", "the profiler ended with exit code 1: "+tc.want)}},
		}
	}
	half := strings.Repeat("0123456789", 3) + " is wrong " + strings.Repeat(".", 2000)
	runs["Half"] = runCase{
		reason: "the end of one long line may begin within a secret",
		before: func(c *cluster) { c.ends(1, "Error", half) },
		want:   outcome{Published: []map[string]string{of("failed", "profiler_error", "the profiler ended with exit code 1: is wrong "+strings.Repeat(".", 463)+"...")}},
	}
	runCases(t, runs)
}

func TestRunStatusFile(t *testing.T) {
	t.Parallel()
	says := func(text string) func(*cluster) { return func(c *cluster) { c.writes(status, text) } }
	ended := func(code int, text string) func(*cluster) {
		return func(c *cluster) {
			if text != "" {
				c.writes(status, text)
			}
			c.writes(final, "kind: Graph\n")
			c.ends(code, "", "")
		}
	}
	success := with(of("success", final, "kind: Graph\n"), status, "status: success\n")
	runCases(t, map[string]runCase{
		"Progress": {
			reason: "what changes is published, at most every ten seconds",
			relay:  current(),
			before: says("status: running\nphase: Initializing\nmessage: ''\n"),
			events: []event{
				at(5, says("status: running\nphase: SweepingPrefill\nmessage: 'it''s 1'\n")),
				at(10, says("status: running\nphase: SweepingPrefill\nmessage: 2\n  of 3\n")),
				at(40, ended(0, "status: success\nmessage: \"do\\u006ee\"\n")),
			},
			want: outcome{Published: []map[string]string{
				of("running", "phase", "Initializing"),
				of("running", "phase", "SweepingPrefill", "message", "2 of 3"),
				with(of("success", "message", "done", final, "kind: Graph\n"), status, "status: success\nmessage: \"do\\u006ee\"\n"),
			}, Slept: 40},
		},
		"Failed": {
			reason: "the profiler says why", relay: current(),
			before: ended(1, "status: failed\nphase: SweepingPrefill\nmessage: null\nerror: >-\n  no GPU\n  fits\nbest-config:\n  - x\n"),
			want:   outcome{Published: []map[string]string{of("failed", "phase", "SweepingPrefill", "profiler_error", "no GPU fits")}},
		},
		"FailedWithZero": {
			reason: "what it says counts more than its exit code", relay: current(), before: ended(0, "status: failed\n"),
			want: outcome{Published: []map[string]string{of("failed", "profiler_error", "profiler_status.yaml says that it failed")}},
		},
		"Crashed": {
			reason: "it could not say why", relay: current(), before: ended(139, "status: running\n"),
			want: outcome{Published: []map[string]string{of("failed", "profiler_error", "the profiler ended with exit code 139")}, Slept: 10},
		},
		"LateStatus": {
			reason: "the status file is late", relay: current(), before: ended(0, "status: running\n"),
			events: []event{at(60, says("status: success\n"))},
			want:   outcome{Published: []map[string]string{success}, Slept: 60},
		},
		"NeverFinal": {
			reason: "it ended and says that it runs", relay: current(), before: ended(0, "status: running\n"),
			want: outcome{Published: []map[string]string{of("failed", "profiler_error",
				"profiler_status.yaml says 'running' of a profiler that ended, neither success nor failed")}, Slept: 120},
		},
		"NoStatus": {
			reason: "a profiler that says nothing is judged by its result", relay: current(), before: ended(0, ""),
			want: outcome{Published: []map[string]string{of("success", final, "kind: Graph\n")}, Slept: 120},
		},
		"NoResult": {
			reason: "it says success and wrote nothing", relay: current(),
			before: func(c *cluster) {
				c.writes(status, "status: success\n")
				c.ends(0, "", "")
			},
			want: outcome{Published: []map[string]string{of("failed", "profiler_error", "the profiler ended without writing final_config.yaml")}, Slept: 120},
		},
		"Garbage": {
			reason: "a status file that cannot be read says nothing", relay: current(),
			before: says("status: \xff\n"),
			events: []event{at(5, ended(0, "status: success\n"))},
			want:   outcome{Published: []map[string]string{of("running"), success}, Slept: 5},
		},
		"Secret": {
			reason: "nor does progress tell secrets", relay: current(),
			before: says("message: 'get https://x?sig=abc'\n"),
			events: []event{at(5, ended(0, "status: success\n"))},
			want:   outcome{Published: []map[string]string{of("running", "message", "get https://x?***"), success}, Slept: 5},
		},
	})
}

func TestRunWaiting(t *testing.T) {
	t.Parallel()
	waits := func(reason, message string) func(*cluster) {
		return func(c *cluster) {
			c.becomes(map[string]any{"waiting": map[string]any{"reason": reason, "message": message}})
		}
	}
	success := of("success", result, "kind: Graph\n")
	runCases(t, map[string]runCase{
		"Usual": {
			reason: "each container waits for a while", before: waits("ContainerCreating", ""), events: []event{at(5, done)},
			want: outcome{Published: []map[string]string{of("running"), success}, Slept: 5},
		},
		"Stuck": {
			reason: "nobody else tells why", before: waits("CreateContainerConfigError", `secret "x" not found`), events: []event{at(5, done)},
			want: outcome{Published: []map[string]string{
				of("running", "message", `the profiler does not start: CreateContainerConfigError: secret "x" not found`), success,
			}, Slept: 5},
		},
	})
}

// TestRunStopped is a pod that is ended.
func TestRunStopped(t *testing.T) {
	t.Parallel()
	ended := of("failed", "profiler_error", "the pod was ended before the profiler")
	success := of("success", result, "kind: Graph\n")
	away := make([]reply, 100)
	runCases(t, map[string]runCase{
		"Running": {
			reason: "the profiler has not ended", events: []event{term(10)},
			want: outcome{Published: []map[string]string{of("running"), ended}, Slept: 10},
		},
		"Deleted": {
			reason: "its signal was not heard, since Python was starting", before: func(c *cluster) { c.deleted = true },
			want: outcome{Published: []map[string]string{ended}},
		},
		"WithIt": {
			reason: "the profiler was ended first",
			events: []event{at(5, func(c *cluster) { c.ends(143, "Error", "") }), term(5)},
			want:   outcome{Published: []map[string]string{of("running"), ended}, Slept: 5},
		},
		"JustDone": {
			reason: "the profiler made it",
			events: []event{at(5, done), term(5)},
			want:   outcome{Published: []map[string]string{of("running"), success}, Slept: 5},
		},
		"Failed": {
			reason: "what was to be published already is, at once",
			before: func(c *cluster) {
				c.ends(1, "Error", "boom")
				c.replyTo("PATCH "+configMapPath, reply{status: 503}, reply{status: 503})
			},
			events: []event{term(3)},
			want:   outcome{Published: []map[string]string{of("failed", "profiler_error", "the profiler ended with exit code 1: boom")}, Slept: 3},
		},
		"APIAway": {
			reason: "it is back in time", before: func(c *cluster) { c.replyTo("GET "+podPath, away[:2]...) },
			events: []event{at(5, func(c *cluster) { c.replyTo("GET "+configMapPath, away[:2]...) }), term(5)},
			want:   outcome{Published: []map[string]string{ended}, Slept: 8},
		},
		"APIGone": {
			reason: "the relay ends before it is killed",
			events: []event{at(5, func(c *cluster) {
				c.replyTo("GET "+podPath, away...)
				c.replyTo("GET "+configMapPath, away...)
			}), term(5)},
			want: outcome{Published: []map[string]string{of("running")}, Exit: 1, Slept: 20},
		},
		"RequestDeleted": {
			reason: "a ConfigMap that is deleted with the pod does not come back",
			events: []event{at(5, func(c *cluster) { c.change(func(c *cluster) { c.uid = "" }) }), term(5)},
			want:   outcome{Published: []map[string]string{of("running")}, Exit: 1, Slept: 5},
		},
	})
}

func TestRunAPI(t *testing.T) {
	t.Parallel()
	success := of("success", result, "kind: Graph\n")
	refused := func(status int) reply { return reply{status: status, body: `{"message":"no"}`} }
	many := func(n int, r reply) []reply {
		var out []reply
		for range n {
			out = append(out, r)
		}
		return out
	}
	get, patch, pod := "GET "+configMapPath, "PATCH "+configMapPath, "GET "+podPath
	doneWith := func(what string, replies ...reply) func(*cluster) {
		return func(c *cluster) {
			done(c)
			c.replyTo(what, replies...)
		}
	}
	runCases(t, map[string]runCase{
		"Away": {
			reason: "the API closes connections for a minute", before: doneWith(patch, many(6, reply{})...),
			want: outcome{Published: []map[string]string{success}, Slept: 1 + 2 + 4 + 8 + 16 + 30},
		},
		"Busy": {
			reason: "it says when to come back", before: doneWith(patch, reply{status: 429, header: "7"}, reply{status: 503, header: "3600"}),
			want: outcome{Published: []map[string]string{success}, Slept: 7 + 30},
		},
		"Conflict": {
			reason: "the ConfigMap was replaced meanwhile", before: doneWith(patch, refused(409)),
			want: outcome{Published: []map[string]string{success}, Slept: 1},
		},
		"Late": {
			reason: "rights, ConfigMap and a new token may come late", before: doneWith(get, refused(403), refused(404), refused(401)),
			want: outcome{Published: []map[string]string{success}, Slept: 1 + 2 + 4},
		},
		"Garbage": {
			reason: "an answer that cannot be read is none", before: doneWith(get, reply{status: 200, body: "<html>"}, reply{status: 200, body: "[1]"}, reply{status: 200, body: "{}"}),
			want: outcome{Published: []map[string]string{success}, Slept: 1 + 2 + 4},
		},
		"Never": {
			reason: "after half an hour it gives up", before: doneWith(get, many(100, reply{status: 500})...),
			want: outcome{Exit: 1, Slept: 1 + 2 + 4 + 8 + 16 + 58*30},
		},
		"Invalid": {
			reason: "a result that the API refuses is a failure", before: doneWith(patch, refused(422)),
			want: outcome{Published: []map[string]string{of("failed", "profiler_error", "the result was refused: PATCH "+configMapPath+": 422 no")}},
		},
		"Refused": {
			reason: "nothing at all can be published", before: doneWith(patch, refused(422), refused(422)),
			want: outcome{Exit: 1},
		},
		"Redirect": {
			reason: "the token goes nowhere else", before: doneWith(get, reply{status: 302}, reply{status: 302}),
			want: outcome{Exit: 1},
		},
		"Outage": {
			reason: "an outage of three hours does not end the profiler", before: func(c *cluster) { c.replyTo(pod, many(18, reply{})...) },
			events: []event{at(10800, done)}, constants: []string{"POLL_SECONDS=600"},
			want: outcome{Published: []map[string]string{success}, Slept: 10800},
		},
		"Outages": {
			reason: "nor do two of them, between which the profiler ran",
			before: func(c *cluster) {
				c.replyTo(pod, many(18, reply{})...)
				c.replyTo(pod, reply{status: 200, body: c.pod()})
				c.replyTo(pod, many(18, reply{})...)
			},
			events: []event{at(22200, done)}, constants: []string{"POLL_SECONDS=600"},
			want: outcome{Published: []map[string]string{of("running"), success}, Slept: 22200},
		},
		"Unseen": {
			reason: "one that lasts longer does, and it is said", before: func(c *cluster) { c.replyTo(pod, many(100, reply{status: 500})...) },
			constants: []string{"POLL_SECONDS=600"},
			want: outcome{Published: []map[string]string{of("failed", "profiler_error",
				"it is not known whether the profiler ended: GET "+podPath+": 500")}, Slept: 15000},
		},
		"Forbidden": {
			reason: "rights on pods are missing for a while, which it says",
			before: func(c *cluster) { c.replyTo(pod, refused(403), refused(403)) }, events: []event{at(15, done)},
			want: outcome{Published: []map[string]string{
				of("running", "message", "the relay cannot see its pod: GET "+podPath+": 403 no"), of("running"), success,
			}, Slept: 15},
		},
		"NoProgress": {
			reason: "progress that cannot be published now is published later",
			before: func(c *cluster) { c.replyTo(patch, refused(500)) }, events: []event{at(20, done)},
			want: outcome{Published: []map[string]string{of("running"), success}, Slept: 20},
		},
	})
}

// TestRunAccount is an account that cannot be used. Nothing of its token is said.
func TestRunAccount(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, file, content, want string }{
		"Token":     {"a header of two lines is refused by Python, which quotes it", "token", "two\nlines", "ValueError\n"},
		"Authority": {"nobody is trusted", "ca.crt", "", "SSLError: "},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newCluster(t).environment(legacy())
			if err := os.WriteFile(filepath.Join(accountIn(env), tc.file), []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got := drive.Run(t, drive.Script{Path: "relay.py", Env: env, Untested: untested}, func(int) drive.Answer { return drive.End })
			want := "relay: GET " + podPath + ": " + tc.want
			if !strings.HasPrefix(got.Said, want) || strings.Contains(got.Said, "lines") || got.Exit != drive.Ended {
				t.Errorf("%s: want %q, got %q, exit status %d", tc.reason, want, got.Said, got.Exit)
			}
		})
	}
}

// accountIn is the account's folder in an environment.
func accountIn(env []string) string {
	for _, e := range env {
		if dir, ok := strings.CutPrefix(e, "ACCOUNT_PATH="); ok {
			return dir
		}
	}
	return ""
}

func TestRunWithoutItsVariables(t *testing.T) {
	t.Parallel()
	got := drive.Run(t, drive.Script{Path: "relay.py", Env: []string{"POD_NAME=x", "POD_NAMESPACE=y", "RELAY_RESULTS=z"}, Untested: untested}, nil)
	want := drive.Outcome{Said: "relay: set RELAY_CONTAINER, RELAY_CONFIGMAP, KUBERNETES_SERVICE_HOST\n", Exit: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want a failure that says what to set: -want, +got:\n%s", diff)
	}
}

// TestRunAsAProgram runs the container's command line, as Kubernetes hands it
// over, with a real clock. What it publishes can be read back.
func TestRunAsAProgram(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	done(c)
	container := Container(legacy())
	words := append(slices.Clone(container.Command), shell.Expand(container.Args[0], nil))
	cmd := exec.CommandContext(t.Context(), programs.Find(t, words[0], untested), words[1:]...)
	cmd.Env = append(c.environment(legacy()), "HTTPS_PROXY=http://127.0.0.1:1", "https_proxy=http://127.0.0.1:1", "ALL_PROXY=http://127.0.0.1:1")
	said, err := cmd.CombinedOutput()
	if err != nil || len(c.publications()) != 1 {
		t.Fatalf("want one publication, got %v: %v\n%s", c.publications(), err, said)
	}
	want := Report{State: Success, Results: map[string]string{result: "kind: Graph\n"}}
	if diff := cmp.Diff(want, Read(anys(with(c.publications()[0], "profiler_attempt", "5d41402a")), "5d41402a")); diff != "" {
		t.Errorf("what was published, read back: -want, +got:\n%s", diff)
	}
}

// TestScriptIsOld holds the script to the grammar of the oldest Python that
// profilers have.
func TestScriptIsOld(t *testing.T) {
	t.Parallel()
	const parse = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))"
	cmd := exec.CommandContext(t.Context(), programs.Find(t, "python3", untested), "-c", parse, "relay.py")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("relay.py is not for Python 3.8: %v\n%s", err, out)
	}
}

// TestRunStoppedWhileAsking ends the pod while an answer of the API is due.
func TestRunStoppedWhileAsking(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	asked := make(chan struct{}, 1)
	c.replyTo("GET "+podPath, reply{hangs: asked})
	cmd := exec.CommandContext(t.Context(), programs.Find(t, "python3", untested), "relay.py")
	cmd.Env = c.environment(legacy())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("want it to end well: %v", err)
	}
	want := []map[string]string{of("failed", "profiler_error", "the pod was ended before the profiler")}
	if diff := cmp.Diff(want, c.publications()); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
