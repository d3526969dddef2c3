package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// writeSets reads bases and questions, and writes the StatefulSets that are to be created and differ from their base in
// the template, one a line and each once.
func writeSets(out io.Writer, in io.Reader) error {
	bases, lines, err := readBases(in)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	defer func() { _ = buffered.Flush() }()
	seen := map[string]bool{}
	for lines.Scan() {
		var question mutant
		if err := decodeNumbers(lines.Bytes(), &question); err != nil {
			return err
		}
		if question.Op != "create" || question.Gates != nil || bases[question.Base].kind() != "StatefulSet" || !editsTemplate(question.Edits) {
			continue
		}
		text, err := made(bases[question.Base].Object, question.Edits)
		if err != nil {
			return err
		}
		if len(text) < 10_000 && !seen[string(text)] {
			seen[string(text)] = true
			fmt.Fprintf(buffered, "%s\n", text)
		}
	}
	return lines.Err()
}

func editsTemplate(edits []edit) bool {
	for _, edit := range edits {
		if strings.HasPrefix(edit.at, "/spec/template") {
			return true
		}
	}
	return false
}

// writeNames reads StatefulSets, one a line, and writes the names of their first revisions, an empty line for one that is
// refused.
func writeNames(out io.Writer, in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<26)
	buffered := bufio.NewWriter(out)
	defer func() { _ = buffered.Flush() }()
	for lines.Scan() {
		var object json.RawMessage = lines.Bytes()
		fmt.Fprintln(buffered, revisionOf(object).Name)
	}
	return lines.Err()
}
