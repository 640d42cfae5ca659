package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// side is one of the two that are compared.
type side struct {
	// name is that of its files.
	name      string
	manifests []map[string]any
	options   preview.Options
	// schemas is a previewer that has them: they take longer than all else.
	schemas *preview.Previewer
}

// readSide reads files and folders. Settings of the pipeline step may stand among them.
func (c *diffCommand) readSide(paths []string, options preview.Options, in io.Reader) (side, error) {
	out := side{name: strings.Join(paths, ", "), options: options, schemas: preview.New(options)}
	all, err := readPaths(paths, in)
	if err != nil {
		return out, err
	}
	var inputs []map[string]any
	out.manifests, inputs = splitInputs(all)
	if err := out.checkTwins(); err != nil {
		return out, err
	}
	if c.Settings != "" {
		return out, nil
	}
	return out, out.take(inputs)
}

// take decodes the settings of the pipeline step, if there are any.
func (s *side) take(inputs []map[string]any) error {
	input, err := single(inputs)
	if err != nil || input == nil {
		return s.fault(err)
	}
	raw, err := json.Marshal(input)
	if err != nil {
		return s.fault(err)
	}
	decoded, faults := settings.Decode(raw)
	if len(faults) > 0 {
		return fmt.Errorf("%s: %s", s.name, list(faults))
	}
	s.options.Settings = decoded
	return nil
}

// fault says whose an error is.
func (s *side) fault(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

// single returns the settings that all inputs have; nil where there is no input.
func single(inputs []map[string]any) (map[string]any, error) {
	for _, i := range inputs {
		if !reflect.DeepEqual(i, inputs[0]) {
			return nil, errors.New("there are pipeline steps with different Settings: name those that hold for all manifests with --settings")
		}
	}
	if len(inputs) == 0 {
		return nil, nil //nolint:nilnil // Nothing is set.
	}
	return inputs[0], nil
}

// checkTwins says which object has two manifests, if one has.
func (s *side) checkTwins() error {
	for i, m := range s.manifests {
		u := unstructured.Unstructured{Object: m}
		isTwin := func(o map[string]any) bool { return u.GetName() != "" && sameObject(m, o, s.namespace()) }
		if slices.ContainsFunc(s.manifests[:i], isTwin) {
			return fmt.Errorf("%s: there are two manifests of %s %q: name one of them", s.name, u.GetKind(), u.GetName())
		}
	}
	return nil
}

func (s *side) namespace() string { return cmp.Or(s.options.Namespace, "default") }

func (s *side) previewer() *preview.Previewer { return s.schemas.Under(s.options) }

// find returns the manifest of an object; nil without one.
func (s *side) find(object map[string]any) map[string]any {
	i := slices.IndexFunc(s.manifests, func(m map[string]any) bool { return sameObject(m, object, s.namespace()) })
	if i < 0 {
		return nil
	}
	return s.manifests[i]
}

// knowsAny says whether one of the manifests is of a Dynamo kind.
func (s *side) knowsAny() bool {
	return slices.ContainsFunc(s.manifests, s.schemas.Knows)
}

// splitInputs returns manifests without the Settings of pipeline steps, and these: those
// that stand for themselves, and those of Compositions.
func splitInputs(all []map[string]any) ([]map[string]any, []map[string]any) {
	var manifests, inputs []map[string]any
	for _, m := range all {
		u := unstructured.Unstructured{Object: m}
		switch {
		case preview.IsSettings(m):
			inputs = append(inputs, m)
		case u.GetKind() == "Composition":
			inputs = append(inputs, inputsOf(m)...)
		default:
			manifests = append(manifests, m)
		}
	}
	return manifests, inputs
}

// inputsOf returns the Settings that steps of a Composition, or of a revision of one, have
// for one of our kinds.
func inputsOf(composition map[string]any) []map[string]any {
	of, _, _ := unstructured.NestedString(composition, "spec", "compositeTypeRef", "apiVersion")
	if !strings.HasPrefix(of, v1alpha1.Group+"/") {
		return nil
	}
	steps, _, _ := unstructured.NestedSlice(composition, "spec", "pipeline")
	var out []map[string]any
	for _, s := range steps {
		step, _ := s.(map[string]any)
		if input, ok := step["input"].(map[string]any); ok && preview.IsSettings(input) {
			out = append(out, input)
		}
	}
	return out
}

// readPaths reads files, and what is in folders.
func readPaths(paths []string, in io.Reader) ([]map[string]any, error) {
	var out []map[string]any
	for _, path := range paths {
		info, err := os.Stat(path)
		if path == standardInput || err != nil || !info.IsDir() {
			found, err := read(path, in)
			if err != nil {
				return nil, err
			}
			out = append(out, preview.Spread(found)...)
			continue
		}
		found, err := readFolder(path)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// readFolder reads the manifests of a folder and of those in it, sorted by path. Files
// there without a kind are none, such as those that a tool is set up with.
func readFolder(folder string) ([]map[string]any, error) {
	var out []map[string]any
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != folder && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)):
			return nil
		}
		found, err := read(path, nil)
		out = append(out, preview.Spread(found)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read folder %s: %w", folder, err)
	}
	return slices.DeleteFunc(out, func(m map[string]any) bool { return m["kind"] == nil }), nil
}
