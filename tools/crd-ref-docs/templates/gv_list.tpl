{{- define "gvList" -}}
<!-- Written by hack/generate from the Go types in apis and input. Do not edit. -->
# API reference

Every field of the Dynamo kinds and of `Settings`. `xdynamo explain` says the same in a terminal, field by field
([xdynamo.md](xdynamo.md#explain)).

| | kinds |
| --- | --- |
{{- range reverse . }}
| [{{ .GroupVersionString }}](#{{ template "slug" .GroupVersionString }}) | {{ $gv := . }}{{ range $i, $k := .SortedKinds }}{{ if $i }}, {{ end }}{{ template "link" $gv.TypeForKind $k }}{{ end }} |
{{- end }}

Each kind of nvidia.com has a claim of the same fields, called after it: `DynamoGraphDeploymentClaim` and so on ([claims.md](claims.md)).
Types of Kubernetes are links to its own reference. A rule is what an API server refuses; what it cannot say is condition `Valid` ([conditions.md](conditions.md)).
{{ range reverse . }}{{ template "gvDetails" . }}{{ end -}}
{{ end }}

{{- /* slug is the anchor that Markdown gives a heading. */ -}}
{{- define "slug" }}{{ regexReplaceAll "[^a-z0-9 -]" (lower .) "" | replace " " "-" }}{{ end }}
