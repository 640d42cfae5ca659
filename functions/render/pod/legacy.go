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
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
)

// DeploymentConfig is the variable through which early manifests configure services.
// Its value is a JSON object with an entry for each service.
const DeploymentConfig = "DYN_DEPLOYMENT_CONFIG"

// legacyConfig is what DYN_DEPLOYMENT_CONFIG says of one service.
type legacyConfig struct {
	// resources count before those of the service.
	resources dynamo.Amounts
	// rewritten is the variable's new value; empty where it stays.
	rewritten string
}

// legacyEntry is the part of a service's entry that has an effect.
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

// makeLegacyBlock makes a block of the amounts in DYN_DEPLOYMENT_CONFIG. It is JSON in
// the value of a variable, so that the amounts have no path in the manifest.
func makeLegacyBlock(a dynamo.Amounts) resources.Block {
	return resources.Block{
		Amounts: a,
		At:      field.NewPath(DeploymentConfig + "[ServiceArgs].resources"),
		Form: dynamo.Form{
			dynamo.FieldCPU:    {"cpu"},
			dynamo.FieldMemory: {"memory"},
			dynamo.FieldGPU:    {"gpu"},
			dynamo.FieldCustom: {"custom"},
		},
	}
}

// readLegacy reads what DYN_DEPLOYMENT_CONFIG says of a component. Layers are the
// component's variables, lowest rank first; served is the port of its main container,
// which is written into the variable of a frontend.
func readLegacy(c dynamo.Component, served int32, layers ...[]corev1.EnvVar) (legacyConfig, error) {
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
		return legacyConfig{}, fmt.Errorf("is no JSON object with an entry for each service: %w", simplify(err))
	}
	out := legacyConfig{}
	if raw, ok := entries[c.Service]; ok {
		entry := legacyEntry{}
		if err := json.Unmarshal(raw, &entry); err != nil {
			return legacyConfig{}, fmt.Errorf("its entry %q cannot be read: %w", c.Service, simplify(err))
		}
		if r := entry.ServiceArgs.Resources; r != nil {
			out.resources = dynamo.Amounts{CPU: r.CPU, Memory: r.Memory, GPU: r.GPU, GPUType: r.GPUType, Custom: r.Custom}
		}
	}
	if c.Type != dynamo.TypeFrontend {
		return out, nil
	}
	rewritten, err := setPort(entries, c.Service, served)
	out.rewritten = rewritten
	return out, err
}

// readLegacyResources reads what DYN_DEPLOYMENT_CONFIG says of a component's
// resources. The port that would be written into it does not matter for them.
func readLegacyResources(c dynamo.Component) (resources.Block, error) {
	out, err := readLegacy(c, ports.HTTP, c.Pod.Envs, ptr.Deref(c.Pod.Main, corev1.Container{}).Env)
	return makeLegacyBlock(out.resources), err
}

// ConfigAmounts are the amounts that DYN_DEPLOYMENT_CONFIG gives a component; none where it
// cannot be read.
func ConfigAmounts(c dynamo.Component) dynamo.Amounts {
	out, err := readLegacyResources(c)
	if err != nil {
		return dynamo.Amounts{}
	}
	return out.Amounts
}

// simplify makes an error on JSON of the wrong type readable for people who do not
// know the types of this program.
func simplify(err error) error {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("%s is a JSON %s", cmp.Or(wrong.Field, "it"), wrong.Value)
	}
	return err
}

// setPort sets the port in the frontend's entry to the one that probes and the
// Service use. The JSON that it returns is compact, with sorted keys.
func setPort(entries map[string]json.RawMessage, service string, port int32) (string, error) {
	key := findFrontendKey(entries, service)
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

// findFrontendKey returns the key of the frontend's entry: the name of the service,
// else the first one that says frontend in upper or lower case; empty if there is
// neither.
func findFrontendKey(entries map[string]json.RawMessage, service string) string {
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

// encodeCompact encodes JSON, and leaves characters such as < as they are.
func encodeCompact(v any) (string, error) {
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("cannot encode: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// legacyFaults names a DYN_DEPLOYMENT_CONFIG that cannot be read.
func legacyFaults(c dynamo.Component, err error) field.ErrorList {
	if err == nil {
		return nil
	}
	at := c.At.At(dynamo.FieldEnvs)
	if c.Pod.Main != nil && slices.ContainsFunc(c.Pod.Main.Env, func(v corev1.EnvVar) bool { return v.Name == DeploymentConfig }) {
		at = c.At.Main("env")
	}
	return field.ErrorList{field.Invalid(at.Key(DeploymentConfig), field.OmitValueType{},
		fmt.Sprintf("%v: correct it for service %q", err, c.Service))}
}
