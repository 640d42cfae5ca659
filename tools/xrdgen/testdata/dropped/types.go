// Package dropped has a rule that Crossplane would lose.
//
// +groupName=test.example.org
// +versionName=v1
package dropped

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ThingSpec wants one of its fields.
//
// +kubebuilder:validation:MinProperties=1
type ThingSpec struct {
	// A is one of them.
	// +optional
	A string `json:"a,omitempty"`
}

// Thing is made up.
type Thing struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec ThingSpec `json:"spec"`
}
