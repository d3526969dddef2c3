//go:build !k33 && !k34

package main

import (
	"context"
	"time"

	apps "k8s.io/api/apps/v1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

func syncOnce(control statefulset.StatefulSetControlInterface, set *apps.StatefulSet) error {
	_, err := control.UpdateStatefulSet(klog.NewContext(context.Background(), klog.Logger{}), set, nil, time.Now())
	return err
}
