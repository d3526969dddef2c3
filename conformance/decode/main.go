// Decode asks Kubernetes' own decoder how it reads texts, and records the answers.
//
//	go run ./decode < decode/cases.txt > golden/decode.jsonl   record
//	go run ./decode -count DIR                                 count the objects in each file of a folder
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// record is one text and what became of it.
type record struct {
	Text string `json:"text,omitempty"`
	// Bytes stand for a text that is not UTF-8.
	Bytes string `json:"bytes,omitempty"`
	// Documents are those before the first error, without those that are null.
	Documents []json.RawMessage `json:"documents"`
	Error     string            `json:"error,omitempty"`
}

// peek is how far kubectl looks for a brace (cli-runtime, pkg/resource/visitor.go).
const peek = 4096

func main() {
	count := flag.String("count", "", "count the objects in each file of this `folder`")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var err error
	if *count != "" {
		err = countObjects(*count, out)
	} else {
		err = recordAll(os.Stdin, out)
	}
	if err != nil {
		out.Flush()
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// decode reads text as kubectl reads a file.
func decode(text []byte) (documents []json.RawMessage, err error) {
	// go-yaml panics on some inputs that it should refuse.
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	documents = []json.RawMessage{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), peek)
	for {
		var object runtime.RawExtension
		if err := decoder.Decode(&object); err != nil {
			if err == io.EOF {
				return documents, nil
			}
			return documents, err
		}
		raw := bytes.TrimSpace(object.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		plain, err := normalise(raw)
		if err != nil {
			return documents, err
		}
		documents = append(documents, plain)
	}
}

// normalise writes JSON without lone surrogates, bytes that are not UTF-8 and keys that stand twice, as Go reads it.
func normalise(raw []byte) (json.RawMessage, error) {
	var value any
	// A number that no float holds is refused when the object is made of it.
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// recordAll reads one text per line, as a JSON string; a line that begins with "x" holds base64, and "#" a comment.
// It adds scalars that it makes up, always the same.
func recordAll(in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		line := lines.Text()
		var text []byte
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
			continue
		case line == "!scalars":
			for _, scalar := range scalars() {
				if err := encoder.Encode(answer([]byte(scalar))); err != nil {
					return err
				}
			}
			continue
		case strings.HasPrefix(line, "x"):
			decoded, err := base64.StdEncoding.DecodeString(line[1:])
			if err != nil {
				return fmt.Errorf("%s: %w", line, err)
			}
			text = decoded
		default:
			var decoded string
			if err := json.Unmarshal([]byte(line), &decoded); err != nil {
				return fmt.Errorf("%s: %w", line, err)
			}
			text = []byte(decoded)
		}
		if err := encoder.Encode(answer(text)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func answer(text []byte) record {
	documents, err := decode(text)
	answer := record{Documents: documents}
	if utf8.Valid(text) {
		answer.Text = string(text)
	} else {
		answer.Bytes = base64.StdEncoding.EncodeToString(text)
	}
	if err != nil {
		answer.Error = err.Error()
		// An error that quotes its input may be long.
		if len(answer.Error) > 200 {
			answer.Error = strings.ToValidUTF8(answer.Error[:200], "") + "…"
		}
	}
	return answer
}

// countObjects writes "path TAB number" for each manifest below root; a file with an error says so.
func countObjects(root string, out io.Writer) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".yaml", ".yml", ".json":
		default:
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		documents, problem := decode(text)
		count := 0
		for _, document := range documents {
			count += objects(document)
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		verdict := ""
		if problem != nil {
			verdict = "\terror"
		}
		_, err = fmt.Fprintf(out, "%s\t%d%s\n", filepath.ToSlash(relative), count, verdict)
		return err
	})
}

// objects counts the Kubernetes objects in a document: one if it has an apiVersion and a kind, as many as its items
// hold if it is a list.
func objects(document json.RawMessage) int {
	var object struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	if json.Unmarshal(document, &object) != nil || object.APIVersion == "" || object.Kind == "" {
		return 0
	}
	if !strings.HasSuffix(object.Kind, "List") || object.Items == nil {
		return 1
	}
	count := 0
	for _, item := range object.Items {
		count += objects(item)
	}
	return count
}
