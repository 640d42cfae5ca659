package harness

import (
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Condition of an object's status.
type Condition struct {
	Type               string    `json:"type"`
	Status             string    `json:"status"`
	Reason             string    `json:"reason"`
	Message            string    `json:"message"`
	LastTransitionTime time.Time `json:"lastTransitionTime"`
}

// ConditionOf is a condition of an object; its Status is empty where the object
// does not have it.
func ConditionOf(o *unstructured.Unstructured, name string) Condition {
	all, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, each := range all {
		raw, err := json.Marshal(each)
		if err != nil {
			continue
		}
		var c Condition
		if json.Unmarshal(raw, &c) == nil && c.Type == name {
			return c
		}
	}
	return Condition{Type: name}
}

// wantTrue is an error where a condition of an object is not True.
func wantTrue(o *unstructured.Unstructured, names ...string) error {
	for _, name := range names {
		if c := ConditionOf(o, name); c.Status != "True" {
			return fmt.Errorf("%s: condition %s is %q: %s %s", RefOf(o), name, c.Status, c.Reason, c.Message)
		}
	}
	return nil
}
