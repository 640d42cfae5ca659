package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Names of testdata/multinode.yaml and testdata/mpi.yaml.
const (
	wide         = "wide"
	wideFrontend = "wide-frontend"
	wideWorker   = "wide-worker"
	wideSet      = "wide-worker-0"
	mpi          = "mpi"
	mpiSecret    = "mpi-mpi-ssh"
)

// installed starts the LeaderWorkerSet controller once for all tests.
var installed = sync.OnceValue(func() error { return cluster.InstallLeaderWorkerSets(context.Background()) })

func (s *scenario) file(name string) string {
	s.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	s.must(err)
	return string(raw)
}

// TestMultinode takes a graph through the life of an optional API: missing,
// installed later, in use, removed while in use, and back.
func TestMultinode(t *testing.T) {
	s := newScenario(t)
	if _, err := s.client.List(t.Context(), harness.LeaderWorkerSet(), s.namespace, ""); err == nil {
		t.Fatal("the cluster has LeaderWorkerSets already: this test has to be the first that installs them")
	}
	s.apply(s.file("multinode.yaml"))
	s.notef("graph over two nodes applied, where LeaderWorkerSets are missing")
	s.untilReplicas(wideFrontend, 1)
	s.until("the graph says what to install", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), wide, "ServicesReady", "install the LeaderWorkerSet controller")
	})
	s.until("so does the component", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), wideWorker, "UnsupportedFields", "install the LeaderWorkerSet controller")
	})
	if got := text(s.get(harness.Graph(), wide), "status", "state"); got != "failed" {
		t.Errorf("status.state of a graph without an orchestrator: want failed, got %q", got)
	}
	before := s.workloads()

	s.must(installed())
	s.notef("LeaderWorkerSets installed")
	s.until("the graph is ready", s.wideReady(1))
	s.survive(before)
	s.roles()

	s.patch(harness.Graph(), wide, `{"spec":{"services":{"Worker":{"replicas":2}}}}`)
	s.until("the graph is ready with two replicas of two nodes each", s.wideReady(2))
	s.survive(before)

	before = s.uids(harness.Graph(), harness.Component(), harness.Deployment(), harness.Kind("", "v1", "Service"))
	delete(before, "Service/"+wideSet) // The LeaderWorkerSet's own: it goes with its owner.
	s.must(cluster.RemoveLeaderWorkerSetAPI(t.Context()))
	s.notef("the API of LeaderWorkerSets is removed")
	s.patch(harness.Graph(), wide, `{"spec":{"services":{"Frontend":{"replicas":2}}}}`)
	s.untilReplicas(wideFrontend, 2)
	s.survive(before)

	s.must(cluster.ApplyLeaderWorkerSetAPI(t.Context()))
	s.notef("the API of LeaderWorkerSets is back")
	s.until("the graph is ready again", s.wideReady(2))
	s.survive(before)
}

// wideReady is an error until the graph is ready, and so is its LeaderWorkerSet
// with that many replicas.
func (s *scenario) wideReady(replicas int64) func(context.Context) error {
	return func(ctx context.Context) error {
		g, err := s.client.Get(ctx, s.ref(harness.Graph(), wide))
		if err != nil {
			return err
		}
		set, err := s.client.Get(ctx, s.ref(harness.LeaderWorkerSet(), wideSet))
		if err != nil {
			return errors.Join(err, settled(g))
		}
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "leaderworkerset.sigs.k8s.io/name="+wideSet)
		if err != nil {
			return err
		}
		for _, field := range []string{"replicas", "updatedReplicas", "readyReplicas"} {
			if got := number(set, "status", field); got != replicas {
				return fmt.Errorf("status.%s is %d, want %d", field, got, replicas)
			}
		}
		if len(pods) != int(2*replicas) {
			return fmt.Errorf("there are %d pods for %d replicas of two nodes", len(pods), replicas)
		}
		return settled(g)
	}
}

// roles looks at the leader and the worker of the one replica: who they are, and
// that the controller told them who leads.
func (s *scenario) roles() {
	s.Helper()
	got := map[string]string{}
	for _, p := range s.list(harness.Pod(), "leaderworkerset.sigs.k8s.io/name="+wideSet) {
		containers, _, _ := unstructured.NestedSlice(p.Object, "spec", "containers")
		got[p.GetName()] = fmt.Sprintf("%s, leader address %t, headless %t", p.GetLabels()["role"],
			strings.Contains(fmt.Sprint(containers), "LWS_LEADER_ADDRESS"), strings.Contains(fmt.Sprint(containers), "--headless"))
	}
	want := map[string]string{
		wideSet + "-0":   "leader, leader address true, headless false",
		wideSet + "-0-1": "worker, leader address true, headless true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("pods of one replica: -want, +got:\n%s", diff)
	}
}

// says is an error until a condition's message has a text.
func (s *scenario) says(ctx context.Context, kind schema.GroupVersionKind, name, condition, want string) error {
	c, err := s.condition(ctx, kind, name, condition)
	if err == nil && !strings.Contains(c.Message, want) {
		err = fmt.Errorf("condition %s is %+v", condition, c)
	}
	return err
}

// TestKeyPair has a graph that needs a key pair reconciled many times, and the
// function restarted.
func TestKeyPair(t *testing.T) {
	s := newScenario(t)
	s.must(installed())
	s.apply(s.file("mpi.yaml"))
	s.until("the graph is ready", func(ctx context.Context) error {
		g, err := s.client.Get(ctx, s.ref(harness.Graph(), mpi))
		if err != nil {
			return err
		}
		return settled(g)
	})
	secret := harness.Kind("", "v1", "Secret")
	before := s.get(secret, mpiSecret)
	set := s.get(harness.LeaderWorkerSet(), "mpi-worker-0").GetUID()
	pods := s.uids(harness.Pod())
	for i := range 10 {
		calls := s.costs().calls
		s.patch(harness.Graph(), mpi, fmt.Sprintf(`{"metadata":{"annotations":{"poke":"%d"}}}`, i))
		s.until("the graph is reconciled", func(context.Context) error {
			if s.costs().calls == calls { //nolint:contextcheck // the test's own context is the same
				return errors.New("the function was not called")
			}
			return nil
		})
	}
	s.must(cluster.Function.Kill())
	s.must(cluster.Function.Start(t.Context()))
	s.must(cluster.AwaitFunction(t.Context()))
	s.patch(harness.Graph(), mpi, `{"spec":{"services":{"Worker":{"replicas":2}}}}`)
	s.until("a second replica is ready", func(ctx context.Context) error {
		set, err := s.client.Get(ctx, s.ref(harness.LeaderWorkerSet(), "mpi-worker-0"))
		if err == nil && number(set, "status", "readyReplicas") != 2 {
			err = fmt.Errorf("status.readyReplicas is %d", number(set, "status", "readyReplicas"))
		}
		return err
	})
	after := s.get(secret, mpiSecret)
	if before.GetUID() != after.GetUID() || !cmp.Equal(before.Object["data"], after.Object["data"]) {
		t.Error("the key pair was made again")
	}
	s.survive(pods)
	if now := s.get(harness.LeaderWorkerSet(), "mpi-worker-0").GetUID(); now != set {
		t.Error("the LeaderWorkerSet was replaced")
	}
	s.unsaid(before)
}

// unsaid looks for a private key where people may read it.
func (s *scenario) unsaid(secret *unstructured.Unstructured) {
	s.Helper()
	encoded, _, _ := unstructured.NestedString(secret.Object, "data", "private.key")
	key, err := base64.StdEncoding.DecodeString(encoded)
	s.must(err)
	lines := strings.Split(strings.TrimSpace(string(key)), "\n")
	if len(lines) < 3 {
		s.Fatalf("the private key has %d lines", len(lines))
	}
	// A line from the middle, and the same place of the Secret's own encoding.
	secrets := []string{lines[len(lines)/2], encoded[len(encoded)/2 : len(encoded)/2+40]}
	logs, err := filepath.Glob(filepath.Join(cluster.Dir, "*.log"))
	s.must(err)
	places := map[string]string{}
	for _, l := range logs {
		raw, err := os.ReadFile(l)
		s.must(err)
		places[filepath.Base(l)] = string(raw)
	}
	for _, kind := range []schema.GroupVersionKind{harness.Graph(), harness.Component(), harness.LeaderWorkerSet(), harness.Pod(), harness.Kind("", "v1", "Event")} {
		for _, o := range s.list(kind, "") {
			places[kind.Kind+" "+o.GetName()] = fmt.Sprint(o.Object)
		}
	}
	for place, said := range places {
		for _, key := range secrets {
			if strings.Contains(said, key) {
				s.Errorf("%s has the private key", place)
			}
		}
	}
	s.notef("no private key in %d logs and objects", len(places))
}
