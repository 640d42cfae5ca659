package process

import (
	"slices"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// move is what command line and variables say of the port of a listener.
type move struct {
	// by is the flag or variable that says it; empty where nothing does.
	by string
	// inLine says that it is part of the command line.
	inLine bool
	// text is what is written for the port, and number the port that this is; 0
	// where it cannot be read.
	text   string
	number int32
}

// findPort returns the port of a listener: the default where nothing that can be read
// moves it.
func (p Process) findPort(l listener) int32 {
	if m := p.findMove(l); m.number != 0 {
		return m.number
	}
	return l.number
}

// findMove returns what moves a listener: its flag before its variable, and what a
// script gives to the variable before what the container gives to it.
func (p Process) findMove(l listener) move {
	if given := p.programs.Values(commandline.Flag{l.flag}); l.flag != "" && len(given) > 0 {
		return readMove(move{by: l.flag, inLine: true}, given)
	}
	if l.variable == "" {
		return move{}
	}
	if given := p.programs.Assigned(l.variable); len(given) > 0 {
		return readMove(move{by: l.variable, inLine: true}, given)
	}
	if v := p.programs.Variable(l.variable); v.Given {
		return readMove(move{by: l.variable}, []commandline.Value{v})
	}
	return move{}
}

// readMove completes a move by the values that are given for a port. If they differ
// they are for several programs, and which one is meant is not known.
func readMove(m move, given []commandline.Value) move {
	texts := make([]string, 0, len(given))
	known := true
	for _, v := range given {
		texts = append(texts, v.Text)
		known = known && v.Known
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	m.text = strings.Join(texts, " and ")
	if number, err := strconv.ParseUint(texts[0], 10, 16); err == nil && known && len(texts) == 1 {
		m.number = int32(number)
	}
	return m
}
