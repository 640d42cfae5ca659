package component_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// spread makes a component one of TensorRT-LLM on two nodes.
func spread() changes {
	return changes{
		"spec/multinode":                       "{nodeCount: 2}",
		"spec/extraPodSpec/mainContainer/args": "[-m, dynamo.trtllm]",
	}
}

// answer is what the layer is told with core's answer about the Secret of the
// settings; nil is none.
func answer(in layer.In, found []layer.Object) layer.In {
	in.Answers = layer.Answers{APIs: map[string]bool{"leaderworkerset": true}}
	if found != nil {
		in.Answers.Objects = map[string][]layer.Object{"mpi-ssh-secret": found}
	}
	return in
}

// keys are what a result says of key pairs.
type keys struct {
	// Made is the Secret that is composed, Mounted those of leader and worker.
	Made    string
	Mounted []string
	// Asked says whether core is asked for the Secret of the settings.
	Asked bool
}

func keysOf(t *testing.T, out layer.Out) keys {
	t.Helper()
	got := keys{}
	_, got.Asked = out.Needs.Objects["mpi-ssh-secret"]
	all := layertest.Objects(t, out)
	got.Made, _, _ = unstructured.NestedString(all["secret/mpi-ssh"], "metadata", "name")
	for _, role := range []string{"leaderTemplate", "workerTemplate"} {
		volumes, _, _ := unstructured.NestedSlice(all["leaderworkerset/main"], "spec", "leaderWorkerTemplate", role, "spec", "volumes")
		for _, v := range volumes {
			fields, _ := v.(map[string]any)
			if name, ok, _ := unstructured.NestedString(fields, "secret", "secretName"); ok {
				got.Mounted = append(got.Mounted, name)
			}
		}
	}
	return got
}

func twice(name string) []string { return []string{name, name} }

func TestSSH(t *testing.T) {
	const site = "mpi-run-ssh-secret"
	exists, absent := []layer.Object{{Name: site}}, []layer.Object{}
	named := changes{"metadata/annotations/dynamo.fn.crossplane.io~1ssh-secret": "chat-mpi-ssh"}
	cases := map[string]struct {
		reason string
		args   layer.In
		want   keys
	}{
		"Unanswered": {
			reason: "No pods before the name of the Secret is known",
			args:   answer(layertest.In(layertest.Object(t, standalone, spread())), nil),
			want:   keys{Asked: true},
		},
		"Site": {
			reason: "The Secret of the settings",
			args:   answer(layertest.In(layertest.Object(t, standalone, spread())), exists),
			want:   keys{Mounted: twice(site), Asked: true},
		},
		"Own": {
			reason: "Else one of the component's",
			args:   answer(layertest.In(layertest.Object(t, standalone, spread())), absent),
			want:   keys{Made: "solo-mpi-ssh", Mounted: twice("solo-mpi-ssh"), Asked: true},
		},
		"OtherEngine": {
			reason: "Nobody else is asked about Secrets",
			args:   answer(layertest.In(layertest.Object(t, standalone, changes{"spec/multinode": "{nodeCount: 2}"})), nil),
		},
		"OfGraph": {
			reason: "The graph's component takes what its graph says, and neither asks nor makes",
			args:   answer(layertest.In(layertest.Object(t, composed, spread(), named)), nil),
			want:   keys{Mounted: twice("chat-mpi-ssh")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, keysOf(t, compose(t, tc.args))); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSSHLater: what pods mount stays, since another name would restart them.
func TestSSHLater(t *testing.T) {
	const site = "mpi-run-ssh-secret"
	exists, absent := []layer.Object{{Name: site}}, []layer.Object{}
	own := keys{Made: "solo-mpi-ssh", Mounted: twice("solo-mpi-ssh"), Asked: true}
	theirs := keys{Mounted: twice(site), Asked: true}
	type args struct {
		first, then []layer.Object
		gone        string
		more        changes
	}
	cases := map[string]struct {
		reason string
		args   args
		want   keys
	}{
		"Own":         {reason: "Nothing moves", args: args{first: absent, then: absent}, want: own},
		"Unanswered":  {reason: "Not even before core answers", args: args{first: absent}, want: own},
		"SiteAppears": {reason: "A Secret of the settings that comes later is left alone", args: args{first: absent, then: exists}, want: own},
		"OwnDeleted":  {reason: "A deleted one is made again", args: args{first: absent, then: absent, gone: "secret/mpi-ssh"}, want: own},
		"OtherMounted": {
			reason: "A Secret that the user mounts as well says nothing of the key pair",
			args: args{first: absent, then: exists, gone: "secret/mpi-ssh", more: changes{
				"spec/extraPodSpec/volumes": "[{name: other, secret: {secretName: " + site + "}}]",
			}},
			want: keys{Made: "solo-mpi-ssh", Mounted: []string{"solo-mpi-ssh", site, "solo-mpi-ssh", site}, Asked: true},
		},
		"DeletedLater": {reason: "Also where the settings' exists by now", args: args{first: absent, then: exists, gone: "secret/mpi-ssh"}, want: own},
		"Site":         {reason: "Nothing moves here either", args: args{first: exists, then: exists}, want: theirs},
		"SiteUnknown":  {reason: "Nor before core answers", args: args{first: exists}, want: theirs},
		"SiteDeleted":  {reason: "One that others made is for them to make again", args: args{first: exists, then: absent}, want: theirs},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := answer(layertest.In(layertest.Object(t, standalone, spread(), tc.args.more)), tc.args.first)
			next := answer(layertest.Next(t, before, compose(t, before), nil), tc.args.then)
			delete(next.Observed, tc.args.gone)
			out := compose(t, next)
			if diff := cmp.Diff(tc.want, keysOf(t, out)); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
			for _, key := range []string{"leaderworkerset/main", "secret/mpi-ssh"} {
				if diff := cmp.Diff(layertest.Objects(t, compose(t, before))[key], layertest.Objects(t, out)[key]); diff != "" {
					t.Errorf("\n%s\n%s moved: -before, +after:\n%s", tc.reason, key, diff)
				}
			}
		})
	}
}

// TestSSHReady: a component is not ready before its key pair exists.
func TestSSHReady(t *testing.T) {
	before := answer(layertest.In(layertest.Object(t, standalone, spread())), []layer.Object{})
	out := compose(t, before)
	i := slices.IndexFunc(out.Children, func(c layer.Child) bool { return c.Key == "secret/mpi-ssh" })
	if i < 0 || out.Children[i].Ready || out.Ready {
		t.Errorf("Compose(...): want a key pair that is not ready yet, and a component that is not, got child %d of %v, ready %t", i, layertest.Keys(out), out.Ready)
	}
	next := compose(t, layertest.Next(t, before, out, nil))
	if !next.Children[i].Ready {
		t.Error("Compose(...): want a key pair that exists to be ready")
	}
}
