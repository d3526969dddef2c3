package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	jsonserializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
)

// strategy is what the API server runs before it stores an object of one kind.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

type kind struct {
	schema.GroupVersionKind
	resource string
	strategy strategy
}

// hub is the version that the server works on.
func (k kind) hub() schema.GroupVersion {
	return schema.GroupVersion{Group: k.Group, Version: runtime.APIVersionInternal}
}

var kinds = []kind{
	{schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "StatefulSet"}, "statefulsets", statefulset.Strategy},
	{schema.GroupVersionKind{Version: "v1", Kind: "Service"}, "services", service.Strategy},
	{schema.GroupVersionKind{Version: "v1", Kind: "PersistentVolumeClaim"}, "persistentvolumeclaims", persistentvolumeclaim.Strategy},
	{schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, "pods", pod.Strategy},
	{schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"}, "poddisruptionbudgets", poddisruptionbudget.Strategy},
	{schema.GroupVersionKind{Group: "storage.k8s.io", Version: "v1", Kind: "StorageClass"}, "storageclasses", storageclass.Strategy},
}

// prepare sets up this process as the API server does itself.
func prepare() {
	klog.SetLogger(klog.Logger{})
	capabilities.Setup(true, 0)
}

// fault is one of the causes in the answer of the API server.
type fault struct {
	Field   string `json:"field"`
	Type    string `json:"type"`
	Message string `json:"message"`
}

// answer is what the API server says to one request.
type answer struct {
	Accepted bool            `json:"accepted"`
	Decode   string          `json:"decode,omitempty"`
	Errors   []fault         `json:"errors,omitempty"`
	Status   string          `json:"status,omitempty"`
	Warnings []string        `json:"warnings,omitempty"`
	Stored   json.RawMessage `json:"stored,omitempty"`
}

var address = regexp.MustCompile(`0x[0-9a-f]{6,}`)

// allotted are the addresses that a cluster gives, which only it knows.
var allotted = strings.NewReplacer(addresses[core.IPv4Protocol], "allotted-ipv4", addresses[core.IPv6Protocol], "allotted-ipv6")

// wording hides what differs from one run to the next, and from one cluster to the next.
func wording(text string) string {
	return allotted.Replace(address.ReplaceAllString(text, "0xADDR"))
}

// refusal is the answer that an error of the API server stands for, its causes in order and each once.
func refusal(err error) answer {
	said := answer{Status: wording(err.Error())}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		said.Errors = []fault{{Type: string(apierrors.ReasonForError(err)), Message: wording(err.Error())}}
		return said
	}
	seen := map[fault]bool{}
	for _, cause := range status.Status().Details.Causes {
		one := fault{Field: cause.Field, Type: string(cause.Type), Message: wording(cause.Message)}
		if !seen[one] {
			seen[one] = true
			said.Errors = append(said.Errors, one)
		}
	}
	return said
}

// recorder keeps the warnings of one request.
type recorder struct{ warnings []string }

func (r *recorder) AddWarning(_, text string) { r.warnings = append(r.warnings, wording(text)) }

// sent is an object on its way to the store.
type sent struct {
	object runtime.Object
	meta   metav1.Object
	kind   kind
	// generated says that the server made its name.
	generated bool
}

func kindOf(text []byte) (kind, error) {
	var head struct{ APIVersion, Kind string }
	if err := json.Unmarshal(text, &head); err != nil {
		return kind{}, err
	}
	named := schema.FromAPIVersionAndKind(head.APIVersion, head.Kind)
	for _, known := range kinds {
		if known.GroupVersionKind == named {
			return known, nil
		}
	}
	return kind{}, fmt.Errorf("the judge knows no %s", named)
}

// decode reads an object strictly, fills in defaults, and makes of it what the server works on.
func decode(text []byte) (sent, error) {
	kind, err := kindOf(text)
	if err != nil {
		return sent{}, err
	}
	serializer := jsonserializer.NewSerializerWithOptions(jsonserializer.DefaultMetaFactory, legacyscheme.Scheme, legacyscheme.Scheme, jsonserializer.SerializerOptions{Strict: true})
	object, _, err := legacyscheme.Codecs.DecoderToVersion(serializer, kind.hub()).Decode(text, &kind.GroupVersionKind, nil)
	if err != nil {
		return sent{}, err
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return sent{}, err
	}
	rest.WipeObjectMetaSystemFields(accessor)
	// The server keeps its own account of who set which field.
	accessor.SetManagedFields(nil)
	if kind.strategy.NamespaceScoped() && accessor.GetNamespace() == "" {
		accessor.SetNamespace("default")
	}
	accessor.SetCreationTimestamp(metav1.Unix(1_700_000_000, 0))
	accessor.SetUID(types.UID("6f0a8f6e-0000-4000-8000-000000000000"))
	generated := accessor.GetName() == "" && accessor.GetGenerateName() != ""
	if generated {
		accessor.SetName(accessor.GetGenerateName() + "xxxxx")
	}
	return sent{object, accessor, kind, generated}, nil
}

// undecodable is the answer to an object that cannot be decoded.
func undecodable(text []byte, err error) answer {
	kind, unknown := kindOf(text)
	if unknown != nil {
		return answer{Decode: unknown.Error(), Status: unknown.Error()}
	}
	return answer{
		Decode: err.Error(),
		Status: fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", kind.Kind, kind.Version, kind.Kind, err),
	}
}

func (s sent) context(verb string, to *recorder) context.Context {
	namespace := s.meta.GetNamespace()
	ctx := request.WithNamespace(context.Background(), namespace)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Verb: verb, APIGroup: s.kind.Group, APIVersion: s.kind.Version,
		Resource: s.kind.resource, Namespace: namespace, Name: s.meta.GetName(),
	})
	return warning.WithWarningRecorder(ctx, to)
}

// create asks for the creation of an object.
func create(text []byte) answer {
	sent, err := decode(text)
	if err != nil {
		return undecodable(text, err)
	}
	return sent.create()
}

func (s sent) create() answer {
	var warnings recorder
	ctx := s.context("create", &warnings)
	release := func() {}
	if service, is := s.object.(*core.Service); is {
		given, err := allocate(service, nil)
		if err != nil {
			return refusal(err)
		}
		release = func() { given.restore(service) }
	}
	if err := rest.BeforeCreate(s.kind.strategy, ctx, s.object); err != nil {
		return refusal(err)
	}
	release()
	stored, err := s.stored()
	if err != nil {
		return answer{Status: err.Error()}
	}
	return answer{Accepted: true, Warnings: warnings.warnings, Stored: stored}
}

// update asks to replace an object by another. The old one is taken as the server stores it, whether it would accept it
// today or not.
func update(before, after []byte) answer {
	old, err := decode(before)
	if err != nil {
		return undecodable(before, err)
	}
	fresh, err := decode(after)
	if err != nil {
		return undecodable(after, err)
	}
	if old.kind.GroupVersionKind != fresh.kind.GroupVersionKind {
		return answer{Status: "the objects are of two kinds"}
	}
	if service, is := old.object.(*core.Service); is {
		if _, err := allocate(service, nil); err != nil {
			return refusal(err)
		}
	}
	var warnings recorder
	old.prepare()
	old.meta.SetResourceVersion("1")
	fresh.meta.SetResourceVersion("1")
	ctx := fresh.context("update", &warnings)
	release := func() {}
	if service, is := fresh.object.(*core.Service); is {
		given, err := allocate(service, old.object.(*core.Service))
		if err != nil {
			return refusal(err)
		}
		release = func() { given.restore(service) }
	}
	if err := rest.BeforeUpdate(fresh.kind.strategy, ctx, fresh.object, old.object); err != nil {
		return refusal(err)
	}
	release()
	stored, err := fresh.stored()
	if err != nil {
		return answer{Status: err.Error()}
	}
	return answer{Accepted: true, Warnings: warnings.warnings, Stored: stored}
}

// prepare makes of an object what was stored of it when it was created. Of the status, only a claim's decides what may
// change: it keeps what it is said to have.
func (s sent) prepare() {
	ctx := s.context("create", &recorder{})
	claim, is := s.object.(*core.PersistentVolumeClaim)
	if !is {
		s.kind.strategy.PrepareForCreate(ctx, s.object)
		return
	}
	status := claim.Status
	s.kind.strategy.PrepareForCreate(ctx, claim)
	claim.Status = status
}

// stored is an object as it is read back: JSON with sorted keys, without the metadata that the server makes up.
func (s sent) stored() ([]byte, error) {
	object, err := s.readBack()
	if err != nil {
		return nil, err
	}
	versioned, err := legacyscheme.Scheme.ConvertToVersion(object, s.kind.GroupVersion())
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(versioned)
	if err != nil {
		return nil, err
	}
	var written map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&written); err != nil {
		return nil, err
	}
	if metadata, is := written["metadata"].(map[string]any); is {
		for _, made := range []string{"uid", "creationTimestamp", "generation", "resourceVersion", "managedFields"} {
			delete(metadata, made)
		}
		if s.generated {
			delete(metadata, "name")
		}
	}
	return json.Marshal(written)
}

// readBack stores an object and reads it: in the form that it is stored in, nothing and an empty list are the same, and
// what is read is given its defaults again.
func (s sent) readBack() (runtime.Object, error) {
	binary := protobuf.NewSerializer(legacyscheme.Scheme, legacyscheme.Scheme)
	codec := legacyscheme.Codecs.CodecForVersions(binary, binary, s.kind.GroupVersion(), s.kind.hub())
	stored, err := runtime.Encode(codec, s.object)
	if err != nil {
		return nil, err
	}
	return runtime.Decode(codec, stored)
}

// inOrder sorts the causes: maps are walked in random order.
func inOrder(faults []fault) []fault {
	return slices.SortedFunc(slices.Values(faults), func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Message, b.Message))
	})
}
