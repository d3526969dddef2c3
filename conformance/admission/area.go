package main

import "strings"

// areas of a container, by the key below it.
var containerAreas = map[string]string{
	"env": "env", "envFrom": "env", "ports": "ports", "livenessProbe": "probes", "readinessProbe": "probes", "startupProbe": "probes",
	"lifecycle": "lifecycle", "resources": "resources", "resizePolicy": "resources", "image": "image", "imagePullPolicy": "image",
	"securityContext": "container-security", "volumeMounts": "mounts", "volumeDevices": "devices", "restartPolicyRules": "containers",
}

// areas of the spec of a pod, by the key below it.
var podAreas = map[string]string{
	"affinity": "affinity", "tolerations": "tolerations", "topologySpreadConstraints": "spread", "dnsConfig": "dns", "dnsPolicy": "dns",
	"hostAliases": "host-aliases", "readinessGates": "gates", "schedulingGates": "gates", "overhead": "overhead", "os": "os",
	"resourceClaims": "resource-claims", "resources": "resources", "securityContext": "pod-security", "hostNetwork": "host",
	"hostPID": "host", "hostIPC": "host", "hostUsers": "host", "shareProcessNamespace": "host", "volumes": "volumes",
}

var setAreas = map[string]string{"metadata": "metadata", "selector": "selector", "volumeClaimTemplates": "claim-templates"}

var kindAreas = map[string]string{
	"Service": "service", "PersistentVolumeClaim": "claim", "PodDisruptionBudget": "budget", "StorageClass": "class",
}

func named(areas map[string]string, key, otherwise string) string {
	if area, known := areas[key]; known {
		return area
	}
	return otherwise
}

// areaOf is the part of the API that a place in an object belongs to.
func areaOf(kind, pointer string) string {
	if kind != "StatefulSet" {
		return kindAreas[kind]
	}
	path := append(segments(pointer), "", "", "", "", "", "")
	switch {
	case path[0] == "metadata":
		return "metadata"
	case path[1] != "template":
		return named(setAreas, path[1], "set")
	case path[2] != "spec":
		return "template-metadata"
	}
	key, below := path[3], path[5]
	switch key {
	case "containers", "initContainers", "ephemeralContainers":
		return named(containerAreas, below, "containers")
	case "volumes":
		if below == "projected" || below == "ephemeral" {
			return below
		}
	case "securityContext":
		if path[4] == "sysctls" {
			return "sysctls"
		}
	}
	if strings.HasPrefix(key, "host") && key != "hostAliases" {
		return "host"
	}
	return named(podAreas, key, "pod")
}
