// Command openapi cuts what stslint decodes out of Kubernetes' published OpenAPI documents: for each file that it is
// given, one line of JSON with the definitions of the known kinds, and of what those hold, without their descriptions.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// The kinds that src/schema/tables.rs has.
var kinds = []string{
	"apps.v1.StatefulSet", "autoscaling.v1.HorizontalPodAutoscaler", "autoscaling.v2.HorizontalPodAutoscaler",
	"core.v1.ConfigMap", "core.v1.Namespace", "core.v1.PersistentVolume", "core.v1.PersistentVolumeClaim",
	"core.v1.Pod", "core.v1.Secret", "core.v1.Service", "networking.v1.NetworkPolicy",
	"policy.v1.PodDisruptionBudget", "storage.v1.StorageClass",
}

// What a decoder takes no notice of: words for people, and what validation and defaulting do later.
var unspoken = []string{"description", "default", "required", "enum"}

const reference = "#/definitions/"

func main() {
	for _, path := range os.Args[1:] {
		definitions, err := read(path)
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(cut(definitions))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "openapi:", err)
			os.Exit(1)
		}
	}
}

func read(path string) (map[string]map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document struct {
		Definitions map[string]map[string]any
	}
	return document.Definitions, json.Unmarshal(text, &document)
}

// cut keeps what the kinds reach.
func cut(definitions map[string]map[string]any) map[string]any {
	kept := map[string]any{}
	var reach func(name string)
	reach = func(name string) {
		if kept[name] != nil {
			return
		}
		kept[name] = definitions[name]
		bare(definitions[name], reach)
	}
	for _, kind := range kinds {
		reach("io.k8s.api." + kind)
	}
	return kept
}

// bare strips a schema of what is unspoken, and tells what it refers to.
func bare(schema map[string]any, reach func(string)) {
	for _, key := range unspoken {
		delete(schema, key)
	}
	for key := range schema {
		if strings.HasPrefix(key, "x-kubernetes-") {
			delete(schema, key)
		}
	}
	if to, refers := schema["$ref"].(string); refers {
		reach(strings.TrimPrefix(to, reference))
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if inner, is := schema[key].(map[string]any); is {
			bare(inner, reach)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, property := range properties {
		bare(property.(map[string]any), reach)
	}
}
