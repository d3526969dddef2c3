//go:build k33 || k34

package reconcile

import (
	"context"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

func update(ctx context.Context, control statefulset.StatefulSetControlInterface, set *apps.StatefulSet, pods []*v1.Pod, _ time.Time) error {
	_, err := control.UpdateStatefulSet(ctx, set, pods)
	return err
}

// aged is the pod as this version has to see it: it reads the wall clock, so the pod became Ready half a second
// (of a record) later than the world says.
func (w *world) aged(pod *v1.Pod) *v1.Pod {
	if len(pod.Status.Conditions) == 0 {
		return pod
	}
	seen := pod.DeepCopy()
	ready := &seen.Status.Conditions[0]
	ready.LastTransitionTime.Time = time.Now().Add(ready.LastTransitionTime.Sub(w.now) + second/2)
	return seen
}
