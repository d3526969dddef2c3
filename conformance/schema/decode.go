package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// answer is what the API server says to one object.
type answer struct {
	Path  string `json:"path"`
	Index int    `json:"index"`
	Kind  string `json:"kind"`
	Error string `json:"error,omitempty"`
}

func decodeFiles(out io.Writer, paths []string) error {
	writer := bufio.NewWriter(out)
	defer writer.Flush()
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		reader := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
		index := 0
		for {
			chunk, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				break
			}
			object, err := yaml.YAMLToJSON(chunk)
			if err != nil {
				continue
			}
			for _, item := range items(object) {
				answer, known := decode(item)
				if known {
					answer.Path, answer.Index = path, index
					if err := encoder.Encode(answer); err != nil {
						return err
					}
				}
				index++
			}
		}
	}
	return nil
}

// items are the objects of a list, or the object itself, as `kubectl` sends them: decoded once and encoded again.
func items(text []byte) [][]byte {
	var object map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(text, &object); err != nil || object == nil {
		return nil
	}
	kind, _ := object["kind"].(string)
	list, isList := object["items"].([]any)
	if !strings.HasSuffix(kind, "List") || !isList {
		again, err := json.Marshal(object)
		if err != nil {
			return nil
		}
		return [][]byte{again}
	}
	var all [][]byte
	for _, item := range list {
		if again, err := json.Marshal(item); err == nil {
			all = append(all, items(again)...)
		}
	}
	return all
}

func decode(text []byte) (answer, bool) {
	var meta struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return answer{}, false
	}
	name := meta.APIVersion + " " + meta.Kind
	prototype, known := kinds[name]
	if !known {
		return answer{}, false
	}
	into := reflect.New(reflect.TypeOf(prototype)).Interface()
	strict, err := kjson.UnmarshalStrict(text, into)
	found := answer{Kind: name}
	if err != nil {
		found.Error = err.Error()
		return found, true
	}
	if len(strict) > 0 {
		found.Error = runtime.NewStrictDecodingError(strict).Error()
	}
	return found, true
}
