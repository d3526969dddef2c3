package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// documents are the objects of a file; `-` is the standard input.
func documents(path string) ([][]byte, error) {
	var text []byte
	var err error
	if path == "-" {
		text, err = io.ReadAll(os.Stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	all, err := objects(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

// objects are those of a text as `kubectl` sends them: YAML turned into JSON, lists taken apart. Documents that cannot be
// read are left out; the error is that of the last.
func objects(text []byte) ([][]byte, error) {
	var all [][]byte
	var failed error
	reader := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		chunk, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, failed
		}
		if err != nil {
			return all, err
		}
		object, err := yaml.YAMLToJSON(chunk)
		if err != nil {
			failed = err
			continue
		}
		all = append(all, items(object)...)
	}
}

func items(text []byte) [][]byte {
	var object map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(text, &object); err != nil || object == nil {
		return nil
	}
	kind, _ := object["kind"].(string)
	list, isList := object["items"].([]any)
	if !strings.HasSuffix(kind, "List") || !isList {
		return [][]byte{text}
	}
	var all [][]byte
	for _, item := range list {
		if again, err := json.Marshal(item); err == nil {
			all = append(all, items(again)...)
		}
	}
	return all
}

// eachSet writes what `ask` makes of each StatefulSet of a file, one line each.
func eachSet(path string, ask func([]byte) any) error {
	return eachDocument(path, func(text []byte) any {
		if kind, err := kindOf(text); err != nil || kind.Kind != "StatefulSet" {
			return nil
		}
		return ask(text)
	})
}

// eachDocument writes what `ask` makes of each object of a file, one line each; nothing for no answer.
func eachDocument(path string, ask func([]byte) any) error {
	all, err := documents(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer func() { _ = out.Flush() }()
	for _, text := range all {
		answer := ask(text)
		if answer == nil {
			continue
		}
		if err := tell(out, answer); err != nil {
			return err
		}
	}
	return nil
}

func updateFiles(before, after string) error {
	old, err := documents(before)
	if err != nil {
		return err
	}
	fresh, err := documents(after)
	if err != nil {
		return err
	}
	if len(old) != len(fresh) {
		return fmt.Errorf("%s has %d objects, %s has %d", before, len(old), after, len(fresh))
	}
	for at := range old {
		if err := tell(os.Stdout, update(old[at], fresh[at])); err != nil {
			return err
		}
	}
	return nil
}

func tell(out io.Writer, answer any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(answer)
}
