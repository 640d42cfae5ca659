package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Mood is how a worker answers.
type Mood int

// Moods of workers.
const (
	// Well: it loads and unloads as it is told.
	Well Mood = iota
	// Fails: it says so with HTTP 500.
	Fails
	// FailsQuietly: it says so with HTTP 200, as older runtimes do.
	FailsQuietly
	// Hangs: it accepts calls and answers none.
	Hangs
	// TakesNone: it was started without LoRA, so that it has no such routes.
	TakesNone
	// ManagesNone: it has the routes and nobody behind them, as prefill workers may be.
	ManagesNone
	// Away: nobody listens at its address.
	Away
)

// Failure is what workers say that fail to load.
const Failure = "no such bucket"

// Call of a worker.
type Call struct {
	At                 time.Time
	Method, Name, From string
}

// String is the method, with what is loaded or unloaded.
func (c Call) String() string { return strings.TrimSpace(c.Method + " " + c.Name + " " + c.From) }

// Workers are stand-ins for the system servers of Dynamo's workers, one an address. They
// are reached through an HTTP proxy: who asks it for an address is answered by the
// worker that has it.
type Workers struct {
	url    string
	server *http.Server

	mu  sync.Mutex
	all map[string]*worker
}

type worker struct {
	mood   Mood
	slow   time.Duration
	loaded map[string]string // where from, by name
	calls  []Call
}

func startWorkers(ctx context.Context) (*Workers, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback+":0")
	if err != nil {
		return nil, fmt.Errorf("cannot listen: %w", err)
	}
	w := &Workers{url: "http://" + l.Addr().String(), all: map[string]*worker{}}
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: time.Minute}
	go func() { _ = w.server.Serve(l) }() // ends when Stop closes it
	return w, nil
}

// at is the worker of an address; the mutex is held.
func (w *Workers) at(address string) *worker {
	if w.all[address] == nil {
		w.all[address] = &worker{loaded: map[string]string{}}
	}
	return w.all[address]
}

// Set has the worker of an address, such as 10.0.0.1:9090, answer in another way.
func (w *Workers) Set(address string, mood Mood) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at(address).mood = mood
}

// Slow has the worker of an address take so long to load, also when nobody waits for it.
func (w *Workers) Slow(address string, takes time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at(address).slow = takes
}

// Restart has the worker of an address forget what it loaded.
func (w *Workers) Restart(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.at(address).loaded)
}

// Loaded are the adapters of a worker, each with where it is from.
func (w *Workers) Loaded(address string) map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.at(address).loaded)
}

// Calls of a worker since a point in time, of the methods, or of all.
func (w *Workers) Calls(address string, since time.Time, methods ...string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, c := range w.at(address).calls {
		if c.At.After(since) && (len(methods) == 0 || strings.Contains(strings.Join(methods, " "), c.Method)) {
			out = append(out, c.String())
		}
	}
	return out
}

// adapter is the body of a call that loads one.
type adapter struct {
	Name   string `json:"lora_name"`
	Source struct {
		URI string `json:"uri"`
	} `json:"source"`
}

// ServeHTTP answers a call of a worker.
func (w *Workers) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	a := adapter{}
	name, routed := strings.CutPrefix(r.URL.Path, "/v1/loras")
	a.Name = strings.TrimPrefix(name, "/")
	if r.Method == http.MethodPost {
		_ = json.NewDecoder(r.Body).Decode(&a)
	}
	w.mu.Lock()
	it := w.at(r.URL.Host)
	it.calls = append(it.calls, Call{At: time.Now(), Method: r.Method, Name: a.Name, From: a.Source.URI})
	mood, takes := it.mood, time.Duration(0)
	if r.Method == http.MethodPost {
		takes = it.slow
	}
	w.mu.Unlock()
	switch {
	case mood == Away:
		hangUp(rw)
	case mood == Hangs:
		<-r.Context().Done()
	case mood == TakesNone, !routed:
		http.NotFound(rw, r)
	default:
		done := make(chan struct{})
		var code int
		var answer map[string]any
		go func() { // goes on when the caller does not
			defer close(done)
			time.Sleep(takes)
			w.mu.Lock()
			defer w.mu.Unlock()
			code, answer = it.answer(r.Method, a)
		}()
		select {
		case <-done:
		case <-r.Context().Done():
			return
		}
		body, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(code)
		_, _ = rw.Write(body)
	}
}

// hangUp ends the connection without an answer.
func hangUp(rw http.ResponseWriter) {
	if h, ok := rw.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

// answer does as Dynamo's runtime does: loading is idempotent by name, wherever the
// adapter is from.
func (w *worker) answer(method string, a adapter) (int, map[string]any) {
	failure := func(code int, message string) (int, map[string]any) {
		return code, map[string]any{"status": "error", "message": message}
	}
	switch {
	case method == http.MethodGet && w.mood != ManagesNone:
		ids := map[string]int{}
		for name := range w.loaded {
			ids[name] = len(name)
		}
		return http.StatusOK, map[string]any{"status": "success", "loras": ids, "count": len(ids)}
	case w.mood == ManagesNone:
		return failure(http.StatusInternalServerError, "LoRA management not available")
	case w.mood == Fails:
		return failure(http.StatusInternalServerError, Failure)
	case w.mood == FailsQuietly:
		return failure(http.StatusOK, Failure)
	case method == http.MethodDelete:
		if _, ok := w.loaded[a.Name]; !ok {
			return failure(http.StatusOK, "no such LoRA")
		}
		delete(w.loaded, a.Name)
		return http.StatusOK, map[string]any{"status": "success", "message": "unloaded", "lora_name": a.Name}
	}
	message := "already loaded"
	if _, ok := w.loaded[a.Name]; !ok {
		w.loaded[a.Name], message = a.Source.URI, "loaded"
	}
	return http.StatusOK, map[string]any{"status": "success", "message": message, "lora_name": a.Name, "lora_id": len(a.Name)}
}
