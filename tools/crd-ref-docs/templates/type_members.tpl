{{- /* What is said of a field: its comment, and what of its markers is a limit. A status is written by the function, so that
       nobody has to know what is required there. */ -}}
{{- define "type_members" }}
{{- $field := .field }}
{{- with $field }}
{{- if eq .Name "metadata" }}Name, namespace, labels and annotations.
{{- else if eq .Name "status" }}What was observed; the function writes it.
{{- else if .Doc }}{{ template "text" .Doc }}{{ end }}
{{- end }}
{{- if not (or .status (index $field.Markers "optional") (has $field.Name (list "metadata" "status"))) }}{{ if $field.Doc }} {{ end }}**Required.**{{ end }}
{{- with $field.Default }} Default: `{{ . }}`.{{ end }}
{{- with index $field.Markers "kubebuilder:validation:Enum" }} One of {{ template "enum" . }}.{{ end }}
{{- template "limits" $field.Markers }}
{{- $rules := index $field.Markers "kubebuilder:validation:XValidation" }}
{{- if not (deepEqual $rules (index $field.Type.Markers "kubebuilder:validation:XValidation")) }}
{{- range $rules }}<br>Rule: {{ template "rule" . }}.{{ end }}
{{- end }}
{{- end }}

{{- define "limits" }}
{{- with index . "kubebuilder:validation:Minimum" }} At least {{ index . 0 }}.{{ end }}
{{- with index . "kubebuilder:validation:MinLength" }}{{ if eq (int (index . 0)) 1 }} Not empty.{{ else }} At least {{ index . 0 }} characters.{{ end }}{{ end }}
{{- with index . "kubebuilder:validation:MaxLength" }} At most {{ index . 0 }} characters.{{ end }}
{{- with index . "kubebuilder:validation:MinItems" }} At least {{ index . 0 }}.{{ end }}
{{- with index . "kubebuilder:validation:MaxItems" }} At most {{ index . 0 }}.{{ end }}
{{- with index . "kubebuilder:validation:MinProperties" }} At least {{ index . 0 }}.{{ end }}
{{- with index . "kubebuilder:validation:MaxProperties" }} At most {{ index . 0 }}.{{ end }}
{{- with index . "kubebuilder:validation:Pattern" }} Pattern: `{{ index . 0 | toString | replace "|" "\\|" }}`.{{ end }}
{{- end }}
