package verdict

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsv1 "k8s.io/kubernetes/pkg/apis/apps/v1"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchv1 "k8s.io/kubernetes/pkg/apis/batch/v1"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingv1 "k8s.io/kubernetes/pkg/apis/networking/v1"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	rbacv1 "k8s.io/kubernetes/pkg/apis/rbac/v1"
	rbacvalidation "k8s.io/kubernetes/pkg/apis/rbac/validation"
)

// newScheme has the groups of the kinds that are judged, as they are sent and as
// an API server keeps them, and the defaults.
func newScheme() (*runtime.Scheme, error) {
	out := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		core.AddToScheme, corev1.AddToScheme,
		apps.AddToScheme, appsv1.AddToScheme,
		batch.AddToScheme, batchv1.AddToScheme,
		networking.AddToScheme, networkingv1.AddToScheme,
		rbac.AddToScheme, rbacv1.AddToScheme,
	} {
		if err := add(out); err != nil {
			return nil, fmt.Errorf("cannot register Kubernetes' types: %w", err)
		}
	}
	return out, nil
}

// check applies the API server's rules for objects that are created, as the
// strategies of its registry call them.
func check(object runtime.Object) field.ErrorList {
	switch o := object.(type) {
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(o, pod.GetValidationOptionsFromPodTemplate(&o.Spec.Template, nil))
	case *apps.StatefulSet:
		return appsvalidation.ValidateStatefulSet(o, pod.GetValidationOptionsFromPodTemplate(&o.Spec.Template, nil))
	case *batch.Job:
		return checkJob(o)
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(o)
	case *rbac.Role:
		return rbacvalidation.ValidateRole(o)
	case *rbac.RoleBinding:
		return rbacvalidation.ValidateRoleBinding(o)
	}
	return checkCore(object)
}

func checkCore(object runtime.Object) field.ErrorList {
	switch o := object.(type) {
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(o)
	case *core.PersistentVolumeClaim:
		return corevalidation.ValidatePersistentVolumeClaim(o, corevalidation.ValidationOptionsForPersistentVolumeClaim(o, nil))
	case *core.Secret:
		return corevalidation.ValidateSecret(o)
	case *core.Service:
		return corevalidation.ValidateServiceCreate(withClusterIPs(o))
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(o)
	}
	return nil
}

// withClusterIPs repeats the address in the list of addresses, as the API server's
// storage does it before the rules are applied.
func withClusterIPs(o *core.Service) *core.Service {
	if o.Spec.ClusterIP == "" || len(o.Spec.ClusterIPs) > 0 {
		return o
	}
	o = o.DeepCopy()
	o.Spec.ClusterIPs = []string{o.Spec.ClusterIP}
	return o
}

// checkJob checks a Job with a selector in place of the one that the API server
// makes of its UID.
func checkJob(o *batch.Job) field.ErrorList {
	o = o.DeepCopy()
	if o.Spec.Selector == nil {
		o.Spec.ManualSelector = new(true)
		o.Spec.Selector = selector()
		o.Spec.Template.Labels = withSelector(o.Spec.Template.Labels)
	}
	return batchvalidation.ValidateJob(o, batchvalidation.JobValidationOptions{
		PodValidationOptions: pod.GetValidationOptionsFromPodTemplate(&o.Spec.Template, nil),
	})
}
