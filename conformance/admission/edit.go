package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// edit puts a value at a JSON pointer; without one it removes what is there. A last segment of `-` appends to a list.
type edit struct {
	at    string
	value any
	gone  bool
}

func (e edit) MarshalJSON() ([]byte, error) {
	if e.gone {
		return json.Marshal([]any{e.at})
	}
	return encode([]any{e.at, e.value})
}

func (e *edit) UnmarshalJSON(text []byte) error {
	var pair []any
	if err := decodeNumbers(text, &pair); err != nil {
		return err
	}
	at, is := pair[0].(string)
	if !is || len(pair) > 2 {
		return fmt.Errorf("%s is no edit", text)
	}
	*e = edit{at: at, gone: len(pair) == 1}
	if len(pair) == 2 {
		e.value = pair[1]
	}
	return nil
}

// encode is json.Marshal without the escapes for HTML.
func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

// decodeNumbers keeps numbers as they are written.
func decodeNumbers(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// copyOf is a copy that shares nothing.
func copyOf(value any) any {
	switch value := value.(type) {
	case map[string]any:
		fresh := make(map[string]any, len(value))
		for key, child := range value {
			fresh[key] = copyOf(child)
		}
		return fresh
	case []any:
		fresh := make([]any, len(value))
		for at, child := range value {
			fresh[at] = copyOf(child)
		}
		return fresh
	default:
		return value
	}
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")
var escape = strings.NewReplacer("~", "~0", "/", "~1")

func segments(pointer string) []string {
	all := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for at, segment := range all {
		all[at] = unescape.Replace(segment)
	}
	return all
}

// apply makes an edit, and says whether it could: what an edit stands in must exist.
func (e edit) apply(object any) (any, bool) {
	return e.in(object, segments(e.at))
}

func (e edit) in(node any, path []string) (any, bool) {
	if len(path) == 0 {
		return copyOf(e.value), true
	}
	switch node := node.(type) {
	case map[string]any:
		child, has := node[path[0]]
		switch {
		case len(path) > 1 && !has, len(path) == 1 && e.gone && !has:
			return node, false
		case len(path) == 1 && e.gone:
			delete(node, path[0])
			return node, true
		}
		fresh, done := e.in(child, path[1:])
		if done {
			node[path[0]] = fresh
		}
		return node, done
	case []any:
		if path[0] == "-" && len(path) == 1 && !e.gone {
			return append(node, copyOf(e.value)), true
		}
		at, err := strconv.Atoi(path[0])
		switch {
		case err != nil || at < 0 || at >= len(node):
			return node, false
		case len(path) == 1 && e.gone:
			return append(node[:at:at], node[at+1:]...), true
		}
		fresh, done := e.in(node[at], path[1:])
		if done {
			node[at] = fresh
		}
		return node, done
	default:
		return node, false
	}
}

// edited is a copy of an object with those of the edits that can be made, which are returned too.
func edited(object any, edits []edit) (any, []edit) {
	fresh := copyOf(object)
	var made []edit
	for _, edit := range edits {
		var done bool
		if fresh, done = edit.apply(fresh); done {
			made = append(made, edit)
		}
	}
	return fresh, made
}
