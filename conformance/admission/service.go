package main

import (
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	netutils "k8s.io/utils/net"
)

// addresses are what a cluster with both families has to give, IPv4 by default.
var addresses = map[core.IPFamily]string{core.IPv4Protocol: "10.96.0.10", core.IPv6Protocol: "fd00:10:96::10"}

// given is what the user wrote where the server allots.
type given struct {
	clusterIP  string
	clusterIPs []string
	families   []core.IPFamily
	policy     *core.IPFamilyPolicy
	healthPort int32
}

// restore takes back what was allotted: only a cluster knows it.
func (g given) restore(service *core.Service) {
	service.Spec.ClusterIP, service.Spec.ClusterIPs = g.clusterIP, g.clusterIPs
	service.Spec.IPFamilies, service.Spec.IPFamilyPolicy = g.families, g.policy
	service.Spec.HealthCheckNodePort = g.healthPort
}

// allocate does to a Service what the registry does before it validates (registry/core/service/storage: beginCreate,
// beginUpdate, allocateCreate, allocateUpdate): those functions are not exported. Every address is free, and of the ports of
// nodes only the one for health checks is allotted, since validation asks for no other.
func allocate(service, old *core.Service) (given, error) {
	spec := &service.Spec
	if old != nil {
		keepAllotted(service, old)
	}
	normalizeAddresses(service, old)
	own := given{spec.ClusterIP, spec.ClusterIPs, spec.IPFamilies, spec.IPFamilyPolicy, spec.HealthCheckNodePort}
	if healthChecked(service) && spec.HealthCheckNodePort == 0 {
		spec.HealthCheckNodePort = 32000
	}
	if spec.Type == core.ServiceTypeExternalName {
		return own, nil
	}
	if err := chooseFamilies(service, old); err != nil {
		return own, err
	}
	if len(spec.ClusterIPs) > 0 && spec.ClusterIPs[0] == core.ClusterIPNone {
		return own, nil
	}
	all := slices.Clone(spec.ClusterIPs)
	for at, family := range spec.IPFamilies {
		if at >= len(all) {
			all = append(all, "")
		}
		if all[at] == "" {
			all[at] = addresses[family]
		}
	}
	spec.ClusterIPs = all
	if len(all) > 0 {
		spec.ClusterIP = all[0]
	}
	return own, nil
}

// keepAllotted gives a Service the addresses of the old one where it names none (patchAllocatedValues).
func keepAllotted(service, old *core.Service) {
	if service.Spec.Type == core.ServiceTypeExternalName || old.Spec.Type == core.ServiceTypeExternalName {
		return
	}
	if service.Spec.ClusterIP == "" {
		service.Spec.ClusterIP = old.Spec.ClusterIP
	}
	if len(service.Spec.ClusterIPs) == 0 && len(old.Spec.ClusterIPs) > 0 {
		service.Spec.ClusterIPs = old.Spec.ClusterIPs
	}
	if healthChecked(service) && healthChecked(old) && service.Spec.HealthCheckNodePort == 0 {
		service.Spec.HealthCheckNodePort = old.Spec.HealthCheckNodePort
	}
	if !hasNodePorts(service) || !hasNodePorts(old) {
		return
	}
	ports := map[string]int32{}
	used := map[int32]bool{}
	for _, port := range old.Spec.Ports {
		ports[port.Name] = port.NodePort
		used[port.NodePort] = slices.ContainsFunc(service.Spec.Ports, func(fresh core.ServicePort) bool {
			return port.NodePort != 0 && fresh.NodePort == port.NodePort
		})
	}
	for at := range service.Spec.Ports {
		port := &service.Spec.Ports[at]
		if port.NodePort == 0 && !used[ports[port.Name]] {
			port.NodePort = ports[port.Name]
		}
	}
}

func healthChecked(service *core.Service) bool {
	return service.Spec.Type == core.ServiceTypeLoadBalancer && service.Spec.ExternalTrafficPolicy == core.ServiceExternalTrafficPolicyLocal
}

func hasNodePorts(service *core.Service) bool {
	switch service.Spec.Type {
	case core.ServiceTypeNodePort:
		return true
	case core.ServiceTypeLoadBalancer:
		return service.Spec.AllocateLoadBalancerNodePorts == nil || *service.Spec.AllocateLoadBalancerNodePorts
	default:
		return false
	}
}

// normalizeAddresses keeps clusterIP and clusterIPs in step (normalizeClusterIPs).
func normalizeAddresses(service, old *core.Service) {
	spec := &service.Spec
	if old == nil {
		if spec.ClusterIP != "" && len(spec.ClusterIPs) == 0 {
			spec.ClusterIPs = []string{spec.ClusterIP}
		}
		return
	}
	before := &old.Spec
	same := slices.Equal(before.ClusterIPs, spec.ClusterIPs)
	switch {
	case before.ClusterIP == spec.ClusterIP:
		if len(before.ClusterIPs) > 0 && len(spec.ClusterIPs) == 0 {
			spec.ClusterIPs = before.ClusterIPs
		}
	case before.ClusterIP != "" && spec.ClusterIP == "":
		if same {
			spec.ClusterIPs = nil
		}
	case same:
		spec.ClusterIPs = []string{spec.ClusterIP}
	}
}

// chooseFamilies settles the families of a Service (initIPFamilyFields) on a cluster that has both.
func chooseFamilies(service, old *core.Service) error {
	spec := &service.Spec
	if old != nil && unchangedPreferDualStack(service, old) {
		return nil
	}
	selectorless := spec.ClusterIP == core.ClusterIPNone && len(spec.Selector) == 0
	if spec.IPFamilyPolicy == nil {
		policy := core.IPFamilyPolicySingleStack
		if selectorless {
			policy = core.IPFamilyPolicyRequireDualStack
		}
		if old != nil && old.Spec.IPFamilyPolicy != nil {
			policy = *old.Spec.IPFamilyPolicy
		}
		spec.IPFamilyPolicy = &policy
	}
	if faults := validation.ValidateServiceClusterIPsRelatedFields(service, old); len(faults) > 0 {
		return apierrors.NewInvalid(core.Kind("Service"), service.Name, faults)
	}
	faults := familyFaults(service, old)
	for at, ip := range spec.ClusterIPs {
		if ip == core.ClusterIPNone {
			break
		}
		if at >= len(spec.IPFamilies) {
			family := core.IPv4Protocol
			if netutils.IsIPv6String(ip) {
				family = core.IPv6Protocol
			}
			spec.IPFamilies = append(slices.Clone(spec.IPFamilies), family)
		}
	}
	if len(faults) > 0 {
		return apierrors.NewInvalid(core.Kind("Service"), service.Name, faults)
	}
	if len(spec.IPFamilies) == 0 {
		spec.IPFamilies = []core.IPFamily{core.IPv4Protocol}
	}
	if *spec.IPFamilyPolicy != core.IPFamilyPolicySingleStack && len(spec.IPFamilies) == 1 {
		other := core.IPv6Protocol
		if spec.IPFamilies[0] == core.IPv6Protocol {
			other = core.IPv4Protocol
		}
		spec.IPFamilies = append(slices.Clone(spec.IPFamilies), other)
	}
	return nil
}

// familyFaults is what the allocation itself refuses.
func familyFaults(service, old *core.Service) field.ErrorList {
	spec := &service.Spec
	path := field.NewPath("spec", "ipFamilyPolicy")
	single := *spec.IPFamilyPolicy == core.IPFamilyPolicySingleStack
	var faults field.ErrorList
	switch {
	case old != nil && single:
		if slices.Equal(old.Spec.ClusterIPs, spec.ClusterIPs) && len(spec.ClusterIPs) > 1 {
			spec.ClusterIPs = spec.ClusterIPs[:1]
		}
		if slices.Equal(old.Spec.IPFamilies, spec.IPFamilies) && len(spec.IPFamilies) > 1 {
			spec.IPFamilies = spec.IPFamilies[:1]
		}
	case old != nil:
		if len(spec.ClusterIPs) > 0 && len(spec.ClusterIPs) < len(old.Spec.ClusterIPs) {
			faults = append(faults, field.Invalid(path, spec.IPFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"))
		}
		if len(spec.IPFamilies) > 0 && len(spec.IPFamilies) < len(old.Spec.IPFamilies) {
			faults = append(faults, field.Invalid(path, spec.IPFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"))
		}
	}
	if single && len(spec.ClusterIPs) == 2 {
		faults = append(faults, field.Invalid(path, spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"))
	}
	if single && len(spec.IPFamilies) == 2 {
		faults = append(faults, field.Invalid(path, spec.IPFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"))
	}
	return faults
}

// unchangedPreferDualStack: an update that leaves these fields alone is never upgraded or downgraded.
func unchangedPreferDualStack(service, old *core.Service) bool {
	prefers := func(s *core.Service) bool {
		return s.Spec.IPFamilyPolicy != nil && *s.Spec.IPFamilyPolicy == core.IPFamilyPolicyPreferDualStack
	}
	return prefers(service) && prefers(old) &&
		slices.Equal(service.Spec.ClusterIPs, old.Spec.ClusterIPs) && slices.Equal(service.Spec.IPFamilies, old.Spec.IPFamilies)
}
