// Package output reads the result files of profilers.
package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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

// Parse reads a result file: documents of YAML, of which the last graph counts.
// Documents that cannot be read, and those without a kind, are passed over.
func Parse(file string) (Result, error) {
	out := Result{}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(file)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Result{}, fmt.Errorf("cannot be split into documents: %w", err)
		}
		out.add(document)
	}
	if out.Graph == nil {
		return Result{}, fmt.Errorf("holds no %s", v1alpha1.GraphKind)
	}
	return out, nil
}

// add adds the object of a document.
func (r *Result) add(document []byte) {
	object := readDocument(document)
	u := unstructured.Unstructured{Object: object}
	switch kind := u.GetKind(); {
	case kind == "":
	case kind == v1alpha1.GraphKind:
		r.Graph = object
	case kind == "ConfigMap" && u.GetName() != "":
		same := func(o map[string]any) bool { return (&unstructured.Unstructured{Object: o}).GetName() == u.GetName() }
		r.ConfigMaps = append(slices.DeleteFunc(r.ConfigMaps, same), object)
	default:
		r.Skipped = append(r.Skipped, kind+"/"+u.GetName())
	}
}

// readDocument reads an object of JSON types, with integers as int64 and without
// nulls; nil for what is none.
func readDocument(document []byte) map[string]any {
	raw, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil
	}
	out := map[string]any{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &out); err != nil {
		return nil
	}
	DropNulls(out)
	return out
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
