package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
)

// values are what each field is given in turn.
var values = []string{
	`null`, `true`, `"text"`, `""`, `"1"`, `"10GB"`, `"1Gm"`, `"YQ=="`, `0`, `-1`, `1.5`, `2147483648`, `9223372036854775807`,
	`18446744073709551615`, `1e30`, `[]`, `["text"]`, `[1]`, `[null]`, `[{}]`, `{}`, `{"other":"text"}`, `{"other":1}`, `{"other":null}`, `{"other":{}}`, `{"other":"?"}`,
	`{"other":true}`, `{"other":[1,null]}`, `{"other":[256]}`, `{"other":["text"]}`, `{"other":"10GB"}`, `{"other":"10Gm"}`,
}

// writeCases writes objects, one a line, in each of which one field of one type has one value. A type is reached by the
// first path to it.
func writeCases(out io.Writer) error {
	writer := bufio.NewWriter(out)
	defer writer.Flush()
	seen := map[reflect.Type]bool{}
	for _, name := range sorted(kinds) {
		var apiVersion, kind string
		fmt.Sscan(name, &apiVersion, &kind)
		wrap := func(value string) string {
			return fmt.Sprintf(`{"apiVersion":%q,"kind":%q,%s`, apiVersion, kind, strings.TrimPrefix(value, "{"))
		}
		err := visit(reflect.TypeOf(kinds[name]), seen, wrap, func(object string) error {
			_, err := fmt.Fprintln(writer, object)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeAnswers reads objects, one a line, and writes what the decoder says to each, an empty line for nothing.
func writeAnswers(out io.Writer, in io.Reader) error {
	writer := bufio.NewWriter(out)
	defer writer.Flush()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		// As kubectl sends it: decoded once and encoded again.
		sent := items(lines.Bytes())
		if len(sent) != 1 {
			return fmt.Errorf("%s is no object", lines.Text())
		}
		answer, _ := decode(sent[0])
		if strings.Contains(answer.Error, "\n") {
			return fmt.Errorf("the answer to %s has several lines", lines.Text())
		}
		fmt.Fprintln(writer, answer.Error)
	}
	return lines.Err()
}

// record is an object with the answers of all minors, or the one that all give.
type record struct {
	Object  json.RawMessage `json:"object"`
	Answer  string          `json:"answer,omitempty"`
	Answers []string        `json:"answers,omitempty"`
}

// writeRecords joins a file of objects with those of the answers, oldest minor first.
func writeRecords(out io.Writer, paths []string) error {
	columns := make([][]string, len(paths))
	for at, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		columns[at] = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if len(columns[at]) != len(columns[0]) {
			return fmt.Errorf("%s has %d lines, %s has %d", path, len(columns[at]), paths[0], len(columns[0]))
		}
	}
	writer := bufio.NewWriter(out)
	defer writer.Flush()
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for row, object := range columns[0] {
		one := record{Object: json.RawMessage(object)}
		alike := true
		for _, column := range columns[1:] {
			one.Answers = append(one.Answers, column[row])
			alike = alike && column[row] == columns[1][row]
		}
		if alike {
			one.Answer, one.Answers = one.Answers[0], nil
		}
		if err := encoder.Encode(one); err != nil {
			return err
		}
	}
	return nil
}

// visit makes objects in which `wrap` puts something into a place of type t.
func visit(t reflect.Type, seen map[reflect.Type]bool, wrap func(string) string, tell func(string) error) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return nil
	}
	switch t.Kind() {
	case reflect.Slice:
		return visit(t.Elem(), seen, func(value string) string { return wrap("[" + value + "]") }, tell)
	case reflect.Map:
		return visit(t.Elem(), seen, func(value string) string { return wrap(`{"a.b/c":` + value + "}") }, tell)
	case reflect.Struct:
	default:
		return nil
	}
	if seen[t] {
		return nil
	}
	seen[t] = true
	fields := structFields(t)
	names := sorted(fields)
	for _, name := range append(names, "unknownField") {
		if name == "apiVersion" || name == "kind" {
			continue
		}
		for _, value := range values {
			if err := tell(wrap(fmt.Sprintf("{%q:%s}", name, value))); err != nil {
				return err
			}
			if name == "unknownField" {
				break
			}
		}
	}
	for _, name := range names {
		below := func(value string) string { return wrap(fmt.Sprintf("{%q:%s}", name, value)) }
		if err := visit(fields[name], seen, below, tell); err != nil {
			return err
		}
	}
	return nil
}

// structFields are the fields of a struct and of those that it embeds, by their names in JSON.
func structFields(t reflect.Type) map[string]reflect.Type {
	found := map[string]reflect.Type{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case field.Anonymous && name == "":
			embedded := field.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			for name, of := range structFields(embedded) {
				found[name] = of
			}
		default:
			found[name] = field.Type
		}
	}
	return found
}
