package reconcile

import (
	"fmt"
	"math/rand"
	"strings"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// stepsPerScenario is how long one set is followed.
const stepsPerScenario = 60

// scenario is a set, its world, and how much goes wrong in it.
type scenario struct {
	*world
	*rand.Rand
	recreate bool
	edits    float64 // how often somebody changes something
	refusals float64 // how often the server refuses something
	weird    bool    // whether somebody tampers with labels, owners, claims and revisions
}

func newScenario(seed, number int64, recreate bool) *scenario {
	s := &scenario{world: newWorld(), Rand: rand.New(rand.NewSource(seed*1_000_003 + number)), recreate: recreate}
	s.edits = []float64{0.08, 0.2, 0.45}[s.Intn(3)]
	s.refusals = []float64{0, 0, 0.05, 0.4}[s.Intn(4)]
	s.weird = s.Intn(3) > 0
	s.set = newSet("A")
	s.set.Generation++
	spec := &s.set.Spec
	*spec.Replicas = s.count()
	if s.Intn(5) < 2 {
		spec.PodManagementPolicy = apps.ParallelPodManagement
	}
	s.strategy()
	for _, name := range []string{"", "", "a", "a", "ab"}[s.Intn(5)] {
		spec.VolumeClaimTemplates = append(spec.VolumeClaimTemplates, claimTemplate(string(name)))
	}
	if s.Intn(2) == 0 {
		s.retain()
	}
	if s.Intn(10) < 3 {
		spec.MinReadySeconds = int32(1+s.Intn(3)) * int32(second/time.Second)
	}
	if s.Intn(4) == 0 {
		spec.Ordinals = &apps.StatefulSetOrdinals{Start: int32(1 + s.Intn(4))}
	}
	if s.Intn(3) == 0 {
		*spec.RevisionHistoryLimit = int32(s.Intn(4) - 1)
	}
	return s
}

func (s *scenario) count() int32 {
	if s.Intn(12) == 0 {
		return int32(6 + s.Intn(7))
	}
	return int32(s.Intn(6))
}

func (s *scenario) strategy() {
	strategy := &s.set.Spec.UpdateStrategy
	*strategy = apps.StatefulSetUpdateStrategy{Type: apps.RollingUpdateStatefulSetStrategyType}
	switch roll := s.Intn(10); {
	case s.recreate && roll < 6:
		strategy.Type = "Recreate"
	case roll == 0:
		strategy.Type = apps.OnDeleteStatefulSetStrategyType
	case roll > 2:
		partition := int32(0)
		if s.Intn(2) == 0 {
			partition = int32(s.Intn(6))
		}
		strategy.RollingUpdate = &apps.RollingUpdateStatefulSetStrategy{Partition: &partition}
		if s.Intn(10) < 7 {
			unavailable := intstr.Parse([]string{"1", "2", "3", "10", "10%", "34%", "50%", "100%"}[s.Intn(8)])
			strategy.RollingUpdate.MaxUnavailable = &unavailable
		}
	}
}

func (s *scenario) retain() {
	s.set.Spec.PersistentVolumeClaimRetentionPolicy = retention("RD"[s.Intn(2)], "RD"[s.Intn(2)])
}

func (s *scenario) chance(p float64) bool { return s.Float64() < p }

// anyPod is one of the pods, or nil.
func (s *scenario) anyPod() *v1.Pod {
	if pods := s.sortedPods(); len(pods) > 0 {
		return pods[s.Intn(len(pods))]
	}
	return nil
}

func (s *scenario) anyClaim() *v1.PersistentVolumeClaim {
	keys := strings.Fields(s.claimsText())
	if len(keys) == 0 {
		return nil
	}
	m := claimForm.FindStringSubmatch(keys[s.Intn(len(keys))])
	return s.claims[claimName(m[1], int(number(m[2])))]
}

func (s *scenario) anyRevision() *apps.ControllerRevision {
	texts := strings.Fields(s.revisionsText())
	if len(texts) == 0 {
		return nil
	}
	letter, _, _ := strings.Cut(strings.TrimLeft(texts[s.Intn(len(texts))], "?*"), "=")
	return s.revs[nameOf(letter)]
}

// advance lets the rest of the cluster, the users and the clock move between two syncs.
func (s *scenario) advance() {
	s.refused = map[string]bool{}
	s.kubelet()
	s.collect()
	for s.chance(s.edits) {
		s.edit()
	}
	if s.chance(s.edits / 2) {
		s.fail()
	}
	if s.weird && s.chance(s.edits/2) {
		s.tamper()
	}
	for s.chance(s.refusals) {
		s.refuse()
	}
}

func (s *scenario) kubelet() {
	s.now = s.now.Add(time.Duration(s.Intn(3)) * second)
	hurry := []float64{0.3, 0.6, 0.9}[s.Intn(3)]
	for _, pod := range s.sortedPods() {
		if !s.chance(hurry) {
			continue
		}
		stays := letterOf(pod.Labels[apps.StatefulSetRevisionLabel]) == "D"
		switch {
		case pod.DeletionTimestamp != nil:
			delete(s.pods, pod.Name)
		case pod.Status.Phase == v1.PodPending && s.Intn(4) == 0:
			pod.Status.Phase = v1.PodRunning
		case !stays && len(pod.Status.Conditions) == 0 && (pod.Status.Phase == v1.PodPending || pod.Status.Phase == v1.PodRunning):
			s.ready(pod, 0)
		}
	}
}

// collect is the garbage collector: a claim whose pod is gone goes too, after a while.
func (s *scenario) collect() {
	for _, text := range strings.Fields(s.claimsText()) {
		m := claimForm.FindStringSubmatch(text)
		name := claimName(m[1], int(number(m[2])))
		switch {
		case m[4] != "" && s.Intn(2) == 0:
			delete(s.claims, name)
		case strings.Contains(m[3], "P") && s.Intn(3) == 0:
			s.claims[name].DeletionTimestamp = &metav1.Time{Time: s.now}
		}
	}
}

func (s *scenario) edit() {
	s.set.Generation++
	spec := &s.set.Spec
	switch s.Intn(12) {
	case 0, 1, 2, 3:
		spec.Template.Spec.Containers[0].Image = templates[:4][s.Intn(4):][:1]
	case 4, 5, 6:
		*spec.Replicas = s.count()
	case 7:
		s.retain()
	case 8:
		s.strategy()
	case 9:
		spec.MinReadySeconds = int32(s.Intn(3)) * int32(second/time.Second)
	case 10:
		spec.Ordinals = &apps.StatefulSetOrdinals{Start: int32(s.Intn(5))}
	default:
		*spec.RevisionHistoryLimit = int32(s.Intn(4) - 1)
	}
}

func (s *scenario) fail() {
	pod := s.anyPod()
	if pod == nil {
		return
	}
	switch s.Intn(7) {
	case 0, 1:
		s.terminate(pod.Name)
	case 2, 3:
		pod.Status.Conditions = nil
		if pod.Status.Phase != v1.PodPending {
			pod.Status.Phase = v1.PodRunning
		}
	case 4:
		pod.Status = v1.PodStatus{Phase: v1.PodSucceeded}
	default:
		pod.Status = v1.PodStatus{Phase: v1.PodFailed}
	}
}

func (s *scenario) tamper() {
	switch s.Intn(5) {
	case 0, 1:
		s.tamperPod()
	case 2:
		s.tamperClaim()
	case 3:
		s.tamperRevision()
	default:
		s.tamperSet()
	}
}

func (s *scenario) tamperPod() {
	if s.Intn(6) == 0 {
		ordinal := s.Intn(6)
		if s.pods[podName(ordinal)] == nil {
			stranger := s.newPod(ordinal, nameOf("A"), "")
			stranger.OwnerReferences[0].UID = "set-other"
			s.pods[stranger.Name] = stranger
		}
		return
	}
	pod := s.anyPod()
	if pod == nil {
		return
	}
	switch s.Intn(7) {
	case 0, 1:
		delete(pod.Labels, apps.StatefulSetPodNameLabel)
	case 2:
		delete(pod.Labels, "app")
	case 3:
		pod.Labels["app"] = setName
	case 4:
		delete(pod.Labels, apps.StatefulSetRevisionLabel)
	default:
		pod.OwnerReferences = nil
	}
}

func (s *scenario) tamperClaim() {
	if s.Intn(4) == 0 {
		for _, template := range mountedBy(s.set) {
			if claim := s.newClaim(string(template), s.Intn(6)); s.claims[claim.Name] == nil {
				s.claims[claim.Name] = claim
			}
		}
		return
	}
	claim := s.anyClaim()
	if claim == nil {
		return
	}
	switch s.Intn(5) {
	case 0:
		delete(s.claims, claim.Name)
	case 1:
		claim.DeletionTimestamp = &metav1.Time{Time: s.now}
	case 2:
		claim.OwnerReferences = nil
	default:
		ref := s.ownerRef(rune("nsSqpPof"[s.Intn(8)]), ordinalOf(claim.Name))
		for _, old := range claim.OwnerReferences {
			if old.Kind == ref.Kind {
				return
			}
		}
		claim.OwnerReferences = append(claim.OwnerReferences, ref)
	}
}

func (s *scenario) tamperRevision() {
	revision := s.anyRevision()
	switch s.Intn(6) {
	case 0: // a name that another template's revision has taken
		letter := templates[:4][s.Intn(4):][:1]
		if s.revs[nameOf(letter)] != nil {
			return
		}
		taken := revisionOf(s.set, templates[:4][s.Intn(4):][:1])
		taken.Name = nameOf(letter)
		taken.Revision = 100
		if s.Intn(2) == 0 {
			taken.OwnerReferences[0].UID = "set-other"
		}
		s.revs[taken.Name] = taken
	case 1: // what an older server stored, perhaps instead of what this one would
		if s.revs[nameOf("a")] == nil {
			old := revisionOf(s.set, "a")
			old.Revision = 100
			s.revs[old.Name] = old
		}
		if s.Intn(2) == 0 {
			delete(s.revs, nameOf("A"))
		}
	case 2:
		if revision != nil {
			delete(s.revs, revision.Name)
		}
	case 3:
		if revision != nil && len(revision.OwnerReferences) > 0 {
			revision.OwnerReferences[0].UID = "set-other"
		}
	default:
		if revision != nil {
			revision.OwnerReferences = nil
		}
	}
}

// tamperSet deletes the set, or deletes it and creates it again.
func (s *scenario) tamperSet() {
	switch s.Intn(4) {
	case 0:
		if s.set.DeletionTimestamp == nil {
			s.set.DeletionTimestamp = &metav1.Time{Time: s.now}
		} else {
			s.set.DeletionTimestamp = nil
		}
	case 1: // created anew while the old set's objects are still there
		for _, pod := range s.pods {
			if len(pod.OwnerReferences) > 0 && s.chanceOf(pod.Name) {
				pod.OwnerReferences[0].UID = "set-other"
			}
		}
		for _, claim := range s.claims {
			for i := range claim.OwnerReferences {
				if claim.OwnerReferences[i].Kind == "StatefulSet" {
					claim.OwnerReferences[i].UID = "set-other"
				}
			}
		}
		s.anew()
	default: // --cascade=orphan, then created anew
		for _, pod := range s.pods {
			pod.OwnerReferences = nil
		}
		for _, revision := range s.revs {
			revision.OwnerReferences = nil
		}
		for _, claim := range s.claims {
			refs := claim.OwnerReferences[:0:0]
			for _, ref := range claim.OwnerReferences {
				if ref.Kind != "StatefulSet" {
					refs = append(refs, ref)
				}
			}
			claim.OwnerReferences = refs
		}
		s.anew()
		if s.Intn(4) == 0 {
			s.set.Spec.VolumeClaimTemplates = nil
			for _, name := range []string{"", "a", "b", "ab", "ac"}[s.Intn(5)] {
				s.set.Spec.VolumeClaimTemplates = append(s.set.Spec.VolumeClaimTemplates, claimTemplate(string(name)))
			}
		}
	}
}

// chanceOf is a coin that does not depend on the order of a walk over a map.
func (s *scenario) chanceOf(name string) bool { return ordinalOf(name)%2 == 0 }

func (s *scenario) anew() {
	s.set.Status = apps.StatefulSetStatus{}
	s.set.Generation++
	if s.Intn(3) == 0 {
		s.set.Spec.PodManagementPolicy = []apps.PodManagementPolicyType{apps.OrderedReadyPodManagement, apps.ParallelPodManagement}[s.Intn(2)]
	}
}

func (s *scenario) refuse() {
	if s.Intn(6) == 0 {
		s.refused[[]string{"rev+", "rev^", "rev-", "adr", "fresh", "st"}[s.Intn(6)]] = true
		return
	}
	key := []string{"+%d", "-%d", "-%d", "-%dn", "*%d", "+a%d", "*a%d", "+b%d", "*b%d", "ado%d", "ado%dn", "rel%d", "rel%dn", "rel%di"}[s.Intn(14)]
	first := 0
	if s.set.Spec.Ordinals != nil {
		first = int(s.set.Spec.Ordinals.Start)
	}
	s.refused[fmt.Sprintf(key, first+s.Intn(int(*s.set.Spec.Replicas)+2))] = true
}
