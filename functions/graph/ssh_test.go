package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// What these tests are about.
const (
	keyPair    = "secret/mpi-ssh"
	site       = "mpi-run-ssh-secret"
	annotation = "dynamo.fn.crossplane.io/ssh-secret"
)

// spread makes the worker one of TensorRT-LLM on two nodes with GPUs.
func spread() changes {
	return changes{
		worker + "multinode":                       "{nodeCount: 2}",
		worker + "resources":                       "{limits: {gpu: '8'}}",
		worker + "extraPodSpec/mainContainer/args": "[-m, dynamo.trtllm]",
	}
}

// told is what the layer is told of a graph, with core's answers: the names of
// Secrets that are there. Nil is no answer.
func told(t *testing.T, secrets []string, c ...changes) layer.In {
	t.Helper()
	return answer(in(t, c...), secrets)
}

func answer(in layer.In, secrets []string) layer.In {
	in.Answers = layer.Answers{APIs: map[string]bool{"leaderworkerset": true}}
	if secrets != nil {
		found := []layer.Object{}
		for _, name := range secrets {
			found = append(found, layer.Object{Name: name})
		}
		in.Answers.Objects = map[string][]layer.Object{"mpi-ssh-secret": found}
	}
	return in
}

// keys are what a result says of key pairs.
type keys struct {
	// Worker says whether its component is composed, and names its Secret.
	Worker bool
	Secret string
	// Made is the Secret that is composed.
	Made string
	// Asked says whether core is asked for the Secret of the settings.
	Asked bool
}

func keysOf(t *testing.T, out layer.Out) keys {
	t.Helper()
	all := layertest.Objects(t, out)
	got := keys{}
	_, got.Asked = out.Needs.Objects["mpi-ssh-secret"]
	if c, ok := all["component/Worker"]; ok {
		got.Worker = true
		metadata, _ := c["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		got.Secret, _ = annotations[annotation].(string)
	}
	if s, ok := all[keyPair]; ok {
		metadata, _ := s["metadata"].(map[string]any)
		got.Made, _ = metadata["name"].(string)
	}
	return got
}

func TestSSH(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   layer.In
		want   keys
	}{
		"OtherEngine": {
			reason: "Nobody else is asked about Secrets",
			args:   told(t, nil, changes{worker + "multinode": "{nodeCount: 2}"}),
			want:   keys{Worker: true},
		},
		"OneNode": {
			reason: "Nor is TensorRT-LLM on one node",
			args:   told(t, nil, changes{worker + "extraPodSpec/mainContainer/args": "[-m, dynamo.trtllm]"}),
			want:   keys{Worker: true},
		},
		"Unanswered": {
			reason: "What mounts a Secret waits until its name is known",
			args:   told(t, nil, spread()),
			want:   keys{Asked: true},
		},
		"Site": {
			reason: "The Secret of the settings",
			args:   told(t, []string{site}, spread()),
			want:   keys{Worker: true, Secret: site, Asked: true},
		},
		"Own": {
			reason: "Else one of the graph",
			args:   told(t, []string{}, spread()),
			want:   keys{Worker: true, Secret: "chat-mpi-ssh", Made: "chat-mpi-ssh", Asked: true},
		},
		"Declared": {
			reason: "The engine that is declared counts too",
			args: told(t, []string{}, changes{
				worker + "multinode": "{nodeCount: 2}", "spec/backendFramework": "trtllm",
				worker + "extraPodSpec/mainContainer/command": "[/run.sh]",
				worker + "extraPodSpec/mainContainer/args":    "[now]",
			}),
			want: keys{Worker: true, Secret: "chat-mpi-ssh", Made: "chat-mpi-ssh", Asked: true},
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
	own := keys{Worker: true, Secret: "chat-mpi-ssh", Made: "chat-mpi-ssh", Asked: true}
	theirs := keys{Worker: true, Secret: site, Asked: true}
	type args struct {
		first, then []string
		// Gone is what somebody deleted in between.
		gone string
	}
	cases := map[string]struct {
		reason  string
		args    args
		want    keys
		warning string
	}{
		"Own":         {reason: "Nothing moves", args: args{first: []string{}, then: []string{}}, want: own},
		"Unanswered":  {reason: "Not even before core answers", args: args{first: []string{}}, want: own},
		"SiteAppears": {reason: "A Secret of the settings that comes later is left alone", args: args{first: []string{}, then: []string{site}}, want: own},
		"OwnDeleted":  {reason: "A deleted one is made again", args: args{first: []string{}, then: []string{}, gone: keyPair}, want: own},
		"Site":        {reason: "Nothing moves here either", args: args{first: []string{site}, then: []string{site}}, want: theirs},
		"SiteUnknown": {reason: "Nor before core answers", args: args{first: []string{site}}, want: theirs},
		"SiteDeleted": {
			reason: "One that others made is for them to make again", args: args{first: []string{site}, then: []string{}}, want: theirs,
			warning: `Secret "mpi-run-ssh-secret" with the SSH key pair of MPI is missing: pods that run go on, new ones wait until you make it again`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := told(t, tc.args.first, spread())
			next := answer(layertest.Next(t, before, compose(t, before), nil), tc.args.then)
			delete(next.Observed, tc.args.gone)
			out := compose(t, next)
			if diff := cmp.Diff(tc.want, keysOf(t, out)); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(layertest.Objects(t, compose(t, before))["component/Worker"], layertest.Objects(t, out)["component/Worker"]); diff != "" {
				t.Errorf("\n%s\nthe worker moved: -before, +after:\n%s", tc.reason, diff)
			}
			if got := condition(t, out, layer.TypeValid); got.Status != layer.True || got.Message != tc.warning {
				t.Errorf("\n%s\nValid: want True with message %q, got %v", tc.reason, tc.warning, got)
			}
		})
	}
}

// TestSSHGrowing: a service that runs on one node and is asked for several keeps
// its component while core is asked about Secrets.
func TestSSHGrowing(t *testing.T) {
	before := in(t, changes{worker + "extraPodSpec/mainContainer/args": "[-m, dynamo.trtllm]"})
	next := answer(layertest.Next(t, before, compose(t, before), nil), nil)
	next.Composite = layertest.Object(t, chat, spread())
	if diff := cmp.Diff(keys{Worker: true, Asked: true}, keysOf(t, compose(t, next))); diff != "" {
		t.Errorf("Compose(...): -want, +got:\n%s", diff)
	}
}
