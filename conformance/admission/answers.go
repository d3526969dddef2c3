package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"runtime/debug"
	"slices"
)

// said is an answer in the form in which it is compared.
type said struct {
	Faults   []fault  `json:"faults,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	// Stored is the FNV-1a hash of what is stored, where that is asked.
	Stored string `json:"stored,omitempty"`
	// Refused says of the question for pods that the set itself is refused, so that it has none.
	Refused bool `json:"refused,omitempty"`
	// Unasked says that this version does not know a feature gate that the question sets.
	Unasked bool `json:"unasked,omitempty"`
}

// decoding is the type of the one fault of an object that cannot be decoded.
const decoding = "Decoding"

func (a answer) said() said {
	if a.Decode != "" {
		return said{Faults: []fault{{Type: decoding, Message: a.Decode}}}
	}
	warnings := slices.Sorted(slices.Values(a.Warnings))
	one := said{Faults: inOrder(a.Errors), Warnings: slices.Compact(warnings)}
	if a.Accepted {
		hash := fnv.New64a()
		_, _ = hash.Write(a.Stored)
		one.Stored = fmt.Sprintf("%016x", hash.Sum64())
	}
	return one
}

// readBases reads the first line, the bases; behind it stand the questions, one a line.
func readBases(in io.Reader) ([]base, *bufio.Scanner, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<26)
	if !lines.Scan() {
		return nil, nil, fmt.Errorf("there are no bases: %w", lines.Err())
	}
	var bases []base
	err := decodeNumbers(lines.Bytes(), &bases)
	return bases, lines, err
}

// writeAnswers reads bases and questions, and writes what this version answers, one line for each question.
func writeAnswers(out io.Writer, in io.Reader) error {
	debug.SetGCPercent(400)
	bases, lines, err := readBases(in)
	if err != nil {
		return err
	}
	for _, base := range bases {
		text, err := json.Marshal(base.Object)
		if err != nil {
			return err
		}
		if said := create(text); !said.Accepted {
			return fmt.Errorf("the base %q is refused: %s", base.Name, said.Status)
		}
	}
	buffered := bufio.NewWriter(out)
	defer func() { _ = buffered.Flush() }()
	for lines.Scan() {
		var question mutant
		if err := decodeNumbers(lines.Bytes(), &question); err != nil {
			return err
		}
		var answer said
		asked, err := underGates(question.Gates, func() (err error) {
			answer, err = question.ask(bases[question.Base].Object)
			return err
		})
		if !asked {
			answer = said{Unasked: true}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
		if err := tell(buffered, answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

func made(object any, edits []edit) ([]byte, error) {
	fresh, done := edited(object, edits)
	if len(done) != len(edits) {
		return nil, fmt.Errorf("an edit cannot be made")
	}
	return json.Marshal(fresh)
}

func (m mutant) ask(object any) (answered said, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("the API server panics: %v", panicked)
		}
	}()
	text, err := made(object, m.Edits)
	if err != nil {
		return said{}, err
	}
	defer func() { answered.Faults = unordered(text, answered.Faults) }()
	switch m.Op {
	case "create":
		return create(text).said(), nil
	case "update":
		old, err := made(object, m.Old)
		if err != nil {
			return said{}, err
		}
		one := update(old, text).said()
		one.Stored = ""
		return one, nil
	case "pods":
		first := firstPod(text)
		if first.Pod == nil {
			return said{Refused: true}, nil
		}
		one := first.Pod.said()
		return said{Faults: one.Faults}, nil
	default:
		return said{}, fmt.Errorf("nothing is asked by %q", m.Op)
	}
}
