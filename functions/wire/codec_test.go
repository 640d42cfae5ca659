package wire

import (
	"context"
	"errors"
	"math"
	"net"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
)

// object returns a struct of JSON.
func object(tb testing.TB, text string) *structpb.Struct {
	tb.Helper()
	out := &structpb.Struct{}
	if err := protojson.Unmarshal([]byte(text), out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func resourceOf(tb testing.TB, text string) *fnv1.Resource {
	tb.Helper()
	return &fnv1.Resource{Resource: object(tb, text)}
}

func encoded(tb testing.TB, m proto.Message) []byte {
	tb.Helper()
	out, err := proto.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestUnmarshal(t *testing.T) {
	const managed = `"managedFields":[{"manager":"core","fieldsV1":{"f:spec":{}}}]`
	cases := map[string]struct {
		reason string
		args   *fnv1.RunFunctionRequest
		want   *fnv1.RunFunctionRequest
	}{
		"Empty": {
			reason: "a request without anything",
			args:   &fnv1.RunFunctionRequest{},
			want:   &fnv1.RunFunctionRequest{},
		},
		"AllButObserved": {
			reason: "what is not observed is as protobuf decodes it",
			args: &fnv1.RunFunctionRequest{
				Meta:              &fnv1.RequestMeta{Tag: "t"},
				Desired:           &fnv1.State{Composite: resourceOf(t, `{"metadata":{`+managed+`}}`)},
				Input:             object(t, `{"kind":"Settings"}`),
				RequiredResources: map[string]*fnv1.Resources{"adapters": {Items: []*fnv1.Resource{resourceOf(t, `{"metadata":{`+managed+`}}`)}}},
			},
			want: &fnv1.RunFunctionRequest{
				Meta:              &fnv1.RequestMeta{Tag: "t"},
				Desired:           &fnv1.State{Composite: resourceOf(t, `{"metadata":{`+managed+`}}`)},
				Input:             object(t, `{"kind":"Settings"}`),
				RequiredResources: map[string]*fnv1.Resources{"adapters": {Items: []*fnv1.Resource{resourceOf(t, `{"metadata":{`+managed+`}}`)}}},
			},
		},
		"Values": {
			reason: "every kind of JSON value, empty ones among them",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t,
				`{"s":"ü","e":"","n":1.5,"z":0,"neg":-3,"t":true,"f":false,"o":{},"l":[],"x":null,"d":[{"a":[1,"b",null,[]]}]}`)}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t,
				`{"s":"ü","e":"","n":1.5,"z":0,"neg":-3,"t":true,"f":false,"o":{},"l":[],"x":null,"d":[{"a":[1,"b",null,[]]}]}`)}},
		},
		"ManagedFields": {
			reason: "those of observed objects are left out, and nothing else is",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{
				Composite: resourceOf(t, `{"kind":"A","metadata":{"name":"a",`+managed+`,"labels":{"b":"c"}}}`),
				Resources: map[string]*fnv1.Resource{"deployment/main": resourceOf(t, `{"metadata":{`+managed+`,"uid":"u"},"spec":{"replicas":1}}`)},
			}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{
				Composite: resourceOf(t, `{"kind":"A","metadata":{"name":"a","labels":{"b":"c"}}}`),
				Resources: map[string]*fnv1.Resource{"deployment/main": resourceOf(t, `{"metadata":{"uid":"u"},"spec":{"replicas":1}}`)},
			}},
		},
		"ManagedFieldsOfAdapters": {
			reason: "the graph asks who owns the replicas of its adapters",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Resources: map[string]*fnv1.Resource{
				"scalingadapter/Worker": resourceOf(t, `{"metadata":{`+managed+`}}`),
			}}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Resources: map[string]*fnv1.Resource{
				"scalingadapter/Worker": resourceOf(t, `{"metadata":{`+managed+`}}`),
			}}},
		},
		"SameNameElsewhere": {
			reason: "managedFields means something at its own place only",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t,
				`{"managedFields":1,"data":{"managedFields":"text"},"spec":{"metadata":{"managedFields":[]}},"metadata":{"annotations":{"managedFields":"a"}}}`)}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t,
				`{"managedFields":1,"data":{"managedFields":"text"},"spec":{"metadata":{"managedFields":[]}},"metadata":{"annotations":{"managedFields":"a"}}}`)}},
		},
		"MetadataIsNoObject": {
			reason: "nothing to leave out",
			args:   &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t, `{"metadata":"text"}`)}},
			want:   &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t, `{"metadata":"text"}`)}},
		},
		"ConnectionDetails": {
			reason: "composed objects may have some",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{
				Resource: object(t, `{}`), ConnectionDetails: map[string][]byte{"password": {0xff, 0x00}, "user": []byte("u")},
			}}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{
				Resource: object(t, `{}`), ConnectionDetails: map[string][]byte{"password": {0xff, 0x00}, "user": []byte("u")},
			}}},
		},
		"Ready": {
			reason: "core does not say whether what it observed is ready, but may: then all is decoded by protobuf",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{
				Resource: object(t, `{"metadata":{`+managed+`}}`), Ready: fnv1.Ready_READY_TRUE,
			}}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{
				Resource: object(t, `{"metadata":{`+managed+`}}`), Ready: fnv1.Ready_READY_TRUE,
			}}},
		},
		"Deep": {
			reason: "what is nested deeper than any object is decoded by protobuf",
			args: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t,
				strings.Repeat(`{"a":[`, maxDepth)+strings.Repeat(`]}`, maxDepth))}},
			want: &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t,
				strings.Repeat(`{"a":[`, maxDepth)+strings.Repeat(`]}`, maxDepth))}},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := &fnv1.RunFunctionRequest{}
			if err := Unmarshal(encoded(t, tc.args), got); err != nil {
				t.Fatalf("\n%s\nUnmarshal(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got, protocmp.Transform()); diff != "" {
				t.Errorf("\n%s\nUnmarshal(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// put wraps a payload into a field of that number, of kind bytes.
func put(number protowire.Number, payload []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), payload)
}

// inComposite is a request whose composite has an object of that encoding.
func inComposite(object []byte) []byte {
	return put(requestObserved, put(stateComposite, put(resourceObject, object)))
}

// inValue is a request whose composite has a field x of that encoding.
func inValue(value []byte) []byte {
	return inComposite(put(structFields, append(put(entryKey, []byte("x")), put(entryValue, value)...)))
}

// TestUnmarshalUnusual compares with protobuf on encodings that are allowed and
// that nobody uses, and on broken ones.
func TestUnmarshalUnusual(t *testing.T) {
	text := func(s string) []byte { return put(valueString, []byte(s)) }
	entry := func(key string, value []byte) []byte {
		return append(put(entryKey, []byte(key)), put(entryValue, value)...)
	}
	cases := map[string]struct {
		reason string
		args   []byte
		want   error
	}{
		"ObservedTwice": {
			reason: "messages that are there twice are merged",
			args:   append(inValue(text("a")), put(requestObserved, put(stateResources, entry("k", put(resourceObject, nil))))...),
		},
		"CompositeTwice": {
			reason: "the same, further below",
			args:   put(requestObserved, append(put(stateComposite, put(resourceObject, nil)), put(stateComposite, put(resourceDetails, entry("k", nil)))...)),
		},
		"ObjectTwice": {
			reason: "the same, for objects",
			args: put(requestObserved, put(stateComposite, append(
				put(resourceObject, put(structFields, entry("a", text("1")))),
				put(resourceObject, put(structFields, entry("b", text("2"))))...))),
		},
		"KeyTwice":       {reason: "the last one wins", args: inComposite(append(put(structFields, entry("a", text("1"))), put(structFields, entry("a", text("2")))...))},
		"ValueFirst":     {reason: "an entry's fields come in any order", args: inComposite(put(structFields, append(put(entryValue, text("1")), put(entryKey, []byte("a"))...)))},
		"NoKey":          {reason: "an empty key need not be there", args: inComposite(put(structFields, put(entryValue, text("1"))))},
		"NoValue":        {reason: "an empty value need not be there", args: inComposite(put(structFields, put(entryKey, []byte("a"))))},
		"EmptyValue":     {reason: "a value of no kind", args: inValue(nil)},
		"ValueOfTwo":     {reason: "the last kind wins", args: inValue(append(text("a"), protowire.AppendVarint(protowire.AppendTag(nil, valueBool, protowire.VarintType), 1)...))},
		"UnknownNull":    {reason: "enums may have numbers that we do not know", args: inValue(protowire.AppendVarint(protowire.AppendTag(nil, valueNull, protowire.VarintType), 7))},
		"UnknownField":   {reason: "a later version of protobuf's own types", args: inValue(put(15, []byte("a")))},
		"UnknownGroup":   {reason: "a kind that is out of use", args: inComposite(protowire.AppendGroup(protowire.AppendTag(nil, 15, protowire.StartGroupType), 15, nil))},
		"WrongKind":      {reason: "a field of another kind is an unknown one", args: inComposite(protowire.AppendVarint(protowire.AppendTag(nil, structFields, protowire.VarintType), 1))},
		"LongVarint":     {reason: "numbers may have more bytes than they need", args: append(protowire.AppendTag(nil, requestObserved, protowire.BytesType), 0x80, 0x00)},
		"NotANumber":     {reason: "doubles that JSON cannot say", args: inValue(protowire.AppendFixed64(protowire.AppendTag(nil, valueNumber, protowire.Fixed64Type), math.Float64bits(math.Inf(1))))},
		"BadText":        {reason: "texts are UTF-8", args: inValue(text("\xff")), want: errors.New("invalid UTF-8")},
		"BadKey":         {reason: "keys are UTF-8", args: inComposite(put(structFields, entry("\xff", text("a")))), want: errors.New("invalid UTF-8")},
		"CutTag":         {reason: "the end is missing", args: []byte{0x80}, want: errors.New("unexpected EOF")},
		"CutLength":      {reason: "the end is missing", args: []byte{0x12, 0x80}, want: errors.New("unexpected EOF")},
		"CutPayload":     {reason: "the end is missing", args: []byte{0x12, 0x05, 0x0a}, want: errors.New("unexpected EOF")},
		"CutNumber":      {reason: "the end is missing", args: inValue([]byte{0x11, 0x00}), want: errors.New("unexpected EOF")},
		"CutObject":      {reason: "the end is missing, inside", args: inComposite([]byte{0x0a, 0x09, 0x0a}), want: errors.New("unexpected EOF")},
		"EndlessVarint":  {reason: "a number of more than ten bytes", args: []byte{0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, want: errors.New("variable length integer overflow")},
		"FieldNumberNil": {reason: "numbers of fields begin at 1", args: []byte{0x02, 0x00}, want: errors.New("invalid field number")},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want, got := &fnv1.RunFunctionRequest{}, &fnv1.RunFunctionRequest{}
			wantErr, gotErr := proto.Unmarshal(tc.args, want), Unmarshal(tc.args, got)
			if (wantErr != nil) != (tc.want != nil) {
				t.Fatalf("\n%s\nproto.Unmarshal(...): %v: the case is not what it claims to be", tc.reason, wantErr)
			}
			if (wantErr == nil) != (gotErr == nil) {
				t.Fatalf("\n%s\nUnmarshal(...): want error %v, got %v", tc.reason, wantErr, gotErr)
			}
			if diff := cmp.Diff(want, got, protocmp.Transform()); wantErr == nil && diff != "" {
				t.Errorf("\n%s\nUnmarshal(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// FuzzUnmarshal compares with protobuf on anything.
func FuzzUnmarshal(f *testing.F) {
	f.Add(encoded(f, &fnv1.RunFunctionRequest{
		Meta: &fnv1.RequestMeta{Tag: "t"},
		Observed: &fnv1.State{
			Composite: resourceOf(f, `{"kind":"A","metadata":{"name":"a","managedFields":[{"manager":"m"}]},"spec":{"l":[1,true,null,{"a":"b"}]}}`),
			Resources: map[string]*fnv1.Resource{"scalingadapter/a": resourceOf(f, `{"metadata":{"managedFields":[1]}}`)},
		},
	}))
	f.Add(inValue(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		want, got := &fnv1.RunFunctionRequest{}, &fnv1.RunFunctionRequest{}
		if proto.Unmarshal(raw, want) != nil {
			_ = Unmarshal(raw, got) // Must not panic; managed fields that are broken are no fault.
			return
		}
		if err := Unmarshal(raw, got); err != nil {
			t.Fatalf("Unmarshal(...): %v, and protobuf finds no fault", err)
		}
		for _, req := range []*fnv1.RunFunctionRequest{want, got} {
			withoutAnyManagers(req)
		}
		if !proto.Equal(want, got) {
			t.Errorf("Unmarshal(...): -want, +got:\n%s", cmp.Diff(want, got, protocmp.Transform()))
		}
	})
}

func withoutAnyManagers(req *fnv1.RunFunctionRequest) {
	all := []*fnv1.Resource{req.GetObserved().GetComposite()}
	for _, r := range req.GetObserved().GetResources() {
		all = append(all, r)
	}
	for _, r := range all {
		delete(r.GetResource().GetFields()["metadata"].GetStructValue().GetFields(), managedFields)
	}
}

// echo answers with the request's observed state as the desired one.
type echo struct {
	fnv1.UnimplementedFunctionRunnerServiceServer
}

func (echo) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return &fnv1.RunFunctionResponse{Desired: req.GetObserved()}, nil
}

// TestCodec checks that a server with the codec understands clients without it.
func TestCodec(t *testing.T) {
	listener := bufconn.Listen(1 << 20)
	srv := grpc.NewServer(grpc.ForceServerCodecV2(NewCodec()))
	fnv1.RegisterFunctionRunnerServiceServer(srv, echo{})
	go func() { _ = srv.Serve(listener) }()
	defer srv.Stop()

	conn, err := grpc.NewClient("passthrough:///bufconn", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()

	// Large enough to come in several pieces.
	filler := strings.Repeat("x", 100_000)
	req := &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resourceOf(t, `{"metadata":{"name":"a","managedFields":[]},"data":"`+filler+`"}`)}}
	rsp, err := fnv1.NewFunctionRunnerServiceClient(conn).RunFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	want := resourceOf(t, `{"metadata":{"name":"a"},"data":"`+filler+`"}`)
	if diff := cmp.Diff(want, rsp.GetDesired().GetComposite(), protocmp.Transform()); diff != "" {
		t.Errorf("RunFunction(...): -want, +got:\n%s", diff)
	}
}

// TestCodecOtherMessages checks that all but requests are protobuf's.
func TestCodecOtherMessages(t *testing.T) {
	c := NewCodec()
	if got := c.Name(); got != "proto" {
		t.Errorf("Name(): want that of the codec which it replaces, got %q", got)
	}
	want := &fnv1.RunFunctionResponse{Meta: &fnv1.ResponseMeta{Tag: "t"}}
	data, err := c.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got := &fnv1.RunFunctionResponse{}
	if err := c.Unmarshal(data, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("Unmarshal(...): -want, +got:\n%s", diff)
	}
}
