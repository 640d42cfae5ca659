package mpi

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// address is what the leader of these tests is called.
const address = "LWS_LEADER_ADDRESS=chat-0.chat.team"

// Stubs of what the leader needs.
const (
	// known answers for the names in a file.
	known = `[ "$1" = hosts ] || exit 9; while read -r n; do [ "$n" != "$2" ] || exit 0; done <"$BOX/dns"; exit 2`
	// mpirun writes its arguments down, runs the command behind them as one
	// rank, and looks at the key that it is given.
	mpirun = `
printf '%s\n' "$@" >"$BOX/mpirun"
while [ "$1" != bash ]; do
  case $1 in -p*|*" -i "*) key=${1#*-i }; key=${key%% *}; [ -z "$key" ] || cat "$key" >"$BOX/key" ;; esac
  shift
done
exec "$@"`
	// launch is TensorRT-LLM's, which runs its arguments as rank 0.
	launch = `printf '%s\001' "$@" >"$BOX/words"; printf '%s' "$HOSTILE" >"$BOX/hostile"`
)

// image is a box with everything that a leader needs, and these names in DNS.
func image(t *testing.T, names ...string) box {
	t.Helper()
	b := newBox(t)
	b.program(t, "getent", known)
	b.program(t, "mpirun", mpirun)
	b.program(t, "trtllm-llmapi-launch", launch)
	b.write(t, "dns", strings.Join(names, "\n")+"\n", 0o600)
	return b
}

// leads is the leader's script over nodes with two ranks each.
func leads(b box, nodes int, command ...string) string {
	return script(leader, append([]string{b.path("keys"), "2022", strconv.Itoa(nodes), "2"}, command...)...)
}

// exported are the variables that mpirun was told to hand on, sorted.
func exported(args []string) []string {
	var out []string
	for i, a := range args[:max(len(args)-1, 0)] {
		if a == "-x" {
			out = append(out, args[i+1])
		}
	}
	slices.Sort(out)
	return out
}

// options are mpirun's arguments without variables and command.
func options(args []string) string {
	var out []string
	for i := 0; i < len(args) && args[i] != "bash"; i++ {
		if args[i] == "-x" {
			i++
			continue
		}
		out = append(out, args[i])
	}
	return strings.Join(out, "\n")
}

func TestLeader(t *testing.T) {
	b := image(t, "chat-0.chat.team", "chat-0-1.chat.team", "chat-0-2.chat.team")
	out, code := run(t, b.command(t, leads(b, 3, "python3", "-m", "dynamo.trtllm"), address))
	if code != 0 || out != "" {
		t.Fatalf("want exit status 0 and nothing to say, got %d: %s", code, out)
	}
	args := strings.Split(b.read(t, "mpirun"), "\n")
	got := regexp.MustCompile(regexp.QuoteMeta(b.path("tmp"))+`/\S+`).ReplaceAllString(options(args), "KEY")
	want := strings.Join([]string{
		"--host", "chat-0.chat.team:2,chat-0-1.chat.team:2,chat-0-2.chat.team:2",
		"-np", "6", "--map-by", "slot", "--bind-to", "none",
		"--mca", "plm_rsh_args", "-p 2022 -i KEY -o ConnectionAttempts=60 -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
	}, "\n")
	if os.Getuid() == 0 {
		want += "\n--allow-run-as-root"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mpirun: -want options, +got options:\n%s", diff)
	}
	if diff := cmp.Diff("python3\x01-m\x01dynamo.trtllm\x01", b.read(t, "words")); diff != "" {
		t.Errorf("launcher: -want words, +got words:\n%s", diff)
	}
	if diff := cmp.Diff("the private key", b.read(t, "key")); diff != "" {
		t.Errorf("key: -want, +got:\n%s", diff)
	}
	keys, err := os.ReadDir(b.path("tmp"))
	if err != nil || len(keys) != 1 {
		t.Fatalf("want one key, got %v, %v", keys, err)
	}
	if info, err := keys[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want a key that only its owner reads, got %v, %v", info, err)
	}
}

func TestLeaderRoot(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   bool
	}{
		"Root":  {reason: "Open MPI wants to be told", args: "echo 0", want: true},
		"Other": {reason: "Nobody else needs to", args: "echo 1000"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := image(t, "chat-0.chat.team")
			b.program(t, "id", tc.args)
			if out, code := run(t, b.command(t, leads(b, 1, "true"), address)); code != 0 {
				t.Fatalf("\n%s\nexit status %d: %s", tc.reason, code, out)
			}
			args := strings.Split(b.read(t, "mpirun"), "\n")
			if got := slices.Contains(args, "--allow-run-as-root"); got != tc.want {
				t.Errorf("\n%s\nmpirun --allow-run-as-root: want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

func TestLeaderExports(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		// Want, beside PATH, TMPDIR and the leader's address.
		want []string
	}{
		"Nothing": {reason: "What there is always"},
		"Usual": {
			reason: "Paths, caches and what CUDA, NCCL and Hugging Face read",
			args:   []string{"LD_LIBRARY_PATH=/l", "PYTHONPATH=/p", "HOME=/h", "HF_HOME=/m", "HF_TOKEN=t", "CUDA_VISIBLE_DEVICES=0", "NCCL_DEBUG=INFO", "TRITON_CACHE_DIR=/c", "XDG_CACHE_HOME=/x"},
			want:   []string{"CUDA_VISIBLE_DEVICES", "HF_HOME", "HF_TOKEN", "HOME", "LD_LIBRARY_PATH", "NCCL_DEBUG", "PYTHONPATH", "TRITON_CACHE_DIR", "XDG_CACHE_HOME"},
		},
		"Container": {
			reason: "Whatever the container has, with any value",
			args:   []string{"ENGINE_ARGS=/opt/engine.yaml", "EMPTY=", "LINES=a\nFAKE=b\n", "mpi=x", "i=1", "_private=1"},
			want:   []string{"EMPTY", "ENGINE_ARGS", "LINES", "_private", "i", "mpi"},
		},
		"Local": {
			reason: "What is about this pod, or MPI's own, stays",
			args:   []string{"LWS_WORKER_INDEX=0", "HOSTNAME=chat-0", "NVIDIA_VISIBLE_DEVICES=GPU-1", "OMPI_MCA_orte_keep_fqdn_hostnames=1", "PMIX_RANK=0", "PWD=/", "SHLVL=2"},
		},
		"Names": {
			reason: "Names that no shell has are left out, and nothing of them is run or expanded",
			args:   []string{"a.b=1", "a-b=1", "*=1", "x y=1", "$(touch owned)=1", "`touch owned`=1", "1A=1"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := image(t, "chat-0.chat.team")
			if out, code := run(t, b.command(t, leads(b, 1, "true"), append(tc.args, address)...)); code != 0 {
				t.Fatalf("\n%s\nexit status %d: %s", tc.reason, code, out)
			}
			want := append([]string{"LWS_LEADER_ADDRESS", "PATH", "TMPDIR"}, tc.want...)
			slices.Sort(want)
			if diff := cmp.Diff(want, exported(strings.Split(b.read(t, "mpirun"), "\n"))); diff != "" {
				t.Errorf("\n%s\nmpirun -x: -want, +got:\n%s", tc.reason, diff)
			}
			if b.read(t, "owned") != "" {
				t.Errorf("\n%s\na name was run", tc.reason)
			}
		})
	}
}

func TestLeaderCommand(t *testing.T) {
	const hostile = "'; touch owned; '\"; touch owned; \"$(touch owned)`touch owned`\n$HOSTILE ; | & * \\"
	cases := map[string]struct {
		reason string
		args   []string
		want   []string
	}{
		"Words":     {reason: "A program and its arguments", args: []string{"python3", "-m", "dynamo.trtllm", "--a=b c"}, want: []string{"python3", "-m", "dynamo.trtllm", "--a=b c"}},
		"Line":      {reason: "A shell and its line", args: []string{"/bin/sh", "-c", `a "$B" 'c'`}, want: []string{"/bin/sh", "-c", `a "$B" 'c'`}},
		"Hostile":   {reason: "Nothing of a word is run", args: []string{hostile, "-x", "--", "bash"}, want: []string{hostile, "-x", "--", "bash"}},
		"Value":     {reason: "Nor of the value of a variable", args: []string{"--model=$(HOSTILE)"}, want: []string{"--model=" + hostile}},
		"Shadowing": {reason: "Variables that the script sets itself are read before", args: []string{"$(mpi_name)", "$(mpi_keys)"}, want: []string{"theirs", "$(mpi_keys)"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := image(t, "chat-0.chat.team", "chat-0-1.chat.team")
			out, code := run(t, b.command(t, leads(b, 2, tc.args...), address, "HOSTILE="+hostile, "mpi_name=theirs"))
			if code != 0 || out != "" {
				t.Fatalf("\n%s\nexit status %d: %s", tc.reason, code, out)
			}
			if diff := cmp.Diff(strings.Join(tc.want, "\x01")+"\x01", b.read(t, "words")); diff != "" {
				t.Errorf("\n%s\nlauncher: -want words, +got words:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(hostile, b.read(t, "hostile")); diff != "" {
				t.Errorf("\n%s\n$HOSTILE: -want, +got:\n%s", tc.reason, diff)
			}
			if _, err := os.Stat(b.path("owned")); err == nil {
				t.Errorf("\n%s\nsomething of it was run", tc.reason)
			}
		})
	}
}

func TestLeaderWaits(t *testing.T) {
	all := []string{"chat-0.chat.team", "chat-0-1.chat.team", "chat-0-2.chat.team"}
	// step changes what DNS knows each time that the leader sleeps.
	step := func(text string) string {
		return `n=$(cat "$BOX/steps" 2>/dev/null || echo 0); n=$((n + 1)); echo $n >"$BOX/steps"; ` + text
	}
	cases := map[string]struct {
		reason   string
		names    []string
		sleep    string
		seconds  string
		want     string
		wantCode int
	}{
		"Late": {
			reason: "Workers that appear one after the other",
			names:  all[:1],
			sleep:  step(`case $n in 1) echo chat-0-2.chat.team >>"$BOX/dns" ;; 2) echo chat-0-1.chat.team >>"$BOX/dns" ;; esac`),
			want: "waiting for the address of chat-0-1.chat.team chat-0-2.chat.team\n" +
				"waiting for the address of chat-0-1.chat.team\n",
		},
		"Restarted": {
			reason: "One that was there is waited for again when it restarts meanwhile",
			names:  all[:2],
			sleep:  step(`case $n in 1) printf 'chat-0.chat.team\nchat-0-2.chat.team\n' >"$BOX/dns" ;; 2) echo chat-0-1.chat.team >>"$BOX/dns" ;; esac`),
			want: "waiting for the address of chat-0-2.chat.team\n" +
				"waiting for the address of chat-0-1.chat.team\n",
		},
		"Leader": {
			reason: "Its own name is known late too",
			names:  all[1:],
			sleep:  step(`echo chat-0.chat.team >>"$BOX/dns"`),
			want:   "waiting for the address of chat-0.chat.team\n",
		},
		"Never": {
			reason:   "One that never appears ends the leader",
			names:    all[:2],
			sleep:    ":",
			seconds:  "0",
			want:     "no address after 0 s: chat-0-2.chat.team\n",
			wantCode: 1,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := image(t, tc.names...)
			b.program(t, "sleep", tc.sleep)
			env := []string{address}
			if tc.seconds != "" {
				env = append(env, "MPI_WAIT_SECONDS="+tc.seconds)
			}
			out, code := run(t, b.command(t, leads(b, 3, "true"), env...))
			if code != tc.wantCode {
				t.Errorf("\n%s\nwant exit status %d, got %d", tc.reason, tc.wantCode, code)
			}
			if diff := cmp.Diff(tc.want, out); diff != "" {
				t.Errorf("\n%s\n-want output, +got output:\n%s", tc.reason, diff)
			}
			if started := b.read(t, "mpirun") != ""; started != (tc.wantCode == 0) {
				t.Errorf("\n%s\nmpirun: want it started only when all names are known, got %t", tc.reason, started)
			}
		})
	}
}

// TestLeaderGivesUp measures the time with the real sleep and clock.
func TestLeaderGivesUp(t *testing.T) {
	b := image(t, "chat-0.chat.team")
	start := time.Now()
	out, code := run(t, b.command(t, leads(b, 2, "true"), address, "MPI_WAIT_SECONDS=1"))
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("want an end after about a second, took %s", took)
	}
	if code != 1 || !strings.HasSuffix(out, "no address after 1 s: chat-0-1.chat.team\n") {
		t.Errorf("want exit status 1 and the missing name, got %d: %s", code, out)
	}
}

// TestLeaderStops: a pod that is deleted while it waits ends at once, although
// its first process ignores signals by default.
func TestLeaderStops(t *testing.T) {
	b := image(t, "chat-0.chat.team")
	cmd := b.command(t, leads(b, 2, "true"), address)
	out := &strings.Builder{}
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // Its exit status is looked at below.
	if code := cmd.ProcessState.ExitCode(); code != 143 {
		t.Errorf("want exit status 143 on a termination signal, got %d: %s", code, out)
	}
}

func TestLeaderLacks(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   func(*testing.T, box)
		env    []string
		want   string
	}{
		"Mpirun": {
			reason: "An image without Open MPI says so",
			args:   func(t *testing.T, b box) { t.Helper(); remove(t, b, "bin/mpirun") },
			env:    []string{address},
			want:   "mpirun is missing in the image: TensorRT-LLM over several nodes needs Open MPI",
		},
		"Key": {
			reason: "A Secret without the key",
			args:   func(t *testing.T, b box) { t.Helper(); remove(t, b, "keys/private.key") },
			env:    []string{address},
			want:   "private.key",
		},
		"Address": {
			reason: "A pod outside of a LeaderWorkerSet",
			args:   func(*testing.T, box) {},
			want:   "LWS_LEADER_ADDRESS",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := image(t, "chat-0.chat.team")
			tc.args(t, b)
			out, code := run(t, b.command(t, leads(b, 1, "true"), tc.env...))
			if code == 0 || !strings.Contains(out, tc.want) {
				t.Errorf("\n%s\nwant a failure that names %q, got exit status %d: %s", tc.reason, tc.want, code, out)
			}
		})
	}
}

func remove(t *testing.T, b box, name string) {
	t.Helper()
	if err := os.Remove(b.path(name)); err != nil {
		t.Fatal(err)
	}
}
