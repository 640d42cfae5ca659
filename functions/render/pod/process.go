package pod

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// process is what is known of the program that a container runs: the words of
// its command line, also of a shell's, and its variables.
type process struct {
	words []string
	env   []corev1.EnvVar
}

func newProcess(line corev1.Container, env []corev1.EnvVar) process {
	out := process{env: env}
	for w := range strings.FieldsSeq(strings.Join(slices.Concat(line.Command, line.Args), " ")) {
		if w = bare(w); w != "" {
			out.words = append(out.words, w)
		}
	}
	return out
}

// bare is a word without what a shell takes for itself: quotes, the ends of
// commands and of lines, and the parentheses of a subshell.
func bare(word string) string {
	if strings.Contains(word, "$(") {
		return strings.Trim(word, `"'\;&|`)
	}
	return strings.Trim(word, `"'\;&|()`)
}

// mainProcess is the program of a component's main container, but for variables
// of the settings, which move nothing.
func mainProcess(c dynamo.Component) process {
	base, user := defaults(identity{componentType: c.Type}), ptr.Deref(c.Pod.Main, corev1.Container{})
	return newProcess(resolveCommand(user, base), mergeEnv(base.Env, c.Pod.Envs, user.Env))
}

// sidecarProcess is the program of the frontend beside a component's main
// container, which the component has.
func sidecarProcess(c dynamo.Component) process {
	base := frontend(identity{})
	return newProcess(resolveCommand(corev1.Container{Args: c.Pod.Sidecar.Args}, base), mergeEnv(base.Env, c.Pod.Sidecar.Envs))
}

// move is what a process says of the port of a listener.
type move struct {
	// by is the flag or variable that says it; empty where nothing does.
	by string
	// inLine says that it is part of the command line.
	inLine bool
	// text is the port as it is written, and number what it comes to; 0 where
	// that cannot be said.
	text   string
	number int32
}

// port is where a listener is: at its default where nothing that can be read
// moves it.
func (p process) port(l listener) int32 {
	if m := p.move(l); m.number != 0 {
		return m.number
	}
	return l.number
}

func (p process) move(l listener) move {
	if texts := p.flagged(l.flag); len(texts) > 0 {
		return p.read(move{by: l.flag, inLine: true}, texts)
	}
	if texts := p.assigned(l.variable); len(texts) > 0 {
		return p.read(move{by: l.variable, inLine: true}, texts)
	}
	if v, ok := p.variable(l.variable); ok {
		return p.read(move{by: l.variable}, []string{v.Value})
	}
	return move{}
}

// read reads a port. Several that differ are those of several programs, of which
// nobody knows which one is meant.
func (p process) read(m move, texts []string) move {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	m.text = strings.Join(texts, " and ")
	if number, err := strconv.ParseUint(p.expand(texts[0]), 10, 16); err == nil && len(texts) == 1 {
		m.number = int32(number)
	}
	return m
}

// flagged are the values of a flag in the command line.
func (p process) flagged(flag string) []string {
	if flag == "" {
		return nil
	}
	var out []string
	for i, w := range p.words {
		if v, ok := strings.CutPrefix(w, flag+"="); ok {
			out = append(out, strings.Trim(v, `"'`))
		}
		if w == flag && i+1 < len(p.words) {
			out = append(out, p.words[i+1])
		}
	}
	return out
}

// assigned are the values that the command line gives to a variable.
func (p process) assigned(name string) []string {
	var out []string
	for _, w := range p.words {
		if v, ok := strings.CutPrefix(w, name+"="); ok && name != "" {
			out = append(out, strings.Trim(v, `"'`))
		}
	}
	return out
}

func (p process) variable(name string) (corev1.EnvVar, bool) {
	i := slices.IndexFunc(p.env, func(v corev1.EnvVar) bool { return v.Name == name })
	if i < 0 || name == "" {
		return corev1.EnvVar{}, false
	}
	return p.env[i], true
}

// reference is a word that is the value of a variable, to Kubernetes or to a
// shell, which may have another value for when there is none.
var reference = regexp.MustCompile(`^\$(?:\((\w+)\)|(\w+)|\{(\w+)(?::?-(\d+))?\})$`)

// expand is a text with a variable's value in its place, if that is literal.
func (p process) expand(text string) string {
	for range len(p.env) + 1 { // A circle of references ends.
		m := reference.FindStringSubmatch(text)
		if m == nil {
			return text
		}
		name := m[1] + m[2] + m[3]
		v, found := p.variable(name)
		switch assigned := p.assigned(name); {
		case len(assigned) == 1:
			text = assigned[0]
		case found && v.Value != "":
			text = v.Value
		default:
			return m[4]
		}
	}
	return ""
}
