package compare

import (
	"errors"
	"slices"
	"strings"
)

// Faults of a shell line.
var (
	errOpenQuote  = errors.New("quote without its end")
	errOpenEscape = errors.New("backslash at the end")
)

// sameWords tells whether two texts are shell lines of the same words, so that
// they differ at most in quoting. A single word is no line.
func sameWords(a, b any) bool {
	want, isText := a.(string)
	got, isText2 := b.(string)
	if !isText || !isText2 || !strings.Contains(want, " ") {
		return false
	}
	wantWords, err := split(want)
	if err != nil {
		return false
	}
	gotWords, err := split(got)
	return err == nil && slices.Equal(wantWords, gotWords)
}

// split returns the words of a shell line, after quote removal: blanks separate
// words; single quotes keep all that they hold; a backslash keeps the next
// character, within double quotes only a double quote or a backslash. Operators
// and comments are words like others.
func split(line string) ([]string, error) {
	s := splitter{rest: []rune(line)}
	for len(s.rest) > 0 {
		if err := s.step(s.next()); err != nil {
			return nil, err
		}
	}
	s.end()
	return s.words, nil
}

// splitter is a line that is read to some point.
type splitter struct {
	rest  []rune
	words []string
	word  strings.Builder
	// begun tells that there is a word, which may be empty for now: ''.
	begun bool
}

func (s *splitter) next() rune {
	c := s.rest[0]
	s.rest = s.rest[1:]
	return c
}

// step takes a character outside of quotes.
func (s *splitter) step(c rune) error {
	switch c {
	case ' ', '\t', '\r', '\n':
		s.end()
		return nil
	case '\'':
		s.begun = true
		return s.single()
	case '"':
		s.begun = true
		return s.double()
	case '\\':
		if len(s.rest) == 0 {
			return errOpenEscape
		}
		c = s.next()
	}
	s.begun = true
	s.word.WriteRune(c)
	return nil
}

func (s *splitter) end() {
	if s.begun {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.begun = false
}

func (s *splitter) single() error {
	for len(s.rest) > 0 {
		c := s.next()
		if c == '\'' {
			return nil
		}
		s.word.WriteRune(c)
	}
	return errOpenQuote
}

func (s *splitter) double() error {
	for len(s.rest) > 0 {
		c := s.next()
		switch {
		case c == '"':
			return nil
		case c == '\\' && len(s.rest) == 0:
			return errOpenEscape
		case c == '\\' && (s.rest[0] == '"' || s.rest[0] == '\\'):
			c = s.next()
		}
		s.word.WriteRune(c)
	}
	return errOpenQuote
}
