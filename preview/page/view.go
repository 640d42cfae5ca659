package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

// Preview is what a page shows.
type Preview struct {
	// Files that the manifests are from.
	Files []string
	// Manifests as they are written, and what each of them becomes.
	Manifests []map[string]any
	Nodes     []preview.Node
	Origins   origin.Origins
	// Layers of the settings, lowest first.
	Layers []string
}

// view is a preview as the markup wants it.
type view struct {
	Title   string
	Files   string
	Totals  []total
	Roots   []*object
	Objects []*object
	Remarks []remark
	Kinds   []legend
	Layers  string
	Untried []whence
}

// total is a number of the whole page.
type total struct {
	Value, Name, Note string
}

// object is a manifest, or what comes of one.
type object struct {
	ID, Kind, Name string
	// Service of a graph that a component is; empty for all else.
	Service string
	// Above are what composes it, the manifest first.
	Above []*object
	// Facts are what is to be seen at once.
	Facts []string
	// Pods of a workload.
	Pods *pods
	// Branches are drawn as a line of their own each, Leaves beside each other.
	Branches, Leaves []*object
	// Exists are the fields without which there would be no such object.
	Exists []whence
	Lines  []*line
	// Remarks on fields are in their lines; these are on the object as a whole.
	Remarks []remark
	// Bad and Doubtful say that something below is in error, or warned of.
	Bad, Doubtful bool
}

// IsManifest says whether the object is one that the user wrote.
func (o *object) IsManifest() bool { return len(o.Above) == 0 }

// look makes the view of a preview.
func look(p Preview) view {
	b := builder{preview: p}
	for i, n := range p.Nodes {
		b.addRoot(i, n)
	}
	v := view{
		Title: titleOf(b.roots), Files: strings.Join(p.Files, ", "), Roots: b.roots, Objects: b.objects,
		Remarks: b.remarks, Kinds: legends(b.roots), Layers: strings.Join(p.Layers, " < "), Untried: b.untried,
	}
	v.Totals = totals(b.objects, b.remarks)
	return v
}

func titleOf(roots []*object) string {
	var out []string
	for _, r := range roots {
		out = append(out, r.Kind+" "+r.Name)
	}
	if len(out) > 3 {
		out = append(out[:3], fmt.Sprintf("and %d more", len(out)-3))
	}
	return strings.Join(out, ", ")
}

// totals of everything.
func totals(objects []*object, remarks []remark) []total {
	sum := pods{}
	pending, composed := int64(0), int64(0)
	for _, o := range objects {
		if !o.IsManifest() {
			composed++
		}
		if o.Pods == nil {
			continue
		}
		pending += o.Pods.Count()
		sum.GPUs += o.Pods.GPUs
		sum.CPU.Add(o.Pods.CPU)
		sum.Memory.Add(o.Pods.Memory)
		sum.Claims = sum.Claims || o.Pods.Claims
		sum.Unbounded = sum.Unbounded || o.Pods.Unbounded
	}
	out := []total{
		{Value: strconv.FormatInt(sum.GPUs, 10), Name: "GPUs"},
		{Value: strconv.FormatInt(pending, 10), Name: "pods"},
		{Value: readable(sum.Memory), Name: "memory asked for"},
		{Value: cpus(sum.CPU), Name: "CPUs asked for"},
		{Value: strconv.FormatInt(composed, 10), Name: "objects"},
		{Value: strconv.Itoa(len(remarks)), Name: "remarks"},
	}
	if sum.Claims {
		out[0].Note = "and those of resource claims"
	}
	if sum.Unbounded {
		out[2].Note = "some containers ask for none"
	}
	return out
}

// readable is an amount of memory in the largest unit that leaves a number of at most one
// decimal.
func readable(q resource.Quantity) string {
	n := float64(q.Value())
	if n == 0 {
		return "none"
	}
	for _, unit := range []string{"bytes", "KiB", "MiB", "GiB", "TiB"} {
		if n < 1024 || unit == "TiB" {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0") + " " + unit
		}
		n /= 1024
	}
	return q.String()
}

func cpus(q resource.Quantity) string {
	if q.IsZero() {
		return "none"
	}
	return q.String()
}

// builder makes the objects of a view.
type builder struct {
	preview Preview
	roots   []*object
	objects []*object
	remarks []remark
	untried []whence
}

// context is where an object stands.
type context struct {
	number int
	at     origin.Address
	above  []*object
	labels labels
	// service is the path of the service that the object belongs to, if any.
	service string
	// anchors of the manifest's lines, by path.
	anchors anchors
}

func (b *builder) addRoot(i int, n preview.Node) {
	manifest := b.preview.Manifests[i]
	lines := write(veil(manifest))
	root := &object{ID: b.nextID(), Lines: lines}
	b.objects, b.roots = append(b.objects, root), append(b.roots, root)
	describe(root, n.Object)
	c := context{number: i, at: origin.Root(i), labels: labelsFor(root.Kind), anchors: anchors{id: root.ID, lines: lines}}
	c.above = []*object{root}
	b.addChildren(root, c, n)
	for _, s := range b.preview.Origins.Untried(c.at) {
		b.untried = append(b.untried, c.whence(s))
	}
	b.remark(root, manifest, n)
	if len(root.Branches) == 0 && root.Pods == nil {
		root.Facts = append(root.Facts, fateOf(n))
	}
}

// fateOf says what becomes of a manifest that nothing is drawn of.
func fateOf(n preview.Node) string {
	switch {
	case n.Result == nil:
		return "no Dynamo kind"
	case len(n.Result.Refused) > 0:
		return "refused"
	case len(n.Result.Children) == 0:
		return "composes nothing"
	}
	return "runs no pods"
}

func (b *builder) nextID() string { return fmt.Sprintf("o%d", len(b.objects)) }

func (b *builder) add(c context, n preview.Node) *object {
	o := &object{ID: b.nextID(), Above: c.above, Lines: write(veil(n.Object))}
	b.objects = append(b.objects, o)
	describe(o, n.Object)
	c.service = cmp.Or(c.service, b.pathOf(c.number, o.Service))
	for _, s := range b.preview.Origins.Exists(c.at) {
		o.Exists = append(o.Exists, c.whence(s))
	}
	explain(o.Lines, func(path string) []whence { return c.all(b.preview.Origins.Of(c.at, path)) })
	c.above = append(slices.Clip(c.above), o)
	b.addChildren(o, c, n)
	return o
}

// pathOf is the path of a service of a graph; empty for none.
func (b *builder) pathOf(number int, service string) string {
	if service == "" || len(b.objects) == 0 || b.roots[len(b.roots)-1].Kind != v1alpha1.GraphKind {
		return ""
	}
	return trace.Origin{Manifest: b.preview.Manifests[number], Service: service}.Spec()
}

func (b *builder) addChildren(o *object, c context, n preview.Node) {
	if n.Result == nil {
		return
	}
	above := c.at
	for _, child := range n.Result.Children {
		c.at = above.Below(child.Key)
		made := b.add(c, child)
		if made.Pods != nil || len(made.Branches)+len(made.Leaves) > 0 {
			o.Branches = append(o.Branches, made)
		} else {
			o.Leaves = append(o.Leaves, made)
		}
	}
}

// describe says what is to be seen at once of an object.
func describe(o *object, object map[string]any) {
	u := unstructured.Unstructured{Object: object}
	o.Kind, o.Name = u.GetKind(), u.GetName()
	if p, ok := readPods(object); ok {
		o.Pods = &p
	}
	if o.Kind != v1alpha1.ComponentKind {
		return
	}
	o.Service = u.GetLabels()[meta.LabelComponent]
	for _, field := range []string{"componentType", "type", "subComponentType", "backendFramework"} {
		if text, _, _ := unstructured.NestedString(object, "spec", field); text != "" && !slices.Contains(o.Facts, text) {
			o.Facts = append(o.Facts, text)
		}
	}
}

// explain gives lines what set their fields.
func explain(lines []*line, of func(path string) []whence) {
	var above *line
	for _, l := range lines {
		if l.path == "" {
			above = nil
			continue
		}
		l.Sources = of(l.path)
		l.Same = above != nil && slices.Equal(above.Sources, l.Sources)
		above = l
	}
}

// IsTall says whether what the object composes stands below it: a line of its own each,
// and not beside it.
func (o *object) IsTall() bool {
	return slices.ContainsFunc(o.Branches, func(b *object) bool { return len(b.Branches)+len(b.Leaves) > 0 })
}

// Word is what the kind is called in short.
func (o *object) Word() string {
	words := map[string]string{
		v1alpha1.GraphKind: "Graph", v1alpha1.ComponentKind: "Component", v1alpha1.ModelKind: "Model",
		v1alpha1.RequestKind: "Request", v1alpha1.ScalingAdapterKind: "ScalingAdapter",
	}
	return cmp.Or(words[o.Kind], o.Kind)
}

// Rank is where the object stands between the manifest and the pods.
func (o *object) Rank() string {
	switch {
	case o.Pods != nil:
		return "workload"
	case o.IsManifest():
		return "manifest"
	}
	return "part"
}
