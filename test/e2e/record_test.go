package e2e

import (
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// sighting is one state of an object.
type sighting struct {
	*unstructured.Unstructured

	at      time.Time
	deleted bool
}

// record is every state that the objects of a kind went through, in the order
// in which the API server wrote them.
type record struct {
	mu  sync.Mutex
	all []sighting
}

// record watches a kind until the end of the test.
func (s *scenario) record(kind schema.GroupVersionKind) *record {
	s.Helper()
	w, err := s.client.Of(kind, s.namespace).Watch(s.Context(), metav1.ListOptions{})
	s.must(err)
	r := &record{}
	s.Cleanup(w.Stop)
	go func() {
		for e := range w.ResultChan() {
			if o, ok := e.Object.(*unstructured.Unstructured); ok {
				r.add(sighting{at: time.Now(), deleted: e.Type == watch.Deleted, Unstructured: o})
			}
		}
	}()
	return r
}

func (r *record) add(s sighting) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, s)
}

// sightings up to now.
func (r *record) sightings() []sighting {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// changes of a value of one object: equal values that follow each other count
// once.
func (r *record) changes(name string, value func(*unstructured.Unstructured) string) []string {
	var out []string
	for _, s := range r.sightings() {
		if s.GetName() == name && !s.deleted {
			out = append(out, value(s.Unstructured))
		}
	}
	return slices.Compact(out)
}
