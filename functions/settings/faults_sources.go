package settings

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// sourceFaults names what the API server would refuse of the one source of a variable.
func sourceFaults(in *corev1.EnvVarSource, at *field.Path) field.ErrorList {
	switch {
	case in.FieldRef != nil:
		return podFieldFaults(*in.FieldRef, at.Child("fieldRef"))
	case in.ResourceFieldRef != nil:
		return resourceFaults(*in.ResourceFieldRef, at.Child("resourceFieldRef"))
	case in.ConfigMapKeyRef != nil:
		return keyFaults(in.ConfigMapKeyRef.Name, in.ConfigMapKeyRef.Key, at.Child("configMapKeyRef"))
	case in.SecretKeyRef != nil:
		return keyFaults(in.SecretKeyRef.Name, in.SecretKeyRef.Key, at.Child("secretKeyRef"))
	}
	return nil
}

// keyFaults checks the key of a Secret or a ConfigMap.
func keyFaults(name, key string, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	if name == "" {
		faults = append(faults, field.Required(at.Child("name"), "name the object that has the key"))
	}
	faults = append(faults, checkName(at.Child("name"), name, validation.IsDNS1123Subdomain)...)
	if key == "" {
		return append(faults, field.Required(at.Child("key"), "name the key whose value is meant"))
	}
	return append(faults, checkName(at.Child("key"), key, validation.IsConfigMapKey)...)
}

// podFieldFaults checks the field of a pod that a variable has the value of. It may be one
// label or annotation of it.
func podFieldFaults(in corev1.ObjectFieldSelector, at *field.Path) field.ErrorList {
	faults := checkOneOf(at.Child("apiVersion"), in.APIVersion, "v1")
	at = at.Child("fieldPath")
	if in.FieldPath == "" {
		return append(faults, field.Required(at, "name the field of the pod, such as spec.nodeName"))
	}
	switch block, key, ok := cutSubscript(in.FieldPath); {
	case !ok || key == "":
		return append(faults, checkOneOf(at, in.FieldPath, podFields()...)...)
	case block == "metadata.annotations":
		return append(faults, checkName(at, strings.ToLower(key), validation.IsQualifiedName)...)
	case block == "metadata.labels":
		return append(faults, checkName(at, key, validation.IsQualifiedName)...)
	}
	return append(faults, field.Invalid(at, in.FieldPath, "only metadata.labels and metadata.annotations have keys"))
}

// cutSubscript cuts the key off a path such as metadata.labels['app'], and says whether it has one.
func cutSubscript(path string) (string, string, bool) {
	rest, ok := strings.CutSuffix(path, "']")
	if !ok {
		return path, "", false
	}
	return strings.Cut(rest, "['")
}

// podFields are the fields of a pod that a variable can have the value of.
func podFields() []string {
	return []string{
		"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
		"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
	}
}

// resourceFaults checks the amount of a resource that a variable has the value of, and the
// unit that it is told in.
func resourceFaults(in corev1.ResourceFieldSelector, at *field.Path) field.ErrorList {
	amounts := []string{"limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"}
	_, name, _ := strings.Cut(in.Resource, ".")
	pages := strings.HasPrefix(name, corev1.ResourceHugePagesPrefix)
	switch {
	case in.Resource == "":
		return field.ErrorList{field.Required(at.Child("resource"), "name the amount, such as limits.memory")}
	case !slices.Contains(amounts, in.Resource) && (!pages || !isAmount(in.Resource)):
		return field.ErrorList{field.NotSupported(at.Child("resource"), in.Resource, amounts)}
	case in.Divisor.IsZero():
		return nil
	}
	return checkOneOf(at.Child("divisor"), in.Divisor.String(), unitsOf(name)...)
}

// isAmount says whether an amount is one that is asked for, or one that is the most.
func isAmount(resource string) bool {
	return strings.HasPrefix(resource, "limits.") || strings.HasPrefix(resource, "requests.")
}

// unitsOf are the units that amounts of a resource can be told in.
func unitsOf(name string) []string {
	if name == string(corev1.ResourceCPU) {
		return []string{"1m", "1"}
	}
	return []string{"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"}
}
