package component_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// solo are the keys of a component without a graph, each with what it is for.
func solo(more ...string) []string {
	return slices.Concat([]string{"deployment/main", "service/main"}, more,
		[]string{"serviceaccount/discovery", "rolebinding/discovery"})
}

const (
	frontendBlock = "{enabled: true, host: chat, ingressControllerClassName: nginx}"
	gatewayBlock  = "{enabled: true, host: chat, useVirtualService: true, virtualServiceGateway: a/b}"
	bareBlock     = "{enabled: true, host: chat}"
	pickerConfig  = "{config: {plugins: [{type: max-score-picker}]}}"
)

func picker() changes { return changes{"spec/componentType": "epp", "spec/eppConfig": pickerConfig} }

// answered says that the cluster has, or lacks, the optional APIs.
func answered(there bool, needs ...string) layer.Answers {
	out := layer.Answers{APIs: map[string]bool{}}
	for _, n := range needs {
		out.APIs[n] = there
	}
	return out
}

func gateway() settings.Settings {
	s := settings.Default()
	s.Ingress.Gateway = "istio-system/gw"
	return s
}

func route() settings.Settings {
	s := settings.Default()
	s.Ingress.Route = settings.Route{Name: "public", Namespace: "infra"}
	return s
}

func TestComposeExposure(t *testing.T) {
	type args struct {
		changes  changes
		settings settings.Settings
		answers  layer.Answers
	}
	type want struct {
		keys  []string
		needs []string
		// ignored is what the condition says that nothing comes of.
		ignored string
	}
	const (
		noIstio = " (the cluster lacks VirtualService of networking.istio.io/v1beta1: install Istio)"
		noRoute = " (the cluster lacks HTTPRoute of gateway.networking.k8s.io/v1: install the Gateway API)"
		noPool  = "spec.componentType (the cluster lacks InferencePool of inference.networking.k8s.io/v1: install the Gateway API Inference Extension)"
		nowhere = "spec.ingress (neither it nor the settings name a class or a gateway: give one)"
	)
	pickerAccount := []string{"serviceaccount/epp", "rolebinding/epp"}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"Ingress": {
			reason: "every cluster has Ingresses",
			args:   args{changes: changes{"spec/ingress": frontendBlock}, settings: settings.Default()},
			want:   want{keys: solo("ingress/main")},
		},
		"Disabled": {
			reason: "a block that is off",
			args:   args{changes: changes{"spec/ingress": "{enabled: false, host: chat, ingressControllerClassName: nginx}"}, settings: settings.Default()},
			want:   want{keys: solo()},
		},
		"Nowhere": {
			reason: "nothing comes of it, and somebody has to know",
			args:   args{changes: changes{"spec/ingress": bareBlock}, settings: settings.Default()},
			want:   want{keys: solo(), ignored: nowhere},
		},
		"GatewayForgotten": {
			reason: "an Ingress comes of it, and a VirtualService was asked for as well",
			args: args{
				changes:  changes{"spec/ingress": "{enabled: true, host: chat, ingressControllerClassName: nginx, useVirtualService: true}"},
				settings: gateway(),
			},
			want: want{keys: solo("ingress/main"), ignored: "spec.ingress.useVirtualService (no gateway is known: give virtualServiceGateway)"},
		},
		"GatewayUnknown": {
			reason: "nobody has answered yet",
			args:   args{changes: changes{"spec/ingress": gatewayBlock}, settings: settings.Default()},
			want:   want{keys: solo(), needs: []string{"virtualservice"}},
		},
		"GatewayPresent": {
			reason: "the cluster has Istio",
			args:   args{changes: changes{"spec/ingress": gatewayBlock}, settings: settings.Default(), answers: answered(true, "virtualservice")},
			want:   want{keys: solo("virtualservice/main"), needs: []string{"virtualservice"}},
		},
		"GatewayAbsent": {
			reason: "it lacks Istio, and the block asks for it",
			args:   args{changes: changes{"spec/ingress": gatewayBlock}, settings: settings.Default(), answers: answered(false, "virtualservice")},
			want:   want{keys: solo(), needs: []string{"virtualservice"}, ignored: "spec.ingress" + noIstio},
		},
		"SiteGatewayAbsent": {
			reason: "it lacks Istio, and the settings ask for it",
			args:   args{changes: changes{"spec/componentType": "frontend"}, settings: gateway(), answers: answered(false, "virtualservice")},
			want:   want{keys: solo(), needs: []string{"virtualservice"}, ignored: "input.ingress.virtualServiceGateway" + noIstio},
		},
		"RouteUnknown": {
			reason: "nobody has answered yet",
			args:   args{changes: changes{"spec/componentType": "frontend"}, settings: route()},
			want:   want{keys: solo(), needs: []string{"httproute"}},
		},
		"RoutePresent": {
			reason: "the cluster has the Gateway API",
			args:   args{changes: changes{"spec/componentType": "frontend"}, settings: route(), answers: answered(true, "httproute")},
			want:   want{keys: solo("httproute/main"), needs: []string{"httproute"}},
		},
		"RouteAbsent": {
			reason: "it lacks it, and the settings ask for it",
			args:   args{changes: changes{"spec/componentType": "frontend"}, settings: route(), answers: answered(false, "httproute")},
			want:   want{keys: solo(), needs: []string{"httproute"}, ignored: "input.ingress.gateway.name" + noRoute},
		},
		"RouteOfConfigAbsent": {
			reason: "it lacks it, and an EnvironmentConfig asks for it",
			args:   args{changes: changes{"spec/componentType": "frontend"}, settings: routeOfConfig(t), answers: answered(false, "httproute")},
			want:   want{keys: solo(), needs: []string{"httproute"}, ignored: "EnvironmentConfig[dynamo].data.dynamo.ingress.gateway.name" + noRoute},
		},
		"RouteOfBlock": {
			reason: "a block that only names a host asks for it",
			args:   args{changes: changes{"spec/ingress": bareBlock}, settings: route(), answers: answered(false, "httproute")},
			want:   want{keys: solo(), needs: []string{"httproute"}, ignored: "spec.ingress" + noRoute},
		},
		"SiteOfWorkers": {
			reason: "the settings are for frontends",
			args:   args{settings: gateway()},
			want:   want{keys: solo()},
		},
		"Model": {
			reason: "a model's pods are found through a Service of their own",
			args:   args{changes: changes{"spec/modelRef": "{name: org/model, revision: abc}"}, settings: settings.Default()},
			want:   want{keys: solo("service/model")},
		},
		"PickerPresent": {
			reason: "a picker has a configuration, a pool and an account",
			args:   args{changes: picker(), settings: settings.Default(), answers: answered(true, "inferencepool")},
			want:   want{keys: append(solo("configmap/epp", "inferencepool/main"), pickerAccount...), needs: []string{"inferencepool"}},
		},
		"PickerAbsent": {
			reason: "without the extension there are no pools",
			args:   args{changes: picker(), settings: settings.Default(), answers: answered(false, "inferencepool")},
			want:   want{keys: append(solo("configmap/epp"), pickerAccount...), needs: []string{"inferencepool"}, ignored: noPool},
		},
		"PickerReference": {
			reason: "the ConfigMap is the user's",
			args: args{
				changes:  changes{"spec/componentType": "epp", "spec/eppConfig": "{configMapRef: {name: mine, key: a}}"},
				settings: settings.Default(), answers: answered(true, "inferencepool"),
			},
			want: want{keys: append(solo("inferencepool/main"), pickerAccount...), needs: []string{"inferencepool"}},
		},
		"PickerAlone": {
			reason: "since runtime 1.5 a picker has no configuration",
			args: args{
				changes:  changes{"spec/componentType": "epp", "spec/runtimeVersionOverride": "1.5.0"},
				settings: settings.Default(), answers: answered(true, "inferencepool"),
			},
			want: want{keys: append(solo("inferencepool/main"), pickerAccount...), needs: []string{"inferencepool"}},
		},
		"Planner": {
			reason: "a planner has an account of its own",
			args:   args{changes: changes{"spec/componentType": "planner"}, settings: settings.Default()},
			want:   want{keys: append(solo(), "serviceaccount/planner", "rolebinding/planner")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, standalone, tc.args.changes))
			in.Settings, in.Answers = tc.args.settings, tc.args.answers
			out := compose(t, in)

			if diff := cmp.Diff(tc.want.keys, layertest.Keys(out)); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want keys, +got:\n%s", tc.reason, diff)
			}
			var needs []string
			for n := range out.Needs.APIs {
				needs = append(needs, n)
			}
			if diff := cmp.Diff(tc.want.needs, needs); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want needs, +got:\n%s", tc.reason, diff)
			}
			ignored := ""
			if tc.want.ignored != "" {
				ignored = "accepted, and not acted on: " + tc.want.ignored
			}
			for _, c := range out.Conditions {
				if c.Type == "UnsupportedFields" && c.Message != ignored {
					t.Errorf("\n%s\nCompose(...): want %q, got %q", tc.reason, ignored, c.Message)
				}
			}
		})
	}
}

// TestComposeExposureReady: what is asked for and cannot be is not ready.
func TestComposeExposureReady(t *testing.T) {
	cases := map[string]struct {
		reason  string
		changes changes
		answers layer.Answers
		want    bool
	}{
		"GatewayPresent": {reason: "all exist", changes: changes{"spec/ingress": gatewayBlock}, answers: answered(true, "virtualservice"), want: true},
		"GatewayAbsent":  {reason: "it is not reached as it should be", changes: changes{"spec/ingress": gatewayBlock}, answers: answered(false, "virtualservice")},
		"PickerPresent":  {reason: "all exist", changes: picker(), answers: answered(true, "inferencepool"), want: true},
		"PickerAbsent":   {reason: "nobody asks the picker", changes: picker(), answers: answered(false, "inferencepool")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, standalone, tc.changes))
			in.Answers = tc.answers
			out := compose(t, in)
			if out.Ready {
				t.Errorf("%s: want nothing ready before it exists", tc.reason)
			}
			next := layertest.Next(t, in, out, map[string]string{"deployment/main": rollout(1, 1, 1, 1, "True")})
			if got := compose(t, next); got.Ready != tc.want {
				t.Errorf("%s: want ready %t, got %t", tc.reason, tc.want, got.Ready)
			}
		})
	}
}

// TestComposeExposureStays: a lapse in an answer deletes nothing that exists.
func TestComposeExposureStays(t *testing.T) {
	for name, tc := range map[string]struct {
		changes changes
		need    string
	}{
		"VirtualService": {changes: changes{"spec/ingress": gatewayBlock}, need: "virtualservice"},
		"InferencePool":  {changes: picker(), need: "inferencepool"},
	} {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, standalone, tc.changes))
			in.Answers = answered(true, tc.need)
			out := compose(t, in)
			next := layertest.Next(t, in, out, nil)
			for _, answers := range []layer.Answers{{}, answered(false, tc.need)} {
				next.Answers = answers
				if diff := cmp.Diff(layertest.Keys(out), layertest.Keys(compose(t, next))); diff != "" {
					t.Errorf("Compose(...): -before, +after the answer %v:\n%s", answers, diff)
				}
			}
		})
	}
}

func TestComposePickerFault(t *testing.T) {
	out := compose(t, layertest.In(layertest.Object(t, standalone, changes{"spec/componentType": "epp", "spec/eppConfig": "{config: []}"})))

	if got := conditionsOf(out)["Valid"]; got != "False InvalidSpec" {
		t.Errorf("a configuration that no picker reads is a fault: got %q", got)
	}
}

// TestComposeMissingKinds: graphs read from the status what a component lacks.
func TestComposeMissingKinds(t *testing.T) {
	cases := map[string]struct {
		reason  string
		changes changes
		answers layer.Answers
		want    any
	}{
		"Nothing":         {reason: "it needs none that is optional", answers: answered(false, "leaderworkerset", "virtualservice", "inferencepool")},
		"Unanswered":      {reason: "core has not said", changes: onNodes()},
		"Present":         {reason: "the cluster has it", changes: onNodes(), answers: answered(true, "leaderworkerset")},
		"LeaderWorkerSet": {reason: "nothing can run it", changes: onNodes(), answers: answered(false, "leaderworkerset"), want: []any{"LeaderWorkerSet"}},
		"VirtualService":  {reason: "nothing leads to it", changes: changes{"spec/ingress": gatewayBlock}, answers: answered(false, "virtualservice"), want: []any{"VirtualService"}},
		"InferencePool":   {reason: "nobody asks it", changes: picker(), answers: answered(false, "inferencepool"), want: []any{"InferencePool"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, standalone, tc.changes))
			in.Answers = tc.answers
			if diff := cmp.Diff(tc.want, layertest.Status(t, compose(t, in))["missingKinds"]); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeBoundRole: a component on its own tells of a binding that keeps
// another role than the settings name; one of a graph leaves that to its graph.
func TestComposeBoundRole(t *testing.T) {
	const warning = `RoleBinding "solo-planner" keeps ClusterRole "function-dynamo:planner", since a binding cannot change its role: ` +
		`delete it, and it is made again for ClusterRole "another"`
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Standalone": {reason: "It makes the binding itself", args: standalone, want: warning},
		"OfGraph":    {reason: "It makes none", args: composed},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := layertest.In(layertest.Object(t, tc.args, changes{"spec/componentType": "planner"}))
			next := layertest.Next(t, before, compose(t, before), nil)
			next.Settings.PlannerClusterRole = "another"
			for _, c := range compose(t, next).Conditions {
				if c.Type == layer.TypeValid && c.Message != tc.want {
					t.Errorf("\n%s\nValid: want %q, got %q", tc.reason, tc.want, c.Message)
				}
			}
		})
	}
}

// routeOfConfig are settings with a Gateway that an EnvironmentConfig names.
func routeOfConfig(t *testing.T) settings.Settings {
	t.Helper()
	out, faults := settings.Fold(settings.Default(), settings.Config("dynamo", map[string]any{
		"dynamo": map[string]any{"ingress": map[string]any{"gateway": map[string]any{"name": "public"}}},
	}))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return out
}
