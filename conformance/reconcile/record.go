package reconcile

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// record is one step: what the controller saw, what it did, the status it wrote. README.md says what each part means.
type record struct {
	Spec      string `json:"s"`
	Status    string `json:"t,omitempty"`
	Revisions string `json:"r,omitempty"`
	Pods      string `json:"p,omitempty"`
	Claims    string `json:"c,omitempty"`
	Refused   string `json:"f,omitempty"`
	outcome
}

type outcome struct {
	Actions string `json:"a,omitempty"`
	Failed  bool   `json:"e,omitempty"`
	Written string `json:"u,omitempty"`
}

// --- world to record -----------------------------------------------------------------------------------------------

// seen writes down what the controller is about to see.
func (w *world) seen() record {
	return record{Spec: w.specText(), Status: statusText(&w.set.Status), Revisions: w.revisionsText(), Pods: w.podsText(), Claims: w.claimsText(), Refused: w.refusedText()}
}

func (w *world) specText() string {
	spec := &w.set.Spec
	policy := "O"
	if spec.PodManagementPolicy == apps.ParallelPodManagement {
		policy = "P"
	}
	parts := []string{fmt.Sprintf("%d%s", *spec.Replicas, policy), strategyText(spec), templateText(&spec.Template)}
	if n := len(spec.VolumeClaimTemplates); n > 0 {
		names := "v"
		for i := range spec.VolumeClaimTemplates {
			names += spec.VolumeClaimTemplates[i].Name
		}
		parts = append(parts, names)
	}
	if policy := spec.PersistentVolumeClaimRetentionPolicy; policy != nil {
		if text := "w" + string(policy.WhenDeleted[0]) + string(policy.WhenScaled[0]); text != "wRR" {
			parts = append(parts, text)
		}
	}
	if spec.MinReadySeconds > 0 {
		parts = append(parts, fmt.Sprintf("m%d", time.Duration(spec.MinReadySeconds)*time.Second/second))
	}
	if spec.Ordinals != nil && spec.Ordinals.Start != 0 {
		parts = append(parts, fmt.Sprintf("o%d", spec.Ordinals.Start))
	}
	if *spec.RevisionHistoryLimit != 10 {
		parts = append(parts, fmt.Sprintf("h%d", *spec.RevisionHistoryLimit))
	}
	if w.set.Generation > w.set.Status.ObservedGeneration {
		parts = append(parts, "g")
	}
	if w.set.DeletionTimestamp != nil {
		parts = append(parts, "x")
	}
	return strings.Join(parts, " ")
}

func strategyText(spec *apps.StatefulSetSpec) string {
	switch spec.UpdateStrategy.Type {
	case apps.OnDeleteStatefulSetStrategyType:
		return "OD"
	case "Recreate":
		return "RC"
	}
	rolling := spec.UpdateStrategy.RollingUpdate
	if rolling == nil {
		return "RU"
	}
	unavailable := "-"
	if rolling.MaxUnavailable != nil {
		unavailable = rolling.MaxUnavailable.String()
	}
	return fmt.Sprintf("RU%d/%s", *rolling.Partition, unavailable)
}

func templateText(template *v1.PodTemplateSpec) string { return template.Spec.Containers[0].Image }

func statusText(status *apps.StatefulSetStatus) string {
	if status.CurrentRevision == "" && status.UpdateRevision == "" && status.Replicas == 0 {
		return ""
	}
	text := fmt.Sprintf("%s>%s %d %d %d %d %d", letterOf(status.CurrentRevision), letterOf(status.UpdateRevision),
		status.Replicas, status.ReadyReplicas, status.AvailableReplicas, status.CurrentReplicas, status.UpdatedReplicas)
	if status.CollisionCount != nil && *status.CollisionCount > 0 {
		text += fmt.Sprintf(" k%d", *status.CollisionCount)
	}
	return text + conditionText(status)
}

func (w *world) revisionsText() string {
	var list []*apps.ControllerRevision
	for _, revision := range w.revs {
		list = append(list, revision)
	}
	rank := func(revision *apps.ControllerRevision) int64 {
		if ref := metav1.GetControllerOf(revision); ref != nil && ref.UID != w.set.UID {
			return 1 << 40
		}
		return revision.Revision
	}
	sort.Slice(list, func(i, j int) bool {
		if a, b := rank(list[i]), rank(list[j]); a != b {
			return a < b
		}
		return letterOf(list[i].Name) < letterOf(list[j].Name)
	})
	var parts []string
	for _, revision := range list {
		text := letterOf(revision.Name)
		if data := letterOfData(revision.Data.Raw); data != strings.TrimRight(text, "0123456789") {
			text += "=" + data
		}
		switch ref := metav1.GetControllerOf(revision); {
		case ref == nil:
			text = "?" + text
		case ref.UID != w.set.UID:
			text = "*" + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

func (w *world) podsText() string {
	want := mountedBy(w.set)
	var parts []string
	for _, pod := range w.sortedPods() {
		text := strconv.Itoa(ordinalOf(pod.Name)) + letterOf(pod.Labels[apps.StatefulSetRevisionLabel])
		switch pod.Status.Phase {
		case v1.PodPending:
			text += "."
		case v1.PodFailed:
			text += "!"
		case v1.PodSucceeded:
			text += "="
		default:
			if len(pod.Status.Conditions) == 0 {
				text += "r"
				break
			}
			text += "+"
			if w.set.Spec.MinReadySeconds > 0 {
				text += strconv.Itoa(w.readyFor(pod))
			}
		}
		if pod.DeletionTimestamp != nil {
			text += "x"
		}
		if pod.Labels[apps.StatefulSetPodNameLabel] != pod.Name {
			text += "l"
		}
		if pod.Labels["app"] != setName {
			text += "s"
		}
		switch ref := metav1.GetControllerOf(pod); {
		case ref == nil:
			text += "o"
		case ref.UID != w.set.UID:
			text += "f"
		}
		if got := mounted(pod); got != want {
			text += "v" + got
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// readyFor is the time since the pod became Ready, in seconds, as far as it matters.
func (w *world) readyFor(pod *v1.Pod) int {
	since := int(w.now.Sub(pod.Status.Conditions[0].LastTransitionTime.Time) / second)
	enough := int(time.Duration(w.set.Spec.MinReadySeconds)*time.Second/second) + 1
	return min(since, enough)
}

// mounted are the letters of the claim templates whose claims a pod mounts.
func mounted(pod *v1.Pod) string {
	var names []string
	for _, volume := range pod.Spec.Volumes {
		if volume.PersistentVolumeClaim != nil {
			names = append(names, volume.Name)
		}
	}
	sort.Strings(names)
	return strings.Join(names, "")
}

func mountedBy(set *apps.StatefulSet) string {
	var names []string
	for i := range set.Spec.VolumeClaimTemplates {
		names = append(names, set.Spec.VolumeClaimTemplates[i].Name)
	}
	sort.Strings(names)
	return strings.Join(names, "")
}

func (w *world) claimsText() string {
	var names []string
	for name := range w.claims {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if a, b := ordinalOf(names[i]), ordinalOf(names[j]); a != b {
			return a < b
		}
		return names[i] < names[j]
	})
	var parts []string
	for _, name := range names {
		text := claimKey(name) + w.owners(w.claims[name])
		if w.claims[name].DeletionTimestamp != nil {
			text += "x"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// owners are the owner references of a claim as letters: set (s, not controller n, stale S), pod (p, q, P), other (f, o).
func (w *world) owners(claim *v1.PersistentVolumeClaim) string {
	text := ""
	for _, ref := range claim.OwnerReferences {
		controls := ref.Controller != nil && *ref.Controller
		letters := "of"
		switch ref.Kind {
		case "StatefulSet":
			letters = "ns"
			if ref.UID != w.set.UID {
				letters = "SS"
			}
		case "Pod":
			letters = "qp"
			if pod := w.pods[ref.Name]; pod == nil || pod.UID != ref.UID {
				letters = "PP"
			}
		}
		if controls {
			text += letters[1:]
		} else {
			text += letters[:1]
		}
	}
	return text
}

func (w *world) refusedText() string {
	var keys []string
	for key := range w.refused {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return strings.Join(keys, " ")
}

// --- record to world -----------------------------------------------------------------------------------------------

var (
	podForm   = regexp.MustCompile(`^(\d+)([A-Za-z_]\d*)([.r+!=])(\d*)([xlsof]*)(v[a-z]*)?$`)
	claimForm = regexp.MustCompile(`^([a-z])(\d+)([nsSqpPof]*)(x?)$`)
)

// worldOf builds the world a record describes, so that any line can be put to the judge again.
func worldOf(r record) (*world, error) {
	w := newWorld()
	if err := w.readSpec(r.Spec); err != nil {
		return nil, err
	}
	observed := w.set.Generation
	if strings.Contains(" "+r.Spec+" ", " g ") {
		observed--
	}
	if err := w.readStatus(r.Status); err != nil {
		return nil, err
	}
	w.set.Status.ObservedGeneration = observed
	for i, text := range strings.Fields(r.Revisions) {
		w.readRevision(i, text)
	}
	for _, text := range strings.Fields(r.Pods) {
		if err := w.readPod(text); err != nil {
			return nil, err
		}
	}
	for _, text := range strings.Fields(r.Claims) {
		if err := w.readClaim(text); err != nil {
			return nil, err
		}
	}
	for _, key := range strings.Fields(r.Refused) {
		w.refused[key] = true
	}
	return w, nil
}

func (w *world) readSpec(text string) error {
	parts := strings.Fields(text)
	if len(parts) < 3 {
		return fmt.Errorf("spec %q", text)
	}
	w.set = newSet(parts[2])
	spec := &w.set.Spec
	if strings.HasSuffix(parts[0], "P") {
		spec.PodManagementPolicy = apps.ParallelPodManagement
	}
	*spec.Replicas = number(parts[0][:len(parts[0])-1])
	switch {
	case parts[1] == "OD" || parts[1] == "RC":
		spec.UpdateStrategy.Type = map[string]apps.StatefulSetUpdateStrategyType{"OD": "OnDelete", "RC": "Recreate"}[parts[1]]
	case parts[1] != "RU":
		partition, unavailable, _ := strings.Cut(parts[1][2:], "/")
		p := number(partition)
		spec.UpdateStrategy.RollingUpdate = &apps.RollingUpdateStatefulSetStrategy{Partition: &p}
		if unavailable != "-" {
			value := intstr.Parse(unavailable)
			spec.UpdateStrategy.RollingUpdate.MaxUnavailable = &value
		}
	}
	for _, option := range parts[3:] {
		rest := option[1:]
		switch option[0] {
		case 'v':
			for _, name := range rest {
				spec.VolumeClaimTemplates = append(spec.VolumeClaimTemplates, claimTemplate(string(name)))
			}
		case 'w':
			spec.PersistentVolumeClaimRetentionPolicy = retention(rest[0], rest[1])
		case 'm':
			spec.MinReadySeconds = number(rest) * int32(second/time.Second)
		case 'o':
			spec.Ordinals = &apps.StatefulSetOrdinals{Start: number(rest)}
		case 'h':
			*spec.RevisionHistoryLimit = number(rest)
		case 'x':
			w.set.DeletionTimestamp = &metav1.Time{Time: w.now}
		}
	}
	return nil
}

func number(text string) int32 {
	n, _ := strconv.Atoi(text)
	return int32(n)
}

func (w *world) readStatus(text string) error {
	if text == "" {
		return nil
	}
	parts := strings.Fields(text)
	current, updated, ok := strings.Cut(parts[0], ">")
	if !ok || len(parts) < 6 {
		return fmt.Errorf("status %q", text)
	}
	collisions := int32(0)
	w.set.Status = apps.StatefulSetStatus{
		CurrentRevision: nameOf(current), UpdateRevision: nameOf(updated),
		Replicas: number(parts[1]), ReadyReplicas: number(parts[2]), AvailableReplicas: number(parts[3]),
		CurrentReplicas: number(parts[4]), UpdatedReplicas: number(parts[5]), CollisionCount: &collisions,
	}
	for _, option := range parts[6:] {
		switch option[0] {
		case 'k':
			collisions = number(option[1:])
		case 'c':
			readCondition(&w.set.Status, option[1:])
		}
	}
	return nil
}

func (w *world) readRevision(i int, text string) {
	mark := text[0]
	text = strings.TrimLeft(text, "?*")
	name, data, ok := strings.Cut(text, "=")
	if !ok {
		data = strings.TrimRight(name, "0123456789")
	}
	revision := revisionOf(w.set, data)
	revision.Name = nameOf(name)
	revision.Revision = int64(i + 1)
	switch mark {
	case '?':
		revision.OwnerReferences = nil
	case '*':
		revision.OwnerReferences[0].UID = "set-other"
	}
	w.revs[revision.Name] = revision
}

func (w *world) readPod(text string) error {
	m := podForm.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("pod %q", text)
	}
	volumes := mountedBy(w.set)
	if m[6] != "" {
		volumes = m[6][1:]
	}
	pod := w.newPod(int(number(m[1])), nameOf(m[2]), volumes)
	switch m[3] {
	case "!":
		pod.Status.Phase = v1.PodFailed
	case "=":
		pod.Status.Phase = v1.PodSucceeded
	case "r", "+":
		pod.Status.Phase = v1.PodRunning
	}
	if m[3] == "+" {
		w.ready(pod, int(number(m[4])))
	}
	for _, flag := range m[5] {
		switch flag {
		case 'x':
			pod.DeletionTimestamp = &metav1.Time{Time: w.now}
		case 'l':
			delete(pod.Labels, apps.StatefulSetPodNameLabel)
		case 's':
			delete(pod.Labels, "app")
		case 'o':
			pod.OwnerReferences = nil
		case 'f':
			pod.OwnerReferences[0].UID = "set-other"
		}
	}
	w.pods[pod.Name] = pod
	return nil
}

func (w *world) readClaim(text string) error {
	m := claimForm.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("claim %q", text)
	}
	ordinal := int(number(m[2]))
	claim := w.newClaim(m[1], ordinal)
	for _, flag := range m[3] {
		claim.OwnerReferences = append(claim.OwnerReferences, w.ownerRef(flag, ordinal))
	}
	if m[4] != "" {
		claim.DeletionTimestamp = &metav1.Time{Time: w.now}
	}
	w.claims[claim.Name] = claim
	return nil
}

func (w *world) ownerRef(flag rune, ordinal int) metav1.OwnerReference {
	var ref metav1.OwnerReference
	switch flag {
	case 'n', 's', 'S':
		ref = *metav1.NewControllerRef(w.set, setKind)
		if flag == 'S' {
			ref.UID = "set-other"
		}
	case 'q', 'p', 'P':
		ref = metav1.OwnerReference{APIVersion: "v1", Kind: "Pod", Name: podName(ordinal), UID: "pod-other", Controller: &yes, BlockOwnerDeletion: &yes}
		if pod := w.pods[podName(ordinal)]; pod != nil && flag != 'P' {
			ref.UID = pod.UID
		}
	default:
		ref = metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: "other", UID: types.UID("other-" + string(flag)), Controller: &yes}
	}
	if flag == 'n' || flag == 'q' || flag == 'o' {
		ref.Controller = &no
	}
	return ref
}
