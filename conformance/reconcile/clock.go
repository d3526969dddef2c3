//go:build !k33 && !k34

package reconcile

import (
	"context"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

func update(ctx context.Context, control statefulset.StatefulSetControlInterface, set *apps.StatefulSet, pods []*v1.Pod, now time.Time) error {
	_, err := control.UpdateStatefulSet(ctx, set, pods, now)
	return err
}

// aged is the pod as this version has to see it: it is told the time.
func (w *world) aged(pod *v1.Pod) *v1.Pod { return pod }
