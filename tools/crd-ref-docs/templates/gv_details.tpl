{{- define "gvDetails" }}
## {{ .GroupVersionString }}
{{ if eq .GroupVersionString "nvidia.com/v1beta1" }}
The form to write: a graph lists its components, and a component says in a pod template what its pods are. A type that is a link
to v1alpha1 is the same in both versions.
{{- else if eq .GroupVersionString "nvidia.com/v1alpha1" }}
The older form, which goes on working: a graph has its services by name, and a service says with fields of its own what its pods are.
`xdynamo convert` writes it as v1beta1.
{{- else }}
What a platform team decides: the input of the function's step, and, without `apiVersion` and `kind`, what EnvironmentConfigs called
`dynamo` have under that key. [settings.md](settings.md) says how the layers are folded, and lists all settings with which pods a change restarts.
{{- end }}
{{- $gv := . }}
{{ range .SortedKinds }}{{ template "type" dict "type" ($gv.TypeForKind .) "gv" $gv }}{{ end }}
{{- range .SortedTypes }}{{ if not .GVK }}{{ template "type" dict "type" . "gv" $gv }}{{ end }}{{ end }}
{{- end }}
