package others

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Left is the result of leaving alone what others made.
type Left struct {
	// Children without those whose place is taken.
	Children []layer.Child
	// Needs are the objects to ask core for.
	Needs map[string]layer.Selector
	// Warnings name what is left alone.
	Warnings []string
	// Unready says that the owner cannot be ready without a child that is left out.
	Unready bool
}

// Leave returns the children of an owner that may be made. It asks only about those
// that do not exist yet.
func Leave(children []layer.Child, owner layer.Controller, in layer.In) Left {
	out := Left{Children: make([]layer.Child, 0, len(children))}
	var asked []Place
	for _, c := range children {
		p, ok := PlaceOf(c, owner)
		if !ok || in.Observed.Has(c.Key) {
			out.Children = append(out.Children, c)
			continue
		}
		asked = append(asked, p)
		out.add(c, p, in.Answers)
	}
	namespace, _ := metadataOf(in)["namespace"].(string)
	out.Needs = Needs(namespace, asked...)
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
		l.Warnings = append(l.Warnings, Describe(o)+": "+p.explain())
	}
}

// servesAnyway says whether the pods of the owner can do with what somebody else made:
// they run under an account, and with rights, whoever made them. If the rights do not
// do, the pods show it.
func (p Place) servesAnyway() bool { return p.Kind == "ServiceAccount" || p.Kind == "RoleBinding" }

// explain says what is done about an object of others, and what to do.
func (p Place) explain() string {
	if p.servesAnyway() {
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
	metadata := metadataOf(in)
	kind, _ := in.Composite["kind"].(string)
	name, _ := metadata["name"].(string)
	uid, _ := metadata["uid"].(string)
	return layer.Controller{Kind: kind, Name: name, UID: uid}
}

func metadataOf(in layer.In) map[string]any {
	out, _ := in.Composite["metadata"].(map[string]any)
	return out
}
