package e2e

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// slowLoad is longer than provider-http waits for an answer.
const slowLoad = 25 * time.Second

// changing is a model on one worker.
type changing struct {
	*scenario

	name, worker string
}

// change makes a model of a name, on a worker of its own.
func (s *scenario) change(name, ip string) changing {
	s.Helper()
	s.apply(slice(name, "base-"+name, "", ip))
	s.apply(fmt.Sprintf(loraManifest, name, "base-"+name))
	return changing{scenario: s, name: name, worker: ip + ":9090"}
}

func (c changing) has(uri string) {
	c.Helper()
	c.untilHas(c.worker, map[string]string{"acme/" + c.name: uri})
}

// another changes the URI, and waits until that is loaded, and that the model says so.
func (c changing) another() {
	c.Helper()
	c.has("s3://adapters/two")
	c.untilLoaded(c.name, 1)
	calls := cluster.Workers.Calls(c.worker, c.begin, http.MethodPost, http.MethodDelete)
	unload := slices.Index(calls, "DELETE acme/"+c.name)
	load := slices.Index(calls, "POST acme/"+c.name+" s3://adapters/two")
	if unload < 0 || load < unload {
		c.Errorf("%s: want it unloaded before it is loaded from elsewhere, got %v", c.name, calls)
	}
	c.notef("%s: %v", c.name, calls)
}

const anotherURI = `{"spec":{"source":{"uri":"s3://adapters/two"}}}`

// TestModelChanges has workers be slow, hang and be replaced while what they are to load
// changes, with the real provider-http. What they have is what the model says.
func TestModelChanges(t *testing.T) {
	s := newScenario(t)
	s.provided(harness.Poll)
	cluster.Workers.Slow("10.78.0.1:9090", slowLoad)
	cluster.Workers.Slow("10.78.0.2:9090", slowLoad)
	slow, deleted := s.change("slow", "10.78.0.1"), s.change("deleted", "10.78.0.2")
	hung, moved := s.change("hung", "10.78.0.3"), s.change("moved", "10.78.0.4")
	time.Sleep(5 * time.Second)
	s.patch(harness.Model(), slow.name, anotherURI)
	s.must(s.client.Delete(t.Context(), s.ref(harness.Model(), deleted.name)))

	hung.has("s3://adapters/hung")
	s.untilLoaded(hung.name, 1)
	cluster.Workers.Set(hung.worker, harness.Hangs)
	s.patch(harness.Model(), hung.name, anotherURI)

	moved.has("s3://adapters/moved")
	s.untilLoaded(moved.name, 1)
	s.apply(strings.ReplaceAll(slice(moved.name, "base-"+moved.name, "", "10.78.0.4"), "10-78-0-4", "another"))
	s.untilPod(moved.name, "pod-another")

	time.Sleep(slowLoad)
	cluster.Workers.Set(hung.worker, harness.Well)
	hung.another()
	slow.another()
	deleted.unloaded()
	s.untilLoaded(moved.name, 1)
	moved.has("s3://adapters/moved")
	if calls := cluster.Workers.Calls(moved.worker, s.begin, http.MethodDelete); len(calls) > 0 {
		t.Errorf("a pod took the place of another one at its address: want nothing unloaded, got %v", calls)
	}
}

// untilPod waits until a model follows one pod, by one Request.
func (s *scenario) untilPod(model, pod string) {
	s.Helper()
	s.until(fmt.Sprintf("%s follows %s by one Request", model, pod), func(ctx context.Context) error {
		m, err := s.client.Get(ctx, s.ref(harness.Model(), model))
		if err != nil {
			return err
		}
		all, err := s.client.List(ctx, harness.HTTPRequest(), s.namespace, "")
		if err != nil {
			return err
		}
		names := []string{}
		for _, o := range all {
			if strings.HasPrefix(o.GetName(), model+"-") {
				names = append(names, o.GetName())
			}
		}
		if len(names) != 1 || !strings.Contains(fmt.Sprint(m.Object["status"]), pod) {
			return fmt.Errorf("its Requests are %v", names)
		}
		return nil
	})
}

// unloaded waits until a worker of a deleted model, which was loading when that went, has
// loaded and unloaded it, and lets the Request go, which waits for the time it may take.
func (c changing) unloaded() {
	c.Helper()
	c.until("the worker that was loading is unloaded", func(context.Context) error {
		calls := cluster.Workers.Calls(c.worker, c.begin, http.MethodPost, http.MethodDelete)
		if !slices.Contains(calls, "DELETE acme/"+c.name) || time.Since(c.begin) < 2*slowLoad {
			return fmt.Errorf("calls are %v", calls)
		}
		if diff := cmp.Diff(map[string]string{}, cluster.Workers.Loaded(c.worker)); diff != "" {
			return fmt.Errorf("%s", diff)
		}
		return nil
	})
	all, err := c.client.List(c.Context(), harness.HTTPRequest(), c.namespace, "")
	c.must(err)
	for _, o := range all {
		if strings.HasPrefix(o.GetName(), c.name+"-") {
			c.patch(harness.HTTPRequest(), o.GetName(), `{"metadata":{"finalizers":null}}`)
		}
	}
}
