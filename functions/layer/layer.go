// Package layer is the shape that every layer has: a pure function from what a
// composite asks for and what was observed to the children, the status and the
// conditions it should have.
package layer

import (
	"io"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Paces at which a composite is looked at again when nothing happens. Never
// zero: with zero core would not come back at all, and only the pace gets past
// an open circuit breaker.
const (
	// PaceRefused is that of a composite with a child that the API server does not
	// take: nothing tells core when it would. It is the longest that core itself waits
	// before it tries again what failed.
	PaceRefused = 30 * time.Second
	// PaceProgressing is that of a composite with children that are not observed yet,
	// or that waits for what no watch tells of.
	PaceProgressing = 1 * time.Minute
	// PaceStarting is that of one whose pods start. Watches tell of each that does, so
	// that a look finds something new only where one was missed, and it costs a write
	// for each child.
	PaceStarting = 5 * time.Minute
	PaceSteady   = 10 * time.Minute
)

// In is the input of a layer: all that it knows.
type In struct {
	// Composite is the whole object, as JSON types with integers as int64.
	Composite map[string]any
	// Self is the composite with its managedFields; only the scaling layer reads
	// it.
	Self Object
	// Observed are the children that exist, by key.
	Observed Observed
	// Answers to what the layer asked for.
	Answers  Answers
	Settings settings.Settings
	// Input is that of the pipeline step, as JSON: one of the layers of Settings.
	Input []byte
	// SettingsFaults are those of all that Settings are read from. While there are
	// any, a layer that reads Settings composes nothing new: guessing at a site's
	// settings could restart its pods.
	SettingsFaults field.ErrorList
	// Waiting says that core has not told yet which EnvironmentConfigs there are, so
	// that Settings may not be all that the site says. A layer that reads them asks
	// for what it needs, keeps what there is, and finds no fault: core calls again
	// at once.
	Waiting bool
	// Random is the entropy for new SSH keys, the only nondeterministic input. It
	// is read only for a key that does not exist yet.
	Random io.Reader
}

// Out is the result of a layer: what should exist, and what is said of it.
type Out struct {
	// Children that should exist. A child left out is deleted by core.
	Children []Child
	// Status is the composite's whole status, a pointer to its typed struct.
	Status any
	// Ready says whether the composite as a whole is.
	Ready      bool
	Conditions []Condition
	Events     []Event
	// Found is what Conditions say of the composite's fields, unabridged, for
	// tools that point at them.
	Found Findings
	Needs Needs
	// Connection is what users of the composite connect with, by key. Only composites
	// behind claims can say it.
	Connection map[string]string
	// Fatal, when not empty, says why nothing at all is composed. Of the result
	// only conditions and needs reach core. It is for composites without
	// children: core deletes none that a fatal result leaves out, and changes
	// none either.
	Fatal string
	// Pace until the next look; the zero value means PaceProgressing.
	Pace time.Duration
}

// Child is an object that should exist.
type Child struct {
	// Key is the composition-resource name: frozen API.
	Key string
	// Object has its TypeMeta and name set and no namespace.
	Object runtime.Object
	// Lifetime says why the child is among the children.
	Lifetime Lifetime
	// Hash, if any, is put on the object as the spec-hash annotation.
	Hash string
	// Annotations are put on the object beside its own. They are not part of Hash:
	// they say what the parent keeps in mind, not what the child renders.
	Annotations map[string]string
	// Selection of a child of our own kinds: what core composes it with. It is not
	// part of Hash either.
	Selection Selection
	// Ready says whether the observed object serves what Object asks for.
	Ready bool
	// Inert says that the object does nothing once it is there, as an account or a
	// Service: all that there is to say of its readiness is that it was observed.
	Inert bool

	// Fields are those of Object where it has been converted; else nil.
	Fields map[string]any

	// Size is about how many bytes Fields take; 0 where that is not known.
	Size int
}

// Lifetime of a child: why it is there, and what follows when it is not.
type Lifetime int

const (
	// Rendered is what the composite asks for now.
	Rendered Lifetime = iota
	// Kept is there as it is observed, since what should be there instead cannot
	// be rendered or made yet, or since it holds data. It is sent as core wrote it
	// last.
	Kept
	// Passing comes and goes with something else, as one object for each pod
	// does. The composite is ready without it.
	Passing
)

// Status of a condition.
type Status string

// Statuses of conditions. Unknown is none that a layer comes to by itself: it is repeated
// from others.
const (
	True    Status = "True"
	False   Status = "False"
	Unknown Status = "Unknown"
)

// Condition of the composite. Type must be none of those that core owns: Ready,
// Synced, Healthy, UpToDate, Responsive.
type Condition struct {
	Type    string
	Status  Status
	Reason  string
	Message string
	// OfClaim says that it is also one of the claim that the composite stands behind.
	OfClaim bool
}

// Event is emitted on a transition only, never on each run.
type Event struct {
	Warning bool
	Reason  string
	Message string
}
