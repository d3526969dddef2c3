package reconcile

import (
	"bytes"
	"fmt"
	"sort"

	apps "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/controller/history"
)

// store is the history of ControllerRevisions, as the real one behaves on a server.
type store struct{ *world }

func (s store) list(parent metav1.Object, selector labels.Selector) []*apps.ControllerRevision {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*apps.ControllerRevision
	for _, revision := range s.revs {
		ref := metav1.GetControllerOf(revision)
		if selector.Matches(labels.Set(revision.Labels)) && (ref == nil || ref.UID == parent.GetUID()) {
			out = append(out, revision)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Revision < out[j].Revision })
	return out
}

func (s store) CreateControllerRevision(parent metav1.Object, revision *apps.ControllerRevision, collisions *int32) (*apps.ControllerRevision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clone := revision.DeepCopy()
	clone.Namespace = namespace
	for {
		clone.Name = history.ControllerRevisionName(parent.GetName(), history.HashControllerRevision(revision, collisions))
		if err := s.call("rev+"+letterOf(clone.Name), "rev+"); err != nil {
			return nil, err
		}
		exists, taken := s.revs[clone.Name]
		if !taken {
			clone.UID = s.nextUID("rev")
			clone.ResourceVersion = string(clone.UID)
			s.revs[clone.Name] = clone
			return clone, nil
		}
		if bytes.Equal(exists.Data.Raw, clone.Data.Raw) {
			s.spoil("~")
			return exists, nil
		}
		s.spoil("?")
		*collisions++
	}
}

func (s store) DeleteControllerRevision(revision *apps.ControllerRevision) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.call("rev-"+letterOf(revision.Name), "rev-"); err != nil {
		return err
	}
	delete(s.revs, revision.Name)
	return nil
}

func (s store) UpdateControllerRevision(revision *apps.ControllerRevision, number int64) (*apps.ControllerRevision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clone := revision.DeepCopy()
	if clone.Revision == number {
		return clone, nil
	}
	if err := s.call("rev^"+letterOf(revision.Name), "rev^"); err != nil {
		return clone, err
	}
	clone.Revision = number
	s.revs[clone.Name] = clone
	return clone, nil
}

func (s store) AdoptControllerRevision(parent metav1.Object, _ schema.GroupVersionKind, revision *apps.ControllerRevision) (*apps.ControllerRevision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.call("adr"+letterOf(revision.Name), "adr"); err != nil {
		return nil, err
	}
	if metav1.GetControllerOf(revision) != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s is owned", revision.Name))
	}
	clone := revision.DeepCopy()
	clone.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(parent, setKind)}
	s.revs[clone.Name] = clone
	return clone, nil
}

func (s store) ReleaseControllerRevision(_ metav1.Object, revision *apps.ControllerRevision) (*apps.ControllerRevision, error) {
	return revision, nil
}
