package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	slsa "github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	// predicateType is that of SLSA's provenance.
	predicateType = "https://slsa.dev/provenance/v1"
	// localBuilder says that somebody has built on a machine of their own. A release on which others rely is built by a service,
	// which passes its own URI.
	localBuilder = "urn:function-dynamo:builder:local"
)

// provenance says what was built, of which commit, how, and by whom: an in-toto statement, which nobody has signed yet.
func provenance(r release, artifacts []artifact, images []image) ([]byte, error) {
	definition, err := buildDefinition(r, artifacts)
	if err != nil {
		return nil, err
	}
	run := &slsa.Provenance{
		BuildDefinition: definition,
		RunDetails:      &slsa.RunDetails{Builder: &slsa.Builder{Id: r.Builder}},
	}
	if err := run.Validate(); err != nil {
		return nil, fmt.Errorf("it is incomplete: %w", err)
	}
	predicate := &structpb.Struct{}
	raw, err := protojson.Marshal(run)
	if err != nil {
		return nil, fmt.Errorf("cannot write the predicate: %w", err)
	}
	if err := protojson.Unmarshal(raw, predicate); err != nil {
		return nil, fmt.Errorf("cannot write the predicate: %w", err)
	}
	statement := &intoto.Statement{
		Type:          intoto.StatementTypeUri,
		Subject:       subjects(r, artifacts, images),
		PredicateType: predicateType,
		Predicate:     predicate,
	}
	if err := statement.Validate(); err != nil {
		return nil, fmt.Errorf("it is incomplete: %w", err)
	}
	if raw, err = protojson.Marshal(statement); err != nil {
		return nil, fmt.Errorf("cannot write the statement: %w", err)
	}
	return indent(raw)
}

// indent lays JSON out. What protojson writes has blanks at places that differ from build to build of this tool.
func indent(raw []byte) ([]byte, error) {
	var compact, out bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return nil, fmt.Errorf("cannot write JSON: %w", err)
	}
	if err := json.Indent(&out, compact.Bytes(), "", "  "); err != nil {
		return nil, fmt.Errorf("cannot write JSON: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// subjects are what the statement is of: files, and what they become in a registry.
func subjects(r release, artifacts []artifact, images []image) []*intoto.ResourceDescriptor {
	var out []*intoto.ResourceDescriptor
	for _, a := range artifacts {
		out = append(out, &intoto.ResourceDescriptor{Name: a.Name, Digest: map[string]string{"sha256": a.Digest}})
	}
	for _, i := range images {
		name := strings.TrimSpace(i.reference(r.Version) + " " + i.Platform)
		out = append(out, &intoto.ResourceDescriptor{Name: name, Digest: map[string]string{"sha256": strings.TrimPrefix(i.Digest, "sha256:")}})
	}
	return out
}

// buildDefinition is all that somebody needs to get the same bytes.
func buildDefinition(r release, artifacts []artifact) (*slsa.BuildDefinition, error) {
	external, err := structpb.NewStruct(map[string]any{"command": "make release", "VERSION": r.Version})
	if err != nil {
		return nil, fmt.Errorf("cannot write the parameters: %w", err)
	}
	flags := map[string]any{}
	var compiler string
	for _, a := range artifacts {
		if a.Build != nil {
			compiler = a.Build.GoVersion
			flags[a.Name] = settings(a.Build)
		}
	}
	internal, err := structpb.NewStruct(map[string]any{"SOURCE_DATE_EPOCH": strconv.FormatInt(r.Time.Unix(), 10), "go": compiler, "settings": flags})
	if err != nil {
		return nil, fmt.Errorf("cannot write the parameters: %w", err)
	}
	return &slsa.BuildDefinition{
		BuildType:          source + "/blob/" + r.Version + "/CONTRIBUTING.md#making-a-release",
		ExternalParameters: external,
		InternalParameters: internal,
		ResolvedDependencies: []*intoto.ResourceDescriptor{{
			Uri:    "git+" + source + "@" + r.Commit,
			Digest: map[string]string{"gitCommit": r.Commit},
		}},
	}, nil
}

// settings are those that Go was called with.
func settings(info *debug.BuildInfo) map[string]any {
	out := map[string]any{}
	for _, s := range info.Settings {
		out[s.Key] = s.Value
	}
	return out
}
