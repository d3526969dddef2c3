//go:build !k33 && !k34 && !k35 && !k36

package reconcile

import (
	"strings"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
)

// The Progressing condition of the Recreate strategy (1.37) is a letter and a digit: its status, its message.
var messages = []string{"Deleting old revision pods", "Waiting for new-revision pods to be created", "All pods recreated successfully"}

func conditionText(status *apps.StatefulSetStatus) string {
	text := ""
	for _, condition := range status.Conditions {
		text += " c" + string(condition.Status[0])
		for i, message := range messages {
			if condition.Message == message {
				text += string(rune('1' + i))
			}
		}
	}
	return text
}

func readCondition(status *apps.StatefulSetStatus, text string) {
	condition := apps.StatefulSetCondition{Type: apps.StatefulSetProgressing, Status: v1.ConditionTrue, Reason: "RecreateInProgress"}
	if strings.HasPrefix(text, "F") {
		condition.Status, condition.Reason = v1.ConditionFalse, "RecreateCompleted"
	}
	condition.Message = messages[text[1]-'1']
	status.Conditions = append(status.Conditions, condition)
}
