package sshkey

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

const (
	site = "mpi-run-ssh-secret"
	own  = "chat-mpi-ssh"
)

// secret is a Secret as it is observed, with texts by key.
func secret(data map[string]string) layer.Object {
	fields := map[string]any{}
	for k, v := range data {
		fields[k] = base64.StdEncoding.EncodeToString([]byte(v))
	}
	return layer.Read(map[string]any{"apiVersion": "v1", "kind": "Secret", "data": fields})
}

// pair are the data of a Secret that is not one that we would make now.
func pair() map[string]string {
	return map[string]string{"private.key": "private\n\xff", "private.key.pub": "public"}
}

// encoded is a choice as it reaches core.
type encoded struct {
	Secret string
	Gone   bool
	// Name, Ready and Data of the child; empty without one.
	Name  string
	Ready bool
	Data  map[string]string
}

func encode(t *testing.T, c Choice) encoded {
	t.Helper()
	out := encoded{Secret: c.Secret, Gone: c.Gone}
	if c.Child == nil {
		return out
	}
	o := layertest.Objects(t, layer.Out{Children: []layer.Child{*c.Child}})[Key]
	metadata, _ := o["metadata"].(map[string]any)
	out.Name, _ = metadata["name"].(string)
	out.Ready = c.Child.Ready
	out.Data = map[string]string{}
	data, _ := o["data"].(map[string]any)
	for k, v := range data {
		text, _ := v.(string)
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatalf("data[%s]: want base64, got %v", k, v)
		}
		out.Data[k] = string(raw)
	}
	return out
}

func TestChoose(t *testing.T) {
	fixed, err := mpi.NewPair(layertest.Random{})
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]string{"private.key": string(fixed.Private), "private.key.pub": string(fixed.Public)}
	exists, absent := []layer.Object{{Name: site}}, []layer.Object{}
	type args struct {
		used     []string
		observed layer.Observed
		// Answer is nil until core has answered.
		answer   []layer.Object
		settings string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   encoded
	}{
		"Unanswered": {
			reason: "Nothing is made before it is known that there is none",
		},
		"Site": {
			reason: "The Secret of the settings, where it exists",
			args:   args{answer: exists},
			want:   encoded{Secret: site},
		},
		"Own": {
			reason: "Else one of ours",
			args:   args{answer: absent},
			want:   encoded{Secret: own, Name: own, Data: made},
		},
		"OwnKept": {
			reason: "A pair that exists is repeated, byte by byte",
			args:   args{answer: absent, used: []string{own}, observed: layer.Observed{Key: secret(pair())}},
			want:   encoded{Secret: own, Name: own, Ready: true, Data: pair()},
		},
		"OwnKeptUnanswered": {
			reason: "It is not dropped either while core has not answered",
			args:   args{observed: layer.Observed{Key: secret(pair())}},
			want:   encoded{Secret: own, Name: own, Ready: true, Data: pair()},
		},
		"SiteAppears": {
			reason: "A Secret of the settings that appears later restarts nothing",
			args:   args{answer: exists, used: []string{own}, observed: layer.Observed{Key: secret(pair())}},
			want:   encoded{Secret: own, Name: own, Ready: true, Data: pair()},
		},
		"OwnDeleted": {
			reason: "Ours is made again under the name that pods mount",
			args:   args{answer: absent, used: []string{own}},
			want:   encoded{Secret: own, Name: own, Data: made},
		},
		"OwnDeletedSiteExists": {
			reason: "Even where the settings' exists by now",
			args:   args{answer: exists, used: []string{own}},
			want:   encoded{Secret: own, Name: own, Data: made},
		},
		"OwnEmptied": {
			reason: "A Secret without a key is given a pair",
			args:   args{answer: absent, observed: layer.Observed{Key: secret(map[string]string{"private.key": "", "private.key.pub": "public"})}},
			want:   encoded{Secret: own, Name: own, Ready: true, Data: made},
		},
		"OwnHalf": {
			reason: "So is one with half a pair",
			args:   args{answer: absent, observed: layer.Observed{Key: secret(map[string]string{"private.key": "private"})}},
			want:   encoded{Secret: own, Name: own, Ready: true, Data: made},
		},
		"OwnUnreadable": {
			reason: "What is not base64 cannot be repeated",
			args: args{answer: absent, observed: layer.Observed{Key: layer.Read(map[string]any{
				"data": map[string]any{"private.key": "?", "private.key.pub": "?"},
			})}},
			want: encoded{Secret: own, Name: own, Ready: true, Data: made},
		},
		"SiteUsedUnanswered": {
			reason: "What pods mount is known without an answer",
			args:   args{used: []string{site}},
			want:   encoded{Secret: site},
		},
		"SiteDeleted": {
			reason: "Pods that run stay as they are when the settings' is deleted, which may be a rotation",
			args:   args{answer: absent, used: []string{site}},
			want:   encoded{Secret: site, Gone: true},
		},
		"SettingsChangedUnanswered": {
			reason: "But not before it is known whether it exists",
			args:   args{used: []string{"before"}},
			want:   encoded{Secret: "before"},
		},
		"SettingsChanged": {
			reason: "Another name in the settings is followed",
			args:   args{answer: exists, used: []string{"before"}},
			want:   encoded{Secret: site},
		},
		"SettingsChangedToNothing": {
			reason: "Also where there is no such Secret",
			args:   args{answer: absent, used: []string{"before"}},
			want:   encoded{Secret: own, Name: own, Data: made},
		},
		"SiteCalledAsOurs": {
			reason: "A Secret that others made under our name is not taken over",
			args:   args{answer: exists, used: []string{own}, settings: own},
			want:   encoded{Secret: own},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(nil)
			in.Observed = tc.args.observed
			if tc.args.settings != "" {
				in.Settings.SSHSecret = tc.args.settings
			}
			if tc.args.answer != nil {
				in.Answers.Objects = map[string][]layer.Object{need: tc.args.answer}
			}
			got, err := Choose("chat", tc.args.used, in)
			if err != nil {
				t.Fatalf("\n%s\nChoose(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, encode(t, got)); diff != "" {
				t.Errorf("\n%s\nChoose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestChooseReadsNoRandom(t *testing.T) {
	in := layertest.In(nil)
	in.Random = iotest.ErrReader(errors.New("must not be read"))
	in.Observed = layer.Observed{Key: secret(pair())}
	if _, err := Choose("chat", nil, in); err != nil {
		t.Errorf("Choose(...): want nothing drawn for a pair that exists, got %v", err)
	}
	in.Observed = nil
	in.Answers.Objects = map[string][]layer.Object{need: {}}
	if _, err := Choose("chat", nil, in); err == nil || !strings.Contains(err.Error(), own) {
		t.Errorf("Choose(...): want an error that names the Secret, got %v", err)
	}
}

func TestNeeds(t *testing.T) {
	s := settings.Settings{SSHSecret: "keys"}
	want := map[string]layer.Selector{"mpi-ssh-secret": {API: layer.API{APIVersion: "v1", Kind: "Secret"}, Namespace: "team", Name: "keys"}}
	if diff := cmp.Diff(want, Needs("team", s)); diff != "" {
		t.Errorf("Needs(...): -want, +got:\n%s", diff)
	}
}
