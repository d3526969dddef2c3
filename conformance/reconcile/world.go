// Package reconcile drives Kubernetes' own StatefulSet controller one sync at a time over an in-memory store and
// writes each step down as one compact line.
package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	apps "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/klog/v2"
	internal "k8s.io/kubernetes/pkg/apis/apps"
	appsv1 "k8s.io/kubernetes/pkg/apis/apps/v1"
	"k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/controller"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

const (
	namespace = "ns"
	setName   = "web"
	// second is the length of one second of a record: the versions that read the wall clock never see an edge.
	second = 100 * time.Second
)

var (
	setKind  = apps.SchemeGroupVersion.WithKind("StatefulSet")
	podKind  = v1.SchemeGroupVersion.WithKind("Pod")
	podRes   = schema.GroupResource{Resource: "pods"}
	claimRes = schema.GroupResource{Resource: "persistentvolumeclaims"}
	yes      = true
	no       = false
)

// world is the API server's store as far as one StatefulSet is concerned.
type world struct {
	mu      sync.Mutex
	set     *apps.StatefulSet
	pods    map[string]*v1.Pod
	claims  map[string]*v1.PersistentVolumeClaim
	revs    map[string]*apps.ControllerRevision
	now     time.Time
	uid     int
	refused map[string]bool
	actions []string
	written string
}

func newWorld() *world {
	return &world{
		pods:    map[string]*v1.Pod{},
		claims:  map[string]*v1.PersistentVolumeClaim{},
		revs:    map[string]*apps.ControllerRevision{},
		now:     time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
		refused: map[string]bool{},
	}
}

func (w *world) nextUID(kind string) types.UID {
	w.uid++
	return types.UID(fmt.Sprintf("%s-%d", kind, w.uid))
}

func podName(ordinal int) string { return fmt.Sprintf("%s-%d", setName, ordinal) }

func claimName(template string, ordinal int) string {
	return fmt.Sprintf("%s-%s-%d", template, setName, ordinal)
}

func ordinalOf(name string) int {
	n, err := strconv.Atoi(name[strings.LastIndex(name, "-")+1:])
	if err != nil {
		return -1
	}
	return n
}

// call notes what the controller asked for, and answers whether the script refuses it.
func (w *world) call(action, key string) error {
	if w.refused[key] {
		w.actions = append(w.actions, action+"!")
		return apierrors.NewForbidden(podRes, action, fmt.Errorf("refused by the script"))
	}
	if w.refused[key+"n"] {
		w.actions = append(w.actions, action+"!")
		return apierrors.NewNotFound(podRes, action)
	}
	if w.refused[key+"i"] {
		w.actions = append(w.actions, action+"!")
		return apierrors.NewInvalid(podKind.GroupKind(), action, nil)
	}
	w.actions = append(w.actions, action)
	return nil
}

// spoil marks the last action as refused by the server itself.
func (w *world) spoil(mark string) { w.actions[len(w.actions)-1] += mark }

// --- what the pod control asks of the server -----------------------------------------------------------------------

func (w *world) createPod(pod *v1.Pod) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ord := ordinalOf(pod.Name)
	err := w.call(fmt.Sprintf("+%d%s", ord, letterOf(pod.Labels[apps.StatefulSetRevisionLabel])), fmt.Sprintf("+%d", ord))
	if err != nil {
		return err
	}
	if _, taken := w.pods[pod.Name]; taken {
		w.spoil("!")
		return apierrors.NewAlreadyExists(podRes, pod.Name)
	}
	stored := pod.DeepCopy()
	stored.UID = w.nextUID("pod")
	stored.Status = v1.PodStatus{Phase: v1.PodPending}
	w.pods[pod.Name] = stored
	return nil
}

func (w *world) GetPod(_, name string) (*v1.Pod, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if pod, ok := w.pods[name]; ok {
		return pod, nil
	}
	return nil, apierrors.NewNotFound(podRes, name)
}

func (w *world) updatePod(pod *v1.Pod) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := fmt.Sprintf("*%d", ordinalOf(pod.Name))
	if err := w.call(key, key); err != nil {
		return err
	}
	old, ok := w.pods[pod.Name]
	if !ok {
		w.spoil("!")
		return apierrors.NewNotFound(podRes, pod.Name)
	}
	if mounted(old) != mounted(pod) {
		w.spoil("!")
		return apierrors.NewInvalid(podKind.GroupKind(), pod.Name, field.ErrorList{field.Forbidden(field.NewPath("spec"), "pod updates may not change it")})
	}
	stored := pod.DeepCopy()
	stored.Status = old.Status
	stored.OwnerReferences = old.OwnerReferences
	w.pods[pod.Name] = stored
	return nil
}

// DeletePod removes a finished or unscheduled pod at once; any other begins to terminate.
func (w *world) DeletePod(pod *v1.Pod) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := fmt.Sprintf("-%d", ordinalOf(pod.Name))
	if err := w.call(key, key); err != nil {
		return err
	}
	if _, ok := w.pods[pod.Name]; !ok {
		w.spoil("!")
		return apierrors.NewNotFound(podRes, pod.Name)
	}
	w.terminate(pod.Name)
	return nil
}

func (w *world) terminate(name string) {
	stored := w.pods[name].DeepCopy()
	switch stored.Status.Phase {
	case v1.PodRunning:
		if stored.DeletionTimestamp == nil {
			stored.DeletionTimestamp = &metav1.Time{Time: w.now}
		}
		w.pods[name] = stored
	default:
		delete(w.pods, name)
	}
}

func (w *world) createClaim(claim *v1.PersistentVolumeClaim) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := "+" + claimKey(claim.Name)
	if err := w.call(key, key); err != nil {
		return err
	}
	if _, taken := w.claims[claim.Name]; taken {
		w.spoil("!")
		return apierrors.NewAlreadyExists(claimRes, claim.Name)
	}
	w.claims[claim.Name] = claim.DeepCopy()
	return nil
}

func (w *world) GetClaim(_, name string) (*v1.PersistentVolumeClaim, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if claim, ok := w.claims[name]; ok {
		return claim, nil
	}
	return nil, apierrors.NewNotFound(claimRes, name)
}

func (w *world) updateClaim(claim *v1.PersistentVolumeClaim) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := "*" + claimKey(claim.Name)
	if err := w.call(key+":"+w.owners(claim), key); err != nil {
		return err
	}
	w.claims[claim.Name] = claim.DeepCopy()
	return nil
}

// claimKey is the short name of a claim: the claim template's letter and the ordinal.
func claimKey(name string) string {
	parts := strings.SplitN(name, "-", 3)
	return parts[0] + parts[2]
}

// --- events --------------------------------------------------------------------------------------------------------

type silence struct{}

func (silence) Event(runtime.Object, string, string, string)                  {}
func (silence) Eventf(runtime.Object, string, string, string, ...interface{}) {}
func (silence) AnnotatedEventf(runtime.Object, map[string]string, string, string, string, ...interface{}) {
}

// --- status --------------------------------------------------------------------------------------------------------

type statusWriter struct{ w *world }

// UpdateStatefulSetStatus validates as the API server does: the controller writes counts the server refuses.
func (s statusWriter) UpdateStatefulSetStatus(_ context.Context, set *apps.StatefulSet, status *apps.StatefulSetStatus) error {
	w := s.w
	w.mu.Lock()
	defer w.mu.Unlock()
	text := statusText(status)
	if w.refused["st"] {
		w.written = "!" + text
		return apierrors.NewForbidden(setKind.GroupVersion().WithResource("statefulsets").GroupResource(), set.Name, fmt.Errorf("refused by the script"))
	}
	var in internal.StatefulSetStatus
	if err := appsv1.Convert_v1_StatefulSetStatus_To_apps_StatefulSetStatus(status, &in, nil); err != nil {
		return err
	}
	if errs := validation.ValidateStatefulSetStatus(&in, field.NewPath("status")); len(errs) > 0 {
		w.written = "!" + text
		return apierrors.NewInvalid(setKind.GroupKind(), set.Name, errs)
	}
	w.written = text
	stored := w.set.DeepCopy()
	stored.Status = *status.DeepCopy()
	w.set = stored
	return nil
}

// --- adoption ------------------------------------------------------------------------------------------------------

// patcher answers the patches of adoption and release.
type patcher struct {
	controller.PodControlInterface
	w *world
}

func (p patcher) PatchPod(_ context.Context, _, name string, data []byte) error {
	w := p.w
	w.mu.Lock()
	defer w.mu.Unlock()
	var patch struct {
		Metadata struct {
			OwnerReferences []map[string]interface{} `json:"ownerReferences"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(data, &patch); err != nil {
		return err
	}
	release := len(patch.Metadata.OwnerReferences) > 0 && patch.Metadata.OwnerReferences[0]["$patch"] == "delete"
	key := fmt.Sprintf("ado%d", ordinalOf(name))
	if release {
		key = fmt.Sprintf("rel%d", ordinalOf(name))
	}
	if err := w.call(key, key); err != nil {
		return err
	}
	stored := w.pods[name].DeepCopy()
	stored.OwnerReferences = nil
	if !release {
		stored.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(w.set, setKind)}
	}
	w.pods[name] = stored
	return nil
}

var podNames = regexp.MustCompile("(.*)-([0-9]+)$")

// sync is what the full controller does with one key: adopt revisions, claim pods, update.
func (w *world) sync() error {
	ctx := klog.NewContext(context.Background(), klog.Logger{})
	set := w.set.DeepCopy()
	control := statefulset.NewDefaultStatefulSetControl(
		statefulset.NewStatefulPodControlFromManager(manager{w}, silence{}), statusWriter{w}, revisions{store{w}})
	list, err := control.ListRevisions(set)
	if err != nil {
		return err
	}
	orphans := list[:0:0]
	for _, revision := range list {
		if metav1.GetControllerOf(revision) == nil {
			orphans = append(orphans, revision)
		}
	}
	canAdopt := controller.RecheckDeletionTimestamp(func(context.Context) (metav1.Object, error) {
		if w.refused["fresh"] {
			return nil, fmt.Errorf("the set was replaced")
		}
		return w.set, nil
	})
	if len(orphans) > 0 {
		if err := canAdopt(ctx); err != nil {
			return err
		}
		if err := control.AdoptOrphanRevisions(set, orphans); err != nil {
			return err
		}
	}
	selector, err := metav1.LabelSelectorAsSelector(set.Spec.Selector)
	if err != nil {
		return err
	}
	var pods []*v1.Pod
	for _, pod := range w.sortedPods() {
		pods = append(pods, w.aged(pod))
	}
	refs := controller.NewPodControllerRefManager(patcher{w: w}, set, selector, setKind, canAdopt)
	claimed, err := refs.ClaimPods(ctx, pods, func(pod *v1.Pod) bool {
		match := podNames.FindStringSubmatch(pod.Name)
		return len(match) == 3 && match[1] == set.Name
	})
	if err != nil {
		return err
	}
	return update(ctx, control, set, claimed, w.now)
}

// step runs one sync and returns what it did.
func (w *world) step() outcome {
	w.actions, w.written = nil, ""
	err := w.sync()
	actions := w.actions
	if w.unordered() {
		sort.Strings(actions)
	}
	return outcome{Actions: strings.Join(actions, " "), Failed: err != nil, Written: w.written}
}

// unordered: goroutines (Parallel, Recreate) or a walk over a map of claims decide the order of the actions.
func (w *world) unordered() bool {
	spec := &w.set.Spec
	return spec.PodManagementPolicy == apps.ParallelPodManagement || spec.UpdateStrategy.Type == "Recreate" || len(spec.VolumeClaimTemplates) > 1
}

func (w *world) sortedPods() []*v1.Pod {
	pods := make([]*v1.Pod, 0, len(w.pods))
	for _, pod := range w.pods {
		pods = append(pods, pod)
	}
	sort.Slice(pods, func(i, j int) bool { return ordinalOf(pods[i].Name) < ordinalOf(pods[j].Name) })
	return pods
}
