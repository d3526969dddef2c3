package main

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sort"
	"strings"

	apps "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	storage "k8s.io/api/storage/v1"
)

// kinds are the objects whose tables are written, by apiVersion and kind.
var kinds = map[string]any{
	"apps/v1 StatefulSet":                    apps.StatefulSet{},
	"autoscaling/v1 HorizontalPodAutoscaler": autoscalingv1.HorizontalPodAutoscaler{},
	"autoscaling/v2 HorizontalPodAutoscaler": autoscalingv2.HorizontalPodAutoscaler{},
	"networking.k8s.io/v1 NetworkPolicy":     networking.NetworkPolicy{},
	"policy/v1 PodDisruptionBudget":          policy.PodDisruptionBudget{},
	"storage.k8s.io/v1 StorageClass":         storage.StorageClass{},
	"v1 ConfigMap":                           core.ConfigMap{},
	"v1 Namespace":                           core.Namespace{},
	"v1 PersistentVolume":                    core.PersistentVolume{},
	"v1 PersistentVolumeClaim":               core.PersistentVolumeClaim{},
	"v1 Pod":                                 core.Pod{},
	"v1 Secret":                              core.Secret{},
	"v1 Service":                             core.Service{},
}

// Type is a Go type as the decoder sees it, pointers left out.
type Type struct {
	// Name is what an error calls it: reflect's String().
	Name string
	// Shape is the Rust variant that it becomes, without what is in it.
	Shape string
	// Of is the key of what a list or a map holds.
	Of string `json:",omitempty"`
	// Fields are those of a struct, by their names in JSON.
	Fields map[string]Member `json:",omitempty"`
}

// Member is a field of a struct.
type Member struct {
	// Of is the key of its type.
	Of string
	// Within is the embedded struct that it is from, as errors name it.
	Within string `json:",omitempty"`
	// Pointer says that nil and the zero value are two things.
	Pointer bool `json:",omitempty"`
	// Kept says that it is encoded also where it is empty: no omitempty.
	Kept bool `json:",omitempty"`
	// UnlessZero says that a struct is left out where it is zero: omitzero.
	UnlessZero bool `json:",omitempty"`
}

// Types are all types below the kinds of one minor version, by a key that tells packages apart.
type Types struct {
	Kinds map[string]string
	Types map[string]Type
}

func writeTypes(out io.Writer) error {
	all := Types{Kinds: map[string]string{}, Types: map[string]Type{}}
	for name, value := range kinds {
		key, err := all.add(reflect.TypeOf(value))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all.Kinds[name] = key
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", " ")
	return encoder.Encode(all)
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func (all *Types) add(t reflect.Type) (string, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	key := t.String()
	if t.PkgPath() != "" {
		key = t.PkgPath() + "." + t.Name()
	}
	made := Type{Name: t.String()}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		switch t.Name() {
		case "Quantity", "IntOrString", "Time", "MicroTime":
			made.Shape = strings.TrimPrefix(t.Name(), "Micro")
		case "FieldsV1":
			made.Shape = "Any"
		default:
			return "", fmt.Errorf("%s decodes itself", key)
		}
		all.Types[key] = made
		return key, nil
	}
	switch t.Kind() {
	case reflect.String:
		made.Shape = "String"
	case reflect.Bool:
		made.Shape = "Bool"
	case reflect.Int32:
		made.Shape = "Int32"
	case reflect.Int64:
		made.Shape = "Int64"
	case reflect.Slice, reflect.Map:
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
			made.Shape = "Bytes"
			break
		}
		if t.Kind() == reflect.Map && t.Key().Kind() != reflect.String {
			return "", fmt.Errorf("%s has keys that are no strings", key)
		}
		of, err := all.add(t.Elem())
		if err != nil {
			return "", err
		}
		made.Shape, made.Of = map[reflect.Kind]string{reflect.Slice: "List", reflect.Map: "Map"}[t.Kind()], of
		if t.PkgPath() == "" {
			key = made.Shape + " " + of
		}
	case reflect.Struct:
		made.Shape, made.Fields = "Struct", map[string]Member{}
		if err := all.fields(t, "", made.Fields); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("%s is of a kind that is not known", key)
	}
	all.Types[key] = made
	return key, nil
}

// fields puts the fields of a struct, and of those that it embeds inline, into found.
func (all *Types) fields(t reflect.Type, within string, found map[string]Member) error {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() {
			continue
		}
		if strings.Contains(options, "string") {
			return fmt.Errorf("%s.%s is a number in quotes", t, field.Name)
		}
		if field.Anonymous && name == "" {
			embedded := field.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			if within != "" {
				return fmt.Errorf("%s embeds a struct and is embedded itself", t)
			}
			if err := all.fields(embedded, field.Name, found); err != nil {
				return err
			}
			continue
		}
		if name == "" {
			return fmt.Errorf("%s.%s has no name in JSON", t, field.Name)
		}
		if _, twice := found[name]; twice {
			return fmt.Errorf("%s has two fields %q", t, name)
		}
		key, err := all.add(field.Type)
		if err != nil {
			return err
		}
		found[name] = Member{
			Of:         key,
			Within:     within,
			Pointer:    field.Type.Kind() == reflect.Pointer,
			Kept:       !slices.Contains(strings.Split(options, ","), "omitempty"),
			UnlessZero: slices.Contains(strings.Split(options, ","), "omitzero"),
		}
	}
	return nil
}

func sorted[V any](entries map[string]V) []string {
	keys := make([]string, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
