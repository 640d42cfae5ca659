package compare_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// verdict is what a mutation makes of a set of objects, wherever it changes it.
type verdict int

const (
	// either: it depends on where it strikes.
	either verdict = iota
	// same: what it changes means nothing.
	same
	// other: what it changes means something.
	other
)

// mutation changes objects in place, or not at all where they have nothing that
// it changes.
type mutation struct {
	verdict verdict
	apply   func([]map[string]any) []map[string]any
	// whole: it changes the set, not single objects.
	whole bool
}

// mutations returns one or more for every rule, by name.
func mutations() map[string]mutation {
	out := map[string]mutation{
		"ObjectsReversed": {same, reversedObjects, true},
		"ObjectDropped":   {other, func(o []map[string]any) []map[string]any { return o[1:] }, true},
		"ObjectsDropped":  {other, func([]map[string]any) []map[string]any { return []map[string]any{} }, true},
		"ObjectAdded":     {other, func(o []map[string]any) []map[string]any { return append(o, renamed(o[0])) }, true},
		"ObjectRenamed":   {other, func(o []map[string]any) []map[string]any { return append(o[1:], renamed(o[0])) }, true},

		"DiscoveryByClusterRole": {same, clusterRoles("-k8s-service-discovery-role", "ClusterRole"), true},
		"DiscoveryByOtherKind":   {other, clusterRoles("-k8s-service-discovery-role", "OtherRole"), true},

		"NamespaceRemoved":     {same, metadata(func(meta map[string]any) { delete(meta, "namespace") }), false},
		"StatusAdded":          {same, objects(func(o map[string]any) { o["status"] = map[string]any{"replicas": 1} }), false},
		"ClusterFieldsAdded":   {same, metadata(func(meta map[string]any) { meta["uid"], meta["generation"], meta["finalizers"] = "u", 3, []any{"f"} }), false},
		"APIVersionChanged":    {other, objects(func(o map[string]any) { o["apiVersion"] = "example.com/v7" }), false},
		"LabelAdded":           {other, metadata(func(meta map[string]any) { put(meta, "labels", "example.com/x", "y") }), false},
		"AnnotationAdded":      {other, metadata(func(meta map[string]any) { put(meta, "annotations", "example.com/x", "y") }), false},
		"OwnLabelAdded":        {same, metadata(func(meta map[string]any) { put(meta, "labels", "crossplane.io/composite", "y") }), false},
		"OwnAnnotationAdded":   {same, metadata(func(meta map[string]any) { put(meta, "annotations", "dynamo.fn.crossplane.io/x", "y") }), false},
		"OtherAnnotationAdded": {other, metadata(func(meta map[string]any) { put(meta, "annotations", "x.crossplane.io/x", "y") }), false},
		"ManagedByChanged":     {same, metadata(func(meta map[string]any) { put(meta, "labels", "app.kubernetes.io/managed-by", "y") }), false},

		"EmptiesAdded": {same, every(func(n node) {
			n.fields["zzList"], n.fields["zzMap"], n.fields["zzText"], n.fields["zzNull"] = []any{}, map[string]any{}, "", nil
		}), false},
		"SetsReversed":  {same, lists(func(key string, l []any) []any { return reversedIf(!ordered(key), l) }), false},
		"ListsReversed": {either, lists(func(_ string, l []any) []any { return reversedIf(true, l) }), false},
		"ItemRepeated":  {other, lists(func(_ string, l []any) []any { return append(l, clone(l[len(l)-1])) }), false},
		"ItemDropped":   {other, lists(func(_ string, l []any) []any { return l[1:] }), false},

		"ArgChanged":     {other, list("args", lastChanged), false},
		"ArgDropped":     {other, list("args", func(l []any) []any { return l[:len(l)-1] }), false},
		"ArgsReversed":   {other, list("args", func(l []any) []any { return reversedIf(len(l) > 1, l) }), false},
		"CommandChanged": {other, list("command", func(l []any) []any { l[0] = fmt.Sprint(l[0], "x"); return l }), false},
		"EnvReversed":    {same, list("env", func(l []any) []any { return reversedIf(true, l) }), false},
		"EnvDropped":     {other, list("env", func(l []any) []any { return l[1:] }), false},
		"EnvRenamed":     {other, list("env", func(l []any) []any { l[0].(map[string]any)["name"] = "ZZ"; return l }), false},
		"EnvDoubled":     {other, list("env", func(l []any) []any { return append(l, clone(l[0])) }), false},
		"MountRepeated":  {same, list("volumeMounts", func(l []any) []any { return append(l, clone(l[0])) }), false},
		"VerbsReversed":  {same, list("verbs", func(l []any) []any { return reversedIf(true, l) }), false},
		"VerbDropped":    {other, list("verbs", func(l []any) []any { return l[1:] }), false},
		"RulesReversed":  {same, list("rules", func(l []any) []any { return reversedIf(true, l) }), false},

		"ImageChanged":     {other, every(func(n node) { edit(n, "image", func(s string) string { return s + "x" }) }), false},
		"MountMoved":       {other, every(func(n node) { edit(n, "mountPath", func(s string) string { return s + "/x" }) }), false},
		"ReplicasDropped":  {other, every(func(n node) { drop(n, "replicas") }), false},
		"SelectorOwnLabel": {other, every(func(n node) { addIn(n, "matchLabels", "crossplane.io/x", "y") }), false},
		"SelectorLabel":    {other, every(func(n node) { addIn(n, "selector", "dynamo.fn.crossplane.io/x", "y") }), false},
		"SelectorEmpty":    {same, every(func(n node) { addIn(n, "selector", "nvidia.com/x", "") }), false},

		"DefaultsAdded":     {same, every(addDefaults), false},
		"OtherProtocol":     {other, every(func(n node) { addIn(n, "ports", "protocol", "UDP") }), false},
		"OtherScheme":       {other, every(func(n node) { addIn(n, "httpGet", "scheme", "HTTPS") }), false},
		"OtherDelay":        {other, every(func(n node) { addIn(n, "livenessProbe", "initialDelaySeconds", 77) }), false},
		"PullPolicyAdded":   {same, every(addDefaultPolicy), false},
		"PullPolicyAlways":  {either, every(func(n node) { addPolicy(n, func(string) string { return "Always" }) }), false},
		"PullPolicyOnce":    {either, every(func(n node) { addPolicy(n, func(string) string { return "IfNotPresent" }) }), false},
		"PullPolicyNever":   {other, every(func(n node) { addPolicy(n, func(string) string { return "Never" }) }), false},
		"QuantitiesInBytes": {same, every(func(n node) { eachQuantity(n, inBytes) }), false},
		"QuantitiesInMilli": {same, every(func(n node) { eachQuantity(n, inMilli) }), false},
		"QuantitiesDoubled": {other, every(func(n node) { eachQuantity(n, doubled) }), false},
		"NumbersAsTexts":    {either, leaves(numberAsText), false},
		"BooleansFlipped":   {other, leaves(flipped), false},

		"LinesRequoted":   {same, leaves(lines(requote)), false},
		"LineGrown":       {other, leaves(lines(func(w []string) string { return requote(append(w, "x")) })), false},
		"LineUnclosed":    {other, leaves(lines(func(w []string) string { return requote(w) + " 'x" })), false},
		"LineReversed":    {either, leaves(lines(func(w []string) string { slices.Reverse(w); return requote(w) })), false},
		"RanksOfShell":    {same, leaves(texts("$(LWS_WORKER_INDEX) ))", "LWS_WORKER_INDEX ))")), false},
		"RanksExpanded":   {same, leaves(texts("$(LWS_WORKER_INDEX) ))", "${LWS_WORKER_INDEX}))")), false},
		"RanksAdded":      {other, leaves(texts(" * $(LWS_WORKER_INDEX)", " + LWS_WORKER_INDEX")), false},
		"ScriptsFilled":   {same, leaves(scripts("exec true")), false},
		"ScriptsEmptied":  {other, leaves(scripts("")), false},
		"YAMLReformatted": {same, every(func(n node) { eachYAML(n, asJSON) }), false},
		"YAMLChanged":     {other, every(func(n node) { eachYAML(n, func(s string) string { return s + "\nzz: 1\n" }) }), false},
		"YAMLBroken":      {other, every(func(n node) { eachYAML(n, func(s string) string { return "{" + s }) }), false},
	}
	for part := range 6 {
		out[fmt.Sprintf("Leaf%dChanged", part)] = mutation{either, oneLeaf(part, func(v any) any { return fmt.Sprint(v, "-x") }), false}
		out[fmt.Sprintf("Leaf%dEmptied", part)] = mutation{either, oneLeaf(part, func(any) any { return nil }), false}
	}
	return out
}

// clusterRoles binds to another kind of role in the place of the roles whose
// names end so, which go.
func clusterRoles(suffix, kind string) func([]map[string]any) []map[string]any {
	return func(all []map[string]any) []map[string]any {
		return slices.DeleteFunc(all, func(o map[string]any) bool {
			if ref, ok := o["roleRef"].(map[string]any); ok && strings.HasSuffix(fmt.Sprint(ref["name"]), suffix) {
				ref["kind"], ref["name"] = kind, "shared"
			}
			name := fmt.Sprint(o["metadata"].(map[string]any)["name"])
			return o["kind"] == "Role" && strings.HasSuffix(name, suffix)
		})
	}
}

// texts replaces a part of each text.
func texts(old, text string) func(any) any {
	return func(v any) any {
		if s, ok := v.(string); ok {
			return strings.ReplaceAll(s, old, text)
		}
		return v
	}
}

func reversedObjects(objects []map[string]any) []map[string]any {
	slices.Reverse(objects)
	return objects
}

func renamed(object map[string]any) map[string]any {
	out := clone(object).(map[string]any)
	out["metadata"].(map[string]any)["name"] = "zz-renamed"
	return out
}

func objects(change func(map[string]any)) func([]map[string]any) []map[string]any {
	return func(all []map[string]any) []map[string]any {
		for _, o := range all {
			change(o)
		}
		return all
	}
}

func metadata(change func(map[string]any)) func([]map[string]any) []map[string]any {
	return objects(func(o map[string]any) { change(o["metadata"].(map[string]any)) })
}

// put sets a key of the map in a field, which it makes where it is not there.
func put(fields map[string]any, field, key string, value any) {
	m, ok := fields[field].(map[string]any)
	if !ok {
		m = map[string]any{}
		fields[field] = m
	}
	m[key] = value
}

func every(change func(node)) func([]map[string]any) []map[string]any {
	return func(all []map[string]any) []map[string]any {
		for _, n := range nodesOf(all) {
			change(n)
		}
		return all
	}
}

func lists(change func(key string, l []any) []any) func([]map[string]any) []map[string]any {
	return every(func(n node) {
		for k, v := range n.fields {
			if l, ok := v.([]any); ok && len(l) > 0 {
				n.fields[k] = change(k, l)
			}
		}
	})
}

// lastChanged changes the last item, unless it is a placeholder, for which
// another one is as good.
func lastChanged(l []any) []any {
	if last := fmt.Sprint(l[len(l)-1]); !strings.HasPrefix(last, "$SCRIPT") {
		l[len(l)-1] = last + "x"
	}
	return l
}

func list(key string, change func([]any) []any) func([]map[string]any) []map[string]any {
	return lists(func(k string, l []any) []any {
		if k != key {
			return l
		}
		return change(l)
	})
}

func ordered(key string) bool {
	return key == "args" || key == "command" || key == "initContainers"
}

func reversedIf(yes bool, l []any) []any {
	if yes {
		slices.Reverse(l)
	}
	return l
}

func edit(n node, key string, change func(string) string) {
	if s, ok := n.fields[key].(string); ok {
		n.fields[key] = change(s)
	}
}

func drop(n node, key string) {
	delete(n.fields, key)
}

// addIn sets a field of a map that is, or is an item of, the value at key.
func addIn(n node, key, field string, value any) {
	if _, ok := n.fields[field]; n.key == key && !ok {
		n.fields[field] = value
	}
}

func addDefaults(n node) {
	addIn(n, "ports", "protocol", "TCP")
	addIn(n, "httpGet", "scheme", "HTTP")
	addIn(n, "fieldRef", "apiVersion", "v1")
	addIn(n, "configMap", "defaultMode", 420)
	for _, probe := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		addIn(n, probe, "timeoutSeconds", 1)
		addIn(n, probe, "periodSeconds", 10)
		addIn(n, probe, "successThreshold", 1)
		addIn(n, probe, "failureThreshold", 3)
	}
	if _, isPod := n.fields["containers"]; isPod {
		addIn(n, n.key, "restartPolicy", "Always")
		addIn(n, n.key, "dnsPolicy", "ClusterFirst")
		addIn(n, n.key, "schedulerName", "default-scheduler")
	}
	if _, isContainer := n.fields["image"]; isContainer {
		addIn(n, n.key, "resources", map[string]any{})
		addIn(n, n.key, "terminationMessagePath", "/dev/termination-log")
	}
}

func addPolicy(n node, policy func(image string) string) {
	if image, ok := n.fields["image"].(string); ok {
		n.fields["imagePullPolicy"] = policy(image)
	}
}

func addDefaultPolicy(n node) {
	if _, given := n.fields["imagePullPolicy"]; !given {
		addPolicy(n, pullPolicy)
	}
}

// pullPolicy is what the API server makes of the images in the cases.
func pullPolicy(image string) string {
	if strings.Contains(image, "@") {
		return "IfNotPresent"
	}
	_, tag, tagged := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	if !tagged || tag == "latest" {
		return "Always"
	}
	return "IfNotPresent"
}

func eachQuantity(n node, change func(text string) any) {
	for k, v := range n.fields {
		if n.key == "limits" || n.key == "requests" || k == "sizeLimit" || k == "storage" {
			n.fields[k] = change(fmt.Sprint(v))
		}
	}
}

// inBytes returns 8Gi as 8589934592.
func inBytes(text string) any {
	for shift, unit := range []string{"Ki", "Mi", "Gi", "Ti"} {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, unit)); err == nil && strings.HasSuffix(text, unit) {
			return n << (10 * (shift + 1))
		}
	}
	return text
}

// inMilli returns 2 as 2000m.
func inMilli(text string) any {
	n, err := strconv.Atoi(text)
	if err != nil {
		return text
	}
	return fmt.Sprintf("%dm", n*1000)
}

func doubled(text string) any {
	digits := strings.TrimRight(text, "mkKMGTPi")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return text
	}
	return strconv.Itoa(2*n) + strings.TrimPrefix(text, digits)
}

func leaves(change func(any) any) func([]map[string]any) []map[string]any {
	return func(all []map[string]any) []map[string]any {
		for _, l := range leavesOf(all) {
			l.set(change(l.get()))
		}
		return all
	}
}

// oneLeaf changes a leaf in the given sixth of all.
func oneLeaf(part int, change func(any) any) func([]map[string]any) []map[string]any {
	return func(all []map[string]any) []map[string]any {
		every := leavesOf(all)
		l := every[(2*part+1)*len(every)/12]
		l.set(change(l.get()))
		return all
	}
}

func numberAsText(v any) any {
	if n, ok := v.(int); ok {
		return strconv.Itoa(n)
	}
	return v
}

func flipped(v any) any {
	if b, ok := v.(bool); ok {
		return !b
	}
	return v
}

// lines changes texts of several words, without quotes or backslashes of their
// own, given by their words.
func lines(change func([]string) string) func(any) any {
	return func(v any) any {
		s, ok := v.(string)
		if !ok || !strings.Contains(s, " ") || strings.ContainsAny(s, `'"\`) || strings.HasPrefix(s, "$SCRIPT") {
			return v
		}
		return change(strings.Fields(s))
	}
}

// requote writes a word in single quotes, the next one in double quotes, and the
// next one bare, and so on.
func requote(words []string) string {
	out := slices.Clone(words)
	for i, w := range words {
		out[i] = []string{"'" + w + "'", `"` + w + `"`, w}[i%3]
	}
	return strings.Join(out, "  ")
}

func scripts(text string) func(any) any {
	return func(v any) any {
		if s, ok := v.(string); ok && strings.HasPrefix(s, "$SCRIPT") {
			return text
		}
		return v
	}
}

func eachYAML(n node, change func(string) string) {
	for k, v := range n.fields {
		if s, ok := v.(string); ok && n.key == "data" && strings.HasSuffix(k, ".yaml") {
			n.fields[k] = change(s)
		}
	}
}

func asJSON(text string) string {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return text
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return text
	}
	return string(raw)
}
