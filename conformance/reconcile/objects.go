package reconcile

import (
	"bytes"

	"fmt"
	"strings"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install" // defaulting
	_ "k8s.io/kubernetes/pkg/apis/core/install" // defaulting
	"k8s.io/kubernetes/pkg/controller/history"
)

// Templates are letters. A lower-case letter is the template of its capital as an older server stored it: one
// default is missing from the revision's data.
const templates = "ABCDa"

const probes = 4

var (
	letters = map[string]string{"": "_"} // revision name to letter (and collision count)
	names   = map[string]string{"_": ""} // the way back
	data    = map[string][]byte{}        // letter to revision data
)

func letterOf(name string) string {
	if letter, ok := letters[name]; ok {
		return letter
	}
	return "Z"
}

func nameOf(letter string) string { return names[letter] }

func letterOfData(raw []byte) string {
	for letter, text := range data {
		if bytes.Equal(raw, text) {
			return letter
		}
	}
	return "Z"
}

// learn asks the controller itself for the revision of each template.
func learn() error {
	for _, letter := range strings.ToUpper(templates[:4]) {
		w := newWorld()
		w.set = newSet(string(letter))
		*w.set.Spec.Replicas = 0
		if err := w.sync(); err != nil {
			return err
		}
		for _, revision := range w.revs {
			remember(string(letter), revision)
		}
	}
	old := revisionOf(newSet("A"), "A")
	old.Data.Raw = bytes.Replace(old.Data.Raw, []byte(`"terminationMessagePolicy":"File",`), nil, 1)
	if bytes.Equal(old.Data.Raw, data["A"]) {
		old.Data.Raw = bytes.Replace(old.Data.Raw, []byte(`,"terminationMessagePolicy":"File"`), nil, 1)
	}
	if bytes.Equal(old.Data.Raw, data["A"]) {
		return fmt.Errorf("no default to take away from %s", old.Data.Raw)
	}
	remember("a", old)
	return nil
}

func remember(letter string, revision *apps.ControllerRevision) {
	data[letter] = revision.Data.Raw
	for probe := int32(0); probe < probes; probe++ {
		text := letter
		if probe > 0 {
			text = fmt.Sprintf("%s%d", letter, probe)
		}
		name := history.ControllerRevisionName(setName, history.HashControllerRevision(revision, &probe))
		letters[name], names[text] = text, name
	}
}

// revisionOf is a stored revision of the template, owned by the set.
func revisionOf(set *apps.StatefulSet, letter string) *apps.ControllerRevision {
	revision := &apps.ControllerRevision{}
	revision.Name = nameOf(letter)
	revision.Namespace = namespace
	revision.UID = types.UID("rev-" + letter)
	revision.ResourceVersion = letter
	revision.Labels = map[string]string{"app": setName}
	revision.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(set, setKind)}
	revision.Data.Raw = data[letter]
	return revision
}

// sets are the defaulted sets by template: defaulting is slow.
var sets = map[string]*apps.StatefulSet{}

func newSet(template string) *apps.StatefulSet {
	if set, ok := sets[template]; ok {
		return set.DeepCopy()
	}
	set := defaultedSet(template)
	sets[template] = set
	return set.DeepCopy()
}

func defaultedSet(template string) *apps.StatefulSet {
	replicas, limit := int32(1), int32(10)
	set := &apps.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: setName, Namespace: namespace, UID: "set-1", Generation: 2},
		Spec: apps.StatefulSetSpec{
			Replicas:             &replicas,
			ServiceName:          setName,
			RevisionHistoryLimit: &limit,
			Selector:             &metav1.LabelSelector{MatchLabels: map[string]string{"app": setName}},
			PodManagementPolicy:  apps.OrderedReadyPodManagement,
			UpdateStrategy:       apps.StatefulSetUpdateStrategy{Type: apps.RollingUpdateStatefulSetStrategyType},
			Template: v1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": setName}},
				Spec:       v1.PodSpec{Containers: []v1.Container{{Name: "c", Image: template}}},
			},
		},
	}
	legacyscheme.Scheme.Default(set)
	set.Spec.UpdateStrategy.RollingUpdate = nil
	return set
}

func claimTemplate(name string) v1.PersistentVolumeClaim {
	return v1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1.PersistentVolumeClaimSpec{
			AccessModes: []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce},
			Resources:   v1.VolumeResourceRequirements{Requests: v1.ResourceList{v1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}
}

func retention(whenDeleted, whenScaled byte) *apps.StatefulSetPersistentVolumeClaimRetentionPolicy {
	word := map[byte]apps.PersistentVolumeClaimRetentionPolicyType{'R': "Retain", 'D': "Delete"}
	return &apps.StatefulSetPersistentVolumeClaimRetentionPolicy{WhenDeleted: word[whenDeleted], WhenScaled: word[whenScaled]}
}

// newPod is a pod of the set as the API server holds it.
func (w *world) newPod(ordinal int, revision, volumes string) *v1.Pod {
	name := podName(ordinal)
	pod := &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: namespace, UID: w.nextUID("pod"),
			Labels: map[string]string{
				"app": setName, apps.StatefulSetPodNameLabel: name, apps.PodIndexLabel: fmt.Sprint(ordinal),
			},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(w.set, setKind)},
		},
		Status: v1.PodStatus{Phase: v1.PodPending},
	}
	if revision != "" {
		pod.Labels[apps.StatefulSetRevisionLabel] = revision
	}
	for _, template := range volumes {
		pod.Spec.Volumes = append(pod.Spec.Volumes, v1.Volume{Name: string(template), VolumeSource: v1.VolumeSource{
			PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: claimName(string(template), ordinal)},
		}})
	}
	return pod
}

func (w *world) newClaim(template string, ordinal int) *v1.PersistentVolumeClaim {
	claim := claimTemplate(template)
	claim.Name = claimName(template, ordinal)
	claim.Namespace = namespace
	return &claim
}

func (w *world) ready(pod *v1.Pod, secondsAgo int) {
	pod.Status.Phase = v1.PodRunning
	pod.Status.Conditions = []v1.PodCondition{{
		Type: v1.PodReady, Status: v1.ConditionTrue,
		LastTransitionTime: metav1.Time{Time: w.now.Add(-second * time.Duration(secondsAgo))},
	}}
}
