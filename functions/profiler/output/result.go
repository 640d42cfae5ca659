// Package output reads the result files of profilers.
package output

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// Result is what a result file generates.
type Result struct {
	// Graph is the DynamoGraphDeployment, without nulls.
	Graph map[string]any
	// ConfigMaps that the graph reads, by name in the order of the file.
	ConfigMaps []map[string]any
	// Skipped are the other objects, as kind/name.
	Skipped []string
}

// Bounds of a result. A file comes out of a ConfigMap, and what it says in short by
// anchors must not become more than that could hold.
const (
	maxSize    = 1 << 20
	maxObjects = 100
)

// Parse reads a result file: documents of YAML, of which the last graph counts, and of
// ConfigMaps the last of a name. Documents that cannot be read, and those without a kind,
// are passed over.
func Parse(file string) (Result, error) {
	out, unread := Result{}, error(nil)
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(file)))
	for left := maxSize; ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Result{}, fmt.Errorf("cannot be split into documents: %w", err)
		}
		if left -= measure(document, left); left < 0 {
			return Result{}, fmt.Errorf("says more than %d bytes once its anchors are followed", maxSize)
		}
		object, err := readDocument(document)
		unread = cmp.Or(unread, err)
		out.add(object)
		if len(out.ConfigMaps)+len(out.Skipped) > maxObjects {
			return Result{}, fmt.Errorf("holds more than %d objects beside the graph", maxObjects)
		}
	}
	if out.Graph == nil && unread != nil {
		return Result{}, fmt.Errorf("holds no %s; of what cannot be read: %w", v1alpha1.GraphKind, unread)
	}
	if out.Graph == nil {
		return Result{}, fmt.Errorf("holds no %s", v1alpha1.GraphKind)
	}
	return out, nil
}

// add adds the object of a document.
func (r *Result) add(object map[string]any) {
	u := unstructured.Unstructured{Object: object}
	switch kind := u.GetKind(); {
	case kind == "":
	case kind == v1alpha1.GraphKind:
		r.Graph = object
	case isConfigMap(u):
		same := func(o map[string]any) bool { return (&unstructured.Unstructured{Object: o}).GetName() == u.GetName() }
		r.ConfigMaps = append(slices.DeleteFunc(r.ConfigMaps, same), object)
	default:
		r.Skipped = append(r.Skipped, kind+"/"+u.GetName())
	}
}

// isConfigMap says whether an object is a ConfigMap that the API server takes. One that
// it does not take would keep all else from being made.
func isConfigMap(u unstructured.Unstructured) bool {
	c := &corev1.ConfigMap{}
	if u.GetKind() != "ConfigMap" || u.GetAPIVersion() != "v1" || runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, c) != nil {
		return false
	}
	for key := range c.Data {
		if _, twice := c.BinaryData[key]; twice || len(validation.IsConfigMapKey(key)) > 0 {
			return false
		}
	}
	for key := range c.BinaryData {
		if len(validation.IsConfigMapKey(key)) > 0 {
			return false
		}
	}
	at := field.NewPath("metadata")
	faults := append(metav1validation.ValidateLabels(c.Labels, at), apivalidation.ValidateAnnotations(c.Annotations, at)...)
	return len(validation.IsDNS1123Subdomain(c.Name)) == 0 && len(faults) == 0
}

// measure returns about how many bytes a document says once its anchors are followed, or
// more than there are left. A document that cannot be read says nothing.
func measure(document []byte, left int) int {
	if !bytes.ContainsRune(document, '&') {
		return len(document) // It has no anchors.
	}
	node := yamlv3.Node{}
	if err := yamlv3.Unmarshal(document, &node); err != nil {
		return 0
	}
	return measureNode(&node, left)
}

func measureNode(node *yamlv3.Node, left int) int {
	size := len(node.Value) + 1
	if node.Alias != nil {
		size += measureNode(node.Alias, left-size)
	}
	for _, n := range node.Content {
		if size > left {
			break
		}
		size += measureNode(n, left-size)
	}
	return size
}

// readDocument reads an object of JSON types, with integers as int64 and without
// nulls; nothing of what is none.
func readDocument(document []byte) (map[string]any, error) {
	raw, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil, fmt.Errorf("a document: %w", err)
	}
	out := map[string]any{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &out); err != nil {
		return nil, fmt.Errorf("a document: %w", err)
	}
	DropNulls(out)
	return out, nil
}

// DropNulls removes nulls from an object, in place: the profiler writes one for each
// optional field that it leaves out. Items of lists stay, whatever they are.
func DropNulls(object map[string]any) {
	for key, value := range object {
		if value == nil {
			delete(object, key)
		}
		dropBelow(value)
	}
}

func dropBelow(value any) {
	switch v := value.(type) {
	case map[string]any:
		DropNulls(v)
	case []any:
		for _, item := range v {
			dropBelow(item)
		}
	}
}
