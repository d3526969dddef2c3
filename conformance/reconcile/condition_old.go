//go:build k33 || k34 || k35 || k36

package reconcile

import apps "k8s.io/api/apps/v1"

// Before 1.37 a StatefulSet has no conditions.
func conditionText(*apps.StatefulSetStatus) string { return "" }

func readCondition(*apps.StatefulSetStatus, string) {}
