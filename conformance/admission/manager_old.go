//go:build k33 || k34 || k35

package main

import (
	"context"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// manager is the world seen through the interface of the pod control (before 1.36).
type manager struct{ *world }

func (m manager) CreatePod(_ context.Context, pod *v1.Pod) error    { return m.createPod(pod) }
func (m manager) UpdatePod(*v1.Pod) error                           { return caught }
func (m manager) CreateClaim(claim *v1.PersistentVolumeClaim) error { return m.createClaim(claim) }
func (m manager) UpdateClaim(*v1.PersistentVolumeClaim) error       { return caught }

// revisions is the world through the interface of the history (before 1.36).
type revisions struct{ *world }

func (r revisions) ListControllerRevisions(metav1.Object, labels.Selector) ([]*apps.ControllerRevision, error) {
	return nil, nil
}
