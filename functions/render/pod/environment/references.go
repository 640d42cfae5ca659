package environment

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// order moves each variable behind those that its value refers to, since Kubernetes
// expands a reference only to a variable that stands before it. Variables that need
// not move keep their places: of all those whose references stand already, the first
// of the list comes next. No two variables may have the same name.
func order(env []corev1.EnvVar) []corev1.EnvVar {
	needs := findNeeds(env)
	neededBy := make([][]int, len(env))
	open := make([]int, len(env))
	var ready []int // Sorted.
	for v, all := range needs {
		open[v] = len(all)
		for _, other := range all {
			neededBy[other] = append(neededBy[other], v)
		}
		if len(all) == 0 {
			ready = append(ready, v)
		}
	}
	out := make([]corev1.EnvVar, 0, len(env))
	for len(ready) > 0 {
		next := ready[0]
		ready = ready[1:]
		out = append(out, env[next])
		for _, v := range neededBy[next] {
			if open[v]--; open[v] == 0 {
				at, _ := slices.BinarySearch(ready, v)
				ready = slices.Insert(ready, at, v)
			}
		}
	}
	return out
}

// findNeeds returns, for each variable, the positions of those that have to stand
// before it. For variables that refer to each other in a circle, or to themselves, no
// order is right, so that they need not wait for one another.
func findNeeds(env []corev1.EnvVar) [][]int {
	at := make(map[string]int, len(env))
	for i, v := range env {
		at[v.Name] = i
	}
	all := make([][]int, len(env))
	for i, v := range env {
		for _, name := range findReferences(v.Value) {
			if other, ok := at[name]; ok {
				all[i] = append(all[i], other)
			}
		}
	}
	circle := numberCircles(all)
	for i := range all {
		all[i] = slices.DeleteFunc(all[i], func(other int) bool { return circle[other] == circle[i] })
	}
	return all
}

// numberCircles numbers the nodes of a graph so that two have the same number if
// there is a way from each of them to the other: Tarjan's algorithm for strongly
// connected components.
func numberCircles(edges [][]int) []int {
	seen, low, circle := make([]int, len(edges)), make([]int, len(edges)), make([]int, len(edges))
	var path []int
	count := 0
	var visit func(int)
	visit = func(v int) {
		count++
		seen[v], low[v] = count, count
		path = append(path, v)
		for _, w := range edges[v] {
			if seen[w] == 0 {
				visit(w)
			}
			if circle[w] == 0 {
				low[v] = min(low[v], low[w])
			}
		}
		if low[v] != seen[v] {
			return
		}
		start := slices.Index(path, v)
		for _, w := range path[start:] {
			circle[w] = seen[v]
		}
		path = path[:start]
	}
	for v := range edges {
		if seen[v] == 0 {
			visit(v)
		}
	}
	return circle
}

// findReferences returns the names that Kubernetes would expand in a text: NAME of
// each $(NAME). With a second dollar before it, it is plain text.
func findReferences(text string) []string {
	var out []string
	for {
		_, behind, found := strings.Cut(text, "$")
		if !found || behind == "" {
			return out
		}
		text = behind
		switch name, rest, closed := strings.Cut(behind[1:], ")"); {
		case behind[0] == '$':
			text = behind[1:]
		case behind[0] == '(' && closed:
			out, text = append(out, name), rest
		}
	}
}
