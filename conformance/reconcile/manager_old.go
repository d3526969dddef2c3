//go:build k33 || k34 || k35

package reconcile

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
func (m manager) UpdatePod(pod *v1.Pod) error                       { return m.updatePod(pod) }
func (m manager) CreateClaim(claim *v1.PersistentVolumeClaim) error { return m.createClaim(claim) }
func (m manager) UpdateClaim(claim *v1.PersistentVolumeClaim) error { return m.updateClaim(claim) }

// revisions is the store through the interface of the history (before 1.36).
type revisions struct{ store }

func (r revisions) ListControllerRevisions(parent metav1.Object, selector labels.Selector) ([]*apps.ControllerRevision, error) {
	return r.list(parent, selector), nil
}
