package request

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

// Keys of a request's children: frozen API. The Job has no hash in its key, since its
// name must be that of the request: an attempt waits until the Job of an earlier one
// is gone.
const (
	KeyJob     = "job/profile"
	KeyAccount = "serviceaccount/profiler"
	KeyBinding = "rolebinding/profiler"
	KeyOutput  = "configmap/output"
	KeyGraph   = "graph/main"

	configMapKeyPrefix = "configmap/result/"
)

// ConfigMapKey is the key of a ConfigMap of the result: frozen API.
func ConfigMapKey(name string) string { return configMapKeyPrefix + name }

func jobName(r dynamo.Request) string    { return names.ProfilingJob(r.Name) }
func outputName(r dynamo.Request) string { return names.ProfilingOutput(r.Name) }

// render lists the children of a request.
func (s scope) render(l life) (layer.Out, error) {
	out := layer.Out{}
	if s.needsAccount(l) {
		out.Children = append(out.Children, s.account.Children...)
	}
	out.Children = append(out.Children, s.makeOutput(l)...)
	jobs, err := s.makeJob(l)
	if err != nil {
		return layer.Out{}, err
	}
	out.Children = append(out.Children, jobs...)
	more, err := s.makeResult(l)
	if err != nil {
		return layer.Out{}, err
	}
	out.Children = append(out.Children, more...)
	out.Ready = l.state == v1alpha1.RequestStateReady
	out.Pace = layer.PaceFor(out, s.in.Observed, l.state != v1alpha1.RequestStatePending)
	if isOver(l.state) {
		out.Pace = layer.PaceSteady
	}
	return out, nil
}

// isOver says whether nothing happens any more by itself.
func isOver(state v1alpha1.RequestState) bool {
	return state == v1alpha1.RequestStateFailed || state == v1alpha1.RequestStateDeploymentDeleted
}

// needsAccount says whether a pod of the Job runs, or may soon.
func (s scope) needsAccount(l life) bool {
	soon := l.state == v1alpha1.RequestStatePending || l.state == v1alpha1.RequestStateProfiling
	return soon || (s.job.exists && !s.job.finished())
}

// makeAccount makes the account of the Job's pod and its binding. What is bound to a
// role stays bound to it: roles of bindings cannot change.
func (s scope) makeAccount() []layer.Child {
	binding := layer.Made(KeyBinding, profiler.MakeBinding(s.request, s.in.Settings), s.in.Observed)
	if o, ok := s.in.Observed[KeyBinding]; ok {
		binding = layer.Keep(KeyBinding, o)
	}
	return []layer.Child{layer.Made(KeyAccount, profiler.MakeAccount(s.request), s.in.Observed), binding}
}

// makeOutput makes the ConfigMap that the relay fills. It has no data of ours: what
// another field manager writes stays. That of an earlier attempt goes first, with what
// it says.
func (s scope) makeOutput(l life) []layer.Child {
	if l.state == v1alpha1.RequestStatePending && s.isOutputOld() {
		return nil
	}
	return []layer.Child{layer.Made(KeyOutput, &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: outputName(s.request), Labels: map[string]string{
			meta.LabelRequestName: s.request.Name,
			meta.LabelManagedBy:   meta.ManagedByOperator,
		}},
	}, s.in.Observed)}
}

// makeJob makes the Job once. What exists is repeated as it was written, whatever this
// version of the function would write; what is gone is not made again, not even where
// it goes while this function is asked: Kubernetes refuses it then.
func (s scope) makeJob(l life) ([]layer.Child, error) {
	if s.isLeft(KeyJob) {
		return nil, nil
	}
	if s.job.current {
		o := s.in.Observed[KeyJob]
		kept := keepJob(o)
		kept.Ready = s.job.complete
		return []layer.Child{kept}, nil
	}
	if !l.startable {
		return nil, nil
	}
	made, err := profiler.MakeJob(s.protocol, s.request, s.in.Settings, s.attempt)
	if err != nil {
		return nil, err
	}
	return []layer.Child{{Key: KeyJob, Object: made, Hash: s.attempt}}, nil
}

// keepJob keeps the Job, and does not make it anew where it is gone meanwhile.
func keepJob(o layer.Object) layer.Child { return layer.Keep(KeyJob, o).WithSelector(o) }

// keepAll keeps all that exists, each child as it is kept otherwise.
func (s scope) keepAll() []layer.Child {
	out := slices.DeleteFunc(layer.KeepAll(s.in.Observed), func(c layer.Child) bool { return s.isLeft(c.Key) })
	for i, c := range out {
		switch o := s.in.Observed[c.Key]; {
		case c.Key == KeyJob:
			out[i] = keepJob(o)
		case c.Key == KeyGraph, strings.HasPrefix(c.Key, configMapKeyPrefix):
			out[i] = c.WithGuard(o)
		}
	}
	return out
}

// makeResult makes what profiling found: the ConfigMaps that the graph reads and, where
// it is asked for, the graph.
func (s scope) makeResult(l life) ([]layer.Child, error) {
	out, err := s.makeConfigMaps(l)
	if err != nil {
		return nil, err
	}
	if o, ok := s.in.Observed[KeyGraph]; ok {
		if o.Going() {
			// Core deletes once more what is left out. To repeat it could make it anew:
			// it may be gone before core writes it.
			return out, nil
		}
		if s.isLeft(KeyGraph) {
			return out, nil
		}
		kept := keepGraph(o)
		kept.Ready = l.state == v1alpha1.RequestStateReady
		return append(out, kept), nil
	}
	if _, answered := s.in.Answers.Objects[needGraph]; l.state != v1alpha1.RequestStateDeploying || !answered || s.isTaken(&l) {
		return out, nil
	}
	graph, err := made(KeyGraph, l.generated.graph)
	return append(out, graph), err
}

// makeConfigMaps makes the ConfigMaps of the result, but for those that somebody else
// has made. Those that exist stay as they are: a graph reads them. A graph of the Dynamo
// operator reads those of the operator.
func (s scope) makeConfigMaps(l life) ([]layer.Child, error) {
	var out []layer.Child
	for name, o := range s.in.Observed.Below(configMapKeyPrefix) {
		out = append(out, layer.Keep(ConfigMapKey(name), o).WithGuard(o))
	}
	if l.generated == nil || !isProfiled(l.state) || s.isLeft(KeyGraph) {
		return out, nil
	}
	for _, o := range l.generated.configMaps {
		key := ConfigMapKey(nameOf(o))
		found, answered := s.in.Answers.Objects[key]
		if s.in.Observed.Has(key) || !answered || (len(found) > 0 && !s.controls(found[0])) {
			continue
		}
		child, err := made(key, labelled(o, s.request))
		if err != nil {
			return nil, err
		}
		out = append(out, child)
	}
	return out, nil
}

// labelled returns a ConfigMap of the result with the labels that it is made with.
func labelled(o map[string]any, r dynamo.Request) map[string]any {
	was := unstructured.Unstructured{Object: o}
	is := unstructured.Unstructured{Object: map[string]any{}}
	for _, section := range []string{"apiVersion", "kind", "data", "binaryData", "immutable"} {
		if value, ok := o[section]; ok {
			is.Object[section] = value
		}
	}
	is.SetName(was.GetName())
	is.SetLabels(meta.Merge(was.GetLabels(), ownLabels(r)))
	if annotations := was.GetAnnotations(); len(annotations) > 0 {
		is.SetAnnotations(annotations)
	}
	return is.Object
}

// made returns a child of JSON types, which is sent as it is.
func made(key string, fields map[string]any) (layer.Child, error) {
	digest, err := object.Hash(fields)
	return layer.Child{Key: key, Fields: maps.Clone(fields), Size: digest.Size}, err
}

// describeTaken says which ConfigMaps of the result somebody else has made.
func (s scope) describeTaken(l life) []string {
	if s.isLeft(KeyGraph) {
		return nil
	}
	var out []string
	for _, name := range l.generated.configMapNames() {
		found := s.in.Answers.Objects[ConfigMapKey(name)]
		if !s.in.Observed.Has(ConfigMapKey(name)) && len(found) > 0 && !s.controls(found[0]) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return []string{"of the result: ConfigMap " + strings.Join(out, ", ") + ", which exists already and is left as it is"}
}
