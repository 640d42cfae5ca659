// Package v1 holds a made-up kind in one of its two forms.
//
// +groupName=test.example.org
// +versionName=v1
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// GizmoSpec has parts by name.
type GizmoSpec struct {
	// Color of all.
	// +kubebuilder:default=red
	Color string `json:"color,omitempty"`

	// Parts by name.
	// +kubebuilder:validation:MaxProperties=5
	Parts map[string]Part `json:"parts"`
}

// Part is typed in its own form only.
type Part struct {
	Size int32 `json:"size"`
}

// GizmoStatus counts parts.
type GizmoStatus struct {
	// Parts that there are.
	Parts int32 `json:"parts"`
}

// Gizmo is stored in this version.
//
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="write v2"
// +kubebuilder:resource:path=gizmos
type Gizmo struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec GizmoSpec `json:"spec"`
	// +optional
	Status GizmoStatus `json:"status,omitempty"`
}
