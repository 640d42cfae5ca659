package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/component"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func TestComposeKeys(t *testing.T) {
	const etcd = "{nvidia.com/dynamo-discovery-backend: etcd}"
	account := []string{"serviceaccount/discovery", "rolebinding/discovery"}
	type args struct {
		manifest string
		changes  changes
		settings string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"OfAGraph": {
			reason: "the graph composes the account",
			args:   args{manifest: composed},
			want:   []string{"deployment/main", "service/main"},
		},
		"Standalone": {
			reason: "nobody else composes the account",
			args:   args{manifest: standalone},
			want:   append([]string{"deployment/main", "service/main"}, account...),
		},
		"EtcdWorker": {
			reason: "with etcd, a worker needs neither Service nor account",
			args:   args{manifest: standalone, settings: "etcd"},
			want:   []string{"deployment/main"},
		},
		"EtcdFrontend": {
			reason: "with etcd, a frontend is reached through its Service all the same",
			args:   args{manifest: standalone, settings: "etcd", changes: changes{"spec/componentType": "frontend"}},
			want:   []string{"deployment/main", "service/main"},
		},
		"EtcdByMetadata": {
			reason: "the annotation of a standalone component's metadata steers",
			args:   args{manifest: standalone, changes: changes{"metadata/annotations": etcd}},
			want:   []string{"deployment/main"},
		},
		"EtcdByAnnotations": {
			reason: "so does spec.annotations",
			args:   args{manifest: composed, changes: changes{"spec/annotations": etcd}},
			want:   []string{"deployment/main"},
		},
		"KubernetesByPodMetadata": {
			reason: "and extraPodMetadata, which wins over all",
			args: args{manifest: standalone, settings: "etcd", changes: changes{
				"spec/annotations":      etcd,
				"spec/extraPodMetadata": "{annotations: {nvidia.com/dynamo-discovery-backend: kubernetes}}",
			}},
			want: append([]string{"deployment/main", "service/main"}, account...),
		},
		"NoType": {
			reason: "any type has a Service with Kubernetes discovery",
			args:   args{manifest: composed, changes: changes{"spec/componentType": ""}},
			want:   []string{"deployment/main", "service/main"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, tc.args.manifest, tc.args.changes))
			if tc.args.settings != "" {
				in.Settings.DiscoveryBackend = tc.args.settings
			}
			if diff := cmp.Diff(tc.want, layertest.Keys(compose(t, in))); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want keys, +got keys:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeNames says what a component and its objects are called, and how
// they find each other.
func TestComposeNames(t *testing.T) {
	type names struct {
		Deployment, Service, Account, DynamoNamespace, Parent string
		Selector                                              map[string]any
	}
	cases := map[string]struct {
		reason string
		args   map[string]any
		want   names
	}{
		"OfAGraph": {
			reason: "the graph's name is in everything that its components share",
			args:   layertest.Object(t, composed),
			want: names{
				"chat-worker", "chat-worker", "chat-k8s-service-discovery", "team-chat", "chat",
				map[string]any{"nvidia.com/dynamo-component": "Worker", "nvidia.com/dynamo-component-type": "worker", "nvidia.com/dynamo-namespace": "team-chat"},
			},
		},
		"Standalone": {
			reason: "a component without a graph is its own",
			args:   layertest.Object(t, standalone),
			want: names{
				"solo", "solo", "solo-k8s-service-discovery", "team-solo", "solo",
				map[string]any{"nvidia.com/dynamo-component": "solo", "nvidia.com/dynamo-component-type": "worker", "nvidia.com/dynamo-namespace": "team-solo"},
			},
		},
		"StandaloneWithServiceName": {
			reason: "the service name is what pods register as",
			args:   layertest.Object(t, standalone, changes{"spec/serviceName": "Renamed", "metadata/name": "so.lo"}),
			want: names{
				"so.lo", "so-lo", "so.lo-k8s-service-discovery", "team-so-lo", "so.lo",
				map[string]any{"nvidia.com/dynamo-component": "Renamed", "nvidia.com/dynamo-component-type": "worker", "nvidia.com/dynamo-namespace": "team-so-lo"},
			},
		},
		"GlobalNamespace": {
			reason: "the global Dynamo namespace is shared, a user's own is ignored",
			args:   layertest.Object(t, standalone, changes{"spec/globalDynamoNamespace": "true", "spec/dynamoNamespace": "mine", "spec/componentType": ""}),
			want: names{
				"solo", "solo", "solo-k8s-service-discovery", "dynamo", "solo",
				map[string]any{"nvidia.com/dynamo-component": "solo", "nvidia.com/dynamo-namespace": "dynamo"},
			},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			all := layertest.Objects(t, compose(t, layertest.In(tc.args)))
			deployment, service := all["deployment/main"], all["service/main"]
			pod := at(deployment, "spec", "template", "spec")
			env := environment(pod)
			selector, _ := at(service, "spec")["selector"].(map[string]any)
			account, _ := pod["serviceAccountName"].(string)
			got := names{nameOf(deployment), nameOf(service), account, env["DYN_NAMESPACE"], env["DYN_PARENT_DGD_K8S_NAME"], selector}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func at(o map[string]any, path ...string) map[string]any {
	for _, p := range path {
		o, _ = o[p].(map[string]any)
	}
	return o
}

func nameOf(o map[string]any) string {
	name, _ := at(o, "metadata")["name"].(string)
	return name
}

// environment of the first container.
func environment(pod map[string]any) map[string]string {
	out := map[string]string{}
	containers, _ := pod["containers"].([]any)
	main, _ := containers[0].(map[string]any)
	variables, _ := main["env"].([]any)
	for _, v := range variables {
		variable, _ := v.(map[string]any)
		name, _ := variable["name"].(string)
		value, _ := variable["value"].(string)
		out[name] = value
	}
	return out
}

// TestComposePodTemplateIsStable changes what must not restart pods.
func TestComposePodTemplateIsStable(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   bool
	}{
		"OwnersLabels":   {reason: "core labels a composite", args: changes{"metadata/labels/crossplane.io~1composite": "chat"}, want: true},
		"OwnersHash":     {reason: "the graph renews the hash for other fields", args: changes{"metadata/annotations/dynamo.fn.crossplane.io~1spec-hash": "fedcba9876543210"}, want: true},
		"OwnersNotes":    {reason: "annotations of its metadata that steer nothing", args: changes{"metadata/annotations/other.example~1note": "a"}, want: true},
		"Generation":     {reason: "core raises the generation of an XR", args: changes{"metadata/generation": "7"}, want: true},
		"Replicas":       {reason: "scaling restarts nothing", args: changes{"spec/replicas": "7"}, want: true},
		"Image":          {reason: "another image does", args: changes{"spec/extraPodSpec/mainContainer/image": "example.org/dynamo:2"}},
		"Restart":        {reason: "so does a restart", args: changes{"metadata/annotations/nvidia.com~1restartAt": "one"}},
		"RestartAgain":   {reason: "and one of an id that pods carry already", args: changes{"metadata/annotations/dynamo.fn.crossplane.io~1restart-count": "'2'"}},
		"PodAnnotations": {reason: "annotations of pods do", args: changes{"spec/annotations": "{a: b}"}},
	}

	template := func(c changes) map[string]any {
		out := compose(t, layertest.In(layertest.Object(t, composed, c)))
		return at(layertest.Objects(t, out)["deployment/main"], "spec", "template")
	}
	base := template(nil)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(base, template(tc.args)); (diff == "") != tc.want {
				t.Errorf("\n%s\nwant the pod template unchanged: %t, got: -base, +changed:\n%s", tc.reason, tc.want, diff)
			}
		})
	}
}

func TestComposeErrors(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
	}{
		"NoComponent": {reason: "a type that is no text is no component", args: changes{"spec/componentType": "5"}},
		"NoQuantity":  {reason: "nor one with a size that is no quantity", args: changes{"spec/sharedMemory": "{size: a lot}"}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if out, err := component.Compose(layertest.In(layertest.Object(t, composed, tc.args))); err == nil {
				t.Errorf("\n%s\nCompose(...): want an error, got %v", tc.reason, out)
			}
		})
	}
}

func TestComposeUnreadableDeployment(t *testing.T) {
	in := layertest.In(layertest.Object(t, composed))
	in.Observed["deployment/main"] = layer.Read(map[string]any{
		"metadata": map[string]any{"name": "chat-worker"},
		"status":   map[string]any{"replicas": "many"},
	})
	if _, err := component.Compose(in); err == nil {
		t.Error("Compose(...): want an error that names the Deployment, since nothing may be guessed of its state")
	}
}

func TestComposeIgnoredFields(t *testing.T) {
	const prefix = "accepted, and not acted on: "
	cases := map[string]struct {
		reason string
		args   changes
		want   string
	}{
		"None":            {reason: "nothing to name"},
		"DynamoNamespace": {reason: "a deprecated field is named as such", args: changes{"spec/dynamoNamespace": "mine"}, want: prefix + "spec.dynamoNamespace (deprecated)"},
		"Autoscaling":     {reason: "and named once", args: changes{"spec/autoscaling": "{enabled: true}"}, want: prefix + "spec.autoscaling (deprecated)"},
		"Several": {
			reason: "all are named",
			args:   changes{"spec/minAvailable": "1", "spec/checkpoint": "{a: b}", "spec/dynamoNamespace": "mine"},
			want:   prefix + "spec.checkpoint, spec.minAvailable, spec.dynamoNamespace (deprecated)",
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			first := layertest.In(layertest.Object(t, standalone, tc.args))
			out := compose(t, first)

			for _, c := range out.Conditions {
				if c.Type == "UnsupportedFields" && c.Message != tc.want {
					t.Errorf("\n%s\nCompose(...): want %q, got %q", tc.reason, tc.want, c.Message)
				}
			}
			if named := len(out.Events) > 0; named != (tc.want != "") {
				t.Errorf("\n%s\nCompose(...): want an event where there is something to name, got %v", tc.reason, out.Events)
			}
			if again := compose(t, layertest.Next(t, first, out, nil)); len(again.Events) > 0 {
				t.Errorf("\n%s\nCompose(...) with the conditions of the first run: want no events, got %v", tc.reason, again.Events)
			}
			if len(out.Children) == 0 {
				t.Errorf("\n%s\nCompose(...): an ignored field keeps nothing from being composed", tc.reason)
			}
		})
	}
}
