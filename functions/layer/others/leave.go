package others

import (
	"fmt"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Ask asks for what may have the names of children that do not exist yet.
func Ask(namespace string, children []layer.Child, in layer.In) map[string]layer.Selector {
	var places []Place
	for _, c := range children {
		if p, ok := PlaceOf(c, OwnerOf(in)); ok && !in.Observed.Has(c.Key) {
			places = append(places, p)
		}
	}
	return Needs(namespace, places...)
}

// Left is the result of leaving alone what others made.
type Left struct {
	// Children without those whose place is taken.
	Children []layer.Child
	// Warnings name what is left alone.
	Warnings []string
	// Unready says that the composite cannot be ready without a child that is left out.
	Unready bool
}

// Leave returns the children of a composite that may be made, as far as core was asked.
func Leave(children []layer.Child, in layer.In) Left {
	out := Left{Children: make([]layer.Child, 0, len(children))}
	for _, c := range children {
		p, ok := PlaceOf(c, OwnerOf(in))
		if !ok || in.Observed.Has(c.Key) {
			out.Children = append(out.Children, c)
			continue
		}
		out.add(c, p, in.Answers)
	}
	return out
}

// add adds a child that does not exist yet, or says why it is left out.
func (l *Left) add(c layer.Child, p Place, answers layer.Answers) {
	occupant, o := p.Look(answers)
	switch occupant {
	case Nobody:
		l.Children = append(l.Children, c)
	case Leaving:
		l.Unready = true
	case Other:
		l.Unready = l.Unready || !p.servesAnyway()
		l.Warnings = append(l.Warnings, Describe(o)+": "+p.explain(o))
	}
}

// servesAnyway says whether the pods of the owner can do with what somebody else made:
// they run under an account, and with rights, whoever made them. If the rights do not
// do, the pods show it. What the site adds they do not need.
func (p Place) servesAnyway() bool { return p.isOfPods() || slices.Contains(spare(), p.Kind) }

// WithoutSpare returns the children that a composite needs to serve: all but what the site adds.
func WithoutSpare(children []layer.Child) []layer.Child {
	return slices.DeleteFunc(slices.Clone(children), func(c layer.Child) bool {
		return c.Object != nil && slices.Contains(spare(), c.Object.GetObjectKind().GroupVersionKind().Kind)
	})
}

// isOfPods says whether pods name the object, and use it whoever made it.
func (p Place) isOfPods() bool { return p.Kind == "ServiceAccount" || p.Kind == "RoleBinding" }

// explain says what is done about an object of others, and what to do.
func (p Place) explain(o layer.Object) string {
	if p.Owner.Controls(o) && p.bindsElse(o) {
		return "it " + ExplainRole(ReadRole(o, p.Role), p.Role)
	}
	if p.isOfPods() {
		return "it is used as it is, and neither changed nor deleted"
	}
	return "it is left as it is; delete it to have it made"
}

// Describe names an object of others, and says whose it is.
func Describe(o layer.Object) string {
	out := fmt.Sprintf("%s %q exists and ", o.Kind, o.Name)
	if ref, ok := o.Controller(); ok {
		return out + fmt.Sprintf("belongs to %s %q", ref.Kind, ref.Name)
	}
	return out + "was made by somebody else"
}

// OwnerOf returns the composite as the controller of its children.
func OwnerOf(in layer.In) layer.Controller {
	metadata, _ := in.Composite["metadata"].(map[string]any)
	kind, _ := in.Composite["kind"].(string)
	name, _ := metadata["name"].(string)
	uid, _ := metadata["uid"].(string)
	return layer.Controller{Kind: kind, Name: name, UID: uid}
}
