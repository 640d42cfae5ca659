{{- /* title is the heading of a type, which no other type of the page has: both versions have a DynamoGraphDeployment. */ -}}
{{- define "title" }}{{ .Name }} ({{ if contains "/input/" .Package }}settings{{ else }}{{ base .Package }}{{ end }}){{ end }}

{{- define "type" }}
{{- $type := .type }}{{ $gv := .gv }}{{ if markdownShouldRenderType $type }}
### {{ template "title" $type }}

{{ with $type.Doc }}{{ template "text" . }}
{{ end }}
{{- if $type.GVK }}{{ template "kind" $type }}{{ end }}
{{- template "values" $type }}
{{- if and $type.Members (not $type.GVK) }}{{ template "appearsIn" $type }}{{ end }}
{{- template "rules" dict "type" $type "gv" $gv }}
{{- if $type.Members }}
| field | type | |
| --- | --- | --- |
{{- range $type.Members }}
| `{{ .Name }}` | {{ template "link" .Type }} | {{ template "type_members" dict "field" . "status" (hasSuffix "Status" $type.Name) }} |
{{- end }}
{{- if eq $type.Name "ExtraPodSpec" }}
| all of a pod's | [PodSpec](https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#podspec-v1-core) | |
{{- end }}
{{ else if not (or $type.EnumValues (index $type.Markers "kubebuilder:validation:Enum")) }}
Any fields: they are kept as they are.
{{ end }}
{{- end }}{{ end }}

{{- /* kind says how a kind is called. */ -}}
{{- define "kind" }}
{{- with index .Markers "kubebuilder:resource" }}{{ with (index . 0).ShortName }}
Short name: {{ range $i, $n := . }}{{ if $i }}, {{ end }}`{{ $n }}`{{ end }}.
{{ end }}{{ end }}
{{- end }}

{{- /* values are those of an enumeration, with what is said of each. */ -}}
{{- define "values" }}
{{- $said := false }}{{ range .EnumValues }}{{ if .Doc }}{{ $said = true }}{{ end }}{{ end }}
{{- if $said }}
{{ range .EnumValues }}- `{{ .Name }}`{{ with .Doc }}: {{ template "text" (regexReplaceAll "^[A-Z][a-z]+[A-Z][A-Za-z0-9]*(:| is)? " . "") }}{{ end }}
{{ end }}
{{- else if index .Markers "kubebuilder:validation:Enum" }}
One of {{ template "enum" index .Markers "kubebuilder:validation:Enum" }}.
{{ else if .EnumValues }}
One of {{ range $i, $v := .EnumValues }}{{ if $i }}, {{ end }}`{{ $v.Name }}`{{ end }}.
{{ end }}
{{- end }}

{{- define "appearsIn" }}
Appears in {{ range $i, $t := .SortedReferences }}{{ if $i }}, {{ end }}{{ template "link" $t }}{{ end }}.
{{ end }}

{{- /* rules are what an API server refuses beyond types: those of the type, and of types whose fields it took over. */ -}}
{{- define "rules" }}
{{- $type := .type }}
{{- $rules := index $type.Markers "kubebuilder:validation:XValidation" }}
{{- if $rules }}
Rules:
{{ range $rules }}
- {{ template "rule" . }}
{{- end }}
{{ end }}
{{- range .gv.SortedTypes }}{{ if index .Markers "kubebuilder:validation:XValidation" }}
{{- $other := . }}{{ $refers := false }}{{ $typed := false }}
{{- range .References }}{{ if eq .UID $type.UID }}{{ $refers = true }}{{ end }}{{ end }}
{{- range $type.Members }}{{ if hasSuffix $other.String .Type.String }}{{ $typed = true }}{{ end }}{{ end }}
{{- if and $refers (not $typed) }}
The rules of {{ template "link" . }} apply, too.
{{ end }}{{ end }}{{ end }}
{{- end }}

{{- define "rule" }}{{ with trimPrefix "." (default "" .FieldPath) }}`{{ . }}`: {{ end }}{{ template "text" .Message }}{{ end }}

{{- define "enum" }}{{ range $i, $v := index . 0 }}{{ if $i }}, {{ end }}`{{ $v }}`{{ end }}{{ end }}

{{- /* text is a comment as one line. */ -}}
{{- define "text" }}{{ regexReplaceAll "\\s+" (trim .) " " | replace "<" "&lt;" | replace "|" "\\|" }}{{ end }}

{{- /* link is a type with a link to where it is described. */ -}}
{{- define "link" }}
{{- if eq .Name "RawExtension" }}object
{{- else if .UnderlyingType | and (hasPrefix "*" .UID) }}{{ template "link" .UnderlyingType }}
{{- else if hasPrefix "[]" .UID }}list of {{ template "link" .UnderlyingType }}
{{- else if hasPrefix "map[" .UID }}map of {{ template "link" .ValueType }}
{{- else if contains "function-dynamo/" .Package }}[{{ .Name }}](#{{ template "anchor" . }})
{{- else }}{{ markdownRenderType . | replace "#quantity-resource-api" "#quantity-resource-core" }}
{{- end }}
{{- end }}

{{- define "anchor" }}{{ lower .Name }}-{{ if contains "/input/" .Package }}settings{{ else }}{{ base .Package }}{{ end }}{{ end }}
