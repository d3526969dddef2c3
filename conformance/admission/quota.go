package main

import (
	"maps"
	"slices"
	"strings"
)

// Shares of 1,000 mutants that are asked for.
const (
	updateShare        = 190
	updateServiceShare = 30
	updateClaimShare   = 15
	updateBudgetShare  = 10
	updateClassShare   = 5
	podsShare          = 70
	// boundClaimShare comes on top of them.
	boundClaimShare = 20
)

// kindShares are the shares of kinds that are one area each; what is left goes to StatefulSets, area by area.
var kindShares = map[string]int{"service": 110, "claim": 110, "budget": 25, "class": 25}

// write makes so many mutants, and more where an area has more edits of its own.
func (w *writer) write(count int) error {
	setAreas := slices.DeleteFunc(slices.Sorted(maps.Keys(w.pools)), func(area string) bool { return kindShares[area] > 0 })
	left := 1000 - updateShare - updateServiceShare - updateClaimShare - updateBudgetShare - updateClassShare - podsShare
	for _, area := range slices.Sorted(maps.Keys(kindShares)) {
		left -= kindShares[area]
		if err := w.creates(area, count*kindShares[area]/1000); err != nil {
			return err
		}
	}
	weights := 0
	for _, area := range setAreas {
		weights += w.weight(area)
	}
	for _, area := range setAreas {
		if err := w.creates(area, count*left/1000*w.weight(area)/weights); err != nil {
			return err
		}
	}
	updates := []struct {
		area, kind string
		share      int
	}{
		{"update", "StatefulSet", updateShare}, {"update-service", "Service", updateServiceShare},
		{"update-claim", "PersistentVolumeClaim", updateClaimShare}, {"update-budget", "PodDisruptionBudget", updateBudgetShare},
		{"update-class", "StorageClass", updateClassShare},
	}
	for _, one := range updates {
		if err := w.updates(one.area, one.kind, count*one.share/1000, nil); err != nil {
			return err
		}
	}
	if err := w.pods(count * podsShare / 1000); err != nil {
		return err
	}
	return w.updates("update-bound-claim", "PersistentVolumeClaim", count*boundClaimShare/1000, w.statuses)
}

// weight of an area: the square root of how many edits it has, so that no area is lost and none takes all.
func (w *writer) weight(area string) int {
	edits, root := len(w.pools[area].general), 1
	for root*root < edits {
		root++
	}
	return root + 10
}

// creates writes mutants of one area. An edit written for a place is made alone the first time.
func (w *writer) creates(area string, count int) error {
	pool := w.pools[area]
	for number := 0; number < max(count, len(pool.special)); number++ {
		picked, special := pool.pick(w.random)
		edits := []edit{picked.edit}
		if !special {
			edits = append(edits, w.others(picked.base, w.random.Intn(8)/3)...)
		}
		if err := w.one(mutant{Area: area, Op: "create", Base: picked.base, Edits: edits}); err != nil {
			return err
		}
	}
	return nil
}

// others are more edits of a base, without those that are too large to be repeated.
func (w *writer) others(base, count int) []edit {
	var more []edit
	for range count {
		more = append(more, w.byBase[base][w.random.Intn(len(w.byBase[base]))])
	}
	return more
}

// one writes a mutant without the edits that cannot be made, unless nothing is left of it.
func (w *writer) one(m mutant) error {
	object := w.bases[m.Base].Object
	_, m.Edits = edited(object, m.Edits)
	_, m.Old = edited(object, m.Old)
	if len(m.Edits) == 0 {
		return nil
	}
	return w.out.Encode(m)
}

// renames: an update of another name or namespace is no update.
func renames(edits []edit) bool {
	return slices.ContainsFunc(edits, func(one edit) bool {
		return one.at == "/metadata" || one.at == "/metadata/name" || one.at == "/metadata/namespace" || one.at == "/metadata/generateName"
	})
}

// ofKind are the numbers of the bases of a kind.
func (w *writer) ofKind(kind string) []int {
	var all []int
	for at, base := range w.bases {
		if base.kind() == kind {
			all = append(all, at)
		}
	}
	return all
}

// decisive are the places of which updates may not change the value, or only some way: each of their edits is made once.
var decisive = map[string][]string{
	"StatefulSet": {"/spec/selector", "/spec/serviceName", "/spec/podManagementPolicy", "/spec/volumeClaimTemplates", "/spec/replicas",
		"/spec/ordinals", "/spec/updateStrategy", "/spec/revisionHistoryLimit", "/spec/minReadySeconds", "/spec/persistentVolumeClaimRetentionPolicy"},
	"Service":               {"/spec/type", "/spec/clusterIP", "/spec/clusterIPs", "/spec/ipFamilies", "/spec/ipFamilyPolicy", "/spec/loadBalancerClass", "/spec/allocateLoadBalancerNodePorts"},
	"PersistentVolumeClaim": {"/spec/resources", "/spec/volumeAttributesClassName", "/spec/storageClassName", "/spec/volumeName", "/metadata/annotations"},
	"PodDisruptionBudget":   {"/spec"},
	"StorageClass":          {"/provisioner", "/parameters", "/reclaimPolicy", "/volumeBindingMode", "/allowVolumeExpansion", "/mountOptions", "/allowedTopologies"},
}

// updates writes mutants in which one object replaces another: first with the decisive edits; then with any, where in some
// the old one was edited too, and keeps that edit or loses it. Of statuses, the old one has each in turn.
func (w *writer) updates(area, kind string, count int, statuses []any) error {
	bases := w.ofKind(kind)
	turn := 0
	status := func() []edit {
		if len(statuses) == 0 {
			return nil
		}
		turn++
		return []edit{{at: "/status", value: statuses[turn%len(statuses)]}}
	}
	for _, base := range bases {
		for _, one := range w.telling[base] {
			within := func(place string) bool { return one.at == place || strings.HasPrefix(one.at, place+"/") }
			if !slices.ContainsFunc(decisive[kind], within) {
				continue
			}
			count--
			if err := w.one(mutant{Area: area, Op: "update", Base: base, Edits: []edit{one}, Old: status()}); err != nil {
				return err
			}
		}
	}
	for number := 0; number < count; number++ {
		base := bases[number%len(bases)]
		edits := w.topped(kind, base, number)
		var old []edit
		switch w.random.Intn(4) {
		case 0:
			old = w.others(base, 1)
		case 1:
			old = w.others(base, 1)
			edits = append(edits, old...)
		}
		if renames(edits) || renames(old) {
			number--
			continue
		}
		if err := w.one(mutant{Area: area, Op: "update", Base: base, Edits: edits, Old: append(old, status()...)}); err != nil {
			return err
		}
	}
	return nil
}

// topped are one to three edits; every other time the first is outside the pod template, of which most edits are.
func (w *writer) topped(kind string, base, number int) []edit {
	edits := w.others(base, 1+w.random.Intn(5)/3)
	for kind == "StatefulSet" && number%2 == 0 && strings.HasPrefix(edits[0].at, "/spec/template") {
		edits[0] = w.others(base, 1)[0]
	}
	return edits
}

// pods writes mutants of which the pods are created, the first mutation in each area in turn.
func (w *writer) pods(count int) error {
	areas := slices.DeleteFunc(slices.Sorted(maps.Keys(w.pools)), func(area string) bool { return kindShares[area] > 0 })
	for number := 0; number < count; number++ {
		picked, _ := w.pools[areas[number%len(areas)]].pick(w.random)
		edits := append([]edit{picked.edit}, w.others(picked.base, w.random.Intn(2))...)
		if err := w.one(mutant{Area: "pods", Op: "pods", Base: picked.base, Edits: edits}); err != nil {
			return err
		}
	}
	return nil
}
