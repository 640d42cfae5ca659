package harness

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestObjects(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Two":     {reason: "every document is an object", args: "kind: A\n---\nkind: B\n", want: []string{"A", "B"}},
		"Comment": {reason: "a document of comments is none", args: "# nothing\n---\nkind: B\n", want: []string{"B"}},
		"Empty":   {reason: "an empty text has none", args: ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			objects, err := Objects(tc.args)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range objects {
				got = append(got, o.GetKind())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nObjects(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if _, err := Objects("kind: [A"); err == nil {
		t.Error("Objects(...): want an error for what is no YAML")
	}
}

func TestConditionOf(t *testing.T) {
	o := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{"conditions": []any{
		map[string]any{"type": "Ready", "status": "False", "reason": "Creating", "message": "wait", "lastTransitionTime": "2026-01-02T03:04:05Z"},
	}}}}
	want := Condition{Type: "Ready", Status: "False", Reason: "Creating", Message: "wait", LastTransitionTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	if diff := cmp.Diff(want, ConditionOf(o, "Ready")); diff != "" {
		t.Errorf("ConditionOf(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(Condition{Type: "Synced"}, ConditionOf(o, "Synced")); diff != "" {
		t.Errorf("ConditionOf(...) of an absent condition: -want, +got:\n%s", diff)
	}
}

func TestUntil(t *testing.T) {
	calls := 0
	err := Until(t.Context(), time.Minute, "third call", func(context.Context) error {
		if calls++; calls < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("Until(...): %d calls, %v; want 3, and no error", calls, err)
	}
	err = Until(t.Context(), time.Millisecond, "never", func(context.Context) error { return errors.New("the reason") })
	if err == nil || !strings.Contains(err.Error(), "the reason") {
		t.Errorf("Until(...): want the last error, got %v", err)
	}
}

func TestProcess(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		end    func(*Process) error
		want   bool
	}{
		"Stop": {reason: "a program can end in order", args: `trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.05; done`, end: (*Process).Stop, want: true},
		"Kill": {reason: "a killed one cannot", args: `trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.05; done`, end: (*Process).Kill, want: false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := newProcess(t.TempDir(), "shell", "/bin/sh", "-c", tc.args)
			if err := p.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			log := func() string { raw, _ := os.ReadFile(p.Log); return string(raw) }
			if err := Until(t.Context(), time.Minute, "first line", func(context.Context) error {
				if !strings.Contains(log(), "up") {
					return errors.New("not up")
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if !p.Running() {
				t.Errorf("\n%s\nRunning(): false before the end", tc.reason)
			}
			if err := tc.end(p); err != nil {
				t.Error(err)
			}
			if got := strings.Contains(log(), "bye"); got != tc.want || p.Running() {
				t.Errorf("\n%s\nended in order: %t, want %t; running: %t, want false", tc.reason, got, tc.want, p.Running())
			}
			if err := tc.end(p); err != nil {
				t.Errorf("ending it twice: %v", err)
			}
		})
	}
}
