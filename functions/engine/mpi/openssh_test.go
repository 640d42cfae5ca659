package mpi

import (
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"testing"
	"time"

	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

// TestOpenSSH runs the worker's script with a real server, and reaches it as
// the leader does: with the pair that we make, also behind a restart of the
// worker, and never with another one.
func TestOpenSSH(t *testing.T) {
	const untested = "that the leader of an MPI job reaches its workers"
	programs.Need(t, untested, "ssh", "sshd", "ssh-keygen") // The worker's script runs the last two.
	client := programs.Find(t, "ssh", untested)
	b := box{dir: t.TempDir(), shell: lookPath(t, "sh")}
	b.mk(t, "keys")
	b.mk(t, "tmp")
	mine, other := must(t, rand.Reader), must(t, rand.Reader)
	b.write(t, "keys/private.key.pub", string(mine.Public), 0o644)
	b.write(t, "mine", string(mine.Private), 0o600)
	b.write(t, "other", string(other.Private), 0o600)

	port := freePort(t)
	reach := func(key string) error {
		cmd := exec.CommandContext(t.Context(), client, "-p", port, "-i", b.path(key), "-o", "IdentitiesOnly=yes", "-o", "ConnectionAttempts=60",
			"-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-F", "none", whoami(t)+"@127.0.0.1", "exit 0")
		out, err := cmd.CombinedOutput()
		t.Logf("ssh with %s: %v: %s", key, err, out)
		return err
	}
	for _, life := range []string{"first", "restarted"} {
		stop := serve(t, b, port)
		if err := reach("mine"); err != nil {
			t.Errorf("%s worker: want the leader's key to let in, got %v", life, err)
		}
		if err := reach("other"); err == nil {
			t.Errorf("%s worker: want no other key to let in", life)
		}
		stop()
	}
}

// serve starts a worker, and returns what stops it.
func serve(t *testing.T, b box, port string) func() {
	t.Helper()
	cmd := b.command(t, script(worker, b.path("keys"), port))
	cmd.Env = append(os.Environ(), "TMPDIR="+b.path("tmp"))
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // Closed at once.
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func whoami(t *testing.T) string {
	t.Helper()
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return u.Username
}
