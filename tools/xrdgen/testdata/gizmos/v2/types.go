// Package v2 holds a made-up kind in one of its two forms.
//
// +groupName=test.example.org
// +versionName=v2
package v2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// GizmoSpec lists pieces.
type GizmoSpec struct {
	// Color of all.
	// +kubebuilder:default=blue
	Color string `json:"color,omitempty"`

	// Pieces, each with a name.
	// +kubebuilder:validation:MaxItems=5
	// +listType=map
	// +listMapKey=name
	Pieces []Piece `json:"pieces"`
}

// Piece is typed in its own form only.
type Piece struct {
	// +kubebuilder:validation:MaxLength=9
	Name string `json:"name"`
	Size int32  `json:"size"`
}

// GizmoStatus counts pieces.
type GizmoStatus struct {
	// Pieces that there are.
	Pieces int32 `json:"pieces"`
}

// Gizmo is served in this version, too.
//
// +kubebuilder:resource:path=gizmos
type Gizmo struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec GizmoSpec `json:"spec"`
	// +optional
	Status GizmoStatus `json:"status,omitempty"`
}
