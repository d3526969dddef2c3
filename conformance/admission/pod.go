package main

import (
	"context"
	"encoding/json"
	"errors"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/record"
	"k8s.io/kubernetes/pkg/controller/history"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

// caught ends a sync: there is nothing more to learn from it.
var caught = errors.New("caught")

// world is an empty cluster that holds one StatefulSet, and catches what its controller creates first.
type world struct {
	history.Interface
	record.EventRecorder
	pod      *v1.Pod
	claims   []*v1.PersistentVolumeClaim
	revision *apps.ControllerRevision
}

func (w *world) GetPod(_, name string) (*v1.Pod, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "pods"}, name)
}
func (w *world) GetClaim(_, name string) (*v1.PersistentVolumeClaim, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{Resource: "persistentvolumeclaims"}, name)
}
func (w *world) DeletePod(*v1.Pod) error { return caught }

func (w *world) createPod(pod *v1.Pod) error {
	if w.pod == nil {
		w.pod = pod.DeepCopy()
		// The ServiceAccount admission plugin of every API server fills it in before a pod is validated.
		if w.pod.Spec.ServiceAccountName == "" {
			w.pod.Spec.ServiceAccountName = "default"
		}
	}
	return caught
}

func (w *world) createClaim(claim *v1.PersistentVolumeClaim) error {
	w.claims = append(w.claims, claim.DeepCopy())
	return nil
}

func (w *world) Event(runtime.Object, string, string, string)          {}
func (w *world) Eventf(runtime.Object, string, string, string, ...any) {}

func (w *world) CreateControllerRevision(parent metav1.Object, revision *apps.ControllerRevision, collisions *int32) (*apps.ControllerRevision, error) {
	clone := revision.DeepCopy()
	clone.Name = history.ControllerRevisionName(parent.GetName(), history.HashControllerRevision(revision, collisions))
	w.revision = clone
	return clone, nil
}
func (w *world) DeleteControllerRevision(*apps.ControllerRevision) error { return nil }

func (w *world) UpdateStatefulSetStatus(context.Context, *apps.StatefulSet, *apps.StatefulSetStatus) error {
	return nil
}

// observe runs one sync of the controller over a set that the server has just stored, as if it had one replica: its first,
// or its last.
func observe(stored []byte, last bool) (*world, error) {
	var set apps.StatefulSet
	if err := json.Unmarshal(stored, &set); err != nil {
		return nil, err
	}
	set.UID = "6f0a8f6e-0000-4000-8000-000000000000"
	if last && *set.Spec.Replicas > 1 {
		start := *set.Spec.Replicas - 1
		if set.Spec.Ordinals != nil {
			start += set.Spec.Ordinals.Start
		}
		set.Spec.Ordinals = &apps.StatefulSetOrdinals{Start: start}
	}
	one := int32(1)
	set.Spec.Replicas = &one
	w := &world{}
	control := statefulset.NewDefaultStatefulSetControl(statefulset.NewStatefulPodControlFromManager(manager{w}, w), w, revisions{w})
	err := syncOnce(control, &set)
	if err != nil && !errors.Is(err, caught) {
		return w, err
	}
	return w, nil
}

// pods is what the API server answers to a pod, and to its claims.
type pods struct {
	// Set is the refusal of the set itself: it has no pods then.
	Set    *answer  `json:"set,omitempty"`
	Failed string   `json:"failed,omitempty"`
	Pod    *answer  `json:"pod,omitempty"`
	Claims []answer `json:"claims,omitempty"`
}

// firstPod creates the first pod of a set, and if that is accepted the last, whose name is the longest.
func firstPod(text []byte) pods {
	set := create(text)
	if !set.Accepted {
		return pods{Set: &set}
	}
	said := podOf(set.Stored, false)
	if said.Pod != nil && said.Pod.Accepted {
		if last := podOf(set.Stored, true); last.Pod != nil && !last.Pod.Accepted {
			return last
		}
	}
	return said
}

func podOf(set []byte, last bool) pods {
	w, err := observe(set, last)
	if err != nil {
		return pods{Failed: err.Error()}
	}
	var said pods
	if w.pod != nil {
		w.pod.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
		said.Pod = createTyped(w.pod)
	}
	for _, claim := range w.claims {
		claim.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}
		said.Claims = append(said.Claims, *createTyped(claim))
	}
	return said
}

func createTyped(object any) *answer {
	text, err := json.Marshal(object)
	if err != nil {
		return &answer{Status: err.Error()}
	}
	said := create(text)
	return &said
}

// revision is what the controller records of a template.
type revision struct {
	Set    *answer         `json:"set,omitempty"`
	Failed string          `json:"failed,omitempty"`
	Name   string          `json:"name,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
	// Raw is the data to the byte, as it is hashed.
	Raw string `json:"raw,omitempty"`
}

func revisionOf(text []byte) revision {
	set := create(text)
	if !set.Accepted {
		return revision{Set: &set}
	}
	w, err := observe(set.Stored, false)
	if err != nil || w.revision == nil {
		return revision{Failed: "the controller recorded no revision"}
	}
	return revision{Name: w.revision.Name, Data: w.revision.Data.Raw, Raw: string(w.revision.Data.Raw)}
}
