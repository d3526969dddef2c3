package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
)

// printed is how a server of 1.33 prints what differs in a claim that may not change, in no fixed form.
var printed = regexp.MustCompile(`(?s)\n\W*core\.PersistentVolumeClaimSpec\{.*`)

var volume = regexp.MustCompile(`^((?:spec\.template\.)?spec\.volumes)\[(\d+)\]`)

// unordered hides which of the claims of a set comes first among its volumes: both the API server and the controller take
// them from a map.
func unordered(object []byte, faults []fault) []fault {
	var set struct {
		Spec struct {
			VolumeClaimTemplates []struct{ Metadata struct{ Name string } }
		}
	}
	if len(faults) == 0 || json.Unmarshal(object, &set) != nil {
		return faults
	}
	names := map[string]bool{}
	for _, claim := range set.Spec.VolumeClaimTemplates {
		names[claim.Metadata.Name] = true
	}
	for at := range faults {
		faults[at].Message = printed.ReplaceAllString(faults[at].Message, "")
		path := volume.FindStringSubmatch(faults[at].Field)
		if path == nil || len(names) < 2 {
			continue
		}
		if index, err := strconv.Atoi(path[2]); err == nil && index < len(names) {
			faults[at].Field = path[1] + "[claim]" + faults[at].Field[len(path[0]):]
		}
	}
	return slices.Compact(inOrder(faults))
}
