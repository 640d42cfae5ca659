package conformance

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

func TestParseAllowList(t *testing.T) {
	type want struct {
		list AllowList
		err  string
	}
	cases := map[string]struct {
		reason string
		raw    string
		want   want
	}{
		"Entries": {
			reason: "Two fields of a case are two entries.",
			raw:    "- {case: own/a, field: Service/a, reason: better}\n- {case: own/a, field: Service/b, reason: better}\n",
			want: want{list: AllowList{
				{Case: "own/a", Field: "Service/a", Reason: "better"},
				{Case: "own/a", Field: "Service/b", Reason: "better"},
			}},
		},
		"Empty":         {reason: "A list may be empty.", raw: "# none\n"},
		"EmptyList":     {reason: "Explicitly, too.", raw: "[]", want: want{list: AllowList{}}},
		"Duplicate":     {reason: "An entry twice is an error, whatever the reasons.", raw: "[{case: own/a, field: S/a, reason: x}, {case: own/a, field: S/a, reason: y}]", want: want{err: "allow-list entry 2: {case: own/a, field: S/a} is there already"}},
		"NoCase":        {reason: "An entry is for a case.", raw: "[{field: S/a, reason: x}]", want: want{err: "allow-list entry 1: case: empty"}},
		"NoField":       {reason: "An entry is for a field.", raw: "[{case: own/a, reason: x}]", want: want{err: "allow-list entry 1: field: matches everything"}},
		"EveryField":    {reason: "Not for every field.", raw: "[{case: own/a, field: '*', reason: x}]", want: want{err: "allow-list entry 1: field: matches everything"}},
		"EveryCase":     {reason: "Not for every case.", raw: "[{case: '*/*', field: S/a, reason: x}]", want: want{err: "allow-list entry 1: case: matches everything"}},
		"NoReason":      {reason: "An entry says why.", raw: "[{case: own/a, field: S/a}]", want: want{err: "allow-list entry 1: reason: empty"}},
		"BlankReason":   {reason: "Blanks say nothing.", raw: "[{case: own/a, field: S/a, reason: ' '}]", want: want{err: "allow-list entry 1: reason: empty"}},
		"LongReason":    {reason: "In one line.", raw: `[{case: own/a, field: S/a, reason: "x\ny"}]`, want: want{err: "allow-list entry 1: reason: several lines"}},
		"UnknownKey":    {reason: "A misspelt key is an error.", raw: "[{case: own/a, path: S/a, reason: x}]", want: want{err: "cannot parse allow-list: "}},
		"NotAList":      {reason: "So is a map.", raw: "case: own/a", want: want{err: "cannot parse allow-list: "}},
		"SecondIsFault": {reason: "Every entry is checked.", raw: "[{case: own/a, field: S/a, reason: x}, {case: own/b}]", want: want{err: "allow-list entry 2: field: "}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := ParseAllowList([]byte(tc.raw))
			checkError(t, tc.reason, tc.want.err, err)
			if diff := cmp.Diff(tc.want.list, got); diff != "" {
				t.Errorf("%s\nParseAllowList(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAllowanceMatches(t *testing.T) {
	d := compare.Difference{Object: "Deployment/a.b-c", Path: "spec.args[1]"}
	cases := map[string]struct {
		reason     string
		caseID     string
		field      string
		difference compare.Difference
		want       bool
	}{
		"Whole":          {reason: "The whole field matches.", caseID: "own/a", field: "Deployment/a.b-c.spec.args[1]", difference: d, want: true},
		"BelowBracket":   {reason: "So does its beginning up to a bracket.", caseID: "own/a", field: "Deployment/a.b-c.spec.args", difference: d, want: true},
		"BelowDot":       {reason: "Or up to a dot.", caseID: "own/a", field: "Deployment/a.b-c.spec", difference: d, want: true},
		"Object":         {reason: "The object alone allows all its fields.", caseID: "own/a", field: "Deployment/a.b-c", difference: d, want: true},
		"PartOfKey":      {reason: "A part of a key does not match.", caseID: "own/a", field: "Deployment/a.b-c.spec.ar", difference: d},
		"OtherItem":      {reason: "Nor another item.", caseID: "own/a", field: "Deployment/a.b-c.spec.args[2]", difference: d},
		"OtherCase":      {reason: "Nor another case.", caseID: "own/b", field: "Deployment/a.b-c", difference: d},
		"NotTheStart":    {reason: "Nor an end.", caseID: "own/a", field: "spec.args[1]", difference: d},
		"Star":           {reason: "* stands for any characters.", caseID: "own/a", field: "Deployment/*.spec.args", difference: d, want: true},
		"StarOfNothing":  {reason: "And for none.", caseID: "own/a", field: "Deployment*/a.b-c*", difference: d, want: true},
		"StarElsewhere":  {reason: "What is around it counts.", caseID: "own/a", field: "Deployment/*.spec.command", difference: d},
		"DotIsADot":      {reason: "A dot is only a dot.", caseID: "own/a", field: "Deployment/aXb-c", difference: d},
		"NoPattern":      {reason: "So are other signs of patterns.", caseID: "own/a", field: "Deployment/a.b-c.spec.args[0-9]", difference: d},
		"MissingObject":  {reason: "A missing object is called by its name.", caseID: "own/a", field: "Role/x", difference: compare.Difference{Object: "Role/x"}, want: true},
		"LongerName":     {reason: "A longer name is another object.", caseID: "own/a", field: "Role/x", difference: compare.Difference{Object: "Role/x-y"}},
		"KindIsNoPrefix": {reason: "So is a longer kind.", caseID: "own/a", field: "Role/x", difference: compare.Difference{Object: "RoleBinding/x"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Allowance{Case: "own/a", Field: tc.field}.Matches(tc.caseID, tc.difference)
			if got != tc.want {
				t.Errorf("%s\nMatches(%q): want %t, got %t", tc.reason, tc.difference.Field(), tc.want, got)
			}
		})
	}
}

// TestAllowanceCovers has entries for several cases.
func TestAllowanceCovers(t *testing.T) {
	d := compare.Difference{Object: "Job/a", Path: "spec.x"}
	cases := map[string]struct {
		reason string
		entry  string
		want   []string
	}{
		"One":    {reason: "An entry without a star is for its case alone.", entry: "own/a", want: []string{"own/a"}},
		"Folder": {reason: "* stands for all names.", entry: "own/*", want: []string{"own/a", "own/a-b"}},
		"Begin":  {reason: "Or for how they go on.", entry: "own/a-*", want: []string{"own/a-b"}},
		"Deep":   {reason: "A folder may be in another one.", entry: "request/legacy/*", want: []string{"request/legacy/a"}},
		"Dot":    {reason: "Other signs of patterns mean themselves.", entry: "own/."},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, id := range []string{"own/a", "own/a-b", "own", "request/legacy/a", "other/own/a"} {
				if (Allowance{Case: tc.entry, Field: "Job/a"}).Matches(id, d) {
					got = append(got, id)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nMatches(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAllowListUnknown(t *testing.T) {
	list := AllowList{{Case: "own/a", Field: "x"}, {Case: "own/gone", Field: "y"}, {Case: "a", Field: "z"}, {Case: "own/*", Field: "x"}, {Case: "gone/*", Field: "x"}}
	got := list.Unknown([]Case{{Folder: "own", Name: "a"}, {Folder: "own", Name: "b"}})
	if diff := cmp.Diff(AllowList{{Case: "own/gone", Field: "y"}, {Case: "a", Field: "z"}, {Case: "gone/*", Field: "x"}}, got); diff != "" {
		t.Errorf("an entry names a case by folder and name\nUnknown(): -want, +got:\n%s", diff)
	}
}
