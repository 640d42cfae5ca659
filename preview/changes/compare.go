package changes

import (
	"slices"
)

// Kind of a change.
type Kind string

// Kinds of changes.
const (
	Added   Kind = "added"
	Changed Kind = "changed"
	Gone    Kind = "removed"
)

// Change of an object.
type Change struct {
	ID

	Change Kind `json:"change"`
	// Manifest that the object comes of.
	Manifest ID `json:"manifest"`
	// Pods of a workload, where something becomes of them.
	Pods *Pods `json:"pods,omitempty"`
	// Fields that are different; none of an object that comes or goes.
	Fields []Field `json:"fields,omitempty"`
	parent ID
}

// Report is all that is different.
type Report struct {
	// Restart says that pods that run would end: they restart, are replaced or removed.
	Restart bool   `json:"restart"`
	Counts  Counts `json:"counts"`
	// Changes of objects, sorted by namespace, name and kind.
	Changes []Change `json:"changes"`
}

// Counts of objects, and of workloads by what becomes of their pods.
type Counts struct {
	Added     int `json:"added"`
	Removed   int `json:"removed"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	// Workloads by effect, and Pods that these have: those that end, of new workloads
	// those that begin.
	Workloads map[Effect]int   `json:"workloads"`
	Pods      map[Effect]int64 `json:"pods"`
}

// Normal returns an object as an API server keeps it, with its defaults.
type Normal func(fields map[string]any) map[string]any

// Compare compares what was composed before with what is composed now.
func Compare(old, now []Object, normal Normal) Report {
	out := Report{Counts: Counts{Workloads: map[Effect]int{}, Pods: map[Effect]int64{}}, Changes: []Change{}}
	before, after := index(old), index(now)
	for id, o := range before {
		n, there := after[id]
		switch {
		case !there:
			out.Changes = append(out.Changes, remove(o))
		default:
			if c, differs := change(o, n, normal); differs {
				out.Changes = append(out.Changes, c)
			} else {
				out.Counts.Unchanged++
			}
		}
	}
	for id, n := range after {
		if _, there := before[id]; !there {
			out.Changes = append(out.Changes, add(n))
		}
	}
	slices.SortFunc(out.Changes, func(a, b Change) int { return a.compare(b.ID) })
	pair(out.Changes)
	out.count()
	return out
}

func index(objects []Object) map[ID]Object {
	out := make(map[ID]Object, len(objects))
	for _, o := range objects {
		out[o.ID()] = o
	}
	return out
}

func begin(o Object, kind Kind) Change {
	return Change{ID: o.ID(), Change: kind, Manifest: o.Manifest, parent: o.Parent}
}

func remove(o Object) Change {
	out := begin(o, Gone)
	if isWorkload(out.Kind) {
		out.Pods = &Pods{Effect: Removed, Before: count(o.Fields)}
	}
	return out
}

func add(o Object) Change {
	out := begin(o, Added)
	if isWorkload(out.Kind) {
		out.Pods = &Pods{Effect: New, After: count(o.Fields)}
	}
	return out
}

// change says what is different of an object, and whether anything is.
func change(old, now Object, normal Normal) (Change, bool) {
	out := begin(now, Changed)
	a, b := normal(old.Fields), normal(now.Fields)
	out.Fields = compareFields(a, b)
	if len(out.Fields) == 0 {
		return out, false
	}
	if !isWorkload(out.Kind) {
		return out, true
	}
	restarts := markRestarts(out.Kind, out.Fields)
	pods := Pods{Before: count(a), After: count(b)}
	switch {
	case restarts && pods.Before > 0:
		pods.Effect, out.Pods = Restart, &pods
	case pods.Before != pods.After:
		pods.Effect, out.Pods = Scaled, &pods
	}
	return out, true
}

// pair finds the workloads that go where another one comes: one composite composes both.
func pair(all []Change) {
	for i, gone := range all {
		if gone.Pods == nil || gone.Pods.Effect != Removed {
			continue
		}
		j := slices.IndexFunc(all, func(c Change) bool {
			return c.Pods != nil && c.Pods.Effect == New && c.Pods.By == nil && c.parent == gone.parent
		})
		if j < 0 {
			continue
		}
		all[i].Pods.Effect, all[i].Pods.After, all[i].Pods.By = Replaced, all[j].Pods.After, &all[j].ID
		all[j].Pods.By = &all[i].ID
	}
}

func (r *Report) count() {
	for _, c := range r.Changes {
		switch c.Change {
		case Added:
			r.Counts.Added++
		case Gone:
			r.Counts.Removed++
		case Changed:
			r.Counts.Changed++
		}
		r.Restart = r.Restart || c.Pods.Ends()
		if c.Pods == nil || (c.Pods.Effect == New && c.Pods.By != nil) {
			continue
		}
		r.Counts.Workloads[c.Pods.Effect]++
		r.Counts.Pods[c.Pods.Effect] += c.Pods.number()
	}
}

// number is how many pods the effect is told of.
func (p *Pods) number() int64 {
	if p.Effect == New {
		return p.After
	}
	return p.Before
}
