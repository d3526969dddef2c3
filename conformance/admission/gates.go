package main

import (
	"encoding/json"
	"maps"
	"math/rand"
	"slices"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
)

// gateSettings are what questions about feature gates set, by the names of the gates; of a question about one that a
// version does not know that version is not asked.
var gateSettings = []map[string]bool{
	{"MaxUnavailableStatefulSet": true},
	{"MaxUnavailableStatefulSet": false},
	{"StatefulSetRecreateStrategy": true},
	{"MaxUnavailableStatefulSet": false, "StatefulSetRecreateStrategy": true},
}

// underGates does with the gates set what it is given, and resets them; false where this version does not know one.
func underGates(settings map[string]bool, ask func() error) (bool, error) {
	if len(settings) == 0 {
		return true, ask()
	}
	gates := utilfeature.DefaultMutableFeatureGate
	known, before := gates.GetAll(), map[string]bool{}
	for name := range settings {
		gate := featuregate.Feature(name)
		if _, is := known[gate]; !is {
			return false, nil
		}
		before[name] = gates.Enabled(gate)
	}
	if err := gates.SetFromMap(settings); err != nil {
		return true, err
	}
	err := ask()
	if reset := gates.SetFromMap(before); reset != nil {
		return true, reset
	}
	return true, err
}

// strategies are the update strategies that are asked about with gates set: every type with every block, and with none.
func strategies() []edit {
	var blocks []any
	for _, unavailable := range []any{0, 1, 2, -1, json.Number("2147483647"), "", "0%", "1%", "50%", "100%", "101%", "-5%", "2", "x", nil} {
		blocks = append(blocks, map[string]any{"maxUnavailable": unavailable}, map[string]any{"maxUnavailable": unavailable, "partition": 1})
	}
	blocks = append(blocks, nil, map[string]any{}, map[string]any{"partition": 1}, map[string]any{"partition": -1, "maxUnavailable": 0})
	edits := []edit{{at: "/spec/updateStrategy", gone: true}}
	for _, kind := range []any{nil, "", "RollingUpdate", "OnDelete", "Recreate", "Rolling"} {
		edits = append(edits, edit{at: "/spec/updateStrategy", value: map[string]any{"type": kind}})
		for _, block := range blocks {
			edits = append(edits, edit{at: "/spec/updateStrategy", value: map[string]any{"type": kind, "rollingUpdate": block}})
		}
	}
	return edits
}

// gated writes questions with gates set: one setting after another for each strategy, in every other one with a second
// edit; then an update of a strategy that was there before.
func (w *writer) gated(seed int64) error {
	random := rand.New(rand.NewSource(seed))
	sets, edits := w.ofKind("StatefulSet"), strategies()
	for number, strategy := range edits {
		for at, settings := range gateSettings {
			base := sets[(number+at)%len(sets)]
			_, asked := edited(w.bases[base].Object, []edit{strategy})
			if len(asked) == 0 {
				asked = []edit{{at: "/spec/updateStrategy", value: map[string]any{}}}
			}
			if number%2 == 1 {
				asked = append(asked, w.byBase[base][random.Intn(len(w.byBase[base]))])
			}
			question := mutant{Area: "feature-gates", Op: "create", Base: base, Edits: asked, Gates: maps.Clone(settings)}
			if err := w.one(question); err != nil {
				return err
			}
			if renames(asked) {
				continue
			}
			question.Area, question.Op = "update-feature-gates", "update"
			question.Old = []edit{edits[random.Intn(len(edits))]}
			if number%3 == 0 {
				question.Old = slices.Clone(question.Edits)
				question.Edits = append(slices.Clone(question.Edits), edit{at: "/spec/replicas", value: 2})
			}
			if err := w.one(question); err != nil {
				return err
			}
		}
	}
	return nil
}
