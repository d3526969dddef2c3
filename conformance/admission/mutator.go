package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var prototypes = map[string]any{
	"StatefulSet": apps.StatefulSet{}, "Service": v1.Service{}, "PersistentVolumeClaim": v1.PersistentVolumeClaim{},
	"PodDisruptionBudget": policy.PodDisruptionBudget{}, "StorageClass": storage.StorageClass{},
}

// unmutated are fields that the server writes, or that say what the object is.
var unmutated = map[string]bool{
	"apiVersion": true, "kind": true, "status": true, "uid": true, "resourceVersion": true, "generation": true, "creationTimestamp": true,
	"deletionTimestamp": true, "deletionGracePeriodSeconds": true, "selfLink": true, "managedFields": true, "namespace": true,
}

var repeated = regexp.MustCompile(`\{([^{}]+)\*(\d+)\}`)

// expand writes out `{a*64}` in every text of a value.
func expand(value any) any {
	switch value := value.(type) {
	case string:
		return repeated.ReplaceAllStringFunc(value, func(found string) string {
			parts := repeated.FindStringSubmatch(found)
			count, err := strconv.Atoi(parts[2])
			if err != nil {
				return found
			}
			return strings.Repeat(parts[1], count)
		})
	case map[string]any:
		fresh := make(map[string]any, len(value))
		for key, child := range value {
			fresh[expand(key).(string)] = expand(child)
		}
		return fresh
	case []any:
		for at, child := range value {
			value[at] = expand(child)
		}
	}
	return value
}

// mutators makes the edits that an object can be given one of.
type mutators struct {
	vocabulary
	base any
	kind string
	// found are the edits by area; first those that no other base or place has alike.
	first, found map[string][]edit
	seen         map[string]bool
	// telling are the edits that say something, such as a value of the field's own.
	telling []edit
	// classes are the edits alike that came up, in any base.
	classes map[string]bool
}

// vocabulary is what values are made of.
type vocabulary struct {
	// Text, numbers and so on go where a field of that type has no values of its own.
	Text       []any `json:"text"`
	Numbers    []any `json:"numbers"`
	Quantities []any `json:"quantities"`
	IntOrText  []any `json:"intOrText"`
	// Fields are the values of every field of that name; `a.b` is field b right below a.
	Fields map[string][]any `json:"fields"`
	// Places are values for one place; the pointer may hold alternatives, `/a/{b,c}`.
	Places []place `json:"places"`
	// Statuses are those of the claims that others replace.
	Statuses []any `json:"statuses"`
}

type place struct {
	// Base is the name of the base object; none stands for every one in which the place is.
	Base   string `json:"base"`
	At     string `json:"at"`
	Values []any  `json:"values"`
}

// add notes an edit once.
func (m *mutators) add(to map[string][]edit, one edit) {
	text, err := json.Marshal(one)
	if err != nil || m.seen[string(text)] {
		return
	}
	m.seen[string(text)] = true
	area := areaOf(m.kind, one.at)
	to[area] = append(to[area], one)
}

// set notes an edit that says little: any text for a text.
func (m *mutators) set(pointer string, value any) {
	m.add(m.found, edit{at: pointer, value: value})
}

func (m *mutators) all(pointer string, values []any) {
	for _, value := range values {
		m.set(pointer, value)
	}
}

// tell notes an edit that should come up somewhere: the first of its class is made alone.
func (m *mutators) tell(one edit) {
	m.telling = append(m.telling, one)
	names := slices.DeleteFunc(segments(one.at), isIndex)
	text, err := json.Marshal([]any{m.kind, names[max(0, len(names)-3):], one.value, one.gone})
	if err != nil || m.classes[string(text)] {
		m.add(m.found, one)
		return
	}
	m.classes[string(text)] = true
	m.add(m.first, one)
}

func (m *mutators) tellAll(pointer string, values ...any) {
	for _, value := range values {
		m.tell(edit{at: pointer, value: value})
	}
}

// own are the values that the vocabulary has for a field, or for the items of a list.
func (m *mutators) own(pointer string, t reflect.Type) []any {
	path := append([]string{"", ""}, segments(pointer)...)
	last := len(path) - 1
	item := isIndex(path[last])
	if item {
		last--
	}
	parent := path[last-1]
	if isIndex(parent) {
		parent = path[last-2]
	}
	var fitting []any
	for _, value := range append(slices.Clone(m.Fields[path[last]]), m.Fields[parent+"."+path[last]]...) {
		candidates := []any{value}
		if list, is := value.([]any); is && item {
			candidates = list
		}
		for _, candidate := range candidates {
			if fits(t, candidate) {
				fitting = append(fitting, candidate)
			}
		}
	}
	return fitting
}

// fits says whether a value can be decoded as a type, as far as its outermost shape tells.
func fits(t reflect.Type, value any) bool {
	_, isText := value.(string)
	_, isNumber := value.(json.Number)
	_, isBool := value.(bool)
	_, isObject := value.(map[string]any)
	_, isList := value.([]any)
	switch {
	case t == quantityType || t == intOrText:
		return isText || isNumber
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return isObject
	case t.Kind() == reflect.Slice:
		return isList
	case t.Kind() == reflect.String:
		return isText
	case t.Kind() == reflect.Bool:
		return isBool
	default:
		return isNumber
	}
}

func isIndex(segment string) bool {
	_, err := strconv.Atoi(segment)
	return err == nil
}

var (
	quantityType = reflect.TypeFor[resource.Quantity]()
	intOrText    = reflect.TypeFor[intstr.IntOrString]()
	timeType     = reflect.TypeFor[metav1.Time]()
)

// walk adds the mutations of what stands at a place, or could stand there; nil is nothing.
func (m *mutators) walk(t reflect.Type, pointer string, value any, there bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if there {
		m.tell(edit{at: pointer, gone: true})
	}
	m.tellAll(pointer, m.own(pointer, t)...)
	switch {
	case t == quantityType:
		m.all(pointer, m.Quantities)
	case t == intOrText:
		m.all(pointer, m.IntOrText)
	case t == timeType:
	case t.Kind() == reflect.Struct:
		m.walkStruct(t, pointer, value, there)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		m.walkList(t, pointer, value)
	case t.Kind() == reflect.Map:
		m.walkMap(t, pointer, value)
	case t.Kind() == reflect.String:
		m.all(pointer, m.Text)
	case t.Kind() == reflect.Bool:
		m.all(pointer, []any{true, false})
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		m.all(pointer, m.Numbers)
	}
}

func (m *mutators) walkStruct(t reflect.Type, pointer string, value any, there bool) {
	m.tellAll(pointer, map[string]any{})
	if !there {
		m.tellAll(pointer, sample(t, 3))
		return
	}
	object, _ := value.(map[string]any)
	for _, field := range fieldsOf(t) {
		if unmutated[field.name] {
			continue
		}
		child, has := object[field.name]
		m.walk(field.of, pointer+"/"+escape.Replace(field.name), child, has)
	}
}

func (m *mutators) walkList(t reflect.Type, pointer string, value any) {
	m.tellAll(pointer, []any{}, []any{sample(t.Elem(), 3)})
	list, _ := value.([]any)
	for at, child := range list {
		m.walk(t.Elem(), fmt.Sprintf("%s/%d", pointer, at), child, true)
	}
	if len(list) > 0 {
		m.tellAll(pointer+"/-", list[0], sample(t.Elem(), 3))
		if t.Elem().Kind() == reflect.String {
			m.tellAll(pointer+"/-", m.own(pointer+"/0", t.Elem())...)
		}
	}
}

func (m *mutators) walkMap(t reflect.Type, pointer string, value any) {
	m.tellAll(pointer, map[string]any{})
	object, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		m.walk(t.Elem(), pointer+"/"+escape.Replace(key), object[key], true)
	}
	for _, text := range m.Text {
		key, is := text.(string)
		switch {
		case !is:
		case object == nil:
			m.set(pointer, map[string]any{key: sample(t.Elem(), 1)})
		default:
			m.set(pointer+"/"+escape.Replace(key), sample(t.Elem(), 1))
		}
	}
}

// fieldOf is a field as JSON names it.
type fieldOf struct {
	name string
	of   reflect.Type
}

func fieldsOf(t reflect.Type) []fieldOf {
	var all []fieldOf
	for at := range t.NumField() {
		field := t.Field(at)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && (field.Anonymous || strings.Contains(options, "inline")):
			all = append(all, fieldsOf(field.Type)...)
		default:
			all = append(all, fieldOf{name, field.Type})
		}
	}
	return all
}

// sample is a value of a type with all its fields, so deep.
func sample(t reflect.Type, depth int) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == quantityType:
		return "1"
	case t == intOrText:
		return json.Number("1")
	case t == timeType:
		return nil
	case t.Kind() == reflect.Struct:
		object := map[string]any{}
		if depth > 0 {
			for _, field := range fieldsOf(t) {
				if inner := sample(field.of, depth-1); inner != nil && !unmutated[field.name] {
					object[field.name] = inner
				}
			}
		}
		return object
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return "YQ=="
	case t.Kind() == reflect.Slice:
		if depth == 0 {
			return nil
		}
		return []any{sample(t.Elem(), depth-1)}
	case t.Kind() == reflect.Map:
		return map[string]any{"a": sample(t.Elem(), depth-1)}
	case t.Kind() == reflect.String:
		return "a"
	case t.Kind() == reflect.Bool:
		return true
	default:
		return json.Number("1")
	}
}

// alternatives writes out `/a/{b,c}`.
func alternatives(pointer string) []string {
	before, rest, found := strings.Cut(pointer, "{")
	if !found {
		return []string{pointer}
	}
	inner, after, _ := strings.Cut(rest, "}")
	var all []string
	for _, one := range strings.Split(inner, ",") {
		all = append(all, alternatives(before+one+after)...)
	}
	return all
}

// place notes the edits written for places of this base.
func (m *mutators) place(name string) {
	for _, place := range m.Places {
		if place.Base != "" && place.Base != name {
			continue
		}
		for _, pointer := range alternatives(place.At) {
			for _, value := range place.Values {
				one := edit{at: pointer, value: value, gone: value == "<removed>"}
				if one.gone {
					one.value = nil
				}
				if _, can := one.apply(copyOf(m.base)); can {
					m.add(m.first, one)
				}
			}
		}
	}
}
