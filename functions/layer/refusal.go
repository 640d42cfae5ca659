package layer

import (
	"regexp"
	"slices"
	"strings"
)

// ReasonRefused is the reason of whatever waits for an object that the API server
// does not take.
const ReasonRefused = "Refused"

// How core's condition Synced begins, or goes on, where it has something to say of
// the composed objects.
const (
	typeSynced     = "Synced"
	prefixUnsynced = "Unsynced resources: "
	prefixCompose  = "cannot compose resources: "
	fatalResult    = " returned a fatal result: "
	// A child that was refused, and that somebody else had made, stops every later
	// reconcile in this way.
	unmarkedChild = "encountered composed resource without required"
)

// applyError is core's text where it stopped at an object. Behind it follow, whatever
// the API server's reason was, rights that core takes itself to lack.
var applyError = regexp.MustCompile(`(?s)cannot apply composed resource "([^"]+)": (.+?)(?:, system:serviceaccount:\S+ is not allowed to \[.*)?$`)

// Unsynced is what core says of its last attempt to compose a composite that it could
// not compose as the function wanted; the zero value where it could.
type Unsynced struct {
	// Keys of the children that the API server did not take: some of them where
	// there are many.
	Keys []string
	// Refusal is what it said, where core tells: core stopped there, applied
	// neither status nor conditions, and tries again by itself.
	Refusal string
	// Fatal is what the function said, where it composed nothing at all.
	Fatal string
	// Reason is core's where it is none of these, and Failure what it says: it is
	// paused, or failed before it came to the objects.
	Reason, Failure string
	// Stopped says that Failure does not pass by itself: nobody asks the function any
	// more, and what the composite's status says grows old.
	Stopped bool
}

// ReadUnsynced reads the condition Synced of a composite, where it speaks of the
// composite as it is now.
func ReadUnsynced(o Object) Unsynced {
	synced := findCondition(o, typeSynced)
	if generation, _ := synced["observedGeneration"].(int64); synced["status"] != string(False) || generation < o.Generation {
		return Unsynced{}
	}
	message, _ := synced["message"].(string)
	if list, ok := strings.CutPrefix(message, prefixUnsynced); ok {
		return Unsynced{Keys: splitKeys(list)}
	}
	if m := applyError.FindStringSubmatch(message); m != nil {
		return Unsynced{Keys: []string{m[1]}, Refusal: Shorten(m[2])}
	}
	if _, why, ok := strings.Cut(message, fatalResult); ok {
		return Unsynced{Fatal: Shorten(why)}
	}
	reason, _ := synced["reason"].(string)
	return Unsynced{
		Reason:  reason,
		Failure: Shorten(strings.TrimPrefix(message, prefixCompose)),
		Stopped: strings.Contains(message, unmarkedChild),
	}
}

// Refused are the children of the composite that the API server did not take when they
// were written last. Where core stopped at one, it does not apply what is said of it:
// what is applied is that all were taken.
func (in In) Refused() Unsynced {
	out := ReadUnsynced(Read(in.Composite))
	if out.Refusal != "" {
		return Unsynced{}
	}
	return Unsynced{Keys: out.Keys}
}

// Has says whether the API server did not take the child of a key.
func (u Unsynced) Has(key string) bool { return slices.Contains(u.Keys, key) }

// Only is the same with some children alone.
func (u Unsynced) Only(keys ...string) Unsynced {
	u.Keys = slices.DeleteFunc(slices.Clone(u.Keys), func(k string) bool { return !slices.Contains(keys, k) })
	return u
}

// Without is the same without a child.
func (u Unsynced) Without(key string) Unsynced {
	u.Keys = slices.DeleteFunc(slices.Clone(u.Keys), func(k string) bool { return k == key })
	return u
}

// Explain says what was refused, and why or where to see it. Whose are the events
// that tell it.
func (u Unsynced) Explain(whose string) string {
	what := "the API server does not take " + strings.Join(u.Keys, ", ") + ": "
	if u.Refusal != "" {
		return what + u.Refusal
	}
	return what + "see the events of " + whose
}

// splitKeys reads a list as core writes it: of the first three, and how many more.
func splitKeys(list string) []string {
	var out []string
	for item := range strings.SplitSeq(list, ", ") {
		item = strings.TrimPrefix(item, "and ")
		if !strings.HasSuffix(item, " more") {
			out = append(out, item)
		}
	}
	return out
}

// Condition returns a condition of the object; the zero value without it.
func (o Object) Condition(name string) Condition { return readCondition(findCondition(o, name)) }

// ConditionNow returns a condition of the object where it speaks of its present generation;
// the zero value where it does not.
func (o Object) ConditionNow(name string) Condition {
	c := findCondition(o, name)
	if generation, _ := c["observedGeneration"].(int64); generation < o.Generation {
		return Condition{}
	}
	return readCondition(c)
}

// Conditions returns all conditions of the object, in its order.
func (o Object) Conditions() []Condition {
	all, _ := o.Status()["conditions"].([]any)
	out := make([]Condition, 0, len(all))
	for _, c := range all {
		condition, _ := c.(map[string]any)
		out = append(out, readCondition(condition))
	}
	return out
}

// readCondition reads a condition of JSON types.
func readCondition(c map[string]any) Condition {
	name, _ := c["type"].(string)
	status, _ := c["status"].(string)
	reason, _ := c["reason"].(string)
	message, _ := c["message"].(string)
	return Condition{Type: name, Status: Status(status), Reason: reason, Message: message}
}

// findCondition returns a condition of an object as JSON types; nil without it.
func findCondition(o Object, name string) map[string]any {
	all, _ := o.Status()["conditions"].([]any)
	for _, c := range all {
		if condition, _ := c.(map[string]any); condition["type"] == name {
			return condition
		}
	}
	return nil
}
