package mpi

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScripts(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Worker": {
			reason: "Where the key pair is, and the port of the readiness probe",
			args:   Worker(),
			want:   "set -- /ssh-pk 2222",
		},
		"Leader": {
			reason: "Nodes, ranks on each and the command",
			args:   Leader(4, 8, []string{"/bin/sh", "-c", `python3 -m dynamo.trtllm --x "$ENGINE_ARGS"`}),
			want:   `set -- /ssh-pk 2222 4 8 /bin/sh -c 'python3 -m dynamo.trtllm --x "$ENGINE_ARGS"'`,
		},
		"References": {
			reason: "What Kubernetes would expand is the shell's to expand",
			args:   Leader(2, 1, []string{"python3", "$(MODEL)"}),
			want:   `set -- /ssh-pk 2222 2 1 python3 "${MODEL-\$$(MODEL)}"`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			first, rest, _ := strings.Cut(tc.args, "\n")
			if diff := cmp.Diff(tc.want, first); diff != "" {
				t.Errorf("\n%s\nfirst line: -want, +got:\n%s", tc.reason, diff)
			}
			if !strings.Contains(rest, "set -eu") {
				t.Errorf("\n%s\nwant a script that stops at its first error, got:\n%s", tc.reason, rest)
			}
		})
	}
}

// TestSyntax: every shell that images have reads the scripts.
func TestSyntax(t *testing.T) {
	for name, text := range map[string]string{"leader": leader, "worker": worker} {
		for _, shell := range []string{"sh", "bash"} {
			t.Run(name+"/"+shell, func(t *testing.T) {
				cmd := exec.CommandContext(t.Context(), shell, "-n")
				cmd.Stdin = strings.NewReader(text)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		// The variables of a script must not be the user's.
		for line := range strings.SplitSeq(text, "\n") {
			word := strings.TrimLeft(line, " ")
			if n := strings.IndexByte(word, '='); n > 0 && !strings.ContainsAny(word[:n], " -\"$'") && !strings.HasPrefix(word, "mpi_") {
				t.Errorf("%s: want variables to begin with mpi_, got %q", name, line)
			}
		}
	}
}

// box is a folder of programs that a script finds in the place of others, and
// what they write down.
type box struct {
	// dir is the folder, and shell the machine's.
	dir, shell string
}

// newBox has what scripts use of the system, and nothing else. Its programs are
// files that call the machine's, not links to them: tests write over some.
func newBox(t *testing.T) box {
	t.Helper()
	b := box{dir: t.TempDir(), shell: lookPath(t, "sh")}
	b.mk(t, "bin")
	for _, name := range []string{"awk", "bash", "cat", "date", "id", "mkdir", "mktemp", "sleep", "touch"} {
		b.program(t, name, "exec "+lookPath(t, name)+` "$@"`)
	}
	b.mk(t, "keys")
	b.write(t, "keys/private.key", "the private key", 0o644)
	b.write(t, "keys/private.key.pub", "the public key", 0o644)
	b.mk(t, "tmp")
	return b
}

func lookPath(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("this machine lacks a program that the scripts need: %v", err)
	}
	return path
}

func (b box) path(name string) string { return filepath.Join(b.dir, name) }

func (b box) mk(t *testing.T, name string) string {
	t.Helper()
	if err := os.MkdirAll(b.path(name), 0o700); err != nil {
		t.Fatal(err)
	}
	return b.path(name)
}

func (b box) write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// program adds a stub, a shell script that has $BOX.
func (b box) program(t *testing.T, name, text string) {
	t.Helper()
	b.write(t, "bin/"+name, "#!"+b.shell+"\nBOX="+b.dir+"\n"+text+"\n", 0o700)
}

// read is a file of the box, empty where there is none.
func (b box) read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(b.path(name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(raw)
}

// command starts a script as a container would: Arg doubles what Kubernetes
// takes the half of away.
func (b box) command(t *testing.T, script string, env ...string) *exec.Cmd {
	t.Helper()
	text := strings.NewReplacer("$$", "$").Replace(script)
	cmd := exec.CommandContext(t.Context(), b.shell, "-c", text)
	cmd.Dir = b.dir
	cmd.Env = append([]string{"PATH=" + b.path("bin"), "TMPDIR=" + b.path("tmp")}, env...)
	return cmd
}

// run is a script's output, both kinds, and its exit status.
func run(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatalf("cannot run: %v", err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestWorker(t *testing.T) {
	cases := map[string]struct {
		reason   string
		args     map[string]string // Programs of the image.
		want     string            // The server's arguments, the folder of its keys left out.
		wantText string
		wantCode int
	}{
		"Serves": {
			reason: "The server has the given port, new host keys, and lets the owner of the key in, with nothing else",
			args: map[string]string{
				"ssh-keygen": `for f; do :; done; echo "$*" >"$f"`,
				"sshd":       `echo "$*" >"$BOX/sshd"`,
			},
			want: "-D -e -f /dev/null -p 2022 -h DIR/host_key -o AuthorizedKeysFile=KEYS/private.key.pub -o StrictModes=no -o PidFile=none" +
				" -o UsePAM=no -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no\n",
		},
		"NoKeys": {
			reason:   "Without host keys there is no server",
			args:     map[string]string{"ssh-keygen": "exit 3", "sshd": `echo "$*" >"$BOX/sshd"`},
			wantCode: 3,
		},
		"NoServer": {
			reason:   "An image without a server says so",
			args:     map[string]string{"ssh-keygen": ":"},
			wantText: "sshd is missing in the image: MPI over several nodes needs an SSH server\n",
			wantCode: 1,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			b.program(t, "mkdir", ":") // What it makes is the machine's.
			for name, text := range tc.args {
				b.program(t, name, text)
			}
			if _, err := os.Stat("/usr/sbin/sshd"); err == nil && tc.wantText != "" {
				t.Skip("this machine has a server where scripts look for one")
			}
			out, code := run(t, b.command(t, script(worker, b.path("keys"), "2022")))
			if code != tc.wantCode {
				t.Errorf("\n%s\nworker: want exit status %d, got %d: %s", tc.reason, tc.wantCode, code, out)
			}
			if diff := cmp.Diff(tc.wantText, out); tc.wantText != "" && diff != "" {
				t.Errorf("\n%s\nworker: -want output, +got output:\n%s", tc.reason, diff)
			}
			got := strings.ReplaceAll(b.read(t, "sshd"), b.path("keys"), "KEYS")
			dirs, err := filepath.Glob(b.path("tmp/*"))
			if err != nil || len(dirs) != 1 {
				t.Fatalf("want one folder for host keys, got %v, %v", dirs, err)
			}
			if diff := cmp.Diff(tc.want, strings.ReplaceAll(got, dirs[0], "DIR")); diff != "" {
				t.Errorf("\n%s\nsshd: -want arguments, +got arguments:\n%s", tc.reason, diff)
			}
		})
	}
}
