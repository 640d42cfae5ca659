package pod

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// DeploymentConfig is the variable through which early manifests configure
// services: a JSON object with an entry a service.
const DeploymentConfig = "DYN_DEPLOYMENT_CONFIG"

// legacyConfig is what DYN_DEPLOYMENT_CONFIG says of one service.
type legacyConfig struct {
	// resources override those of the service.
	resources dynamo.Amounts
	// rewritten replaces the variable; empty to leave it.
	rewritten string
}

// legacyEntry is the part of an entry that acts.
type legacyEntry struct {
	ServiceArgs struct {
		Resources *struct {
			CPU     string            `json:"cpu"`
			Memory  string            `json:"memory"`
			GPU     string            `json:"gpu"`
			GPUType string            `json:"gpuType"`
			Custom  map[string]string `json:"custom"`
		} `json:"resources"`
	} `json:"ServiceArgs"`
}

// legacyBlock is where resources stand in DYN_DEPLOYMENT_CONFIG, which is JSON in
// the value of a variable and has no path in the manifest.
func legacyBlock() block {
	return block{at: field.NewPath(DeploymentConfig + "[ServiceArgs].resources"), form: dynamo.Form{
		dynamo.FieldCPU:    {"cpu"},
		dynamo.FieldMemory: {"memory"},
		dynamo.FieldGPU:    {"gpu"},
		dynamo.FieldCustom: {"custom"},
	}}
}

// legacy reads DYN_DEPLOYMENT_CONFIG for a component from its variables, lowest
// rank first.
func legacy(c dynamo.Component, layers ...[]corev1.EnvVar) (legacyConfig, error) {
	value := ""
	for _, env := range layers {
		for _, v := range env {
			if v.Name == DeploymentConfig {
				value = v.Value
			}
		}
	}
	if value == "" {
		return legacyConfig{}, nil
	}
	entries := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(value), &entries); err != nil {
		return legacyConfig{}, fmt.Errorf("is no JSON object with an entry for each service: %w", plain(err))
	}
	out := legacyConfig{}
	if raw, ok := entries[c.Service]; ok {
		entry := legacyEntry{}
		if err := json.Unmarshal(raw, &entry); err != nil {
			return legacyConfig{}, fmt.Errorf("its entry %q cannot be read: %w", c.Service, plain(err))
		}
		if r := entry.ServiceArgs.Resources; r != nil {
			out.resources = dynamo.Amounts{CPU: r.CPU, Memory: r.Memory, GPU: r.GPU, GPUType: r.GPUType, Custom: r.Custom}
		}
	}
	if c.Type != dynamo.TypeFrontend {
		return out, nil
	}
	rewritten, err := withPort(entries, c.Service, Served(c).ContainerPort)
	out.rewritten = rewritten
	return out, err
}

// plain says without Go's types what is of the wrong type.
func plain(err error) error {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("%s is a JSON %s", cmp.Or(wrong.Field, "it"), wrong.Value)
	}
	return err
}

// withPort sets the port of the frontend's entry to the one that probes and
// the Service use. The result is compact, with sorted keys.
func withPort(entries map[string]json.RawMessage, service string, port int32) (string, error) {
	key := frontendKey(entries, service)
	if key == "" {
		return "", nil
	}
	all := make(map[string]any, len(entries))
	for k, raw := range entries {
		v, err := decodeNumbers(raw)
		if err != nil {
			return "", fmt.Errorf("its entry %q cannot be read: %w", k, err)
		}
		all[k] = v
	}
	entry, ok := all[key].(map[string]any)
	if !ok {
		return "", fmt.Errorf("its entry %q is no object", key)
	}
	entry["port"] = port
	return encodeCompact(all)
}

// frontendKey is the service's own entry, else the first one called frontend in
// any case; empty if there is neither.
func frontendKey(entries map[string]json.RawMessage, service string) string {
	if _, ok := entries[service]; ok {
		return service
	}
	keys := []string{}
	for k := range entries {
		if strings.EqualFold(k, dynamo.TypeFrontend) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	return slices.Min(keys)
}

// decodeNumbers decodes JSON and keeps numbers as they are written.
func decodeNumbers(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("cannot decode: %w", err)
	}
	return v, nil
}

// encodeCompact encodes JSON without escaping what only HTML cares about.
func encodeCompact(v any) (string, error) {
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("cannot encode: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
